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
from pathlib import Path

from benchmarks import applying, machine, planning, starting, table, validating
from benchmarks.asked import Asked
from benchmarks.table import Line

RESULTS = Path(__file__).resolve().parent / "results.md"
BENCHMARKS: dict[str, Callable[[Asked], Iterator[Line]]] = {
    "validate-template": validating.template,
    "validate-hand-written": validating.hand_written,
    "validate-mixture": validating.mixture,
    "plan-unchanged": planning.unchanged,
    "plan-changed": planning.changed,
    "plan-script": planning.against_script,
    "apply": applying.creates,
    "start-up": starting.up,
    "validate-many": validating.many,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 1 where a budget is not met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--only", action="append", choices=BENCHMARKS, help="only this; repeatable")
    parser.add_argument("--rooms", type=int, help="another number of rooms than the budgets are for")
    parser.add_argument("--list", action="store_true", help="name the benchmarks")
    asked = parser.parse_args(arguments)
    if asked.list:
        sys.stdout.write("".join(f"{name}\n" for name in BENCHMARKS))
        return 0
    lines = measured(asked.only or list(BENCHMARKS), asked.rooms)
    table.show(lines, machine.described())
    if not asked.only and not asked.rooms:
        RESULTS.write_text(table.as_markdown(lines, machine.described()), encoding="utf-8")
        _say(f"written to {RESULTS.relative_to(Path.cwd()) if RESULTS.is_relative_to(Path.cwd()) else RESULTS}")
    return 1 if any(line.is_met is False for line in lines) else 0


def measured(names: Sequence[str], rooms: int | None) -> list[Line]:
    """The lines of these benchmarks."""
    lines: list[Line] = []
    for name in names:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="provisioner-bench-") as folder:
            lines += BENCHMARKS[name](Asked(Path(folder), rooms, lambda text, name=name: _say(f"{name}: {text}")))  # type: ignore[misc]
        _say(f"{name}: done in {time.monotonic() - began:.0f} s")
    return lines


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
