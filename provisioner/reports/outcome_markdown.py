"""What an apply did, for a comment and a step summary, in GitHub's Markdown. Pure.

What is unknown or failed comes first, each with its reason; what was done as planned is counted and folded. Nothing
that may have been applied is called failed.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import assert_never

from provisioner.applying.outcomes import Applied, Failed, Outcome, Report, Skipped, Unchanged, Unknown
from provisioner.planning.actions import Blocked
from provisioner.reports.markdown import (
    MOST_UNITS,
    Section,
    code,
    fitted,
    folded,
    html_code,
    left_out,
    listed,
    prose,
    units,
)
from provisioner.reports.numbers import counted
from provisioner.reports.outcome_text import DONE, outcome_summary

_MOST_LINES = 50
_MOST_KEYS = 3
_FOR_REST = 600
_ELSEWHERE = "The report as JSON (--report FILE.json) has everything."


class Fate(StrEnum):
    """What became of actions, in the order in which a person has to know."""

    UNKNOWN = "unknown whether it happened"
    FAILED = "failed"
    MISMATCH = "done, and does not read back as written"
    REFUSED = "refused: a person must decide first"
    SKIPPED = "not tried"
    DONE = "done"
    UNCHANGED = "nothing had to be done"


_OPEN = (Fate.UNKNOWN, Fate.FAILED, Fate.MISMATCH, Fate.REFUSED)


def outcome_markdown(report: Report, *, most: int = MOST_UNITS) -> str:
    """The whole report in at most `most` UTF-16 units, of which there are 3,000 at least."""
    head = "\n\n".join(_heading(report))
    sections = list(_sections(report))
    body = fitted(sections, most - units(head) - _FOR_REST)
    unnamed = sections[len(body.texts) :]
    omitted = left_out(body.named, sum(section.rooms for section in unnamed), len(unnamed), _ELSEWHERE)
    return "\n\n".join(part for part in (head, omitted, *body.texts) if part) + "\n"


def _heading(report: Report) -> Iterator[str]:
    yield f"### Apply of {code(report.plan.workspace, 120)} to target {code(report.plan.target, 120)}"
    yield f"**{outcome_summary(report)}**"
    if report.interrupted is not None:
        yield f"Interrupted by {report.interrupted.value}: what was in flight was finished or is named below."


def _sections(report: Report) -> Iterator[Section]:
    """The outcomes by what became of them and by action."""
    groups: dict[tuple[Fate, str], list[Outcome]] = {}
    for outcome in report.outcomes:
        groups.setdefault((_fate(outcome), outcome.action.name), []).append(outcome)
    order = list(Fate)
    for (fate, name), found in sorted(groups.items(), key=lambda group: order.index(group[0][0])):
        verb = _did(fate, name)
        lines = [f"- {_line(outcome)}" for outcome in found[:_MOST_LINES]]
        if (more := len(found) - _MOST_LINES) > 0:
            keys = [outcome.action.key for outcome in found[_MOST_LINES:]]
            lines.append(f"- {more:,} more: {listed(keys, _MOST_LINES)}")
        count = counted(len(found), "room")
        only = f" {html_code(found[0].action.key)}" if len(found) == 1 else ""
        summary = f"<b>{count}</b> {verb}{only}"
        brief = f"- **{count}** {verb}: {listed([outcome.action.key for outcome in found], _MOST_KEYS)}"
        yield Section(brief, folded(summary, "\n".join(lines), is_open=fate in _OPEN), len(found))


def _did(fate: Fate, name: str) -> str:
    """What became of an action in words; of one that was blocked from the start nobody says that it was tried."""
    if name == Blocked.name:
        return "blocked: a person must decide first"
    return DONE[name] if fate is Fate.DONE else f"{name}: {fate}"


def _fate(outcome: Outcome) -> Fate:
    match outcome:
        case Applied(mismatch=mismatch):
            return Fate.MISMATCH if mismatch else Fate.DONE
        case Unchanged():
            return Fate.UNCHANGED
        case Failed():
            return Fate.FAILED
        case Unknown():
            return Fate.UNKNOWN
        case Skipped(refused=refused):
            return Fate.REFUSED if refused else Fate.SKIPPED
        case _:
            assert_never(outcome)


def _line(outcome: Outcome) -> str:
    parts = [f"{code(outcome.action.key, 120)} {code(outcome.action.room_name, 120)}", *_identity(outcome)]
    words = [" · ".join(parts)]
    match outcome:
        case Applied(note=said) | Unchanged(note=said) | Failed(message=said) | Skipped(because=said):
            words.append(prose(said))
        case Unknown(message=said, next_command=command):
            words += [prose(said), f"Next: {code(command, 1000)}"]
        case _:
            assert_never(outcome)
    return "<br>".join(word for word in words if word)


def _identity(outcome: Outcome) -> Iterator[str]:
    if outcome.room_id:
        yield f"room {code(outcome.room_id)}"
    if isinstance(outcome, Applied | Failed) and outcome.job_id:
        state = f" {code(outcome.job_state)}" if outcome.job_state else ""
        yield f"job {code(outcome.job_id)}{state}"
    if isinstance(outcome, Applied | Failed | Unknown) and outcome.request_id:
        yield f"request {code(outcome.request_id)}"
