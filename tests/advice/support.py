"""Workspaces in which `§` stands right before what a finding is to point at."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from provisioner.diagnostics import Diagnostic
from provisioner.manifests import load
from provisioner.workspace import open_workspace

MARK = "§"
LONG = "This sentence is long enough to be one of those that a host reads out on air. " * 3
"""More than 200 characters."""


def found(root: Path, files: Mapping[str, str], target: str | None = None) -> tuple[Diagnostic, ...]:
    """What is found in a workspace with these files; marks are left out of them."""
    for name, text in {"provisioner.yaml": "workspace: shop\n", **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace(MARK, ""), encoding="utf-8")
    workspace = open_workspace(root)
    return asyncio.run(load(workspace, workspace.target(target))).findings


def marked(files: Mapping[str, str]) -> list[str]:
    """The places of the marks, as findings say them."""
    return [
        f"{name}:{number}:{column + 1 - line[:column].count(MARK)}"
        for name, text in sorted(files.items())
        for number, line in enumerate(text.split("\n"), 1)
        for column, character in enumerate(line)
        if character == MARK
    ]


def said(findings: tuple[Diagnostic, ...]) -> list[tuple[str, str]]:
    """Rules and places."""
    return [(finding.rule, str(finding.span)) for finding in findings]


def room(spec: str, live: str = "", key: str = "a") -> str:
    """A manifest of a room, with the lines of its spec and its live block as they stand."""
    lines = "".join(f"  {line}\n" for line in spec.strip("\n").split("\n"))
    return f"kind: Room\nkey: {key}\nspec:\n  room_name: {key}\n{lines}{live}"


ON_AIR = "live: {state: running, run: x}\n"
PORTRAIT = "video_config: {width: 1080, height: 1920, bitrate: 4000}\n"
LANDSCAPE = "video_config: {width: 1920, height: 1080, bitrate: 4000}\n"


def scene(body: str, name: str = "Opening") -> str:
    """`scene_scripts` with one scene."""
    body += "" if "shoot_scripts" in body else "\nshoot_scripts: []"
    lines = "".join(f"    {line}\n" for line in body.strip("\n").split("\n") if line)
    return f"scene_scripts:\n  - script_name: {name}\n{lines}"


def paragraph(text: str) -> str:
    """A scene with one text."""
    return scene(f"shoot_scripts:\n  - text_config: {{text: {text}}}")


def rules(*items: str) -> str:
    """`interaction_rules`, an item a line."""
    return "interaction_rules:\n" + "".join(f"  - {item}\n" for item in items)


def tag(match: str, value: str, tag: str = "content") -> str:
    """One test of a condition."""
    return f"{{tag: {tag}, match: {match}, value: {value}}}"


def condition(*tests: str, relation: str = "AND") -> str:
    """A rule for comments with these tests."""
    return f"{{event_type: 1, hit_condition: {{relation: {relation}, tags: [{', '.join(tests)}]}}}}"
