"""Whole workspaces with everything wrong in them, and every word that is said about each.

`cases/<name>/findings.txt` is what `load` finds in the workspace `cases/<name>`. To write it anew after a change
of words, run the tests with UPDATE_GOLDENS=1 and read the difference.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from provisioner.diagnostics import Diagnostic
from provisioner.manifests import load
from provisioner.workspace import open_workspace

CASES = Path(__file__).parent / "cases"


def as_text(finding: Diagnostic) -> str:
    place = f"{finding.span}: " if finding.span else ""
    lines = [f"{place}{finding.severity.value}[{finding.rule}]: {finding.message}"]
    return "\n".join([*lines, *(f"    {frame}" for frame in finding.trace)]) + "\n"


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_everything_is_found_where_a_person_wrote_it(case: str) -> None:
    workspace = open_workspace(CASES / case)
    loaded = asyncio.run(load(workspace, workspace.target(None)))
    found = "".join(as_text(finding) for finding in loaded.findings)
    rooms = "".join(f"room {room.key} from {room.origin}\n" for room in loaded.rooms)
    golden = CASES / case / "findings.txt"
    if os.environ.get("UPDATE_GOLDENS"):
        golden.write_text(found + rooms, encoding="utf-8")
    assert found + rooms == golden.read_text(encoding="utf-8")
    assert "hunter2" not in found
