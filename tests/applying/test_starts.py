"""Which jobs count for a run: those that were created since its intent, to the service's second."""

from __future__ import annotations

from datetime import UTC, datetime

from provisioner.applying.outcomes import Skipped
from provisioner.emulator import Doom, Emulator, Operation
from tests.rig import Rig, kinds, names, room
from tests.virtual_time import StandingClock

BROKEN = Doom("BLOCKED", 0, "MSS.X", "broken off")


def test_the_job_of_a_run_is_known_as_its_own_where_another_ended_in_the_same_second() -> None:
    """It never gets on air, so its creation is all that tells whose it is; the run is used up all the same."""
    clock = StandingClock(datetime(2026, 11, 20, 11, 30, 5, tzinfo=UTC))
    rig = Rig(emulator=Emulator.open(":memory:", now=clock.now), run=clock.run)
    rig.apply(room("a"))
    (body,) = rig.emulator.rooms()
    rig.emulator.console(Operation.START_JOB, room_id=str(body["room_id"]), body={})
    rig.emulator.fail_job(str(rig.emulator.jobs()[0]["job_id"]), BROKEN)
    assert kinds(rig.apply(room("a", run="1")).outcomes) == [("Applied", "start")]
    rig.emulator.fail_job(str(rig.emulator.jobs()[1]["job_id"]), BROKEN)
    plan = rig.plan(room("a", run="1"))
    assert names(plan) == []
    assert [warning.rule for warning in plan.warnings] == ["run-ended"]


def test_a_run_is_not_started_beside_a_job_that_the_list_does_not_show() -> None:
    """It shows the latest alone: behind one that somebody started and ended, another of theirs may go on."""
    rig = Rig()
    rig.apply(room("a"))
    (body,) = rig.emulator.rooms()
    for _ in range(2):
        rig.emulator.console(Operation.START_JOB, room_id=str(body["room_id"]), body={})
        rig.emulator.advance(60)
    first, second = (str(job["job_id"]) for job in rig.emulator.jobs())
    rig.emulator.fail_job(second, BROKEN)
    report = rig.apply(room("a", run="2"))
    (outcome,) = report.outcomes
    assert isinstance(outcome, Skipped)
    assert f"job {first} is on air, which was not started for run 2" in outcome.because
    assert report.exit_code == 4
    assert len(rig.emulator.jobs()) == 2
    assert all(entry.applied for entry in rig.emulator.ledger() if entry.operation is Operation.START_JOB)
    rig.emulator.fail_job(first, BROKEN)
    assert kinds(rig.apply(room("a", run="2")).outcomes) == [("Applied", "start")]
