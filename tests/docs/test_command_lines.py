"""Every command line of the documents is one that the tool takes: its commands, options, choices and arguments."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest

from provisioner.commands.command_line import build
from provisioner.commands.parsing import is_usage_error, usage_text
from provisioner.errors import UsageError
from tests.docs.support import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```|((?:^    [^\n]*\n)+)", re.DOTALL | re.MULTILINE)
IN_TEXT = re.compile(r"(?<!`)`([a-z]+(?: [^`]+)?)`(?!`)")
COMMANDS: Any = build().commands  # type: ignore[attr-defined]


def lines_of(text: str) -> Iterator[str]:
    """The command lines of the blocks of a page: at a prompt, in a script, as an item of a pipeline, or alone."""
    for block in BLOCK.finditer(text):
        whole = re.sub(r"\\\n\s*", "", block[2] or block[3])
        for line in whole.splitlines():
            found = re.match(r"(?:\$ |- |\s)*(?:exec )?(provisioner (?!yaml).*)", line)
            if found and not re.match(r"(?:\[OPTIONS\]|[^ ]+/)", found[1]) and "[OPTIONS]" not in line:
                yield found[1]


def mentioned(text: str) -> Iterator[str]:
    """What the text names in code: `provisioner plan`, and `plan --base REF` without the program."""
    for found in IN_TEXT.finditer(BLOCK.sub("", text)):
        line = " ".join(found[1].split())
        if line.startswith("provisioner "):
            yield line
        elif line.partition(" ")[0] in COMMANDS and " --" in line:
            yield f"provisioner {line}"


def words_of(line: str) -> list[str]:
    """The arguments, without what a shell takes for itself, and without the brackets of what may be left out."""
    line = re.sub(r"\[(=[A-Z]+|--?[a-z][^\]]*|[A-Z]+)\]", r"\1", line).replace("…", "").replace("=SECONDS", "=60")
    words = shlex.split(line, comments=True)
    ends = [position for position, word in enumerate(words) if re.match(r"[|;&]|\d?[<>]", word)]
    return words[1 : min(ends, default=len(words))]


def refusal(words: list[str]) -> str:
    """Why the command line is refused; empty if it is not. No command is carried out."""
    command, name, context = build(), "provisioner", None
    try:
        while True:
            context = command.make_context(name, list(words), parent=context)  # type: ignore[attr-defined]
            if not hasattr(command, "commands"):
                return ""
            name, command, words = command.resolve_command(context, [*context._protected_args, *context.args])
    except UsageError as error:
        return str(error)
    except Exception as error:
        if is_usage_error(error):
            return usage_text(error)
        raise


@pytest.mark.parametrize(
    "line",
    [
        "provisioner plam",
        "provisioner plan --nothing",
        "provisioner plan --refresh some",
        "provisioner stop",
        "provisioner stop one two",
        "provisioner emulator sing",
        "provisioner status --interval 1",
    ],
)
def test_a_wrong_command_line_is_refused(line: str) -> None:
    assert refusal(words_of(line)) != ""


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_tool_takes_every_command_line(path: Any) -> None:
    lines = lines_of(path.read_text(encoding="utf-8"))
    assert {line: why for line in lines if (why := refusal(words_of(line)))} == {}


def test_command_lines_are_found_in_blocks_of_every_kind() -> None:
    found = {path.name: list(lines_of(path.read_text(encoding="utf-8"))) for path in PAGES}
    assert sum(map(len, found.values())) > 50
    assert "provisioner apply plan.json --target production --auto-approve --report apply.txt" in found["ci.md"]
    assert "provisioner start KEY [--run NAME]" in found["live.md"]
    assert 'provisioner plan --base "$(git merge-base main HEAD)"' in found["offline.md"]


def options(command: Any) -> set[str]:
    """All options of a command, and of those below it."""
    own = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
    return own.union({"--help", "-h"}, *map(options, getattr(command, "commands", {}).values()))


def is_known(line: str) -> bool:
    """Whether there is such a command, and every option that is named with it; arguments may be left out."""
    name, *words = words_of(line) or ["COMMAND"]
    given = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
    return name == "COMMAND" or name.startswith("-") or (name in COMMANDS and given <= options(COMMANDS[name]))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_and_option_that_a_text_names_exists(path: Any) -> None:
    assert [line for line in mentioned(path.read_text(encoding="utf-8")) if not is_known(line)] == []


def test_what_texts_name_is_found_and_may_be_wrong() -> None:
    assert list(mentioned("See `plan --bse REF`, `provisioner shw`, `status` and `a --b`.")) == [
        "provisioner plan --bse REF",
        "provisioner shw",
    ]
    assert [is_known(line) for line in ("provisioner plan --bse REF", "provisioner shw", "provisioner show")] == [
        False,
        False,
        True,
    ]
