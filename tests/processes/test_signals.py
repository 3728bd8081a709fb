"""SIGINT and SIGTERM in the middle of an apply: a quick end, and a report that is what the service has."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path

import pytest

from provisioner.emulator import Fault, Operation, Stage
from provisioner.emulator.calls import Call
from tests.processes.support import FAST, Process, Service, manifests, report, service

ROOMS, ON_AIR = 200, 100
WITHIN_S = 5.0
CREATE, START = Operation.CREATE_ROOM, Operation.START_JOB
SLOW_CREATES = FAST.replace("create: 500", "create: 3")


def wait_for(place: Service, operation: Operation, count: int) -> None:
    """Until so many calls took effect."""
    reached = threading.Event()
    left = [count]

    def watch(stage: Stage, call: Call) -> None:
        if stage is Stage.COMMITTED and call.operation is operation:
            left[0] -= 1
            if left[0] == 0:
                reached.set()

    place.emulator.faults.watch = watch
    assert reached.wait(30)
    place.emulator.faults.watch = None


@pytest.mark.parametrize(
    ("number", "code", "settle", "limits", "operation", "count"),
    [
        pytest.param(signal.SIGINT, 130, 1, FAST, CREATE, 60, id="creates"),
        pytest.param(signal.SIGINT, 130, 15, FAST, CREATE, 60, id="while the creates settle"),
        pytest.param(signal.SIGINT, 130, 0, FAST, START, 30, id="starts"),
        pytest.param(signal.SIGTERM, 143, 0, FAST, CREATE, 60, id="SIGTERM"),
        pytest.param(signal.SIGTERM, 143, 15, SLOW_CREATES, CREATE, 4, id="while creates wait for their turn"),
    ],
)
def test_a_signal_ends_an_apply_soon_and_the_report_is_the_truth(
    tmp_path: Path,
    number: signal.Signals,
    code: int,
    settle: float,
    limits: str,
    operation: Operation,
    count: int,
) -> None:
    with service() as place:
        folder = place.workspace(tmp_path, settle=settle, limits=limits)
        manifests(folder, ROOMS, on_air=ON_AIR)
        with place.started(folder, "apply", "--auto-approve", "--report", "out.json") as process:
            wait_for(place, operation, count)
            sent_at = time.monotonic()
            process.send(number)
            ran = process.ended()
            took = time.monotonic() - sent_at
        assert ran.code == code, ran.err
        assert took < WITHIN_S
        assert "stopping" in ran.err
        told = report(folder)
        assert (told["interrupted"], told["exit_code"]) == (number.name, code)
        assert len(told["outcomes"]) == ROOMS + ON_AIR
        assert {out["outcome"] for out in told["outcomes"]} <= {"applied", "skipped"}
        applied = [out for out in told["outcomes"] if out["outcome"] == "applied"]
        rooms = [out["room_id"] for out in applied if out["action"] == "create"]
        jobs = [out["job_id"] for out in applied if out["action"] == "start"]
        assert sorted(rooms) == sorted(str(body["room_id"]) for body in place.emulator.rooms())
        assert sorted(jobs) == sorted(str(job["job_id"]) for job in place.emulator.jobs())
        assert count <= len(jobs if operation is START else rooms) < (ON_AIR if operation is START else ROOMS)
        if limits is SLOW_CREATES:
            assert len(rooms) <= count + 1, "what waits for its turn is not sent any more"


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [(signal.SIGINT, signal.SIGINT, 130), (signal.SIGTERM, signal.SIGTERM, -signal.SIGTERM)],
)
def test_a_second_signal_stops_at_once(
    tmp_path: Path, first: signal.Signals, second: signal.Signals, code: int
) -> None:
    """What a write in flight became is not known then, and nobody claims it; a shell shows 143 for SIGTERM."""
    with service() as place:
        folder = place.workspace(tmp_path)
        manifests(folder, 2)
        place.emulator.faults.add(Fault(operation=CREATE, hold_s=20, times=None))
        with place.started(folder, "apply", "--auto-approve", "--report", "out.json") as process:
            wait_for(place, CREATE, 1)
            process.send(first)
            assert stderr_line(process).startswith("stopping:")
            sent_at = time.monotonic()
            process.send(second)
            ran = process.ended()
        assert time.monotonic() - sent_at < 3.0, "the answer is 20 s away"
        assert ran.code == code, ran.err
        assert "nothing more was done" not in ran.err
        if second is signal.SIGINT:
            assert "may have been done" in ran.err
        assert "Traceback" not in ran.err


@pytest.mark.parametrize("count", [10, 20, 40, 80])
def test_a_second_ctrl_c_amid_work_ends_it_without_a_word_of_pythons(tmp_path: Path, count: int) -> None:
    """While answers come in, so that the signal finds some task at work and not the loop at rest."""
    with service() as place:
        folder = place.workspace(tmp_path)
        manifests(folder, ROOMS)
        with place.started(folder, "apply", "--auto-approve") as process:
            wait_for(place, CREATE, count)
            process.send(signal.SIGINT)
            assert stderr_line(process).startswith("stopping:")
            process.send(signal.SIGINT)
            ran = process.ended()
        assert ran.code == 130
        assert ran.err.startswith("error: stopped at once"), ran.err
        assert len(ran.err.splitlines()) == 1


def test_ctrl_c_ends_a_command_that_only_reads_and_says_so(tmp_path: Path) -> None:
    """Whatever the rooms are called."""
    with service() as place:
        folder = place.workspace(tmp_path)
        folder.write("rooms/a.yaml", "kind: Room\nkey: apply\nspec: {room_name: A}\n")
        place.emulator.faults.add(Fault(operation=Operation.LIST_ROOMS, hold_s=20, times=None))
        with place.started(folder, "plan", "apply") as process:
            wait_for(place, Operation.LIST_ROOMS, 1)
            process.send(signal.SIGINT)
            ran = process.ended(timeout=10)
        assert ran.code == 130
        assert ran.err == "error: stopped; nothing was written\n"


def stderr_line(process: Process) -> str:
    assert process.popen.stderr is not None
    return process.popen.stderr.readline()
