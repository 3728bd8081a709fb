"""Windows on the command line: what is planned at moments round a change of clocks and a year's end."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from provisioner.emulator import Emulator
from tests.commands.support import ROOM, Folder, workspace

WEEKEND = ROOM + (
    'live:\n  run: night\n  window: {every: [sat, sun], from: "01:30", until: "02:30", timezone: Europe/Berlin}\n'
)
LATE = ROOM + "live:\n  window: {every: [thu], from: 22:00, until: 01:30, timezone: America/New_York}\n"


@pytest.mark.parametrize(
    ("manifest", "at", "run", "until", "then"),
    [
        # Europe/Berlin sets its clocks forward at 2026-03-29T01:00Z, over the window's end.
        (WEEKEND, "2026-03-29T00:29:59Z", None, None, "start 2026-03-29T00:30:00Z 2026-03-29T01:30"),
        (WEEKEND, "2026-03-29T00:30:00Z", "night@2026-03-29T01:30", "2026-03-29T01:00:00Z", "stop 03:00"),
        (WEEKEND, "2026-03-29T03:00+02:00", None, None, "start 2026-04-03T23:30:00Z 2026-04-04T01:30"),
        # It sets them back at 2026-10-25T01:00Z: 02:30 comes twice, and the first one counts.
        (WEEKEND, "2026-10-25T01:30+02:00", "night@2026-10-25T01:30", "2026-10-25T00:30:00Z", "stop 02:30"),
        (WEEKEND, "2026-10-25T00:29:59Z", "night@2026-10-25T01:30", "2026-10-25T00:30:00Z", "stop 02:30"),
        (WEEKEND, "2026-10-25T00:30:00Z", None, None, "start 2026-10-31T00:30:00Z 2026-10-31T01:30"),
        (WEEKEND, "2026-10-25T01:15:00Z", None, None, "start 2026-10-31T00:30:00Z 2026-10-31T01:30"),
        # New Year's Eve is a Thursday, and so is the last day of daylight saving before Sunday, 2027-03-14.
        (LATE, "2026-12-31T21:59:59-05:00", None, None, "start 2027-01-01T03:00:00Z 2026-12-31T22:00"),
        (LATE, "2027-01-01T05:00:00Z", "1@2026-12-31T22:00", "2027-01-01T06:30:00Z", "stop 01:30"),
        (LATE, "2027-01-01T06:30:00Z", None, None, "start 2027-01-08T03:00:00Z 2027-01-07T22:00"),
        (LATE, "2027-03-12T06:30:00Z", None, None, "start 2027-03-19T02:00:00Z 2027-03-18T22:00"),
    ],
)
def test_a_weekly_window_is_planned_by_the_clocks_of_its_place(
    tmp_path: Path, manifest: str, at: str, run: str | None, until: str | None, then: str
) -> None:
    folder = workspace(tmp_path, spring=manifest)
    plan = folder.run("plan", "--at", at, "--format", "json").json
    started = [(action["run"], action["until"]) for action in plan["actions"] if action["action"] == "start"]
    assert started == ([(run, until)] if run else [])
    assert datetime.fromisoformat(plan["at"]) == datetime.fromisoformat(at)
    (change,) = plan["next"]
    if run:
        assert (change["run"], change["at"]) == (run, until)
        assert f"{change['action']} {change['local'].partition('T')[2]}" == then
    else:
        assert f"{change['action']} {change['at']} {change['local']}" == then


def test_a_plan_for_another_moment_is_shown_and_not_applied(tmp_path: Path) -> None:
    folder = workspace(tmp_path, spring=LATE)
    ran = folder.run("plan", "--at", "2027-01-01T05:00Z", "-o", "plan.json")
    assert ran.code == 0
    assert "as if it were 2027-01-01 05:00 UTC: to be looked at, not to be applied\n" in ran.out
    assert "next: spring stops 2027-01-01 01:30 America/New_York\n" in ran.out
    assert "goes on air for run 1@2026-12-31T22:00\n" in ran.out
    assert "apply it with" not in ran.err
    assert folder.run("show", "plan.json").out == ran.out
    refused = folder.run("apply", "plan.json")
    assert refused.code == 4
    assert "plan again without --at" in refused.err
    assert folder.run("status", "--format", "json").json["rooms"][0]["room_id"] is None


@pytest.mark.parametrize("text", ["2026-11-21T19:30", "2026-11-21", "19:30", "soon", "0001-01-01T00:00+23:00"])
def test_a_moment_that_is_none_is_an_error_of_the_command_line(tmp_path: Path, text: str) -> None:
    ran = workspace(tmp_path, spring=ROOM).run("plan", "--at", text)
    assert ran.code == 64
    assert "--at takes a date, a time and an offset" in ran.err


def test_windows_go_by_the_clock_of_the_embedded_service_which_can_be_moved(folder: Folder) -> None:
    """Some hours are stepped through, and the room is on air for one of them."""
    with Emulator.open(folder.path / ".provisioner/emulator.sqlite") as emulator:
        emulator.set_clock(datetime(2026, 11, 20, 9, 30, tzinfo=UTC))
    seen = []
    for _ in range(6):
        applied = folder.run("apply", "--auto-approve", "--format", "json").json
        seen.append([outcome["action"] for outcome in applied["outcomes"]])
        folder.run("emulator", "advance", "1h")
    assert seen == [["create"], [], [], ["start"], ["stop"], []]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    window = "{every: [mon, tue, wed, thu, fri, sat, sun], from: 12:00, until: 13:00, timezone: UTC}"
    return workspace(tmp_path, spring=f"{ROOM}live:\n  window: {window}\n")


def test_a_rendered_window_is_the_one_that_was_written(tmp_path: Path) -> None:
    folder = workspace(tmp_path, spring=WEEKEND)
    rendered = folder.run("render").out
    folder.write("rooms/spring.yaml", rendered)
    assert folder.run("render").out == rendered
    assert folder.run("render", "--format", "json").json["rooms"][0]["live"]["window"] == {
        "every": ["sat", "sun"],
        "from": "01:30",
        "until": "02:30",
        "timezone": "Europe/Berlin",
    }
