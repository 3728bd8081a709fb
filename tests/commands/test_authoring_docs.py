"""The commands of docs/authoring.md work as they stand there, one after the other."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.commands.support import ROOM, workspace
from tests.repository import commit

DOCUMENT = Path(__file__).resolve().parents[2] / "docs/authoring.md"
COMMANDS = re.findall(r"^```sh\n(.*?)^```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def test_the_commands_of_the_document_work(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "shop", spring=ROOM.replace("key: ", "key:   "))
    commit(folder.path)
    (tmp_path / "bin").mkdir()
    tool = tmp_path / "bin/provisioner"
    tool.write_text(f'#!/bin/sh\nexec {sys.executable} -m provisioner "$@"\n')
    tool.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tool.parent}:{os.environ['PATH']}"}
    printed = []
    for commands in COMMANDS:
        done = subprocess.run(
            ["sh", "-eu", "-c", commands], cwd=folder.path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        printed.append(done.stdout)
    new, popup, tidy, changes = printed
    assert new.split() == ["rooms/spring-sale.yaml", "rooms/shared/welcome.yaml", "rooms/shared/faq.yaml"]
    assert popup.split() == ["rooms/night-market.yaml"]
    assert tidy.split() == ["rooms/spring.yaml"]
    assert "+ new night-market  Night market (local)" in changes
    assert '"summary": {\n    "new": 2,' in changes
