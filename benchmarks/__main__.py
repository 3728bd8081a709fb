"""`python -m benchmarks`: measures, prints one table, and writes it down where everything was measured.

python -m benchmarks                                          all of it: make bench
python -m benchmarks --only validate-template --rooms 1000    one benchmark, smaller
python -m benchmarks --list                                   their names
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks import applying, growth, machine, pages, parts, planning, profiling, starting, table, validating
from benchmarks.asked import Asked
from benchmarks.table import Line

ROOT = Path(__file__).resolve().parent.parent
RESULTS, GROWTH = ROOT / "benchmarks/results.md", ROOT / "benchmarks/growth.csv"
PLOT = ROOT / "docs/performance-growth.svg"
BENCHMARKS: dict[str, Callable[[Asked], Iterator[Line]]] = {
    "validate-template": validating.template,
    "validate-hand-written": validating.hand_written,
    "validate-mixture": validating.mixture,
    "plan-unchanged": planning.unchanged,
    "plan-changed": planning.changed,
    "plan-script": planning.against_script,
    "apply": applying.creates,
    "start-up": starting.up,
    "html-page": pages.page,
    "validate-many": validating.many,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 1 where a budget is not met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    modes = parser.add_mutually_exclusive_group()
    modes.add_argument("--only", action="append", choices=BENCHMARKS, help="only this; repeatable")
    modes.add_argument("--profile", choices=profiling.PROFILES, help="where the time of one command goes")
    modes.add_argument("--parts", action="store_true", help="where the time of a room goes, part by part")
    modes.add_argument("--growth", action="store_true", help="measure how the time grows, and draw it")
    modes.add_argument("--list", action="store_true", help="name the benchmarks")
    parser.add_argument("--rooms", type=int, help="another number of rooms than the budgets are for")
    asked = parser.parse_args(arguments)
    if asked.list:
        sys.stdout.write("".join(f"{name}\n" for name in BENCHMARKS))
        return 0
    if asked.profile:
        with _folder(asked.profile, asked.rooms) as work:
            sys.stdout.write(profiling.profile(asked.profile, work))
        return 0
    if asked.parts:
        with _folder("parts", asked.rooms) as work:
            sys.stdout.write("".join(f"{name:34}{microseconds:7.0f} us\n" for name, microseconds in parts.parts(work)))
        return 0
    if asked.growth:
        with _folder("growth", None) as work:
            growth.write(list(growth.points(work)), GROWTH, PLOT)
        _say(f"written to {_shown(GROWTH)} and {_shown(PLOT)}")
        return 0
    return _measure(asked.only, asked.rooms)


def _measure(only: Sequence[str] | None, rooms: int | None) -> int:
    """Shows the lines of some benchmarks, or of all; all of them in their usual size are also written down."""
    on = machine.described()
    lines = measured(only or list(BENCHMARKS), rooms)
    table.show(lines, on)
    if not only and not rooms:
        RESULTS.write_text(table.as_markdown(lines, on), encoding="utf-8")
        _say(f"written to {_shown(RESULTS)}")
    return 1 if any(line.is_met is False for line in lines) else 0


def measured(names: Sequence[str], rooms: int | None) -> list[Line]:
    """The lines of these benchmarks."""
    lines: list[Line] = []
    with tempfile.TemporaryDirectory(prefix="provisioner-bench-") as shared:
        for name in names:
            began = time.monotonic()
            with _folder(name, rooms, Path(shared)) as work:
                lines += BENCHMARKS[name](work)
            _say(f"{name}: done in {time.monotonic() - began:.0f} s")
    return lines


@contextmanager
def _folder(name: str, rooms: int | None, shared: Path | None = None) -> Iterator[Asked]:
    """What a benchmark gets. Its folder is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="provisioner-bench-") as made:
        folder = Path(made)
        yield Asked(folder, shared or folder, rooms, lambda text: _say(f"{name}: {text}"))


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
