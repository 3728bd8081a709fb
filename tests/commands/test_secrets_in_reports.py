"""No secret of a workspace is in anything that a review or a pipeline reads, in any form."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.commands.support import Folder, workspace
from tests.leaks import forms, leaks

ROOM = """\
kind: Room
key: spring
spec:
  room_name: Spring sale
  scene_scripts:
    - script_name: Opening
      shoot_scripts:
        - title: Hello
          text_config: {text: Hello and welcome to the shop.}
  output_urls: ['rtmp://{{ secret("PUSHER") }}@push.example.com/live?{{ secret("PROOF") }}']
  stream_keys: ['{{ secret("KEY") }}']
  live_event_callback_config:
    live_event_type_callback_url: 'https://shop.example.com/{{ secret("CALLBACK_PATH") }}'
    key: '{{ secret("SEAL") }}'
live: {state: running, run: one, on_change: next_run}
"""
SECRETS = {
    "KEY": 'k"<&>é/+ 0123',
    "PROOF": "auth=s3cret-of-the-push",
    "PUSHER": "pusher:pa55 word",
    "CALLBACK_PATH": "callback-p4th",
    "SEAL": "s34l\\of-the'callback",
}
REPORTS = ("json", "md", "html", "txt")
OUTCOMES = ("json", "md", "txt")


def reports(name: str, endings: tuple[str, ...]) -> list[str]:
    return [word for ending in endings for word in ("--report", f"{name}.{ending}")]


def git(folder: Path, *words: str) -> None:
    subprocess.run(
        ["git", "-C", str(folder), "-c", "user.name=t", "-c", "user.email=t@example.com", *words], check=True
    )


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """All that a life of a room leaves: what commands say, and every file but what the service itself keeps."""
    folder = workspace(tmp_path_factory.mktemp("secrets"), spring=ROOM)
    git(folder.path, "init", "-q")
    git(folder.path, "add", "-A")
    git(folder.path, "commit", "-qm", "one")
    said: dict[str, str] = {}
    _life(folder, said, "first", SECRETS)
    folder.write("rooms/spring.yaml", ROOM.replace("Hello and welcome", "Good evening, and welcome"))
    others = {name: value[::-1] for name, value in SECRETS.items()} | {"PUSHER": "other:drow 55ap"}
    _life(folder, said, "second", others, "--base", "HEAD")
    files = [path for path in folder.path.rglob("*") if path.is_file() and ".git" not in path.parts]
    kept = {str(path): path.read_bytes().decode("utf-8", "replace") for path in files if "emulator" not in path.name}
    return {**said, **kept}


def _life(folder: Folder, said: dict[str, str], name: str, secrets: dict[str, str], *base: str) -> None:
    ways = ("text", "json", "markdown", "html")
    commands = [
        ["snapshot", "-o", f"{name}.snapshot"],
        ["plan", "-o", f"{name}.plan", *base, *reports(f"{name}-plan", REPORTS)],
        ["plan", "--snapshot", f"{name}.snapshot", *reports(f"{name}-offline", REPORTS)],
        *(["show", f"{name}.plan", "--format", way] for way in ways),
        *(["show", f"{name}.plan", "--since", "first.plan", "--format", way] for way in ways),
        ["apply", f"{name}.plan", *reports(f"{name}-outcome", OUTCOMES)],
        ["plan", "--refresh", "full", "--all", "--format", "json"],
        ["status", "--format", "json"],
        ["render"],
        ["import", "--all", "--to", f"{name}-imported"],
    ]
    for number, command in enumerate(commands):
        ran = folder.run(*command, environment=secrets | {"PATH": os.environ["PATH"]})
        assert ran.code == 0 or command[0] == "import", ran.err
        said[f"{name} {number} {command[0]}"] = ran.out + ran.err


def test_every_report_was_written(written: dict[str, str]) -> None:
    names = {Path(name).name for name in written}
    plans = {f"{life}-{kind}.{end}" for life in ("first", "second") for kind in ("plan", "offline") for end in REPORTS}
    assert plans | {f"{life}-outcome.{end}" for life in ("first", "second") for end in OUTCOMES} <= names
    assert "(sensitive value" in written["second 1 plan"]


def test_no_secret_is_in_any_of_it_in_any_form(written: dict[str, str]) -> None:
    both = SECRETS | {f"{name} before": value[::-1] for name, value in SECRETS.items() if name != "PUSHER"}
    assert {name: found for name, text in written.items() if (found := leaks(text, both))} == {}


def test_the_judge_knows_every_form() -> None:
    for form in forms("s3cret-of-the-push"):
        assert leaks(f"…{form}…", {"PROOF": "s3cret-of-the-push"}) == ["PROOF"]
    import base64  # noqa: PLC0415 - only here

    for before in ("", "x", "xy"):
        text = base64.b64encode(f"{before}s3cret-of-the-push!".encode()).decode()
        assert leaks(text, {"PROOF": "s3cret-of-the-push"}) == ["PROOF"]
