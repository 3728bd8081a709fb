"""What a job's answers hold that opens doors: signatures, addresses with their proof, keys. None of it is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from provisioner.emulator import Cut, Fault, JobFailure, Operation
from tests.commands.support import ROOM, Folder, Ran
from tests.processes.support import Service, service

PLANTED = "pl4nted"
"""Part of every value that must not be seen."""
ANSWERS = (Operation.START_JOB, Operation.SHOW_JOB, Operation.LIST_ROOM_JOBS, Operation.LIST_JOBS)


def planted(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer with something to hide in each of its jobs, in all fields that may hold it."""
    for job in answer.get("smart_live_jobs", [answer]):
        job["rtc_room_info"] = {
            "app_id": "app",
            "room_id": "rtc",
            "users": [{"user_type": "PLAYER", "user_id": "u", "signature": f"{PLANTED}-signature", "ctime": 1}],
        }
        job["live_event_report_url"] = f"https://report.example.com/{PLANTED}?token={PLANTED}"
        job["live_event_callback_config"] = {"live_event_callback_url": f"https://a/{PLANTED}", "key": PLANTED}
        job["rtc_callback_config"] = {"url": f"https://b.example.com/{PLANTED}", "key": PLANTED}
        job["co_streamer_config"] = {"token": PLANTED}
        job["cover_url"] = f"https://c.example.com/x.png?sig={PLANTED}"
        job["relation_live_platform_info"] = {"platform": "p", "account": f"{PLANTED}@example.com"}
        job["live_job_log"] = {"scripts_records_url": f"https://d.example.com/{PLANTED}"}
        job["unheard_of"] = {"access_token": PLANTED}
        if "error_info" in job:
            job["error_info"]["error_msg"] = f"pushing to rtmp://live.example.com/{PLANTED}?key={PLANTED} failed"
            job["block_reason"] = f"see https://e.example.com/{PLANTED}"
    return answer


def everything(place: Service, folder: Folder, state: str, *extra: str) -> list[Ran]:
    """What a user would call round the beginning or the end of a broadcast, with every report that there is."""
    folder.write("rooms/spring.yaml", f"{ROOM}live: {{state: {state}, run: one}}\n")
    reports = [word for end in ("json", "md", "txt") for word in ("--report", f"{state}.{end}")]
    of_plan = [word for end in ("html", "json", "md", "txt") for word in ("--report", f"plan-{state}.{end}")]
    commands = (
        ("snapshot", "-o", "observed.json"),
        ("plan", "-o", "saved.json", *of_plan),
        ("apply", "saved.json", "--wait=20", *reports, *extra),
        ("status", "--format", "json"),
        ("status",),
        ("plan", "--refresh", "full", "--format", "json"),
        ("plan", "--all"),
        ("show", "saved.json"),
    )
    return [place.run(folder, *command) for command in commands]


@pytest.mark.parametrize("end", ["on air", "FAILED", "BLOCKED", "no answer", "half an answer", "of a wrong type"])
def test_nothing_that_opens_doors_is_in_what_is_written_or_said(tmp_path: Path, end: str) -> None:
    is_waited_for = end in ("on air", "FAILED", "BLOCKED")
    with service(start_delay_s=1 if is_waited_for else 0) as place:
        folder = place.workspace(tmp_path)
        faults = place.emulator.faults
        for operation in ANSWERS:
            wrong = end == "of a wrong type" and operation is Operation.START_JOB
            faults.add(Fault(operation=operation, times=None, edit=misshapen if wrong else planted))
        if end in ("FAILED", "BLOCKED"):
            faults.add(JobFailure(state=end, after_s=2 if end == "FAILED" else 0.5))
        if end in ("no answer", "half an answer"):
            cut = Cut.BEFORE_ANSWER if end == "no answer" else Cut.IN_BODY
            faults.clear()
            faults.add(Fault(operation=Operation.START_JOB, cut=cut, edit=planted))
            for operation in ANSWERS:
                faults.add(Fault(operation=operation, times=None, edit=planted))
        ran = everything(place, folder, "running", "--format", "json")
        ran += everything(place, folder, "stopped")
        assert place.emulator.jobs(), "a broadcast there was"
        for found in ran:
            assert PLANTED not in found.out + found.err
        if end == "FAILED":
            assert any("pushing to rtmp://***" in found.out for found in ran), "the reason is told without the address"
        written = [file for file in tmp_path.rglob("*") if file.is_file()]
        assert {"saved.json", "running.json", "stopped.txt", "cache.sqlite"} <= {file.name for file in written}
        assert not [file for file in written if PLANTED.encode() in file.read_bytes()]


def misshapen(answer: dict[str, Any]) -> dict[str, Any]:
    """A planted answer that is none, so that a message speaks of it."""
    return planted(answer) | {"rtc_room_info": f"{PLANTED}-signature", "limit_duration": [PLANTED]}
