"""A workspace with forty planted mistakes gets forty findings in one run, each on the line of its mistake."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from provisioner.manifests import load
from provisioner.workers import Forked
from provisioner.workspace import open_workspace

FORTY = Path(__file__).parent / "forty"
PLANTED = "# mistake"


def planted() -> list[str]:
    """The lines with a mistake, each of which says so."""
    return sorted(
        f"{file.relative_to(FORTY).as_posix()}:{number}"
        for file in FORTY.rglob("*.yaml")
        for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), 1)
        if PLANTED in line
    )


@pytest.mark.parametrize("processes", [1, 3])
def test_forty_mistakes_are_forty_findings(processes: int) -> None:
    workspace = open_workspace(FORTY)
    loaded = asyncio.run(load(workspace, workspace.target(None), Forked(processes)))
    found = sorted(f"{finding.span.file}:{finding.span.line}" for finding in loaded.findings if finding.span)
    assert len(loaded.findings) == 40
    assert found == planted()
    assert len({finding.rule for finding in loaded.findings}) > 30
