"""What is planned for rooms that are new, changed, foreign, copied, adopted or on air."""

from __future__ import annotations

import json
from dataclasses import replace

from provisioner.emulator import Fault, Operation
from provisioner.marker import MarkerKeys
from provisioner.planning.refresh import Refresh
from provisioner.rooms import Lifecycle, Live, LiveState, OnChange
from tests.rig import Rig, edited, names, room, scene


def test_a_plan_of_what_is_there_is_empty_however_it_looks() -> None:
    rig = Rig()
    rooms = (room("a", {"scene_scripts": [scene("One", "x")]}), room("b", run="r1"))
    rig.apply(*rooms)
    for refresh in Refresh:
        assert not rig.plan(*rooms, refresh=refresh).changes, refresh


def test_a_room_of_another_workspace_and_an_unmanaged_one_are_not_touched() -> None:
    rig = Rig()
    rig.emulator.console(Operation.CREATE_ROOM, body={"room_name": "Room a"})
    marker = '{"provisioner":{"v":1,"w":"other","k":"a","n":"00000000","h":"00000000","t":"2026-01-01T00:00:00Z"}}'
    rig.emulator.console(Operation.CREATE_ROOM, body={"room_name": "Room a", "priv_data": marker})
    before = rig.emulator.rooms()
    assert names(rig.plan(room("a"))) == [("create", "a")]
    rig.apply(room("a"))
    assert [found for found in rig.emulator.rooms() if found in before] == list(before)
    assert names(rig.plan(prune=True)) == [("delete", "a")]


def test_a_copied_room_is_a_twin_that_blocks_and_the_older_one_is_kept() -> None:
    rig = Rig()
    rig.apply(room("a"))
    (body,) = rig.emulator.rooms()
    rig.emulator.advance(5)
    rig.emulator.console(Operation.CREATE_ROOM, body={"room_name": "copy", "priv_data": body["priv_data"]})
    (action,) = rig.plan(room("a")).changes
    assert action.name == "blocked"
    assert str(body["room_id"]) in action.reason
    assert action.room_id != body["room_id"]
    assert rig.apply(room("a")).exit_code == 4


def test_a_forged_marker_is_not_believed_under_a_key() -> None:
    rig = Rig(keys=MarkerKeys("key"))
    rig.apply(room("a"))
    (body,) = rig.emulator.rooms()
    forged = json.loads(str(body["priv_data"]))
    forged["provisioner"]["k"] = "b"
    text = json.dumps(forged, separators=(",", ":"))
    rig.emulator.console(Operation.CREATE_ROOM, body={"room_name": "Room b", "priv_data": text})
    assert names(rig.plan(room("a"), room("b"))) == [("create", "b")]


def test_a_secret_that_changed_is_a_change_without_its_value() -> None:
    from provisioner.secrets import SecretText  # noqa: PLC0415

    rig = Rig(secrets={"KEY": "hunter2"})
    desired = room("a", {"stream_keys": [SecretText.of("KEY")]})
    rig.apply(desired)
    assert not rig.plan(desired).changes
    rig.secrets["KEY"] = "hunter3"
    (action,) = rig.plan(desired).changes
    (change,) = action.changes
    assert (change.path, change.sensitive, change.before, change.after) == ("stream_keys[1]", True, None, None)
    rig.secrets.clear()
    plan = rig.plan(desired)
    assert not plan.changes
    assert [warning.rule for warning in plan.warnings] == ["secrets-not-compared"]


def test_protection_is_written_into_the_marker() -> None:
    rig = Rig()
    rig.apply(room("a"))
    protected = room("a", lifecycle=Lifecycle(protect=True))
    (action,) = rig.plan(protected).changes
    assert [change.path for change in action.changes] == ["lifecycle.protect"]
    rig.apply(protected)
    assert not rig.plan(protected).changes


def test_a_room_on_air_says_what_viewers_notice() -> None:
    rig = Rig()
    base = room("a", {"scene_scripts": [scene("One", "old")]}, run="r1")
    rig.apply(base)
    rig.emulator.advance(10)
    new = edited(base, scene_scripts=[scene("One", "new")])
    (update,) = rig.plan(new).changes
    assert "next broadcast" in update.reason
    for on_change, expected in ((OnChange.HOT, "rewrite"), (OnChange.RESTART, "restart")):
        planned = replace(new, live=replace(new.live, on_change=on_change))
        assert sorted(names(rig.plan(planned))) == [(expected, "a"), ("update", "a")]


def test_a_restart_ends_the_job_and_starts_one_more_for_the_same_run() -> None:
    rig = Rig()
    base = room("a", {"scene_scripts": [scene("One", "old")]}, run="r1")
    base = replace(base, live=replace(base.live, on_change=OnChange.RESTART))
    rig.apply(base)
    rig.emulator.advance(10)
    new = edited(base, scene_scripts=[scene("One", "new")])
    assert rig.apply(new).exit_code == 0
    assert sorted(str(job["state"]) for job in rig.emulator.jobs()) == ["CANCELED", "WAITING"]
    assert not rig.plan(new).changes


def test_a_hot_change_is_commanded_to_the_job_on_air() -> None:
    rig = Rig()
    base = room("a", {"scene_scripts": [scene("One", "old")]}, run="r1")
    base = replace(base, live=replace(base.live, on_change=OnChange.HOT))
    rig.apply(base)
    rig.emulator.advance(10)
    new = edited(base, scene_scripts=[scene("One", "new")])
    assert rig.apply(new).exit_code == 0
    (job,) = rig.emulator.jobs()
    assert [command.command for command in rig.emulator.commands(str(job["job_id"]))] == ["REWRITE_PLAY_SCRIPT"]
    blocked = rig.plan(edited(new, video_config={"width": 1080, "height": 1920, "bitrate": 4000}))
    assert names(blocked) == [("blocked", "a")]
    assert "video_config" in blocked.changes[0].reason


def test_a_job_that_nobody_declared_is_left_alone() -> None:
    rig = Rig()
    rig.apply(room("a"))
    (body,) = rig.emulator.rooms()
    rig.emulator.console(Operation.START_JOB, room_id=str(body["room_id"]), body={})
    assert not rig.plan(room("a")).changes
    assert names(rig.plan(room("a", run="r1"))) == [("blocked", "a")]
    assert names(rig.plan(room("a", live=Live(LiveState.STOPPED)))) == [("stop", "a")]


def test_what_only_the_list_has_is_not_read_from_a_room() -> None:
    """A whole room may hold anything; only what says which room it is has to be as documented."""
    rig = Rig()
    rig.apply(room("a"))
    odd = {"shared_config": "none", "model_infos": 5, "view_mode": None, "error_info": None}
    rig.emulator.faults.add(Fault(operation=Operation.SHOW_ROOM, edit=lambda body: {**body, **odd}))
    assert not rig.plan(room("a"), refresh=Refresh.FULL).changes


def test_a_second_room_with_a_key_is_told_of_whatever_becomes_of_the_first() -> None:
    rig = Rig()
    rig.apply(room("a"))
    (body,) = rig.emulator.rooms()
    twin = {name: body[name] for name in ("room_name", "room_type", "priv_data")}
    rig.emulator.console(Operation.CREATE_ROOM, body=twin)
    assert names(rig.plan(room("a"))) == [("blocked", "a")]
    rig.emulator.console(Operation.START_JOB, room_id=str(body["room_id"]), body={})
    blocked = rig.plan(room("a", run="r1"))
    assert names(blocked) == [("blocked", "a"), ("blocked", "a")]
    assert [("a second room" in action.reason) for action in blocked.changes] == [False, True]


def test_a_copy_of_a_room_that_no_manifest_declares_any_more_is_not_deleted_with_it() -> None:
    """Somebody made it in the console, so it bears the marker of the room, from before it was made itself."""
    rig = Rig()
    rig.apply(room("a"), room("b"))
    rig.emulator.advance(60)
    original = next(body for body in rig.emulator.rooms() if body["room_name"] == "Room b")
    copied = {name: original[name] for name in ("room_name", "priv_data")}
    status, answer = rig.emulator.console(Operation.CREATE_ROOM, body=copied)
    assert status == 200
    plan = rig.plan(room("a"), prune=True)
    assert [(action.name, action.room_id) for action in plan.changes] == [
        ("delete", original["room_id"]),
        ("blocked", answer["room_id"]),
    ]
    assert rig.apply(room("a"), plan=plan).exit_code == 4
    assert [str(body["room_id"]) for body in rig.emulator.rooms() if body["room_name"] == "Room b"] == [
        str(answer["room_id"])
    ]
