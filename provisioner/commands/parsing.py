"""How the command line is parsed where typer's own way would not do, and what is said of one that is wrong."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from provisioner.commands import options
from provisioner.errors import StoppedError


class Waiting(TyperCommand):
    """`--wait` may be followed by `=SECONDS`, and need not be; typer has no option whose value may be left out."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        given = [f"--wait={options.WAIT_S}" if arg == "--wait" else arg for arg in args[:end]]
        return super().parse_args(ctx, [*given, *args[end:]])


class Stoppable(TyperGroup):
    """The commands, each of which Ctrl-C ends with a message; one that writes has its own."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as interrupt:
            raise StoppedError("stopped; nothing was written") from interrupt


def is_usage_error(error: Exception) -> bool:
    """Whether the command line itself was wrong."""
    return isinstance(error, typer.BadParameter.__mro__[1])


def usage_text(error: Exception) -> str:
    """What is wrong with it, and how to see what is right."""
    said = getattr(error, "format_message", lambda: str(error))()
    if said.startswith("Usage:"):
        return str(said)
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "provisioner"
    return f"error: {said}\nSee: {path} --help"
