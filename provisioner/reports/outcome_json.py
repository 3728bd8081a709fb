"""What an apply did, as plain data for programs. Pure."""

from __future__ import annotations

from typing import Any, assert_never

from provisioner.applying.outcomes import Applied, Failed, Outcome, Report, Skipped, Unchanged, Unknown
from provisioner.reports.outcome_text import outcome_counts
from provisioner.reports.plan_json import plan_digest

FORMAT_VERSION = 1


def outcome_to_json(report: Report, *, digest: str | None = None) -> dict[str, Any]:
    """The report. `digest` is that of the saved plan that was applied; without one it is the plan's own."""
    return {
        "format_version": FORMAT_VERSION,
        "workspace": report.plan.workspace,
        "target": report.plan.target,
        "digest": digest or plan_digest(report.plan),
        "interrupted": report.interrupted.value if report.interrupted else None,
        "exit_code": report.exit_code,
        "summary": outcome_counts(report),
        "outcomes": [_outcome(outcome) for outcome in report.outcomes],
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    written: dict[str, Any] = {
        "outcome": "",
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
