"""The table: what was measured, its budget, and other ways to do the same beside it. Pure but for printing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

COLUMNS = ("work", "measured", "budget", "met", "script on the SDK", "ruamel.yaml round trip", "remarks")


@dataclass(frozen=True, slots=True)
class Rival:
    """Another way to do the same in the same run. `ratio` is how many times as fast ours is."""

    figure: str
    ratio: float

    def __str__(self) -> str:
        times = f"{self.ratio:,.0f}" if self.ratio >= 20 else f"{self.ratio:.1f}"
        return f"{times}x · {self.figure}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `is_met` is None where the budget is for another size of the work."""

    work: str
    measured: str
    budget: str
    is_met: bool | None
    script: Rival | None = None
    round_trip: Rival | None = None
    remarks: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands under `COLUMNS`."""
        met = {True: "yes", False: "NO", None: "-"}[self.is_met]
        rivals = (str(rival) if rival else "" for rival in (self.script, self.round_trip))
        return (self.work, self.measured, self.budget, met, *rivals, self.remarks)


def show(lines: Sequence[Line], machine: str) -> None:
    """Prints the table."""
    table = Table(title=machine, show_lines=True)
    for name in COLUMNS:
        table.add_column(name, no_wrap=name == "met")
    for line in lines:
        style = {True: "", False: "bold", None: "dim"}[line.is_met]
        table.add_row(*line.cells, style=style)
    Console(width=None if Console().is_terminal else 160).print(table)


def as_markdown(lines: Sequence[Line], machine: str) -> str:
    """The table as a document."""
    rows = [COLUMNS, tuple("---" for _ in COLUMNS), *(line.cells for line in lines)]
    body = "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)
    return f"{_HEAD}\nMeasured on {machine}.\n\n{body}\n{_NOTES}"


_HEAD = """\
# Benchmarks

`make bench` writes this file. A ratio compares two ways to do the same work in the same run; it is what holds on
another machine, where seconds do not.
"""

_NOTES = """
- **rooms/s a core** are rooms by processor seconds (user and system, of all processes), of a run of all rooms less a
  run of a tenth of them, so that the start is left out.
- **Memory** is the highest sum of the proportional set sizes of the command and its children, so that what a forked
  child shares with its parent counts once. It is looked at every 50 ms.
- **Script on the SDK** is `benchmarks/sdk_script.py`: Jinja as text, PyYAML with its C parser, the vendor's SDK, one
  call after the other.
- **ruamel.yaml round trip** is the same text, rendered, read by `YAML(typ="rt")`.
- The embedded service answers from a process of its own on the same machine; what it used of the processor is given
  where it could have slowed a command down.
- **Beyond the calls** is the time of a command less what its calls take at the rates that the target allows.
"""
