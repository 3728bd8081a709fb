"""The artefact of a pull request's run → a plan that may be shown. A stranger may have written every byte of it.

Nothing is unpacked by name: `plan.json` is copied out of the archive, with a bound on what is read, and the tool that
this job installed judges whether it is a plan, unchanged since it was made, and of this workspace.
"""

from __future__ import annotations

import json
import lzma
import stat
import subprocess
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runner import StepError, command, environment_without_runner

PLAN = "plan.json"
NAMES = frozenset({PLAN, "plan.md", "plan.html"})
"""All that the plan workflow puts into its artefact."""
MOST_BYTES = 64 * 1024 * 1024
"""Of the archive, and of the plan in it; the tool itself reads no larger plan."""
_SHOW_TIME_S = 120
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """A plan as the tool shows it: which workspace and target it says it is for, its counts and its Markdown."""

    workspace: str
    target: str
    summary: dict[str, int]
    markdown: str


def refused(reason: str) -> StepError:
    """The artefact is not what the plan workflow makes."""
    return StepError(f"The artefact is refused: {reason}. Nothing was written.", exit_code=4)


def take_plan(archive: Path, folder: Path) -> Path:
    """Copies the plan out of the archive. Raises StepError for an archive that the plan workflow would not make."""
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = opened.infolist()
            _check(entries)
            with opened.open(PLAN) as source:
                text = source.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, OSError, EOFError, ValueError):
        raise refused("it is not a ZIP archive that can be read") from None
    if len(text) > MOST_BYTES:
        raise refused(f"{PLAN} is larger than {MOST_BYTES:,} bytes")
    file = folder / PLAN
    file.write_bytes(text)
    return file


def _check(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len(names) != len(set(names)) or not set(names) <= NAMES or PLAN not in names:
        raise refused(f"it has other files than {', '.join(sorted(NAMES))}, each once")
    for entry in entries:
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in {0, stat.S_IFREG} or entry.flag_bits & _ENCRYPTED:
            raise refused(f"{entry.filename} is not a plain file")
        if entry.file_size > MOST_BYTES:
            raise refused(f"{entry.filename} is larger than {MOST_BYTES:,} bytes")


def show(plan: Path, workspace: str) -> ShownPlan:
    """What the tool says of the plan. Raises StepError for no plan, an edited one, or another workspace's."""
    shown = json.loads(_told(plan, "json"))
    if shown["workspace"] != workspace:
        raise refused(f"the plan is of another workspace than {workspace}")
    summary: dict[str, Any] = shown["summary"]
    return ShownPlan(shown["workspace"], shown["target"], summary, _told(plan, "markdown"))


def _told(plan: Path, form: str) -> str:
    """The plan in a format, by a process without the runner's credentials."""
    try:
        done = subprocess.run(  # noqa: S603 - the tool that this action installed
            command(["show", str(plan), "--format", form]),
            env=environment_without_runner(), capture_output=True, timeout=_SHOW_TIME_S, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise refused(f"the tool could not show the plan in {_SHOW_TIME_S} s") from None
    if done.returncode:
        reason = " ".join(done.stderr.decode("utf-8", "replace").split())
        raise refused(f"the tool does not show the plan (exit code {done.returncode}): {reason[:500]}")
    return done.stdout.decode("utf-8")
