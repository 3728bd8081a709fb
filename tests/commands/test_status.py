"""What `status` tells of rooms and their jobs, and to whom it tells what is sensitive."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from provisioner.emulator import Emulator
from tests.commands.support import ROOM, Folder, on_a_terminal, workspace

PUSHED = ROOM + (
    "  output_urls: ['rtmp://push.example.com/live']\n"
    "live:\n  window: {from: 2026-11-20T19:30, until: 2026-11-20T22:00, timezone: Asia/Shanghai}\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Two rooms, one of which is on air since 19:30 in Shanghai."""
    folder = workspace(tmp_path, spring=PUSHED, autumn=ROOM.replace("spring", "autumn").replace("Spring", "Autumn"))
    with Emulator.open(folder.path / ".provisioner/emulator.sqlite") as emulator:
        emulator.set_clock(datetime(2026, 11, 20, 11, 30, tzinfo=UTC))
    assert folder.run("apply", "--auto-approve").code == 0
    return folder


def job(folder: Folder) -> dict[str, object]:
    with Emulator.open(folder.path / ".provisioner/emulator.sqlite") as emulator:
        (found,) = emulator.jobs()
        return dict(found)


def sensitive(folder: Folder) -> list[str]:
    found = job(folder)
    channel = found["rtc_room_info"]
    assert isinstance(channel, dict)
    return [str(found["live_event_report_url"]), *(user["signature"] for user in channel["users"])]


def test_the_push_and_the_window_of_a_room_on_air_are_told(folder: Folder) -> None:
    waiting = folder.run("status", "--format", "json").json["rooms"]
    assert [(room["key"], room["job_state"], room["pushed_s"]) for room in waiting] == [
        ("autumn", None, None),
        ("spring", "WAITING", None),
    ]
    folder.run("emulator", "advance", "7530s")
    ran = folder.run("status")
    assert ran.code == 0
    row = next(line for line in ran.out.splitlines() if line.startswith("spring"))
    assert "PROCESSING  on air 2 h 05 min  2 h 05 min" in row
    assert "next: spring stops 2026-11-20 22:00 Asia/Shanghai\n" in ran.out
    before = job(folder)["stream_duration"]
    autumn, spring = folder.run("status", "--format", "json").json["rooms"]
    assert (autumn["job_id"], autumn["pushed_s"], autumn["next"]) == (None, None, None)
    assert spring["job_id"] == job(folder)["job_id"]
    assert before <= spring["pushed_s"] <= job(folder)["stream_duration"], "the clock goes on"
    assert spring["next"]["at"] == "2026-11-20T14:00:00Z"


def test_what_opens_a_job_s_doors_is_shown_to_a_person_who_asks(folder: Folder) -> None:
    folder.run("emulator", "advance", "1m")
    code, told = on_a_terminal(folder, "status", "--show-sensitive")
    assert code == 0
    assert [word for word in sensitive(folder) if word not in told] == []
    _, told = on_a_terminal(folder, "status")
    assert [word for word in sensitive(folder) if word in told] == []


def test_what_opens_a_job_s_doors_goes_nowhere_else(folder: Folder) -> None:
    for arguments in (["--show-sensitive"], ["--show-sensitive", "--format", "json"]):
        ran = folder.run("status", *arguments)
        assert (ran.code, ran.out) == (64, "")
        assert "--show-sensitive" in ran.err
    code, told = on_a_terminal(folder, "status", "--show-sensitive", "--format", "json")
    assert code == 64
    told += "".join(folder.run("status", *form).out for form in ([], ["--format", "json"]))
    assert [word for word in sensitive(folder) if word in told] == []
