"""A script as a step of a job runs it: a process of its own, with the files that the runner gives it."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.workflows.fake_github import REPOSITORY, TOKEN, FakeGitHub

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / ".github/actions/provisioner/scripts"
HEAD = "0123456789abcdef0123456789abcdef01234567"


@cache
def help_of(command: str) -> str:
    """What `provisioner COMMAND --help` prints, in one line; empty for a command that there is not."""
    program = [sys.executable, "-m", "provisioner", command, "--help"]
    shown = subprocess.run(program, env={**os.environ, "COLUMNS": "200"}, capture_output=True, text=True, check=False)
    return " ".join(shown.stdout.split()) if shown.returncode == 0 else ""


needs_markdown = pytest.mark.skipif("markdown" not in help_of("show"), reason="plans are not shown as Markdown yet")
needs_snapshots = pytest.mark.skipif(
    not all(option in help_of("plan") for option in ("--base", "--snapshot", "html")),
    reason="plans are not made offline or beside another revision yet",
)


@dataclass(frozen=True)
class Done:
    """What a step left: its exit code, what it printed, its outputs and its summary."""

    code: int
    out: str
    outputs: dict[str, str]
    summary: str

    @property
    def annotations(self) -> list[str]:
        return re.findall(r"^::(?:error|warning|notice)::(.*)$", self.out, re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """Runs scripts in a folder, beside a GitHub."""

    folder: Path
    fake: FakeGitHub

    @contextmanager
    def started(self, script: str, *, cwd: Path | None = None, **variables: str) -> Iterator[subprocess.Popen[str]]:
        """The script while it runs, with nothing of the developer's environment that could matter."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        given = {
            "LANG": "C.UTF-8",
            "GITHUB_API_URL": self.fake.url,
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_RUN_ID": "77",
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_OUTPUT": str(self._file("GITHUB_OUTPUT")),
            "GITHUB_STEP_SUMMARY": str(self._file("GITHUB_STEP_SUMMARY")),
        }
        with subprocess.Popen(
            [sys.executable, str(SCRIPTS / script)],
            cwd=cwd or self.folder,
            env={**kept, **given, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def run(self, script: str, *, cwd: Path | None = None, **variables: str) -> Done:
        """The script, to its end. Nothing that it prints has the token."""
        for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
            self._file(name).write_text("")
        with self.started(script, cwd=cwd, **variables) as process:
            out = process.communicate(timeout=100)[0]
        assert TOKEN not in out
        written = outputs(self._file("GITHUB_OUTPUT").read_text())
        return Done(process.returncode, out, written, self._file("GITHUB_STEP_SUMMARY").read_text())

    def _file(self, name: str) -> Path:
        return self.folder / name


def outputs(text: str) -> dict[str, str]:
    """The outputs in a file, read as the runner reads it."""
    values: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, delimiter = line.split("<<", 1)
        value = []
        for inner in lines:
            if inner == delimiter:
                break
            value.append(inner)
        values[name] = "\n".join(value)
    return values


def zipped(**files: str | bytes) -> bytes:
    """A ZIP archive; `__` in a name stands for a dot."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(name.replace("__", "."), content)
    return archive.getvalue()


def workflow_run(folder: Path, run_id: int = 7, **more: Any) -> Path:
    """The event that a pull request's finished run sends."""
    ended = {
        "id": run_id,
        "event": "pull_request",
        "head_sha": HEAD,
        "head_branch": "warmer-welcome",
        "head_repository": {"id": 5, "owner": {"login": "a-fork"}},
        "pull_requests": [],
        **more,
    }
    path = folder / "event.json"
    path.write_text(json.dumps({"action": "completed", "workflow_run": ended}))
    return path


def pull(number: int = 12, *, sha: str = HEAD, repository: int = 5, state: str = "open") -> dict[str, Any]:
    """A pull request of the fork's branch."""
    head = {"sha": sha, "ref": "warmer-welcome", "user": {"login": "a-fork"}, "repo": {"id": repository}}
    return {"number": number, "state": state, "head": head}
