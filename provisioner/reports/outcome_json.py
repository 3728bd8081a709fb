"""What an apply did, as plain data for programs. Pure."""

from __future__ import annotations

from typing import Annotated, Literal, assert_never

from typing_extensions import TypedDict

from provisioner.applying.outcomes import Applied, Failed, Interruption, Outcome, Report, Skipped, Unchanged, Unknown
from provisioner.planning.actions import ActionName
from provisioner.reports.json_types import FORMAT_VERSION, Count, Digest, Keywords
from provisioner.reports.outcome_text import WORDS, outcome_counts
from provisioner.reports.plan_json import plan_digest


class OutcomeJson(TypedDict):
    """What became of one action."""

    outcome: Literal["applied", "unchanged", "failed", "unknown", "skipped"]
    """`failed` was proven not to be done, `unknown` may be done or may still come to be, `skipped` was not tried."""
    action: ActionName
    key: str
    """The room, by its key in the workspace."""
    room_id: str | None
    """The room, by its id at the service, where that is known."""
    room_name: str
    job_id: str | None
    """The job that was started; null where none was."""
    job_state: str | None
    """What a job that was waited for had come to, as the service spells it."""
    request_id: str | None
    """The service's name for the write; null where there was none, or no answer."""
    message: str
    """A sentence for people; may be empty."""
    next_command: str | None
    """The next safe command where the outcome is unknown."""
    refused: bool
    """Whether a person must decide before it can be done."""


class ReportJson(TypedDict):
    """What `apply`, `start` and `stop` did."""

    format_version: Literal[1]
    workspace: str
    target: str
    digest: Digest
    """Of the plan that was applied, as it is saved."""
    interrupted: Interruption | None
    """The signal that ended the run before its end."""
    exit_code: int
    summary: Annotated[dict[str, Count], Keywords(required=[word for _, word in WORDS])]
    """How many outcomes of each kind there are."""
    outcomes: list[OutcomeJson]
    """In the order of the plan."""


def outcome_to_json(report: Report, *, digest: str | None = None) -> ReportJson:
    """The report. `digest` is that of the saved plan that was applied; without one it is the plan's own."""
    return {
        "format_version": FORMAT_VERSION,
        "workspace": report.plan.workspace,
        "target": report.plan.target,
        "digest": digest or plan_digest(report.plan),
        "interrupted": report.interrupted,
        "exit_code": report.exit_code,
        "summary": outcome_counts(report),
        "outcomes": [_outcome(outcome) for outcome in report.outcomes],
    }


def _outcome(outcome: Outcome) -> OutcomeJson:
    written: OutcomeJson = {
        "outcome": "applied",
        "action": outcome.action.name,
        "key": outcome.action.key,
        "room_id": outcome.room_id or outcome.action.room_id,
        "room_name": outcome.action.room_name,
        "job_id": None,
        "job_state": None,
        "request_id": None,
        "message": "",
        "next_command": None,
        "refused": False,
    }
    match outcome:
        case Applied(job_id=job_id, job_state=state, request_id=request_id, note=note):
            written |= {"outcome": "applied", "request_id": request_id, "message": note}
            written |= {"job_id": job_id, "job_state": state}
        case Unchanged(note=note):
            written |= {"outcome": "unchanged", "message": note}
        case Failed(job_id=job_id, job_state=state, request_id=request_id, message=message):
            written |= {"outcome": "failed", "request_id": request_id, "message": message}
            written |= {"job_id": job_id, "job_state": state}
        case Unknown(message=message, request_id=request_id, next_command=command):
            written |= {"outcome": "unknown", "request_id": request_id, "message": message, "next_command": command}
        case Skipped(because=because, refused=refused):
            written |= {"outcome": "skipped", "message": because, "refused": refused}
        case _:
            assert_never(outcome)
    return written
