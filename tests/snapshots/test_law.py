"""The law: a plan from a snapshot that was just taken is the plan that the service would give."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from provisioner.comparing.compare import merged
from provisioner.emulator import Operation
from provisioner.metastudio.models import CreateSmartLiveRoomReq
from provisioner.planning.actions import Plan
from provisioner.planning.refresh import Refresh
from provisioner.reports.plan_json import plan_as_saved
from provisioner.rooms import DesiredRoom
from tests.planning.test_live import CLOSED, OPEN, rig_at, stop_by_hand, windowed
from tests.planning.test_temporary import temporary
from tests.rig import Rig, edited, names, room
from tests.strategies import Body, hostile_text, room_specs
from tests.test_apply_then_plan import names_missing_scenes

quickly = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
NOT_ASKED = {"secrets-not-compared", "risks-not-asked", "live-risk"}
"""Rules of warnings that only one of the two gives: the one asks the service, the other says that it did not."""


def said(plan: Plan) -> dict[str, Any]:
    """Everything that a plan says, but for its times and what it asked the service."""
    document = plan_as_saved(plan)
    for name in ("digest", "created", "expires", "snapshot", "reading"):
        del document[name]
    for content in document["contents"].values():
        if content["before"] is not None:  # a snapshot holds what a manifest may say, not what the service adds
            content["before"] = {name: content["before"].get(name) for name in ("room_name", "scene_scripts")}
        if content["after"] is not None:
            content["after"] = {name: content["after"].get(name) for name in ("room_name", "scene_scripts")}
    document["warnings"] = [entry for entry in document["warnings"] if entry["rule"] not in NOT_ASKED]
    return document


def assert_alike(rig: Rig, taken_for: tuple[DesiredRoom, ...], *rooms: DesiredRoom, **scope: Any) -> Plan:
    """That both plans for some rooms are alike, whatever the snapshot was taken for."""
    snapshot = rig.snapshot(*taken_for)
    offline = rig.plan_offline(snapshot, *rooms, **scope)
    assert said(offline) == said(rig.plan(*rooms, compares_secrets=False, **scope))
    return offline


@quickly
@given(room_specs(text=hostile_text), room_specs(), st.sampled_from(Refresh), st.booleans(), st.floats(0, 30))
def test_any_rooms_plan_from_a_snapshot_as_from_the_service(
    first: Body, second: Body, refresh: Refresh, prune: bool, settle_s: float
) -> None:
    """Rooms that stay, change, go, come, drift and belong to nobody, told by their bodies or by their markers."""
    assume(not names_missing_scenes(merged(second, first)))
    rig = Rig(settle_s=0.0)
    before = (room("stays", first), room("changes", first), room("goes"), room("drifts", first))
    assert rig.apply(*before).exit_code == 0
    rig.settle_s = settle_s
    rig.emulator.advance(10)
    drifted = rig.bodies()[str(before[3].spec["room_name"])]
    body = {name: drifted[name] for name in CreateSmartLiveRoomReq.model_fields if name in drifted}
    body["room_description"] = "theirs"
    status, answer = rig.emulator.console(Operation.UPDATE_ROOM, room_id=str(drifted["room_id"]), body=body)
    assert status == 200, answer
    rig.emulator.console(Operation.CREATE_ROOM, body={"room_name": "Room theirs"})
    adopting = room("theirs", second, adopt="by_name")
    adopting = edited(adopting, room_name="Room theirs")
    after = (before[0], room("changes", second), before[3], room("comes", second), adopting)
    offline = assert_alike(rig, after, *after, refresh=refresh, prune=prune)
    assert {("create", "comes"), ("adopt", "theirs")} <= set(names(offline))


def test_jobs_and_windows_are_as_they_were_when_it_was_taken() -> None:
    rig = rig_at(OPEN)
    rig.apply(windowed())
    rig.emulator.advance(60)
    assert_alike(rig, (windowed(),), windowed())
    rig.emulator.set_clock(CLOSED)
    assert names(assert_alike(rig, (windowed(),), windowed())) == [("stop", "a")]
    stop_by_hand(rig)
    assert not assert_alike(rig, (windowed(),), windowed()).changes


def test_runs_are_told_by_the_jobs_since_they_were_asked_for() -> None:
    rig = Rig()
    rig.apply(room("a", run="one"))
    rig.emulator.advance(30)
    for desired in (room("a", run="one"), room("a", run="two"), room("a")):
        assert_alike(rig, (room("a", run="one"),), desired)
    stop_by_hand(rig)
    assert not assert_alike(rig, (), room("a", run="one")).changes
    assert names(assert_alike(rig, (), room("a", run="two"))) == [("start", "a")]


def test_a_temporary_room_that_is_gone_is_known_by_its_name() -> None:
    rig = Rig()
    rig.apply(temporary(run="r1"))
    rig.emulator.advance(30)
    stop_by_hand(rig)
    offline = assert_alike(rig, (temporary(),), temporary(run="r1"))
    assert [warning.rule for warning in offline.warnings] == ["temp-room-gone"]
    unknown = rig.plan_offline(rig.snapshot(), temporary(run="r1"))
    assert [warning.rule for warning in unknown.warnings] == ["temp-room-unknown"]


def test_what_was_not_written_down_is_said_and_not_guessed() -> None:
    rig = Rig()
    rig.emulator.console(Operation.CREATE_ROOM, body={"room_name": "Room a", "room_description": "theirs"})
    desired = room("a", {"room_description": "ours"}, adopt="by_name")
    unknown = rig.plan_offline(rig.snapshot(), desired)
    (action,) = unknown.changes
    assert (action.name, action.changes) == ("adopt", ())
    assert [warning.rule for warning in unknown.warnings] == ["not-read"]
    known = rig.plan_offline(rig.snapshot(desired), desired)
    assert [change.path for change in known.changes[0].changes] == ["room_description"]


def test_the_proof_in_an_address_is_neither_written_down_nor_a_difference() -> None:
    rig = Rig()
    desired = room("a", {"output_urls": ["rtmp://user:hunter2@push.example.com/live?auth=hunter2"]})
    rig.apply(desired)
    assert not rig.plan_offline(rig.snapshot(desired), desired, refresh=Refresh.FULL).changes
    moved = edited(desired, output_urls=["rtmp://user:hunter2@other.example.com/live?auth=hunter2"])
    (action,) = rig.plan_offline(rig.snapshot(desired), moved).changes
    assert [change.path for change in action.changes] == ["output_urls[1]"]


def test_a_room_of_another_workspace_is_still_somebody_s() -> None:
    rig = Rig()
    rig.apply(room("a"))
    (body,) = rig.emulator.rooms()
    taken = rig.snapshot()
    theirs = replace(taken, rooms=tuple(replace(found, marker=None, forged=True) for found in taken.rooms))
    adopting = room("a", adopt=str(body["room_id"]))
    assert names(rig.plan_offline(taken, replace(adopting, key=room("b").key))) == [("blocked", "b")]
    assert names(rig.plan_offline(theirs, adopting)) == [("adopt", "a")]
