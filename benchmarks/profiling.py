"""Where the time goes: one command under cProfile, in one process.

`provisioner` renders in a forked child, whose work no profile of its parent would show. Where a system has no `fork`
it renders in the process itself, so here it gets to see none.
"""

from __future__ import annotations

import contextlib
import cProfile
import io
import os
import pstats
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from unittest import mock

from benchmarks.asked import Asked
from benchmarks.measuring import module
from benchmarks.service import TARGET, fill, served
from benchmarks.workspaces import Kind, edit_template, environment, generate

TOP = 30
PLAN = ("plan", "--target", TARGET)


def profile(name: str, asked: Asked) -> str:
    """The profile of one benchmark's command: the functions with most time of their own, then those with most time
    below them.
    """
    return PROFILES[name](asked)


def _validate(kind: Kind, usual: int) -> Callable[[Asked], str]:
    def measured(asked: Asked) -> str:
        path = generate(asked.folder / "rooms", kind, asked.size(usual)).path
        return _profiled(path, ("validate",), environment)

    return measured


def _plan(usual: int, *, changes: bool) -> Callable[[Asked], str]:
    def measured(asked: Asked) -> str:
        path = generate(asked.folder / "rooms", Kind.TEMPLATE, asked.size(usual)).path
        fill(path)
        if changes:
            edit_template(path)
        with served(path) as service:
            return _profiled(path, PLAN, service.environment)

    return measured


PROFILES: Mapping[str, Callable[[Asked], str]] = {
    "validate-template": _validate(Kind.TEMPLATE, 1_000),
    "validate-hand-written": _validate(Kind.HAND_WRITTEN, 200),
    "validate-mixture": _validate(Kind.MIXTURE, 500),
    "plan-unchanged": _plan(500, changes=False),
    "plan-changed": _plan(500, changes=True),
}


def _profiled(workspace: Path, command: Sequence[str], variables: Mapping[str, str]) -> str:
    return module("benchmarks.profiling", *command, folder=workspace, environment=variables).out


def main(command: Sequence[str]) -> int:
    """Runs a command of `provisioner` in the current folder and prints its profile instead of what it says."""
    from provisioner.commands.guarded import run  # noqa: PLC0415  # imports are part of what takes time

    profiler = cProfile.Profile()
    with mock.patch.object(os, "fork", create=True), contextlib.redirect_stdout(io.StringIO()) as said:
        del os.fork
        code = profiler.runcall(run, command)
    if code != 0:
        sys.stderr.write(said.getvalue())
        return code
    for order in ("tottime", "cumtime"):
        pstats.Stats(profiler, stream=sys.stdout).strip_dirs().sort_stats(order).print_stats(TOP)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
