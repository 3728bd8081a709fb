"""Lines of styled text → the text that a terminal, a pipe or a file gets. Pure: nothing is written anywhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from provisioner.reports.log_lines import no_command

if TYPE_CHECKING:
    from rich.console import Console

PLAIN_WIDTH = 100
"""Columns of text that is not for a terminal: the same everywhere."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line, `indent` columns from the left; what does not fit goes on below, under its own beginning.

    `sign` hangs before the text.
    """

    text: Text
    indent: int = 0
    sign: Text | None = None


def to_text(lines: Iterable[Line], *, width: int = PLAIN_WIDTH, colour: bool = False) -> str:
    """The lines wrapped to `width` columns, wide characters counted as two, with ANSI styles only for `colour`."""
    console = _console(width, colour=colour)
    return "".join(f"{row}\n" for line in lines for row in _rows(console, line, width, colour=colour))


def _console(width: int, *, colour: bool) -> Console:
    """A console that knows nothing of the environment, and interprets no markup in any text."""
    from rich.console import Console  # noqa: PLC0415 - only what is printed pays for it

    return Console(
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        force_jupyter=False,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        _environ={},
    )


def _rows(console: Console, line: Line, width: int, *, colour: bool) -> list[str]:
    """The text is short or wrapped by rich, which knows where a line of Chinese may break."""
    sign = line.sign or Text()
    margin = Text(" " * (line.indent + sign.cell_len))
    first = Text(" " * line.indent) + sign
    space = max(width - margin.cell_len, 20)
    fits = line.text.cell_len <= space
    rows = [line.text] if fits else list(line.text.wrap(console, space, overflow="fold"))
    whole = [first + rows[0], *(margin + row for row in rows[1:])] if rows else [first]
    return [no_command((_styled(console, row) if colour else row.plain).rstrip()) for row in whole]


def _styled(console: Console, row: Text) -> str:
    row.rstrip()
    with console.capture() as capture:
        console.print(row, end="", soft_wrap=True)
    return capture.get()
