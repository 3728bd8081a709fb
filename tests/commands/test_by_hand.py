"""`start` and `stop` of one room by hand, and that the next plans do not fight them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from provisioner.emulator import Doom, Emulator, Fault, Operation
from tests.commands.support import ROOM, Folder, Ran, on_a_terminal, workspace
from tests.processes.support import service

DAILY = "every: [mon, tue, wed, thu, fri, sat, sun], from: 12:00, until: 15:00, timezone: UTC"
UNMANAGED = ""
STOPPED = "live: {state: stopped}\n"
RUNNING = "live: {state: running, run: one}\n"
WINDOW = f"live: {{run: one, window: {{{DAILY}}}}}\n"
EVERY = {"unmanaged": UNMANAGED, "stopped": STOPPED, "running": RUNNING, "window": WINDOW}


def made(path: Path, live: str, hour: int = 9) -> Folder:
    """A room that was applied at an hour of the day."""
    folder = workspace(path, spring=ROOM + live)
    with emulator(folder) as embedded:
        embedded.set_clock(datetime(2026, 11, 20, hour, 0, tzinfo=UTC))
    assert folder.run("apply", "--auto-approve").code == 0
    return folder


def emulator(folder: Folder) -> Emulator:
    return Emulator.open(folder.path / ".provisioner/emulator.sqlite")


def start(folder: Folder, *more: str) -> Ran:
    return folder.run("start", "spring", "--auto-approve", "--format", "json", *more)


def stop(folder: Folder) -> Ran:
    return folder.run("stop", "spring", "--auto-approve", "--format", "json")


def jobs(folder: Folder) -> list[str]:
    with emulator(folder) as embedded:
        return [str(job["state"]) for job in embedded.jobs()]


def on_air(folder: Folder) -> int:
    return sum(state in {"WAITING", "PROCESSING"} for state in jobs(folder))


def planned(folder: Folder) -> list[tuple[str, str | None]]:
    """What the next plan would do, with the run."""
    ran = folder.run("plan", "--format", "json")
    assert ran.code == 0, ran.err
    return [(action["action"], action.get("run")) for action in ran.json["actions"]]


def warnings(folder: Folder) -> list[tuple[str, str]]:
    """What the next plan warns of, but for what speaks against going on air."""
    found = folder.run("plan", "--format", "json").json["warnings"]
    return [(warning["rule"], warning["message"]) for warning in found if warning["rule"] != "live-risk"]


def advance(folder: Folder, duration: str) -> None:
    assert folder.run("emulator", "advance", duration).code == 0


def rewrite(folder: Folder, live: str) -> None:
    folder.write("rooms/spring.yaml", ROOM + live)


@pytest.mark.parametrize("live", EVERY.values(), ids=EVERY)
def test_what_is_started_and_stopped_by_hand_is_left_at_that_by_plans(tmp_path: Path, live: str) -> None:
    """Twice, so that a run which the manifest asks for is used up the second time."""
    folder = made(tmp_path, live)
    if live == RUNNING:
        assert stop(folder).code == 0
    before = len(jobs(folder))
    for number in (1, 2):
        ran = start(folder)
        assert ran.code == 0, ran.err
        (outcome,) = ran.json["outcomes"]
        assert (outcome["outcome"], outcome["action"]) == ("applied", "start")
        assert (planned(folder), on_air(folder)) == ([], 1)
        advance(folder, "10m")
        assert folder.run("apply", "--auto-approve").code == 0
        assert (planned(folder), on_air(folder)) == ([], 1)
        ran = stop(folder)
        assert (ran.code, ran.json["summary"]["applied"]) == (0, 1)
        assert (planned(folder), on_air(folder)) == ([], 0)
        advance(folder, "10m")
        assert (planned(folder), len(jobs(folder))) == ([], before + number)


def test_a_start_takes_the_run_that_the_manifest_asks_for_and_a_stop_uses_it_up(tmp_path: Path) -> None:
    folder = made(tmp_path, UNMANAGED)
    rewrite(folder, RUNNING)
    assert planned(folder) == [("start", "one")]
    refused = start(folder, "--run", "other")
    assert refused.code == 4
    assert "run one of room spring is still to be broadcast" in refused.err
    assert start(folder).code == 0
    assert planned(folder) == []
    assert stop(folder).code == 0
    assert planned(folder) == []
    again = start(folder, "--run", "one")
    assert again.code == 4
    assert "is used up" in again.err
    assert start(folder, "--run", "encore").code == 0
    rewrite(folder, RUNNING.replace("one", "two"))
    assert planned(folder) == [("blocked", None)]
    assert stop(folder).code == 0
    assert planned(folder) == [("start", "two")]
    rewrite(folder, RUNNING)
    assert planned(folder) == [], "the declared run is remembered beside the one by hand"


def test_in_an_open_window_a_stop_holds_until_the_next_occurrence(tmp_path: Path) -> None:
    folder = made(tmp_path, WINDOW, hour=12)
    assert on_air(folder) == 1
    assert stop(folder).code == 0
    advance(folder, "1h")
    assert planned(folder) == []
    assert start(folder).code == 0
    assert planned(folder) == []
    advance(folder, "3h")
    assert (planned(folder), on_air(folder)) == ([], 1), "a window ends its own runs"
    assert folder.run("plan", "--format", "json").json["next"][0]["action"] == "start"
    advance(folder, "20h")
    assert planned(folder) == [("restart", "one@2026-11-21T12:00")]
    assert folder.run("apply", "--auto-approve").code == 0
    assert (planned(folder), on_air(folder)) == ([], 1)
    advance(folder, "3h")
    assert planned(folder) == [("stop", None)]


def test_out_of_its_window_a_start_holds_until_the_window_opens(tmp_path: Path) -> None:
    folder = made(tmp_path, WINDOW)
    assert start(folder).code == 0
    advance(folder, "2h")
    assert planned(folder) == []
    advance(folder, "1h")
    assert planned(folder) == [("restart", "one@2026-11-20T12:00")]
    assert stop(folder).code == 0
    assert planned(folder) == [("start", "one@2026-11-20T12:00")]


def test_a_manifest_that_changes_its_mind_is_followed(tmp_path: Path) -> None:
    folder = made(tmp_path, STOPPED)
    assert start(folder).code == 0
    rewrite(folder, "live: {state: stopped, run: two}\n")
    assert planned(folder) == [("stop", None)]
    rewrite(folder, UNMANAGED)
    assert planned(folder) == []
    rewrite(folder, STOPPED)
    assert planned(folder) == []
    with emulator(folder) as embedded:
        (room,) = embedded.rooms()
        assert embedded.console(Operation.START_JOB, room_id=str(room["room_id"]), body={})[0] == 202
    assert planned(folder) == [("stop", None)], "a second job beside it was started by nobody"


@pytest.mark.parametrize("live", EVERY.values(), ids=EVERY)
@pytest.mark.parametrize("state", ["FAILED", "BLOCKED"])
def test_a_run_by_hand_that_the_service_broke_off_is_told(tmp_path: Path, live: str, state: str) -> None:
    folder = made(tmp_path, live)
    if on_air(folder):
        assert stop(folder).code == 0
    assert warnings(folder) == []
    assert start(folder, "--run", "mine").code == 0
    assert warnings(folder) == []
    advance(folder, "1m")
    with emulator(folder) as embedded:
        job_id = str(embedded.jobs()[-1]["job_id"])
        embedded.fail_job(job_id, Doom(state, 0, "MSS.30000099", "The push broke off."))
    said = (
        f"the job of room spring for run mine, which was started by hand, is over: {state} "
        "(MSS.30000099: The push broke off). To go on air again: provisioner start spring"
    )
    assert warnings(folder) == [("run-ended", said)]
    assert planned(folder) == []
    assert start(folder).code == 0
    assert warnings(folder) == []


def test_a_run_by_hand_that_broke_off_is_told_no_more_when_something_else_is_asked_for(tmp_path: Path) -> None:
    folder = made(tmp_path, STOPPED)
    assert start(folder).code == 0
    with emulator(folder) as embedded:
        embedded.fail_job(str(embedded.jobs()[-1]["job_id"]), Doom("FAILED", 0, "MSS.X", "no"))
    assert len(warnings(folder)) == 1
    rewrite(folder, "live: {state: running, run: two}\n")
    assert (warnings(folder), planned(folder)) == ([], [("start", "two")])


def test_a_change_of_the_room_leaves_a_job_by_hand_as_it_is(tmp_path: Path) -> None:
    folder = made(tmp_path, STOPPED)
    assert start(folder).code == 0
    folder.write("rooms/spring.yaml", ROOM.replace("shoes", "hats") + STOPPED)
    assert planned(folder) == [("update", None)]
    assert folder.run("apply", "--auto-approve").code == 0
    assert (planned(folder), on_air(folder)) == ([], 1), "the update keeps what was started by hand in mind"


def test_a_room_on_air_is_not_started_twice(tmp_path: Path) -> None:
    folder = made(tmp_path, RUNNING)
    ran = start(folder)
    assert (ran.code, ran.json["summary"]["unchanged"]) == (0, 1)
    ran = start(folder, "--run", "other")
    assert ran.code == 4
    assert "end that first with: provisioner stop spring" in ran.err
    assert len(jobs(folder)) == on_air(folder) == 1
    assert stop(folder).code == 0
    ran = stop(folder)
    assert (ran.code, ran.json["outcomes"]) == (0, [])


def test_nobody_is_asked_in_a_pipe(tmp_path: Path) -> None:
    """Who names a room and what is to be done with it has said all that there is to say."""
    folder = made(tmp_path, STOPPED)
    started = folder.run("start", "spring")
    assert (started.code, on_air(folder)) == (0, 1)
    assert "started spring" in started.out
    stopped = folder.run("stop", "spring")
    assert (stopped.code, on_air(folder)) == (0, 0)
    assert "stopped spring" in stopped.out


def test_a_person_is_shown_what_will_be_done_and_asked(tmp_path: Path) -> None:
    folder = made(tmp_path, STOPPED)
    code, told = on_a_terminal(folder, "start", "spring", "--run", "encore", typed="no\n")
    assert code == 0
    assert "goes on air for run encore, by hand" in " ".join(told.split())
    assert "Nothing was written." in told
    assert jobs(folder) == []
    code, told = on_a_terminal(folder, "start", "spring", typed="yes\n")
    assert (code, on_air(folder)) == (0, 1)
    code, told = on_a_terminal(folder, "stop", "spring", typed="yes\n")
    assert (code, on_air(folder)) == (0, 0)
    assert "viewers lose the picture" in " ".join(told.split())


def test_a_room_that_is_not_there_or_not_as_declared_is_refused(tmp_path: Path) -> None:
    folder = workspace(tmp_path, spring=ROOM)
    for ran in (start(folder), stop(folder)):
        assert ran.code == 4
        assert "room spring does not exist yet; make it with: provisioner apply" in ran.err
    assert folder.run("start", "autumn", "--auto-approve").code == 64
    assert folder.run("start", "spring", "--run", "a@b", "--auto-approve").code == 64
    with emulator(folder) as embedded:
        embedded.console(Operation.CREATE_ROOM, body={"room_name": "Spring sale"})
    rewrite(folder, "adopt: by_name\n")
    for ran in (start(folder), stop(folder)):
        assert ran.code == 4
        assert "is not managed yet" in ran.err
    assert folder.run("apply", "--auto-approve").code == 0
    folder.write("rooms/spring.yaml", ROOM.replace("shoes", "hats"))
    ran = start(folder)
    assert ran.code == 4
    assert "is not as its manifest says" in ran.err
    assert jobs(folder) == []


def test_a_start_by_hand_that_came_to_nothing_goes_on_under_its_name(tmp_path: Path) -> None:
    """It was announced in the room's marker, and no job came of it."""
    with service() as place:
        folder = place.workspace(tmp_path)
        folder.write("rooms/spring.yaml", ROOM + STOPPED)
        assert place.run(folder, "apply", "--auto-approve").code == 0
        place.emulator.faults.add(Fault(operation=Operation.START_JOB, applied=False, status=400))
        assert place.run(folder, "start", "spring", "--run", "encore", "--auto-approve").code == 1
        assert place.run(folder, "plan", "--detailed-exitcode").code == 0
        ran = place.run(folder, "start", "spring", "--auto-approve")
        assert ran.code == 0
        assert "run encore" in ran.out
        assert place.jobs_by_key() == {"spring": 1}
        assert place.run(folder, "plan", "--detailed-exitcode").code == 0


def test_a_stop_says_where_the_next_plan_goes_on_with_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was begun, and the job that was to be ended is still on air."""
    live = "live: {state: running, run: evening, on_change: restart}\n"
    with service() as place:
        folder = place.workspace(tmp_path)
        folder.write("rooms/spring.yaml", ROOM.replace("Two for one.", "Two for one. " * 50) + live)
        assert place.run(folder, "apply", "--auto-approve").code == 0
        folder.write("rooms/spring.yaml", ROOM.replace("Two for one.", "Three for one. " * 50) + live)
        place.emulator.faults.add(Fault(operation=Operation.STOP_JOB, applied=False, status=400))
        assert place.run(folder, "apply", "--auto-approve").code == 3
        for name, value in place.environment.items():
            monkeypatch.setenv(name, value)
        code, told = on_a_terminal(folder, "stop", "spring", typed="yes\n")
        assert (code, place.jobs_by_key()) == (0, {})
        assert "viewers lose the picture; the next plan starts run evening" in " ".join(told.split())
        assert "goes on air for run evening: a restart was begun" in " ".join(place.run(folder, "plan").out.split())
