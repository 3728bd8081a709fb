"""The tool in a process of its own, in a folder of its own."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import warm_start

ROOM = """\
kind: Room
key: spring
spec:
  room_name: Spring sale
  room_description: shoes
  scene_scripts:
    - script_name: Opening
      shoot_scripts:
        - title: Hello
          text_config: {text: Hello and welcome.}
        - title: Offer
          text_config: {text: Two for one.}
"""


@dataclass(frozen=True)
class Ran:
    """What a run left: its exit code and both streams."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Stdout as JSON."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Folder:
    """A workspace in a temporary folder."""

    path: Path

    def write(self, name: str, text: str) -> None:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def run(self, *arguments: str, environment: Mapping[str, str] | None = None, stdin: str = "") -> Ran:
        """Runs the tool here, with nothing of the developer's environment that could matter."""
        done = warm_start.run(arguments, self.path, environment or {}, given=stdin)
        return Ran(done.returncode, done.stdout, done.stderr)


def on_a_terminal(folder: Folder, *arguments: str, typed: str = "") -> tuple[int, str]:
    """The exit code of a command at a terminal of 70 columns at which something is typed, and what it shows there."""
    terminal, inside = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "provisioner", *arguments],
        cwd=folder.path,
        env={**os.environ, "COLUMNS": "70", "TERM": "xterm", "NO_COLOR": "1"},
        stdin=inside,
        stdout=inside,
        stderr=inside,
    ) as process:
        os.close(inside)
        os.write(terminal, typed.encode())
        written = b""
        with contextlib.suppress(OSError):  # which is how a terminal says that its other end is closed
            while piece := os.read(terminal, 4096):
                written += piece
        os.close(terminal)
    return process.returncode, written.decode()


def workspace(path: Path, **rooms: str) -> Folder:
    """A folder with `provisioner.yaml` and these manifests."""
    folder = Folder(path)
    folder.write("provisioner.yaml", "workspace: shop\n")
    for name, text in rooms.items():
        folder.write(f"rooms/{name}.yaml", text)
    return folder
