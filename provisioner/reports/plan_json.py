"""A plan as plain data: what `--format json` prints and `-o` saves. Pure.

`provisioner.planning.saved` reads it back; the two change together.
"""

from __future__ import annotations

from typing import Any

from provisioner.comparing.compare import FieldChange
from provisioner.diagnostics import Span
from provisioner.planning.actions import Action, Base, Plan, Restart, Rewrite, Start, Upcoming
from provisioner.planning.digest import FIELD, digest_of
from provisioner.planning.saved import FORMAT_VERSION, READING
from provisioner.reports.contents_json import contents_to_json
from provisioner.reports.findings import finding_to_json
from provisioner.reports.json_text import timestamp


def plan_to_json(plan: Plan, *, include_unchanged: bool = False, include_contents: bool = False) -> dict[str, Any]:
    """The plan as the contract writes it, and what is needed to apply it later.

    Unchanged rooms are always counted. They are listed if asked for, and a file to be shown again should list
    them: its reader counts what it finds. Contents are what pictures are drawn from; those beyond
    `MAX_CONTENTS_BYTES` are left out and counted. The digest covers all as written.
    """
    listed = plan.actions if include_unchanged else plan.changes
    contents, left_out = contents_to_json(plan) if include_contents else ({}, 0)
    document: dict[str, Any] = {
        "format_version": FORMAT_VERSION,
        "workspace": plan.workspace,
        "target": plan.target,
        "project_id": plan.project_id,
        "created": timestamp(plan.created),
        "expires": timestamp(plan.expires),
        "refresh": plan.refresh.value,
        "reading": {name: getattr(plan.reading, name) for name in READING},
        "manifests": plan.manifests,
        "commit": plan.commit,
        "selection": list(plan.selection),
        "shard": str(plan.shard) if plan.shard else None,
        "prune": plan.prune,
        "at": timestamp(plan.at) if plan.at else None,
        "summary": plan.summary(),
        "actions": [_action(action) for action in listed],
        "warnings": [finding_to_json(warning) for warning in plan.warnings],
        "next": [upcoming_json(change) for change in plan.upcoming],
        "contents": contents,
        "contents_left_out": left_out,
    }
    head = {"format_version": FORMAT_VERSION, FIELD: digest_of(document)}
    return {**head, **document}


def plan_digest(plan: Plan) -> str:
    """The digest of the plan as it is saved, with its unchanged rooms and all contents."""
    return str(plan_as_saved(plan)[FIELD])


def plan_as_saved(plan: Plan) -> dict[str, Any]:
    """The plan with all that `apply` and `show` need later."""
    return plan_to_json(plan, include_unchanged=True, include_contents=True)


def _action(action: Action) -> dict[str, Any]:
    written: dict[str, Any] = {
        "action": action.name,
        "key": action.key,
        "room_id": action.room_id,
        "room_name": action.room_name,
        "cause": action.cause.value,
        "origin": _origin(action.origin),
        "reason": action.reason,
        "base": _base(action.base),
        "changes": [change_json(change) for change in action.changes],
    }
    match action:
        case Start(run=run, until=until) | Restart(run=run, until=until):
            written |= {"run": run, "until": timestamp(until) if until else None}
        case Rewrite(commands=commands):
            written["commands"] = list(commands)
    return written


def upcoming_json(change: Upcoming) -> dict[str, Any]:
    """What a window asks for next."""
    return {
        "key": change.key,
        "action": change.action,
        "run": change.run,
        "at": timestamp(change.at),
        "local": change.local.isoformat(timespec="minutes"),
        "timezone": change.timezone,
    }


def _origin(origin: Span | None) -> dict[str, Any] | None:
    return {"file": origin.file, "line": origin.line, "column": origin.column} if origin else None


def _base(base: Base | None) -> dict[str, Any] | None:
    return {"updated": base.updated, "spec_hash": base.spec_hash} if base else None


def change_json(change: FieldChange) -> dict[str, Any]:
    """A change; what is at a sensitive place is left out."""
    return {
        "path": change.path,
        "kind": change.kind.value,
        "before": None if change.sensitive else change.before,
        "after": None if change.sensitive else change.after,
        "sensitive": change.sensitive,
    }
