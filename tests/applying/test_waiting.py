"""Jobs that are followed after an apply: what is heard of them, and what their starts come out as."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from provisioner.applying.context import Stopping
from provisioner.applying.executor import apply_plan
from provisioner.applying.outcomes import Applied, Failed, Interruption, Outcome, Report
from provisioner.applying.waiting import POLL_S, Followed, follow
from provisioner.emulator import Emulator, Fault, JobFailure, Operation
from provisioner.rooms import DesiredRoom
from tests.rig import Rig, kinds, room
from tests.virtual_time import run

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def now() -> datetime:
    """A service whose clock goes as the loop's does."""
    try:
        return NOON + timedelta(seconds=asyncio.get_running_loop().time())
    except RuntimeError:
        return NOON


def rig(start_delay_s: float = 20) -> Rig:
    return Rig(emulator=Emulator.open(":memory:", now=now, start_delay_s=start_delay_s), run=run)


@dataclass
class Waited:
    """What came of an apply that waited, what was heard meanwhile, and how long that took."""

    report: Report
    heard: list[Followed] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def started(self) -> Outcome:
        """The outcome of the one start."""
        (outcome,) = [outcome for outcome in self.report.outcomes if outcome.action.name == "start"]
        return outcome


def waited(
    place: Rig,
    *rooms: DesiredRoom,
    patience_s: float = 60,
    meanwhile: Callable[[Stopping, Followed], None] = lambda _stopping, _job: None,
) -> Waited:
    """An apply that waits. `meanwhile` is called with each news of a job."""
    heard: list[Followed] = []

    async def go() -> tuple[Report, float]:
        async with place.client() as client:
            plan = await place.plan_with(client, rooms)
            context = place.context(client, rooms)
            report = await apply_plan(plan, context)
            began = asyncio.get_running_loop().time()

            def on_change(job: Followed) -> None:
                heard.append(job)
                meanwhile(context.stopping, job)

            report = await follow(report, context, patience_s, on_change=on_change)
            return report, asyncio.get_running_loop().time() - began

    report, seconds = place.run(go())
    return Waited(report, heard, seconds)


def test_a_start_is_followed_until_its_job_is_on_air() -> None:
    found = waited(rig(), room("a", run="one"))
    assert isinstance(found.started, Applied)
    assert found.started.job_state == "PROCESSING"
    assert [job.state for job in found.heard] == ["", "WAITING", "PROCESSING"]
    assert 20 - POLL_S <= found.seconds <= 20 + POLL_S
    assert found.report.exit_code == 0


def test_without_a_start_nothing_is_asked() -> None:
    place = rig()
    found = waited(place, room("a"))
    assert (found.heard, found.seconds) == ([], 0)
    assert Operation.SHOW_JOB not in {entry.operation for entry in place.emulator.ledger()}


@pytest.mark.parametrize("state", ["FAILED", "BLOCKED"])
def test_a_job_that_the_service_breaks_off_fails_its_start_with_the_services_words(state: str) -> None:
    """Its rooms go on, the room itself was made, and where a push went is not told."""
    place = rig()
    words = "pushing to rtmp://live.example.com/app?key=hush failed\x1b[2J"
    place.emulator.faults.add(JobFailure(room="Room a", state=state, error_code="MSS.X", error_msg=words, after_s=5))
    found = waited(place, room("a", run="one"), room("b", run="one"))
    assert kinds(found.report.outcomes) == [
        ("Applied", "create"),
        ("Failed", "start"),
        ("Applied", "create"),
        ("Applied", "start"),
    ]
    failed = found.report.outcomes[1]
    assert isinstance(failed, Failed)
    assert failed.job_state == state
    assert failed.job_id == next(job["job_id"] for job in place.emulator.jobs() if job["room_name"] == "Room a")
    assert f"{state} (MSS.X: pushing to rtmp://***" in failed.message
    assert "hush" not in failed.message
    assert "\x1b" not in failed.message
    assert found.report.exit_code == 3


def test_a_start_alone_that_fails_is_not_nothing_written() -> None:
    """The room was there before: still a job was started, so the exit code is 3 and not 1."""
    place = rig()
    place.apply(room("a"))
    place.emulator.faults.add(JobFailure(after_s=5))
    found = waited(place, room("a", run="one"))
    assert kinds(found.report.outcomes) == [("Failed", "start")]
    assert found.report.exit_code == 3


def test_what_is_not_on_air_when_the_time_is_over_was_applied_and_is_not_as_it_was_asked_for() -> None:
    found = waited(rig(start_delay_s=600), room("a", run="one"), patience_s=30)
    assert isinstance(found.started, Applied)
    assert found.started.job_state == "WAITING"
    assert found.started.note.endswith("; its job was WAITING after 30 s; look again with: provisioner status")
    assert found.seconds == pytest.approx(30)
    assert found.report.exit_code == 3


def test_a_job_that_somebody_ends_is_not_waited_for() -> None:
    place = rig()

    def end(_stopping: Stopping, job: Followed) -> None:
        (found,) = place.emulator.jobs()
        if job.state == "WAITING":
            place.emulator.console(Operation.STOP_JOB, room_id=str(found["room_id"]), job_id=job.job_id)

    found = waited(place, room("a", run="one"), meanwhile=end)
    assert isinstance(found.started, Applied)
    assert found.started.job_state == "CANCELED"
    assert found.report.exit_code == 3


def test_an_interruption_ends_the_waiting_and_not_the_jobs() -> None:
    def interrupt(stopping: Stopping, job: Followed) -> None:
        if job.state == "WAITING":
            stopping.ask(Interruption.SIGINT)

    place = rig(start_delay_s=600)
    found = waited(place, room("a", run="one"), meanwhile=interrupt)
    assert isinstance(found.started, Applied)
    assert found.started.note.endswith("; interrupted while its job was WAITING")
    assert found.seconds < POLL_S
    assert found.report.exit_code == 130
    assert [job["state"] for job in place.emulator.jobs()] == ["WAITING"]


def test_what_cannot_be_read_is_looked_at_again() -> None:
    place = rig()
    broken = partial(Fault, operation=Operation.SHOW_JOB)
    place.emulator.faults.add(broken(status=404, times=3), broken(body=b"<html>", times=2))
    found = waited(place, room("a", run="one"))
    assert isinstance(found.started, Applied)
    assert found.started.job_state == "PROCESSING"
    assert found.report.exit_code == 0


def test_a_service_that_never_answers_ends_the_waiting_in_time() -> None:
    place = rig()
    place.emulator.faults.add(Fault(operation=Operation.SHOW_JOB, hold_s=1_000, times=None))
    found = waited(place, room("a", run="one"), patience_s=10)
    assert isinstance(found.started, Applied)
    assert found.started.job_state is None
    assert found.seconds == pytest.approx(10)
    assert found.report.exit_code == 3
