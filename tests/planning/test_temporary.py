"""TEMP rooms disappear when their job ends, and are not made again because they are gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from provisioner.emulator import Operation
from provisioner.planning.actions import Plan
from provisioner.rooms import DesiredRoom
from tests.planning.test_live import CLOSED, OPEN, on_air, rig_at, stop_by_hand, windowed
from tests.rig import Rig, edited, names, room


def temporary(**more: Any) -> DesiredRoom:
    return room("a", {"room_type": "TEMP"}, **more)


def rules(plan: Plan) -> list[str]:
    return [warning.rule for warning in plan.warnings]


def test_a_temporary_room_whose_job_has_ended_is_not_made_again() -> None:
    rig = Rig()
    rig.apply(temporary(run="r1"))
    rig.emulator.advance(30)
    assert not rig.plan(temporary(run="r1")).warnings
    stop_by_hand(rig)
    assert not rig.emulator.rooms()
    for desired in (temporary(run="r1"), temporary(run="r2"), temporary()):
        plan = rig.plan(desired)
        assert (names(plan), rules(plan)) == ([], ["temp-room-gone"])
        assert "(CANCELED). It is not made again; it will be under another room_name" in plan.warnings[0].message
    assert not rig.apply(temporary(run="r1")).outcomes
    assert names(rig.plan(edited(temporary(run="r2"), room_name="Another"))) == [("create", "a"), ("start", "a")]


def test_a_name_that_is_part_of_another_is_another_and_so_is_that_of_a_room_that_is_there() -> None:
    rig = Rig()
    rig.apply(replace(temporary(run="r1"), spec={"room_name": "Room a, late", "room_type": "TEMP"}))
    rig.emulator.advance(30)
    stop_by_hand(rig)
    rig.emulator.console(Operation.CREATE_ROOM, body={"room_name": "Room a"})
    (body,) = rig.emulator.rooms()
    rig.emulator.console(Operation.START_JOB, room_id=str(body["room_id"]), body={})
    plan = rig.plan(temporary(run="r1"))
    assert (names(plan), rules(plan)) == ([("create", "a"), ("start", "a")], [])


def test_a_temporary_room_is_made_once_for_each_occurrence_of_its_window() -> None:
    rig = rig_at(OPEN)
    desired = edited(windowed(), room_type="TEMP")
    rig.apply(desired)
    rig.emulator.advance(60)
    stop_by_hand(rig)
    inside = rig.plan(desired)
    assert (names(inside), rules(inside)) == ([], ["temp-room-gone"])
    rig.emulator.set_clock(CLOSED)
    closed = rig.plan(desired)
    assert (names(closed), rules(closed)) == ([], ["temp-room-gone"])
    assert "it will be with its window's next opening" in closed.warnings[0].message
    assert [change.at for change in closed.upcoming] == [OPEN + timedelta(days=7)]
    rig.emulator.set_clock(OPEN + timedelta(days=7))
    assert names(rig.plan(desired)) == [("create", "a"), ("start", "a")]
    rig.apply(desired)
    assert len(on_air(rig)) == 1


def test_a_temporary_room_is_stopped_where_another_would_be_restarted() -> None:
    """Its room ends with its job; the next plan makes it anew."""
    rig = rig_at(OPEN)
    desired = edited(windowed(), room_type="TEMP")
    rig.apply(desired)
    rig.emulator.set_clock(OPEN + timedelta(days=7))
    assert names(rig.plan(desired)) == [("stop", "a")]
    rig.apply(desired)
    assert names(rig.plan(desired)) == [("create", "a"), ("start", "a")]


def test_a_room_that_was_never_there_is_made() -> None:
    assert names(Rig().plan(temporary())) == [("create", "a")]
    assert names(Rig().plan(temporary(run="r1"))) == [("create", "a"), ("start", "a")]
