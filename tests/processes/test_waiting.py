"""While the service takes fewer calls than the target says, the tool says that it waits, and for how long."""

from __future__ import annotations

import re
from pathlib import Path

from provisioner.emulator import Limit, Operation
from tests.processes.support import FAST, manifests, service

WAITING = re.compile(r"^waiting (\d+\.\d) s before the next try: create room$", re.MULTILINE)


def test_a_throttled_run_says_so_on_stderr_and_not_with_quiet(tmp_path: Path) -> None:
    with service(limits={"create": Limit(4, 1.0)}) as place:
        for name, options, is_told in (("loud", [], True), ("quiet", ["--quiet"], False)):
            place.emulator.reset()
            folder = place.workspace(tmp_path / name, limits=FAST.replace("create: 500", "create: 40"))
            manifests(folder, 10)
            ran = place.run(folder, "apply", "--auto-approve", *options)
            assert ran.code == 0, ran.out + ran.err
            assert place.rooms_by_key().total() == 10
            told = [float(seconds) for seconds in WAITING.findall(ran.err)]
            assert "waiting" not in ran.out
            assert bool(told) is is_told
            assert all(0.5 <= seconds <= 60 for seconds in told)
            refused = [e for e in place.emulator.ledger() if e.status == 429 and e.operation is Operation.CREATE_ROOM]
            assert refused
            assert len(told) <= len(refused), "calls that wait for the same thing are told of once"
