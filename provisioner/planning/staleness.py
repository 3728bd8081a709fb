"""Whether a saved plan is still about what is there: its binding as a whole, and each action's base. Pure."""

from __future__ import annotations

from datetime import datetime

from provisioner.comparing.fingerprint import manifests_digest
from provisioner.errors import RefusedError
from provisioner.planning.actions import Action, Blocked, Plan, Restart, Start
from provisioner.rooms import DeclaredRoom


def check_binding(
    plan: Plan, workspace: str, target: str, project_id: str, desired: tuple[DeclaredRoom, ...], now: datetime
) -> None:
    """Raises RefusedError for a plan of another workspace, target, project or manifests, or one that is too old."""
    for what, theirs, ours in (
        ("workspace", plan.workspace, workspace),
        ("target", plan.target, target),
        ("project", plan.project_id, project_id),
    ):
        if theirs != ours:
            raise RefusedError(f"the plan was made for {what} {theirs}, and this is {ours}; nothing was written")
    if plan.at is not None:
        raise RefusedError(
            f"the plan shows what would be done at {plan.at:%Y-%m-%d %H:%M} UTC (plan --at), which is for looking at; "
            "plan again without --at"
        )
    if now >= plan.expires:
        raise RefusedError(f"the plan expired at {plan.expires:%Y-%m-%d %H:%M} UTC; plan again")
    if plan.manifests != manifests_digest(desired):
        raise RefusedError(
            "the manifests, or the ids of assets that they name, are not those that the plan was made from; plan again"
        )


def stale_actions(reviewed: Plan, fresh: Plan) -> tuple[tuple[Action, str], ...]:
    """The reviewed actions that would not be planned now, each with the reason. One that is done is not stale."""
    now = {(action.name, action.key, action.room_id): action for action in fresh.changes}
    settled = {(action.key, action.room_id) for action in fresh.actions} - {
        (action.key, action.room_id) for action in fresh.changes
    }
    stale: list[tuple[Action, str]] = []
    for action in reviewed.changes:
        other = now.get((action.name, action.key, action.room_id))
        if other is None and (action.key, action.room_id) in settled:
            continue
        if isinstance(action, Blocked):
            stale.append((action, action.reason))
        elif other is None:
            stale.append((action, f"{action.name} is not what the room needs any more"))
        elif isinstance(action, Start | Restart) and isinstance(other, Start | Restart) and other.run != action.run:
            stale.append((action, f"run {action.run} is over by now; the next plan starts run {other.run}"))
        elif other.base != action.base:
            since = other.base.updated if other.base else "an unknown time"
            stale.append((action, f"somebody changed the room at {since}, after the plan was made"))
    return tuple(stale)
