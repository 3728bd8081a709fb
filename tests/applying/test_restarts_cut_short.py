"""A restart that is cut in two at one of its steps: the next plan knows of it, says so, and brings it to its end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from provisioner import marker as markers
from provisioner.applying.executor import apply_plan
from provisioner.applying.outcomes import Applied, Report
from provisioner.emulator import Emulator, Fault, Operation
from provisioner.marker import Restarting
from provisioner.observed import ON_AIR
from provisioner.rooms import DesiredRoom, Live, LiveState, OnChange
from provisioner.windows import Weekday, Weekly
from tests.rig import Rig, edited, kinds, names, room, scene
from tests.virtual_time import StandingClock

OLD = room("a", {"scene_scripts": [scene("One", "old")]}, live=Live(LiveState.RUNNING, "evening", OnChange.RESTART))
NEW = edited(OLD, scene_scripts=[scene("One", "new")])
CUT = {
    Restarting.DUE: Fault(operation=Operation.UPDATE_ROOM, skip=1, applied=False, status=400),
    Restarting.BEGUN: Fault(operation=Operation.STOP_JOB, applied=False, status=400),
}
"""What goes wrong, by how far the restart comes."""


def on_air(start_delay_s: float = 2.0) -> Rig:
    clock = StandingClock(datetime(2026, 11, 20, 12, tzinfo=UTC))
    rig = Rig(emulator=Emulator.open(":memory:", now=clock.now, start_delay_s=start_delay_s), run=clock.run)
    assert rig.apply(OLD).exit_code == 0
    rig.emulator.advance(60)
    return rig


def cut(rig: Rig, how: Restarting) -> Report:
    rig.emulator.faults.add(CUT[how])
    report = rig.apply(NEW)
    assert kinds(report.outcomes) == [("Applied", "update"), ("Failed", "restart")]
    rig.emulator.faults.clear()
    rig.emulator.advance(60)
    return report


def restart_of(rig: Rig) -> Restarting | None:
    (body,) = rig.emulator.rooms()
    marker = markers.read(str(body["priv_data"])).marker
    assert marker is not None
    assert marker.intent is not None
    return marker.intent.restart


def texts(rig: Rig) -> list[str]:
    """What is said on air, job by job."""
    jobs = [job for job in rig.emulator.jobs() if job["state"] in ON_AIR]
    scenes = [rig.emulator.playing(str(job["room_id"]), str(job["job_id"])) for job in jobs]
    return [str(found["shoot_scripts"][0]["text_config"]["text"]) for (found,) in scenes]


def assert_brought_to_its_end(rig: Rig, desired: DesiredRoom, action: str) -> None:
    assert kinds(rig.apply(desired).outcomes) == [("Applied", action)]
    assert texts(rig) == ["new"]
    for _ in range(2):
        assert not rig.plan(desired).changes
        rig.emulator.advance(60)


@pytest.mark.parametrize("how", list(CUT))
def test_a_job_that_was_not_ended_yet_is_restarted_by_the_next_plan(how: Restarting) -> None:
    rig = on_air()
    cut(rig, how)
    assert restart_of(rig) is how
    assert texts(rig) == ["old"]
    plan = rig.plan(NEW)
    assert names(plan) == [("restart", "a")]
    why = "its job not restarted for it yet" if how is Restarting.DUE else "a restart for run evening was begun"
    assert why in plan.changes[0].reason
    assert "viewers lose the picture until the new job is up" in plan.changes[0].reason
    assert_brought_to_its_end(rig, NEW, "restart")
    assert len(rig.emulator.jobs()) == 2


def test_a_job_that_was_ended_is_followed_by_another_in_the_next_plan() -> None:
    rig = on_air()
    rig.emulator.faults.add(Fault(operation=Operation.START_JOB, applied=False, status=400))
    _, restart = rig.apply(NEW).outcomes
    assert isinstance(restart, Applied)
    assert restart.mismatch == ("live",)
    assert "no new one was started, which the next plan does" in restart.note
    assert texts(rig) == []
    plan = rig.plan(NEW)
    assert names(plan) == [("start", "a")]
    assert plan.changes[0].reason == "goes on air for run evening: a restart was begun, and the old job is over"
    assert_brought_to_its_end(rig, NEW, "start")


def test_a_restart_that_is_due_is_given_up_with_on_change() -> None:
    rig = on_air()
    cut(rig, Restarting.DUE)
    assert not rig.plan(replace(NEW, live=replace(NEW.live, on_change=OnChange.NEXT_RUN))).changes


def test_a_job_that_ended_by_itself_before_its_restart_was_begun_has_used_up_its_run() -> None:
    rig = on_air()
    cut(rig, Restarting.DUE)
    (job,) = rig.emulator.jobs()
    rig.emulator.console(Operation.STOP_JOB, room_id=str(job["room_id"]), job_id=str(job["job_id"]))
    assert not rig.plan(NEW).changes


def test_a_further_change_does_not_hide_a_restart_that_was_begun() -> None:
    rig = on_air()
    cut(rig, Restarting.BEGUN)
    newer = edited(NEW, scene_scripts=[scene("One", "new"), scene("Two", "and more")])
    rig.emulator.faults.add(replace(CUT[Restarting.DUE]))
    assert kinds(rig.apply(newer).outcomes) == [("Applied", "update"), ("Failed", "restart")]
    assert restart_of(rig) is Restarting.BEGUN
    assert names(rig.plan(newer)) == [("restart", "a")]


@pytest.mark.parametrize("how", list(CUT))
def test_the_second_restart_of_a_run_is_brought_to_its_end_too(how: Restarting) -> None:
    rig = on_air()
    assert rig.apply(edited(OLD, scene_scripts=[scene("One", "between")])).exit_code == 0
    rig.emulator.advance(60)
    cut(rig, how)
    assert texts(rig) == ["between"]
    assert_brought_to_its_end(rig, NEW, "restart")
    assert len(rig.emulator.jobs()) == 3


def test_a_job_that_waited_when_its_restart_was_begun_is_not_taken_for_the_new_one() -> None:
    """It starts later than the restart was announced, and was made before."""
    rig = on_air(start_delay_s=90)
    cut(rig, Restarting.BEGUN)
    assert restart_of(rig) is Restarting.BEGUN_WAITING
    assert [job["state"] for job in rig.emulator.jobs()] == ["PROCESSING"]
    assert names(rig.plan(NEW)) == [("restart", "a")]
    assert_brought_to_its_end(rig, NEW, "restart")


@pytest.mark.parametrize("how", list(CUT))
@pytest.mark.parametrize("at_once", [True, False])
def test_two_applies_that_both_bring_it_to_its_end_start_one_job(how: Restarting, *, at_once: bool) -> None:
    rig = on_air()
    cut(rig, how)
    plan = rig.plan(NEW)

    async def one() -> Report:
        async with rig.client() as client:
            return await apply_plan(plan, rig.context(client, [NEW]))

    async def both() -> list[Report]:
        return list(await asyncio.gather(one(), one())) if at_once else [await one(), await one()]

    rig.run(both())
    assert texts(rig) == ["new"]
    assert len(rig.emulator.jobs()) == 2
    assert not rig.plan(NEW).changes


WINDOWED = replace(OLD, live=replace(OLD.live, window=Weekly(frozenset(Weekday), time(12), time(13), "UTC")))


@pytest.mark.parametrize(("hours", "action"), [(1, "stop"), (24, "restart")])
def test_a_job_that_was_to_be_replaced_ends_with_its_window(hours: int, action: str) -> None:
    clock = StandingClock(datetime(2026, 11, 20, 12, 0, 5, tzinfo=UTC))
    rig = Rig(emulator=Emulator.open(":memory:", now=clock.now), run=clock.run)
    long = [scene("One", "old " * 400)] * 100
    assert rig.apply(edited(WINDOWED, scene_scripts=long)).exit_code == 0
    rig.emulator.advance(60)
    rig.emulator.faults.add(CUT[Restarting.BEGUN])
    changed = edited(WINDOWED, scene_scripts=[*long, *long])
    assert kinds(rig.apply(changed).outcomes) == [("Applied", "update"), ("Failed", "restart")]
    rig.emulator.faults.clear()
    rig.emulator.advance(60 * 60 * hours)
    assert [job["state"] for job in rig.emulator.jobs()] == ["PROCESSING"]
    assert names(rig.plan(changed)) == [(action, "a")]
    assert rig.apply(changed).exit_code == 0
    assert not rig.plan(changed).changes
