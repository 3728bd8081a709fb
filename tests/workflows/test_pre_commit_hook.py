"""The hook that pre-commit finds in this repository runs, looks at the right files and fails for a mistake."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.commands.support import ROOM, Folder, workspace
from tests.workflows.support import ROOT


def hook() -> dict[str, Any]:
    (found,) = YAML(typ="safe").load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    return dict(found)


def hooked(folder: Folder, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The entry as pre-commit starts it: by its words, without a shell and without file names."""
    assert hook()["pass_filenames"] is False
    program, *words = shlex.split(hook()["entry"])
    script = Path(sys.executable).with_name(program)
    return subprocess.run(
        [str(script), *words, *arguments], cwd=folder.path, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_hook_passes_a_sound_workspace_and_fails_for_a_mistake(tmp_path: Path) -> None:
    folder = workspace(tmp_path, spring=ROOM)
    assert hooked(folder).returncode == 0
    folder.write("rooms/autumn.yaml", "kind: Room\nkey: autumn\nspec: {room_nam: Autumn}\n")
    done = hooked(folder)
    assert done.returncode == 1
    assert "rooms/autumn.yaml:3:" in done.stdout + done.stderr


def test_the_hook_takes_a_workspace_in_a_folder(tmp_path: Path) -> None:
    shops = tmp_path / "shops"
    shops.mkdir()
    workspace(shops, spring=ROOM)
    assert hooked(Folder(tmp_path)).returncode == 1
    assert hooked(Folder(tmp_path), "--workspace=shops").returncode == 0


@pytest.mark.parametrize(
    ("name", "is_looked_at"),
    [
        ("rooms/spring.yaml", True),
        ("shops/tea/rooms/stores/a.yaml", True),
        ("templates/store-room.yaml", True),
        ("values/common.yaml", True),
        ("data/stores.csv", True),
        ("provisioner.yaml", True),
        ("shops/provisioner.yaml", True),
        ("README.md", False),
        ("src/classrooms/a.yaml", False),
        ("my-provisioner.yaml", False),
    ],
)
def test_the_hook_runs_for_what_a_workspace_is_made_of(name: str, *, is_looked_at: bool) -> None:
    assert bool(re.search(hook()["files"], name)) == is_looked_at
