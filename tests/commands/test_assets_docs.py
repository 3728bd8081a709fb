"""The files and commands of docs/assets.md work as they stand there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from provisioner.assets import AssetKind
from provisioner.emulator.library import SYSTEM_ASSETS
from tests.commands.support import Folder, Ran

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs/assets.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^```yaml\n# (\S+)\n(.*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE))
COMMANDS = [
    shlex.split(line)
    for block in re.findall(r"^```sh\n(.*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE)
    for line in block.splitlines()
]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path)
    assert FILES.keys() == {"provisioner.yaml", "assets.yaml", "rooms/spring.yaml"}
    for name, text in FILES.items():
        folder.write(name, text)
    return folder


def run(folder: Folder, command: list[str]) -> Ran:
    tool, *arguments = command
    assert tool == "provisioner"
    return folder.run(*arguments)


def test_the_commands_of_the_document_work(folder: Folder) -> None:
    assert len(COMMANDS) == 3
    for command in COMMANDS:
        ran = run(folder, command)
        assert ran.code == 0, (command, ran.err)
    assert folder.run("plan", "--detailed-exitcode").code == 0


def test_the_kinds_and_the_assets_are_those_of_the_code() -> None:
    for kind in AssetKind:
        assert f"| `{kind}` | {', '.join(f'`{one}`' for one in kind.types)} |" in DOCUMENT
    for asset in SYSTEM_ASSETS:
        assert f"`{asset.name}`" in DOCUMENT
