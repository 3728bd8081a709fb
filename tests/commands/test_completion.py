"""What bash, zsh and fish are offered after a Tab, by the protocol of their own scripts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.support import ROOM, Folder, workspace

SHARED = "kind: Script\nkey: summer\nspec: {script_name: a, shoot_scripts: []}\n"
GENERATED = "kind: Room\nkey: store-{{ values.store }}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    found = workspace(tmp_path, a=f"{ROOM}---\n{SHARED}---\n{GENERATED}", b="key: 'spruce' # x\nkind: Room\n")
    found.write("provisioner.yaml", "workspace: shop\ntargets: {production: {emulator: .provisioner/p.sqlite}}\n")
    found.write("templates/new/store.yaml", "kind: Room\nkey: __key__\n")
    return found


def offered(folder: Folder, line: str) -> list[str]:
    """What bash is offered at the end of a line."""
    words = line.split(" ")
    protocol = {"_PROVISIONER_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    ran = folder.run(environment=protocol)
    assert (ran.code, ran.err) == (0, "")
    return ran.out.split()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("provisioner va", ["validate"]),
        ("provisioner plan ", ["spring", "spruce"]),
        ("provisioner plan spri", ["spring"]),
        ("provisioner render spring ", ["spruce"]),
        ("provisioner start sp", ["spring", "spruce"]),
        ("provisioner plan --target ", ["local", "production"]),
        ("provisioner render -t p", ["production"]),
        ("provisioner fmt --format ", ["text", "json", "github", "sarif"]),
        ("provisioner render --format ", ["yaml", "text", "json"]),
        ("provisioner new ", ["room", "script", "ruleset"]),
        ("provisioner new room --from ", ["store"]),
        ("provisioner schema render", ["render-diff"]),
        ("provisioner explain unused-s", ["unused-script"]),
    ],
)
def test_bash_is_offered_what_fits(folder: Folder, line: str, expected: list[str]) -> None:
    assert offered(folder, line) == expected


def test_the_workspace_on_the_line_counts(folder: Folder) -> None:
    folder.write("other/rooms/c.yaml", "kind: Room\nkey: cedar\n")
    assert offered(folder, "provisioner plan -w other ") == ["cedar"]
    assert offered(folder, "provisioner plan -w nowhere --target ") == ["local"]


def test_what_cannot_be_read_offers_nothing_and_says_nothing(folder: Folder) -> None:
    os.mkfifo(folder.path / "rooms/pipe.yaml")
    (folder.path / "rooms/bytes.yaml").write_bytes(b"\xff\xfe\x00key: a")
    folder.write("provisioner.yaml", "targets: [")
    assert offered(folder, "provisioner plan spr") == ["spring", "spruce"]
    assert offered(folder, "provisioner plan --target ") == ["local"]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_are_offered_the_same(folder: Folder, shell: str) -> None:
    protocol = {
        "_PROVISIONER_COMPLETE": f"complete_{shell}",
        "_TYPER_COMPLETE_ARGS": "provisioner plan spri",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    ran = folder.run(environment=protocol)
    assert ran.code == 0
    assert "spring" in ran.out
    assert "spruce" not in ran.out


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_the_script_works_in_bash(folder: Folder) -> None:
    """The script that `--install-completion` installs, and a Tab behind `provisioner plan spri`."""
    script = folder.run(environment={"_PROVISIONER_COMPLETE": "source_bash"}).out
    tab = (
        'COMP_WORDS=(provisioner plan spri); COMP_CWORD=2; _provisioner_completion provisioner; echo "${COMPREPLY[@]}"'
    )
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "--norc", "-c", f"{script}\n{tab}"],
        cwd=folder.path,
        env={"PATH": path, "HOME": str(folder.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "spring\n"
