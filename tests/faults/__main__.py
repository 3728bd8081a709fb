"""`python -m tests.faults [--mutation] [--share 0.1] [WORD …]`: the full figures, or that mutations are noticed.

Words choose rows by parts of their names. Ends with 1 where a case fails or a row has fewer cases than its figure.
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.faults import matrix, mutations


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--mutation", action="store_true", help="take out each safeguard and show who notices")
    parser.add_argument("--share", type=float, default=1.0, help="the share of each row's cases to play")
    parser.add_argument("words", nargs="*")
    asked = parser.parse_args()
    began = time.monotonic()
    if asked.mutation:
        print(mutations.HEAD)  # noqa: T201 - a command's output
        found = mutations.try_all(asked.words, tell=lambda item: print(mutations.line(item), flush=True))  # noqa: T201
        return 0 if all(item.noticed for item in found) else 1
    rows = [row for row in matrix.ROWS if all(word in row.name for word in asked.words)]
    tallies = matrix.play_all(rows, share=asked.share)
    print(matrix.table(tallies))  # noqa: T201
    print(f"\n{sum(t.played for t in tallies)} cases in {time.monotonic() - began:.0f} seconds")  # noqa: T201
    if failed := matrix.details(tallies):
        print(f"\nFailed; keep them in tests/faults/cases.txt:\n{failed}")  # noqa: T201
    short = asked.share >= 1.0 and any(tally.played < tally.row.figure for tally in tallies)
    return 1 if failed or short else 0


if __name__ == "__main__":
    sys.exit(main())
