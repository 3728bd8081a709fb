"""The commands of docs/offline.md work as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.support import ROOM, workspace
from tests.repository import commit

DOCUMENT = Path(__file__).resolve().parents[2] / "docs/offline.md"
COMMANDS = re.findall(r"^```sh\n(.*?)^```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("commands", COMMANDS)
def test_the_commands_of_the_document_work(tmp_path: Path, commands: str) -> None:
    folder = workspace(tmp_path / "shop", spring=ROOM)
    commit(folder.path)
    assert folder.run("apply", "--auto-approve").code == 0
    folder.write("rooms/spring.yaml", ROOM.replace("shoes", "boots"))
    commit(folder.path)
    (tmp_path / "bin").mkdir()
    tool = tmp_path / "bin/provisioner"
    tool.write_text(f'#!/bin/sh\nexec {sys.executable} -m provisioner "$@"\n')
    tool.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tool.parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["sh", "-eu", "-c", commands], cwd=folder.path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "~ update spring" in done.stdout


def test_there_are_commands() -> None:
    assert len(COMMANDS) == 2
