"""`kill -9` at any moment of an apply: one quiet apply afterwards leaves one room and one job a key."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest

from provisioner.emulator import Stage
from provisioner.emulator.calls import Call
from tests.commands.support import Folder
from tests.processes.support import Process, Service, manifests, service

ROOMS, ON_AIR, KILLS = 12, 4, 4
"""Four kills in a row in each of five workspaces."""


class Killer:
    """Kills a process at a stage of its n-th request, or shortly after."""

    def __init__(self, chance: random.Random) -> None:
        self.stage = chance.choice(list(Stage))
        self._left = chance.randrange(1, 24)
        self._delay_s = chance.choice((0.0, 0.0, chance.random() * 0.02))
        self.process: Process | None = None

    def __call__(self, stage: Stage, _call: Call) -> None:
        if stage is not self.stage or self.process is None:
            return
        self._left -= 1
        if self._left == 0:
            time.sleep(self._delay_s)
            self.process.send(signal.SIGKILL)


def kill_an_apply(place: Service, folder: Folder, killer: Killer) -> int:
    """The exit code of an apply that was killed, or that was done before."""
    with place.started(folder, "apply", "--auto-approve") as process:
        killer.process = process
        place.emulator.faults.watch = killer
        code = process.ended().code
        place.emulator.faults.watch = None
    return code


@pytest.mark.parametrize(("seed", "settle"), [(1, 0), (2, 0), (3, 0), (4, 0.5), (5, 0.5)])
def test_after_kills_one_quiet_apply_makes_it_right(tmp_path: Path, seed: int, settle: float) -> None:
    chance = random.Random(seed)  # noqa: S311 - which moments, not which keys
    with service() as place:
        folder = place.workspace(tmp_path, settle=settle)
        manifests(folder, ROOMS, on_air=ON_AIR)
        codes = [kill_an_apply(place, folder, Killer(chance)) for _ in range(KILLS)]
        assert -signal.SIGKILL in codes
        quiet = place.run(folder, "apply", "--auto-approve")
        assert quiet.code == 0, quiet.out + quiet.err
        keys = [f"room-{number:03}" for number in range(ROOMS)]
        assert place.rooms_by_key() == dict.fromkeys(keys, 1)
        assert place.jobs_by_key() == dict.fromkeys(keys[:ON_AIR], 1)
        assert len(place.emulator.jobs()) == ON_AIR
        plan = place.run(folder, "plan", "--detailed-exitcode", "--refresh", "full")
        assert plan.code == 0, plan.out
