"""All rows together: played on all processors, counted, and printed as a table."""

from __future__ import annotations

import gc
import json
import logging
import multiprocessing
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.row import Case, Row
from tests.faults.rows import answers, clock, concurrency, disk, kills, listing, meddling, output, timing

ROWS: tuple[Row, ...] = (
    *kills.ROWS,
    *answers.ROWS,
    *timing.ROWS,
    *listing.ROWS,
    *concurrency.ROWS,
    *meddling.ROWS,
    *clock.ROWS,
    *disk.ROWS,
    *output.ROWS,
)
KEPT = Path(__file__).with_name("cases.txt")
CHUNK = 8


@dataclass
class Tally:
    """What became of a row. `failed` holds the cases with their violations; seconds are of processor time."""

    row: Row
    played: int = 0
    seconds: float = 0.0
    failed: list[tuple[Case, list[str]]] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Enough cases, and none of them failed."""
        return not self.failed and self.played >= self.row.figure


def named(name: str) -> Row:
    """The row of a name."""
    return next(row for row in ROWS if row.name == name)


def kept() -> list[tuple[Row, Case, str]]:
    """The cases that once failed: row, case and what was wrong, a line each."""
    lines = [line for line in KEPT.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    parts = [line.split(" | ") for line in lines]
    return [(named(name), tuple(json.loads(case)), why) for name, case, why in parts]


def violations(row: Row, case: Case) -> list[str]:
    """What is wrong in one case; a crash of the simulation counts."""
    try:
        return row.check(case)
    except Exception as error:  # noqa: BLE001 - told with the case
        return [f"the case crashed: {type(error).__name__}: {error}"]


def play_all(rows: Sequence[Row] = ROWS, *, share: float = 1.0) -> list[Tally]:
    """Plays the rows, or a share of each, on every processor."""
    tallies = [Tally(row) for row in rows]
    work = [
        (place, cases[start : start + CHUNK])
        for place, row in enumerate(rows)
        for cases in [row.some(max(1, round(len(row.cases()) * share)))]
        for start in range(0, len(cases), CHUNK)
    ]
    with multiprocessing.get_context("fork").Pool(initializer=_quiet) as pool:
        for place, seconds, results in pool.imap_unordered(_chunk, [(rows[p].name, p, cases) for p, cases in work]):
            tally = tallies[place]
            tally.played += len(results)
            tally.seconds += seconds
            tally.failed.extend((case, wrong) for case, wrong in results if wrong)
    return tallies


def table(tallies: Iterable[Tally]) -> str:
    """The table, as text."""
    lines = [f"{'fault':48} {'to reach':>8} {'cases':>6} {'violations':>10} {'seconds':>8}"]
    lines += [f"{t.row.name:48} {t.row.figure:8} {t.played:6} {len(t.failed):10} {t.seconds:8.1f}" for t in tallies]
    return "\n".join(lines)


def details(tallies: Iterable[Tally], *, most: int = 10) -> str:
    """The failed cases, ready for `cases.txt`."""
    lines = []
    for tally in tallies:
        lines += [
            f"{tally.row.name} | {json.dumps(case)} | {'; '.join(wrong)[:300]}" for case, wrong in tally.failed[:most]
        ]
    return "\n".join(lines)


def _chunk(job: tuple[str, int, Sequence[Case]]) -> tuple[int, float, list[tuple[Case, list[str]]]]:
    name, place, cases = job
    row = named(name)
    began = time.process_time()
    wall = time.monotonic()
    results = [(case, violations(row, case)) for case in cases]
    gc.collect()
    return place, max(time.process_time() - began, time.monotonic() - wall), results


def _quiet() -> None:
    logging.disable(logging.CRITICAL)
