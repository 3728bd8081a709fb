"""`apply --wait` as a user starts it."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from provisioner.emulator import JobFailure
from tests.commands.support import ROOM, workspace
from tests.processes.support import Service, service

ON_AIR = f"{ROOM}live: {{state: running, run: one}}\n"


@pytest.mark.parametrize("option", ["--wait", "--wait=60"])
def test_the_apply_ends_when_the_job_is_on_air(tmp_path: Path, option: str) -> None:
    folder = workspace(tmp_path, spring=ON_AIR)
    ran = folder.run("apply", "--auto-approve", option, "--format", "json")
    assert ran.code == 0, ran.err
    started = ran.json["outcomes"][1]
    assert (started["outcome"], started["job_state"]) == ("applied", "PROCESSING")
    told = [line for line in ran.err.splitlines() if line.startswith("spring: job")]
    assert told == [f"spring: job {started['job_id']} is {state}" for state in ("WAITING", "PROCESSING")]


def test_the_saved_plan_may_come_after_the_option(tmp_path: Path) -> None:
    folder = workspace(tmp_path, spring=ON_AIR)
    assert folder.run("plan", "-o", "plan.json").code == 0
    ran = folder.run("apply", "--wait", "plan.json", "--quiet")
    assert ran.code == 0, ran.err
    assert "PROCESSING" in ran.out
    assert "is WAITING" not in ran.err


@pytest.mark.parametrize("option", ["--wait=soon", "--wait=-1", "--wait=", "--wait=1e9", "--wait=nan"])
def test_a_time_that_is_none_is_an_error_of_the_command_line(tmp_path: Path, option: str) -> None:
    assert workspace(tmp_path, spring=ON_AIR).run("apply", "--auto-approve", option).code == 64


def test_a_job_that_fails_makes_the_exit_code_3_and_its_reason_is_shown(tmp_path: Path) -> None:
    with service() as place:
        place.emulator.faults.add(JobFailure(error_code="MSS.X", error_msg="no resources left", after_s=1))
        folder = place.workspace(tmp_path)
        folder.write("rooms/spring.yaml", ON_AIR)
        ran = place.run(folder, "apply", "--auto-approve", "--wait", "--report", "out.json")
        assert ran.code == 3, ran.err
        assert "x spring did not go on air" in ran.out
        assert "FAILED (MSS.X: no resources left)" in ran.out
        assert '"job_state": "FAILED"' in (tmp_path / "out.json").read_text(encoding="utf-8")
        assert place.run(folder, "apply", "--auto-approve", "--wait").code == 0, "the run is used up"


def test_ctrl_c_on_a_terminal_ends_the_waiting_and_the_report_is_written(tmp_path: Path) -> None:
    with service(start_delay_s=600) as place:
        folder = place.workspace(tmp_path)
        folder.write("rooms/spring.yaml", ON_AIR)
        out, seen = on_terminal(place, tmp_path, until="WAITING")
        assert "waiting for jobs: 0 of 1" in seen
        assert "interrupted while its job was WAITING" in out
        assert [job["state"] for job in place.emulator.jobs()] == ["WAITING"]


def on_terminal(place: Service, folder: Path, *, until: str) -> tuple[str, str]:
    """Stdout, and what stood on the terminal, of an apply that is interrupted when the terminal shows a word."""
    terminal, inside = pty.openpty()
    seen = b""
    try:
        with subprocess.Popen(
            [sys.executable, "-m", "provisioner", "apply", "--auto-approve", "--wait"],
            cwd=folder,
            env={**os.environ, **place.environment, "TERM": "xterm", "COLUMNS": "100", "LINES": "30"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=inside,
            text=True,
        ) as process:
            try:
                while until.encode() not in seen:
                    seen += os.read(terminal, 4096)
                process.send_signal(signal.SIGINT)
                out, _ = process.communicate(timeout=10)
            finally:
                process.kill()
    finally:
        os.close(terminal)
        os.close(inside)
    assert process.returncode == 130
    return out, seen.decode()
