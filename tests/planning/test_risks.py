"""What speaks against going on air: told by plans, and with `live.require: no_warnings` in the way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from provisioner.applying.outcomes import Applied, Skipped
from provisioner.emulator import Fault, Operation
from provisioner.planning.actions import Plan
from provisioner.rooms import DesiredRoom, Live, LiveState, OnChange, Require
from tests.rig import Rig, edited, kinds, names, room, scene

WARNS = (
    "the service warns of TOO_LESSS_SCRIPT_ITEMS, TOO_SHORT_SCRIPT_TIME, TOO_LESS_DANMAKU_RULES, RANDOM_PLAY_CLOSED, "
    "ROTATION_MODEL_CLOSED"
)
CAREFUL: dict[str, Any] = {
    "scene_scripts": [scene("One", *["word " * 300] * 10)],
    "interaction_rules": [{"rule_name": f"rule {number}", "event_type": 1} for number in range(5)],
    "play_policy": {"random_play_mode": "SCENE"},
    "backup_model_asset_ids": ["0123456789abcdef"],
}
"""A room of which the service warns nobody."""


def on_air(spec: dict[str, Any] | None = None, require: Require = Require.NO_WARNINGS, **more: Any) -> DesiredRoom:
    return room("a", spec, live=Live(LiveState.RUNNING, "1", require=require, **more))


def told(plan: Plan) -> list[str]:
    return [warning.message for warning in plan.warnings if warning.rule == "live-risk"]


def asked(rig: Rig) -> int:
    return sum(entry.operation is Operation.LIVE_WARNINGS for entry in rig.emulator.ledger())


def test_a_start_of_a_room_that_is_there_says_what_the_service_warns_of() -> None:
    rig = Rig()
    rig.apply(room("a"))
    plan = rig.plan(on_air(require=Require.WARN))
    assert names(plan) == [("start", "a")]
    assert told(plan) == [f"room a is to go on air, and {WARNS}"]
    assert rig.apply(on_air(require=Require.WARN), plan=plan).exit_code == 0


def test_the_service_is_asked_only_about_rooms_that_are_to_go_on_air() -> None:
    rig = Rig()
    rig.apply(room("a"), room("b"))
    rig.plan(room("a"), room("b", {"room_description": "new"}))
    assert asked(rig) == 0
    rig.plan(on_air(require=Require.WARN), room("b"))
    assert asked(rig) == 1
    rig.apply(on_air(require=Require.WARN), room("b"))
    assert asked(rig) == 2, "by the plan of the apply alone"
    assert rig.plan(on_air(require=Require.WARN), room("b")).changes == ()
    assert asked(rig) == 2


def test_no_warnings_blocks_a_start_until_there_are_none() -> None:
    rig = Rig()
    rig.apply(room("a"))
    plan = rig.plan(on_air())
    assert names(plan) == [("blocked", "a")]
    assert plan.changes[0].reason == f"live.require is no_warnings, and {WARNS}"
    assert rig.apply(on_air()).exit_code == 4
    report = rig.apply(on_air(CAREFUL))
    assert kinds(report.outcomes) == [("Applied", "update"), ("Applied", "start")]
    started = report.outcomes[1]
    assert isinstance(started, Applied)
    assert started.note == ""
    assert told(rig.plan(on_air(CAREFUL))) == []


def test_a_new_room_is_asked_about_right_before_its_start() -> None:
    """It is made and not started; the next plan says why."""
    rig = Rig()
    report = rig.apply(on_air())
    assert kinds(report.outcomes) == [("Applied", "create"), ("Skipped", "start")]
    skipped = report.outcomes[1]
    assert isinstance(skipped, Skipped)
    assert skipped.because == f"live.require is no_warnings, and {WARNS}"
    assert report.exit_code == 4
    assert not rig.emulator.jobs()
    assert names(rig.plan(on_air())) == [("blocked", "a")]
    assert kinds(rig.apply(replace(on_air(), live=Live(LiveState.RUNNING, "1"))).outcomes) == [("Applied", "start")]


def test_a_new_room_that_goes_on_air_with_warnings_says_so_afterwards() -> None:
    (_, started) = Rig().apply(on_air(require=Require.WARN)).outcomes
    assert isinstance(started, Applied)
    assert started.note == WARNS


def test_the_advice_on_a_manifest_counts_too() -> None:
    advised = replace(on_air(CAREFUL), advice=("too-little-to-say", "not-for-air"))
    says = "its manifest has warnings: too-little-to-say, not-for-air"
    rig = Rig()
    plan = rig.plan(advised)
    assert names(plan) == [("create", "a"), ("blocked", "a")]
    assert plan.changes[1].reason == f"live.require is no_warnings, and {says}"
    relaxed = rig.plan(replace(advised, live=replace(advised.live, require=Require.WARN)))
    assert names(relaxed) == [("create", "a"), ("start", "a")]
    assert told(relaxed) == [f"room a is to go on air, and {says}"]


def test_a_service_that_does_not_say_is_no_hindrance_but_where_no_warnings_are_asked_for() -> None:
    rig = Rig()
    rig.apply(room("a"))
    rig.emulator.faults.add(Fault(operation=Operation.LIVE_WARNINGS, status=403, times=None))
    plan = rig.plan(on_air(require=Require.WARN))
    assert names(plan) == [("start", "a")]
    assert told(plan) == ["room a is to go on air, and the service does not say what it warns of"]
    assert names(rig.plan(on_air())) == [("blocked", "a")]


def test_a_job_on_air_is_not_ended_for_one_that_may_not_start() -> None:
    rig = Rig()
    desired = on_air(CAREFUL, on_change=OnChange.RESTART)
    assert rig.apply(desired).exit_code == 0
    rig.emulator.advance(60)
    worse = replace(edited(desired, backup_model_asset_ids=[]), advice=("not-for-air",))
    assert names(rig.plan(worse)) == [("blocked", "a")], "the room is not changed either, or the restart would be lost"
    worse = replace(worse, advice=())
    report = rig.apply(worse)
    assert kinds(report.outcomes) == [("Applied", "update"), ("Skipped", "restart")]
    assert report.exit_code == 4
    assert [job["state"] for job in rig.emulator.jobs()] == ["PROCESSING"]
