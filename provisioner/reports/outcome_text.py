"""What an apply did, for people. Pure. Nothing that may have been applied is called failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import assert_never

from rich.text import Text

from provisioner.applying.outcomes import Applied, Failed, Outcome, Report, Skipped, Unchanged, Unknown
from provisioner.metastudio.remote_text import printable
from provisioner.planning.actions import Blocked, Restart, Start
from provisioner.reports.terminal import PLAIN_WIDTH, Line, to_text

_BODY = 4
_LONGEST = 1000
DONE: Mapping[str, str] = {
    "create": "created",
    "adopt": "adopted",
    "update": "updated",
    "start": "started",
    "stop": "stopped",
    "restart": "restarted",
    "rewrite": "rewrote",
    "delete": "deleted",
    "blocked": "cleared",
    "unchanged": "looked at",
}
WORDS: tuple[tuple[type[Outcome], str], ...] = (
    (Applied, "applied"),
    (Unchanged, "unchanged"),
    (Failed, "failed"),
    (Unknown, "unknown"),
    (Skipped, "skipped"),
)


def outcome_counts(report: Report) -> dict[str, int]:
    """How many outcomes of each kind, every kind named."""
    return {word: report.count(kind) for kind, word in WORDS}


def outcome_text(report: Report, *, width: int = PLAIN_WIDTH, colour: bool = False) -> str:
    """A line an action, what to do next below it, and a sentence that sums up as the last line."""
    return to_text(_lines(report, colour=colour), width=width, colour=colour)


def _lines(report: Report, *, colour: bool) -> Iterator[Line]:
    for outcome in report.outcomes:
        yield from _outcome(outcome, colour=colour)
    if report.outcomes:
        yield Line(Text())
    if report.interrupted is not None:
        interrupted = f"Interrupted by {report.interrupted.value}: what was in flight was finished or is named above."
        yield Line(Text(interrupted, "yellow"))
    yield Line(Text(outcome_summary(report), "bold"))


def outcome_summary(report: Report) -> str:
    """`2 applied, 1 failed.`, or that nothing was to be done."""
    counted = [f"{count:,} {word}" for word, count in outcome_counts(report).items() if count]
    if not counted:
        return "Nothing was to be done." if report.interrupted is None else "Nothing was written."
    return f"{', '.join(counted)}."


def _outcome(outcome: Outcome, *, colour: bool) -> Iterator[Line]:
    name, key = outcome.action.name, printable(outcome.action.key)
    match outcome:
        case Applied():
            line = _headed("✓" if colour else "+", f"{DONE[name]} {key}", "green")
            line.append(_identity(outcome), "dim")
            yield Line(line)
            yield from _said(outcome.note)
        case Unchanged():
            yield Line(_headed("=", f"no need to {name} {key}"))
            yield from _said(outcome.note)
        case Failed(job_id=job_id):
            words = f"could not {name} {key}" if job_id is None else f"{key} did not go on air"
            yield Line(_with_request(_headed("✗" if colour else "x", words, "red"), outcome))
            yield from _said(outcome.message)
        case Unknown():
            line = _headed("?", f"unknown whether it happened: {name} {key}", "bold magenta")
            yield Line(_with_request(line, outcome))
            yield from _said(outcome.message)
            yield Line(Text.assemble("next: ", (printable(outcome.next_command, _LONGEST), "bold")), _BODY)
        case Skipped():
            words = f"{'refused to' if outcome.refused else 'did not'} {name} {key}"
            words = f"{key} is blocked" if name == Blocked.name else words
            yield Line(_headed("!" if outcome.refused else "-", words, "yellow"))
            yield from _said(outcome.because)
        case _:
            assert_never(outcome)


def _headed(sign: str, words: str, style: str = "") -> Text:
    return Text.assemble((f"{sign} ", style), words)


def _identity(outcome: Applied) -> str:
    parts = [f"room {printable(outcome.room_id)}"]
    if isinstance(outcome.action, Start | Restart):
        parts.append(f"run {printable(outcome.action.run, 120)}")
    if outcome.job_id:
        state = f" {outcome.job_state}" if outcome.job_state else ""
        parts.append(f"job {printable(outcome.job_id)}{state}")
    if outcome.request_id:
        parts.append(f"request {printable(outcome.request_id)}")
    return f" ({', '.join(parts)})"


def _with_request(line: Text, outcome: Failed | Unknown) -> Text:
    parts = [f"room {printable(outcome.room_id)}"] if outcome.room_id else []
    if outcome.request_id:
        parts.append(f"request {printable(outcome.request_id)}")
    if parts:
        line.append(f" ({', '.join(parts)})", "dim")
    return line


def _said(message: str) -> Iterator[Line]:
    if message:
        yield Line(Text(printable(message, _LONGEST)), _BODY)
