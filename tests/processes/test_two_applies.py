"""Two applies that are started together: one room and one job a key, and honest exit codes."""

from __future__ import annotations

from pathlib import Path

from provisioner.emulator import Emulator
from tests.commands.support import Folder, workspace
from tests.processes.support import manifests, process, service

ROOMS, ON_AIR = 50, 4
KEYS = [f"room-{number:03}" for number in range(ROOMS)]
ALLOWED = {0, 1, 3, 4, 5}
APPLY = ("apply", "--auto-approve")


def test_in_one_workspace_they_take_turns(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    manifests(folder, ROOMS, on_air=ON_AIR)
    with process(folder, *APPLY, environment={}) as one, process(folder, *APPLY, environment={}) as other:
        ended = [one.ended(), other.ended()]
    assert [ran.code for ran in ended] == [0, 0]
    assert len([ran for ran in ended if "waiting: another apply" in ran.err]) == 1
    assert len([ran for ran in ended if "Nothing was to be done." in ran.out]) == 1
    quiet = folder.run(*APPLY)
    assert (quiet.code, "Nothing was to be done." in quiet.out) == (0, True)
    with Emulator.open(tmp_path / ".provisioner/emulator.sqlite") as emulator:
        assert len(emulator.rooms()) == ROOMS
        assert len(emulator.jobs()) == ON_AIR


def test_from_two_copies_of_the_workspace_no_room_and_no_job_is_doubled(tmp_path: Path) -> None:
    with service() as place:
        copies: list[Folder] = [place.workspace(tmp_path / name, settle=2) for name in ("one", "two")]
        for folder in copies:
            manifests(folder, ROOMS, on_air=ON_AIR)
        with place.started(copies[0], *APPLY) as one, place.started(copies[1], *APPLY) as other:
            ended = [one.ended(), other.ended()]
        codes = {ran.code for ran in ended}
        assert codes <= ALLOWED, [ran.err for ran in ended]
        assert max(place.jobs_by_key().values()) == 1
        quiet = place.run(copies[0], *APPLY)
        assert quiet.code == 0, quiet.out + quiet.err
        assert place.rooms_by_key() == dict.fromkeys(KEYS, 1)
        assert place.jobs_by_key() == dict.fromkeys(KEYS[:ON_AIR], 1)
        assert place.run(copies[1], "plan", "--detailed-exitcode", "--refresh", "full").code == 0
