"""Pages whose commands are run as they are written, from top to bottom, as a reader would.

A page has steps: files that are written (a path in code at the end of a line, a colon, and a block), and blocks
`console` with commands behind `$ ` and what they show. `…` in that stands for anything, on a line of its own for lines;
ids, times and commits are others on every run and are not compared.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests import warm_start

ROOT = Path(__file__).resolve().parents[2]
STEP = re.compile(
    r"^```console\n(?P<console>.*?)^```|`(?P<file>[^`\n]+)`:\n\n```\w+\n(?P<text>.*?)^```", re.DOTALL | re.MULTILINE
)
_OTHERS = (
    (r"\b[0-9a-f]{32}\b", "<id>"),
    (r"\b(?:[0-9a-f]{7,11}(?=…)|(?<=\[main )[0-9a-f]{7,}|[0-9a-f]{7,}\.\.[0-9a-f]{7,})", "<commit>"),
    (r"\d{4}-\d\d-\d\d(?: \d\d:\d\d UTC|T\d\d:\d\d:\d\dZ)", "<time>"),
    (r"\d+ (?:s|min|h)\b", "<duration>"),
)
_ENVIRONMENT = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.com",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
}
_FOR_A_SHELL = re.compile(r"[|&;<>$*]")


@dataclass(frozen=True)
class Shown:
    """What a command showed. On a terminal its two streams come in either order."""

    command: str
    code: int
    out: str = ""
    err: str = ""

    @property
    def text(self) -> str:
        return self.err + self.out


@dataclass
class Reader:
    """Somebody who does what pages say, in a folder that was empty at first."""

    folder: Path
    given: Mapping[str, str] = field(default_factory=dict)
    """What is in the environment."""
    left: list[int] = field(default_factory=list)
    """The process groups of what was put into the background."""

    def follow(self, text: str) -> int:
        """Does every step; gives the number of commands. Raises AssertionError at the first that is not as written."""
        done = 0
        for step in STEP.finditer(text):
            if step["file"]:
                path = self.folder / step["file"]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(step["text"], encoding="utf-8")
                continue
            for command, output in commands(step["console"]):
                shown = self.run(command)
                assert shown.code == 0, f"$ {command}\n{shown.text}"
                assert is_as_written(output, shown), f"$ {command}\n{shown.text}"
                done += 1
        return done

    def run(self, command: str) -> Shown:
        """A command line; the tool alone is started warm."""
        words = shlex.split(command)
        if words[0] == "cd":
            self.folder = (self.folder / words[1]).resolve()
            return Shown(command, 0)
        if words[0] == "provisioner" and not _FOR_A_SHELL.search(command):
            done = warm_start.run(words[1:], self.folder, {**_ENVIRONMENT, **self.given}, timeout_s=180)
            return Shown(command, done.returncode, done.stdout, done.stderr)
        return self._in_a_shell(command)

    def _in_a_shell(self, command: str) -> Shown:
        with tempfile.TemporaryDirectory() as tools, tempfile.TemporaryFile("w+") as out:
            tool = Path(tools) / "provisioner"
            tool.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m provisioner "$@"\n')
            tool.chmod(0o755)
            environment = {**warm_start.inherited(), **_ENVIRONMENT, **self.given}
            environment["PATH"] = f"{tools}:{environment['PATH']}"
            with subprocess.Popen(
                ["sh", "-eu", "-c", command],
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            ) as shell:
                if command.endswith("&"):
                    self.left.append(shell.pid)
                    self._await(command)
                code = shell.wait(180)
            out.seek(0)
            return Shown(command, code, out.read())

    def _await(self, command: str) -> None:
        """Until what runs in the background has said where it is."""
        said = self.folder / command.removesuffix("&").rpartition(">")[2].strip()
        until = time.monotonic() + 60
        while not said.exists() or "token:" not in said.read_text():
            assert time.monotonic() < until, command
            time.sleep(0.05)

    def leave(self) -> None:
        """Ends what is in the background."""
        for group in self.left:
            os.killpg(group, signal.SIGTERM)


def commands(block: str) -> Iterator[tuple[str, str]]:
    """Each command of a block, with what is shown behind it. A line that ends in a backslash goes on in the next."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = re.sub(r"\\\n\s*", "", part).partition("\n")
        yield command, output


def is_as_written(written: str, shown: Shown) -> bool:
    """Whether that is shown, where `…` stands for anything."""
    form = re.compile(".*".join(map(re.escape, same(written).split("…"))), re.DOTALL)
    return any(form.fullmatch(same(text)) for text in (shown.err + shown.out, shown.out + shown.err))


def same(text: str) -> str:
    """The text without what is another on every run, and without empty lines."""
    for form, name in _OTHERS:
        text = re.sub(form, name, text)
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())
