"""A command, run to its end, with what it took: seconds, processor time and memory of its whole tree of processes.

Memory is the proportional set size (PSS), summed over the command and everything below it: a page that a forked
child shares with its parent is counted once. It is looked at every 50 ms, and the highest sum counts.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

SAMPLE_S = 0.05
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left and what it took. `cpu_s` is user and system time of it and of the children that it waited
    for; `peak_bytes` is 0 where the system does not tell (elsewhere than on Linux).
    """

    code: int
    out: str
    err: str
    wall_s: float
    cpu_s: float
    peak_bytes: int


class FailedError(RuntimeError):
    """A command that is to be measured did something else than it should."""


def provisioner(folder: Path, *arguments: str, environment: Mapping[str, str] | None = None, code: int = 0) -> Ran:
    """Runs the tool in a folder. Raises FailedError where it ends with another code than `code`."""
    return run((sys.executable, "-m", "provisioner", *arguments), folder, environment=environment, code=code)


def module(
    name: str, *arguments: str, folder: Path, environment: Mapping[str, str] | None = None, code: int = 0
) -> Ran:
    """Runs a module of this repository. Raises FailedError where it ends with another code than `code`."""
    root = str(Path(__file__).resolve().parent.parent)
    more = {"PYTHONPATH": root, **(environment or {})}
    return run((sys.executable, "-m", name, *arguments), folder, environment=more, code=code)


def run(command: Sequence[str], folder: Path, *, environment: Mapping[str, str] | None = None, code: int = 0) -> Ran:
    """Runs a command in a folder with nothing of the environment that could matter. Raises FailedError."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.perf_counter()
        # the process is waited for by `wait4`, which also tells what it took
        popen = subprocess.Popen(  # noqa: S603  # our own words
            command,
            cwd=folder,
            env=clean_environment(environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
        with _Watch(popen.pid) as watch:
            _, status, usage = os.wait4(popen.pid, 0)
        wall_s = time.perf_counter() - began
        popen.returncode = os.waitstatus_to_exitcode(status)
        texts = [_text(stream) for stream in (out, err)]
    ran = Ran(popen.returncode, texts[0], texts[1], wall_s, usage.ru_utime + usage.ru_stime, watch.peak_bytes)
    if ran.code != code:
        last = "\n".join((ran.err or ran.out).splitlines()[-5:])
        raise FailedError(f"{' '.join(command[1:4])} ended with {ran.code} instead of {code}:\n{last}")
    return ran


def clean_environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Nothing of the developer's environment but what a process needs."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", **(more or {})}


def processor_s(process_id: int) -> float:
    """User and system time of a running process, all its threads; 0 where the system does not tell."""
    try:
        fields = (_PROC / str(process_id) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2]
    except OSError:
        return 0.0
    user, system = fields.split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


class _Watch:
    """Looks at a tree of processes until the block ends."""

    def __init__(self, process_id: int) -> None:
        self.peak_bytes = 0
        self._root = process_id
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._is_over.wait(SAMPLE_S):
            self.peak_bytes = max(self.peak_bytes, sum(map(_pss_bytes, _tree(self._root))))


def _tree(root: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for folder in _PROC.glob("[0-9]*"):
        if (parent := _parent(folder)) is not None:
            children.setdefault(parent, []).append(int(folder.name))
    found = [root]
    for process_id in found:
        found.extend(children.get(process_id, ()))
    return found


def _parent(folder: Path) -> int | None:
    try:
        stat = (folder / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return int(stat.rpartition(")")[2].split()[1])


def _pss_bytes(process_id: int) -> int:
    try:
        lines = (_PROC / str(process_id) / "smaps_rollup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode("utf-8", "replace")
