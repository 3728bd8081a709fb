"""What the codes mean with which the tool ends: one table, of which the documents are made. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExitCode:
    """A code, what it means, and what to do then."""

    code: int
    means: str
    then: str


EXIT_CODES = (
    ExitCode(0, "done; nothing left to do", "nothing"),
    ExitCode(
        1,
        "something is wrong with the input or the connection, and nothing was written",
        "mend what the message names, and run the command again",
    ),
    ExitCode(2, "with `--detailed-exitcode`: the plan has changes", "review the plan, then apply it"),
    ExitCode(
        3,
        "some actions were applied and some were not",
        "read the report, mend the cause, and run the command again: nothing is applied twice",
    ),
    ExitCode(
        4,
        "refused: stale plan, guard rail, foreign or duplicate room; a person must decide",
        "decide; where the plan was stale, plan again",
    ),
    ExitCode(
        5,
        "the outcome of a write is unknown; the report names it and the next safe command",
        "run that command before anything else",
    ),
    ExitCode(64, "the command line is wrong", "look at `--help`"),
    ExitCode(70, "a defect in this program", "report it, with what it printed"),
    ExitCode(
        130, "interrupted by Ctrl-C; what was in flight was finished or reported", "plan again to see what is left"
    ),
    ExitCode(143, "ended by SIGTERM; what was in flight was finished or reported", "plan again to see what is left"),
)
