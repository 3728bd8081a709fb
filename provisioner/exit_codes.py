"""The codes with which the tool ends, what each means, and what to do then. Pure."""

from __future__ import annotations

from enum import IntEnum
from typing import Self


class ExitCode(IntEnum):
    """A code; `means` and `then` are its words for people."""

    means: str
    then: str

    def __new__(cls, code: int, means: str, then: str) -> Self:
        """A member with its words."""
        one = int.__new__(cls, code)
        one._value_ = code
        one.means, one.then = means, then
        return one

    DONE = 0, "done; nothing left to do", "nothing"
    WRONG = (
        1,
        "something is wrong with the input or the connection, and nothing was written",
        "mend what the message names, and run the command again",
    )
    CHANGES = 2, "with `--detailed-exitcode`: the plan has changes", "review the plan, then apply it"
    IN_PART = (
        3,
        "some actions were applied and some were not",
        "read the report, mend the cause, and run the command again: nothing is applied twice",
    )
    REFUSED = (
        4,
        "refused: stale plan, guard rail, foreign or duplicate room; a person must decide",
        "decide; where the plan was stale, plan again",
    )
    UNKNOWN = (
        5,
        "the outcome of a write is unknown; the report names it and the next safe command",
        "run that command before anything else",
    )
    USAGE = 64, "the command line is wrong", "look at `--help`"
    DEFECT = 70, "a defect in this program", "report it, with what it printed"
    INTERRUPTED = (
        130,
        "interrupted by Ctrl-C; what was in flight was finished or reported",
        "plan again to see what is left",
    )
    TERMINATED = (
        143,
        "ended by SIGTERM; what was in flight was finished or reported",
        "plan again to see what is left",
    )
