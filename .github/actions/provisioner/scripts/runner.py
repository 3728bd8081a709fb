"""What a runner gives a step and takes from it: variables, outputs, the summary, annotations. The edge of every script.

Names and messages may quote what a stranger wrote, so nothing is printed or written that could be read as a command
of the runner, and no process that reads a stranger's files sees a credential of the runner.
"""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

MOST_SUMMARY_BYTES = 1024 * 1024
"""What GitHub takes of one step's summary."""

_NAME = re.compile(r"[A-Z][A-Z0-9_]*")
_OF_THE_RUNNER = ("GITHUB_TOKEN", "GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE", "GITHUB_STEP_SUMMARY")
_OF_THE_RUNNER_BY_PREFIX = ("ACTIONS_", "INPUT_")


class StepError(Exception):
    """Why a script cannot go on, for a person to read, and the exit code that says it to a program.

    Codes mean what they mean for the tool: 1 wrong input or connection, 4 refused, 5 an unknown outcome.
    """

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def run(script: Callable[[], int]) -> None:
    """Ends the process with what the script returns; a problem becomes an annotation."""
    try:
        code = script()
    except StepError as problem:
        annotate("error", str(problem))
        code = problem.exit_code
    sys.stdout.flush()
    sys.exit(code)


def required(name: str) -> str:
    """A variable of the environment that has to be there."""
    value = os.environ.get(name, "")
    if not value:
        raise StepError(f"{name} is not set; the workflow that starts this script sets it")
    return value


def optional(name: str) -> str:
    """A variable of the environment, empty where it is not set."""
    return os.environ.get(name, "")


def assignments(text: str) -> dict[str, str]:
    """The variables that lines of `NAME=value` name; one without a value, as of a secret that is not set, is left out.

    A message about a wrong line does not quote it.
    """
    values: dict[str, str] = {}
    for number, line in enumerate(map(str.strip, text.splitlines()), start=1):
        name, separator, value = line.partition("=")
        if line and not (separator and _NAME.fullmatch(name)):
            raise StepError(f"Line {number} of the variables or secrets is not NAME=value, as STREAM_KEY=... is.")
        if value:
            values[name] = value
    return values


def annotate(level: str, message: str) -> None:
    """An `error`, a `warning` or a `notice` on the page of the run."""
    print(f"::{level}::{escaped(message)}", flush=True)


def mask(value: str) -> None:
    """Has the runner replace a value by stars in everything that it shows from here on."""
    for line in filter(None, (line.strip() for line in value.splitlines())):
        print(f"::add-mask::{escaped(line)}", flush=True)


def escaped(text: str) -> str:
    """The text as the data of one workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def set_output(name: str, value: str) -> None:
    """An output of the step. The delimiter is random, so that no value can end early or name another output."""
    delimiter = f"end-{secrets.token_hex(16)}"
    with Path(required("GITHUB_OUTPUT")).open("a", encoding="utf-8", newline="\n") as file:
        file.write(f"{name}<<{delimiter}\n{value}\n{delimiter}\n")


def summarise(markdown: str) -> None:
    """Adds to the step's summary, or says there that it would be too long."""
    file = Path(required("GITHUB_STEP_SUMMARY"))
    written = file.stat().st_size if file.exists() else 0
    size = len(markdown.encode()) + 1
    if written + size > MOST_SUMMARY_BYTES:
        markdown = f"The report has {size:,} bytes, more than a summary takes. It is among the artefacts of this run."
    with file.open("a", encoding="utf-8", newline="\n") as stream:
        stream.write(f"{markdown}\n")


def summarise_file(file: Path) -> None:
    """Adds a report: Markdown as it is, anything else as text in which nothing is markup."""
    if file.exists():
        text = file.read_text(encoding="utf-8")
        summarise(text if file.suffix == ".md" else fenced(text))


def fenced(text: str) -> str:
    """The text as a code block; its fence is longer than any run of backticks in it."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}text\n{text.rstrip()}\n{fence}\n"


def environment_without_runner() -> dict[str, str]:
    """The environment of this process without what only the runner and these scripts may use."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in _OF_THE_RUNNER and not name.startswith(_OF_THE_RUNNER_BY_PREFIX)
    }


def provisioner(arguments: Sequence[str], *, environment: Mapping[str, str], folder: Path | None = None) -> int:
    """Runs the tool and lets it print; nothing that it prints is read as a command. Returns its exit code.

    A job that is cancelled or out of time gets a signal, which is passed on: the tool finishes what is in flight.
    """
    with (
        _commands_stopped(),
        subprocess.Popen(command(arguments), cwd=folder, env=environment) as tool,  # noqa: S603 - what was installed
        _signals_passed_on(tool),
    ):
        return tool.wait()


def command(arguments: Sequence[str]) -> list[str]:
    """The command line of the tool that stands beside this Python."""
    return [str(Path(sys.executable).with_name("provisioner")), *arguments]


@contextmanager
def _signals_passed_on(process: subprocess.Popen[bytes]) -> Iterator[None]:
    def pass_on(number: int, _frame: object) -> None:
        process.send_signal(number)

    before = {number: signal.signal(number, pass_on) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _commands_stopped() -> Iterator[None]:
    """The runner reads no commands from what is printed meanwhile: only a random word ends that."""
    word = secrets.token_hex(16)
    print(f"::stop-commands::{word}", flush=True)
    try:
        yield
    finally:
        print(f"\n::{word}::", flush=True)
