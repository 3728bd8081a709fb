"""What holds for every command: the options that all of them take, and JSON on stdout for those who ask."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from provisioner.commands.command_line import build
from provisioner.schemas.published import PUBLISHED
from tests.commands.support import ROOM, Folder, workspace

EVERYWHERE = {"--workspace", "--target", "--format", "--quiet", "--no-color"}


def commands(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    below = getattr(command, "commands", {})
    if not below:
        yield name, command
    for part, one in below.items():
        yield from commands(f"{name} {part}".strip(), one)


COMMANDS = dict(commands("", build()))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_takes_what_every_command_takes(name: str) -> None:
    parameters = COMMANDS[name].params
    assert EVERYWHERE - {option for parameter in parameters for option in parameter.opts} == set()
    form = next(parameter for parameter in parameters if "--format" in parameter.opts)
    assert "json" in list(form.type_descriptor.annotation)


@pytest.mark.parametrize("command", [("explain", "slow-regex"), ("import", "--all")], ids=lambda words: words[0])
def test_a_form_that_a_command_does_not_know_is_refused(tmp_path: Path, command: tuple[str, ...]) -> None:
    """And not taken for text."""
    ran = workspace(tmp_path, spring=ROOM).run(*command, "--format", "markdown")
    assert (ran.code, ran.out) == (64, "")


def test_a_new_workspace_is_named_like_any_other(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    ran = folder.run("init", "--workspace", "shop", "--format", "json", "--quiet")
    assert (ran.code, ran.err) == (0, "")
    assert set(ran.json["files"]) >= {"shop/provisioner.yaml", "shop/rooms/welcome.yaml", "shop/.gitignore"}
    twice = folder.run("init", "one", "--workspace", "two")
    assert (twice.code, [path.name for path in tmp_path.iterdir()]) == (64, ["shop"])


def test_the_clock_is_told_in_one_form_by_advance_and_reset(tmp_path: Path) -> None:
    folder = workspace(tmp_path, spring=ROOM)
    first = folder.run("emulator", "advance", "1h", "--format", "json").json
    assert (first["target"], sorted(first)) == ("local", ["format_version", "now", "target"])
    assert folder.run("emulator", "reset", "--format", "json").json["now"] < first["now"]  # it is set right as well


def test_a_served_emulator_says_on_one_line_how_it_is_reached(tmp_path: Path) -> None:
    folder = workspace(tmp_path, spring=ROOM)
    command = ("emulator", "serve", "--port", "0", "--format", "json")
    with subprocess.Popen(
        [sys.executable, "-m", "provisioner", *command], cwd=folder.path, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        try:
            access = json.loads(server.stdout.readline())
        finally:
            server.terminate()
        assert server.stdout.read() == ""
    assert server.returncode == 0
    assert list(Draft202012Validator(PUBLISHED["serving"]()).iter_errors(access)) == []
    assert access["endpoint"].startswith("http://127.0.0.1:")
