"""The table says which budgets are met, and whether a figure is one that a budget is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.asked import Asked
from benchmarks.table import COLUMNS, Line, Rival, as_markdown


def cells(line: Line) -> list[str]:
    """The last row of the document's table."""
    rows = [row for row in as_markdown([line], "2 cores").splitlines() if row.startswith("| ")]
    assert len(rows) == 3
    return [cell.strip() for cell in rows[-1].strip("|").split(" | ")]


@pytest.mark.parametrize(("is_met", "said"), [(True, "yes"), (False, "NO"), (None, "-")])
def test_a_row_says_whether_the_budget_is_met(is_met: bool | None, said: str) -> None:
    line = Line("`plan`", "3 s", "<= 2 s", is_met, Rival("9 s", 3.04), Rival("90 s", 30.4), "busy")
    assert cells(line) == ["`plan`", "3 s", "<= 2 s", said, "3.0x · 9 s", "30x · 90 s", "busy"]
    assert len(cells(line)) == len(COLUMNS)


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    assert cells(Line("a | b", "", "", None))[0].startswith("a \\")


@pytest.mark.parametrize(("rooms", "is_met"), [(None, False), (10_000, False), (20, None)])
def test_a_budget_counts_for_the_usual_size_only(rooms: int | None, is_met: bool | None) -> None:
    assert Asked(Path(), Path(), rooms, print).met(10_000, is_met=False) is is_met
