"""What GitHub Actions makes of a log: the commands in it, as the documents of the runner describe them.

A line that begins (after white space) with `::name properties::message` is a command, and where it is none, so is
`##[name properties]message` anywhere in a line. Properties are `key=value` with commas between them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

KNOWN = frozenset(
    (
        *("error", "warning", "notice", "debug", "group", "endgroup", "add-mask", "stop-commands", "echo", "set-env"),
        *("add-matcher", "remove-matcher", "add-path", "set-output", "save-state", "internal-set-repo-path"),
    )
)
_DATA = {"%0D": "\r", "%0A": "\n", "%25": "%"}
_PROPERTY = {**_DATA, "%3A": ":", "%2C": ","}


@dataclass(frozen=True)
class Command:
    """One command of a log."""

    name: str
    properties: dict[str, str]
    message: str


def commands_in(log: str) -> list[Command]:
    """The commands in the order of their lines."""
    lines = re.split(r"\r\n|\r|\n", log)
    return [command for line in lines if (command := _new(line.lstrip()) or _old(line)) is not None]


def _new(line: str) -> Command | None:
    match = re.match(r"::(.*?)::(.*)\Z", line, re.DOTALL)
    return _command(match[1], match[2], _DATA) if match else None


def _old(line: str) -> Command | None:
    match = re.search(r"##\[(.*?)\](.*)\Z", line, re.DOTALL)
    return _command(match[1], match[2], {**_PROPERTY, "%3B": ";", "%5D": "]"}) if match else None


def _command(head: str, message: str, escapes: dict[str, str]) -> Command | None:
    name, _, rest = head.partition(" ")
    if name.lower() not in KNOWN:
        return None
    pairs = [pair.partition("=") for pair in rest.strip().split(",") if pair]
    properties = {key: _unescaped(value, _PROPERTY) for key, is_pair, value in pairs if is_pair}
    return Command(name.lower(), properties, _unescaped(message, escapes))


def _unescaped(text: str, escapes: dict[str, str]) -> str:
    return re.sub("|".join(escapes), lambda match: escapes[match[0]], text)
