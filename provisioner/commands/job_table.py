"""Jobs that are followed, on stderr: a table that changes on a terminal, a line for each change elsewhere."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from provisioner.applying.waiting import Followed
from provisioner.commands.terminal import Terminal
from provisioner.metastudio.remote_text import printable

if TYPE_CHECKING:
    from rich.table import Table

_LONGEST_NAME = 60
_STYLES = {"PROCESSING": "green", "SUCCEED": "green", "WAITING": "yellow", "FAILED": "red", "BLOCKED": "red"}


@contextlib.contextmanager
def job_table(terminal: Terminal) -> Iterator[Callable[[Followed], None]]:
    """The callable takes a job when it is new, and whenever its state is another than before."""
    if terminal.quiet or not sys.stderr.isatty():
        yield lambda job: _tell(terminal, job)
        return
    from rich.console import Console  # only a terminal pays for it
    from rich.live import Live

    console = Console(stderr=True, no_color=not terminal.has_colour(sys.stderr), highlight=False)
    jobs: dict[str, Followed] = {}
    rows = max(3, console.height - 4)
    with Live(console=console, get_renderable=lambda: _table(tuple(jobs.values()), rows), transient=True):
        yield lambda job: jobs.update({job.job_id: job})


def _tell(terminal: Terminal, job: Followed) -> None:
    if job.state:
        terminal.say(f"{job.key}: job {printable(job.job_id)} is {job.state}")


def _table(jobs: tuple[Followed, ...], rows: int) -> Table:
    """Those that are not there yet first, as many as there is room for."""
    from rich.table import Table
    from rich.text import Text

    there = sum(job.is_settled for job in jobs)
    table = Table(box=None, title=f"waiting for jobs: {there:,} of {len(jobs):,}", title_justify="left")
    for heading in ("room", "name", "job", "state"):
        table.add_column(heading, no_wrap=heading != "name")
    for job in sorted(jobs, key=lambda job: job.is_settled)[:rows]:
        state = Text(job.state or "…", _STYLES.get(job.state, ""))
        table.add_row(Text(job.key), Text(printable(job.room_name, _LONGEST_NAME)), Text(printable(job.job_id)), state)
    return table
