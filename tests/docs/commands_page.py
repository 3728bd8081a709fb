"""docs/reference/commands.md, from the command line itself."""

from __future__ import annotations

import types
from collections import Counter
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, get_args

from provisioner.commands.command_line import build
from tests.docs.markdown import code, table, words

HEAD = """\
# Commands

Every command with its arguments, options and defaults. `provisioner COMMAND --help` says the same.
Exit codes are those of [exit-codes.md](exit-codes.md).
"""
_NAMES = {int: "whole number", float: "number", str: "text", Path: "path"}


def page() -> str:
    """The whole page."""
    root: Any = build()
    commands = dict(_commands("provisioner", root))
    shared = _shared(list(commands.values()))
    contents = "\n".join(
        f"- [{name}](#{name.replace(' ', '-')}): {words(_summary(command))}" for name, command in commands.items()
    )
    parts = [
        HEAD,
        f"{contents}\n",
        f"## Options of most commands\n\n{_options(list(shared.values()))}\n",
        f"## Options without a command\n\n{_options(root.params)}\n",
        *(f"{_section(name, command, shared)}\n" for name, command in commands.items()),
    ]
    return "\n".join(parts)


def _commands(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    """Those that do something, by what one types."""
    if not hasattr(command, "commands"):
        yield path, command
        return
    for name, below in command.commands.items():
        if not below.hidden:
            yield from _commands(f"{path} {name}", below)


def _shared(commands: list[Any]) -> dict[tuple[str, ...], Any]:
    """The options that nine of ten commands take, and all of these in the same way."""
    taken = [option for command in commands for option in command.params if option.param_type_name == "option"]
    counted = Counter(map(_row, taken))
    return {_row(option): option for option in taken if counted[_row(option)] >= 0.9 * len(commands)}


def _section(name: str, command: Any, shared: dict[tuple[str, ...], Any]) -> str:
    parts = [f"## {name}", words(command.help or "")]
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    parts.append(f"```text\n{' '.join([name, '[OPTIONS]', *map(_usage, arguments)])}\n```")
    if arguments:
        parts.append(table(("argument", "what"), [(code(_usage(one)), words(one.help or "")) for one in arguments]))
    options = [one for one in command.params if one.param_type_name == "option" and not one.hidden]
    own = [option for option in options if _row(option) not in shared]
    if own:
        parts.append(_options(own))
    also = [code(option.opts[0]) for option in options if _row(option) in shared]
    parts.append(f"Also {', '.join(also)}.")
    return "\n\n".join(parts)


def _usage(argument: Any) -> str:
    name = (argument.metavar or argument.name.upper()) + ("…" if argument.nargs == -1 else "")
    return name if argument.required else f"[{name}]"


def _options(options: list[Any]) -> str:
    return table(("option", "takes", "default", "what"), map(_row, options))


def _row(option: Any) -> tuple[str, ...]:
    names = " ".join(map(code, [*option.opts, *option.secondary_opts]))
    return (names, _takes(option), _default(option), words(option.help or ""))


def _takes(option: Any) -> str:
    """What stands behind it: a name of it, or the choices, or a range."""
    if option.is_flag:
        return ""
    kind = _kind(option)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return ", ".join(code(str(choice.value)) for choice in kind)
    named = code(option.metavar) if option.metavar else _NAMES[kind]
    return named + _range(option.min, option.max)


def _kind(option: Any) -> Any:
    """The type of one value of it."""
    annotation = option.type_descriptor.annotation
    arms = [arm for arm in get_args(annotation) if arm is not types.NoneType]
    return arms[0] if arms else annotation


def _range(least: float | None, most: float | None) -> str:
    match least, most:
        case None, None:
            return ""
        case least, None:
            return f", at least {least}"
        case None, most:
            return f", at most {most}"
    return f", {least} to {most}"


def _default(option: Any) -> str:
    if option.required:
        return "required"
    if option.default is None or (option.default is False and not option.secondary_opts):
        return ""
    if option.is_flag:
        return code((option.opts if option.default else option.secondary_opts)[0])
    return code(str(option.default.value if isinstance(option.default, Enum) else option.default))


def _summary(command: Any) -> str:
    return (command.help or "").partition("\n\n")[0]
