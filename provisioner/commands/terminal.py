"""The two streams: what a program reads goes to stdout, progress and findings to stderr."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TextIO, TypedDict

from provisioner.diagnostics import Diagnostic
from provisioner.reports.findings import findings_text

PIPE_WIDTH = 100
"""Columns of text that goes to a pipe or a file: the same everywhere."""


class Style(TypedDict):
    """`width` in columns and whether to use colour, as the reports take them."""

    width: int
    colour: bool


@dataclass(frozen=True, slots=True)
class Terminal:
    """How a command talks. `colour` is None to decide by the stream."""

    quiet: bool = False
    colour: bool | None = None

    def out(self, text: str) -> None:
        """A result, on stdout."""
        _write(sys.stdout, text)

    def say(self, text: str) -> None:
        """Something for the person in front of it, on stderr; not with `--quiet`."""
        if not self.quiet:
            _write(sys.stderr, text)

    def findings(self, findings: Iterable[Diagnostic]) -> None:
        """Findings, on stderr, also with `--quiet`."""
        found = tuple(findings)
        if found:
            _write(sys.stderr, findings_text(found))

    def has_colour(self, stream: TextIO) -> bool:
        """Whether a stream takes colour: a terminal, and nobody said no."""
        if self.colour is False or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
            return False
        return stream.isatty()

    def width(self, stream: TextIO) -> int:
        """Columns to use on a stream."""
        return max(40, shutil.get_terminal_size((PIPE_WIDTH, 24)).columns) if stream.isatty() else PIPE_WIDTH

    def style(self) -> Style:
        """How a report on stdout looks."""
        return Style(width=self.width(sys.stdout), colour=self.has_colour(sys.stdout))

    @contextlib.contextmanager
    def progress(self, label: str, total: int | None = None) -> Iterator[Callable[[int, int, str], None]]:
        """A bar on a terminal, nothing elsewhere. The callable takes done, total and a few words."""
        if self.quiet or not sys.stderr.isatty():
            yield lambda _done, _total, _words: None
            return
        from rich.console import Console  # only a terminal pays for it
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        console = Console(stderr=True, no_color=not self.has_colour(sys.stderr), highlight=False)
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[words]}", markup=False),
        )
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task(label, total=total, words="")
            yield lambda done, all_, words: bar.update(task, completed=done, total=all_ or None, words=words)


def _write(stream: TextIO, text: str) -> None:
    """Writes, unless whoever read has gone: what was done is still told by the exit code."""
    try:
        stream.write(text if text.endswith("\n") else f"{text}\n")
        stream.flush()
    except BrokenPipeError:
        discard(stream)


def discard(stream: TextIO) -> None:
    """Whoever read a stream has gone: what is still written to it, also by the interpreter at its end, is lost."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
