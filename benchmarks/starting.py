"""The lines of starting up: what a person waits for before anything is done."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from benchmarks.asked import Asked
from benchmarks.measuring import Ran, provisioner, run
from benchmarks.table import Line

RUNS = 7
_SAMPLE = Path(__file__).resolve().parent.parent
_PARTS = ("provisioner.yaml", "rooms", "templates", "values", "data")


def up(asked: Asked) -> Iterator[Line]:
    """A plan of the sample workspace that was never planned, and `--version`: the middle one of a few runs each."""
    workspace = asked.folder / "sample"
    asked.say(f"{RUNS} plans of the sample workspace, each a cold one")
    plans = _middle(lambda: _cold_plan(workspace))
    asked.say(f"{RUNS} times --version")
    versions = _middle(lambda: provisioner(asked.folder, "--version"))
    python = _middle(lambda: run((sys.executable, "-c", "pass"), asked.folder))
    remarks = f"the middle one of {RUNS}; Python alone takes {python:.2f} s"
    yield Line("`plan` of the sample workspace, cold", f"{plans:.2f} s", "<= 0.7 s", plans <= 0.7, remarks=remarks)
    yield Line("`--version`", f"{versions:.2f} s", "<= 0.12 s", versions <= 0.12, remarks=remarks)


def _cold_plan(workspace: Path) -> Ran:
    """A plan in a fresh copy: no local state, no service yet."""
    shutil.rmtree(workspace, ignore_errors=True)
    workspace.mkdir()
    for name in _PARTS:
        source = _SAMPLE / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, workspace / name)
    return provisioner(workspace, "plan")


def _middle(once: Callable[[], Ran]) -> float:
    return median(once().wall_s for _ in range(RUNS))
