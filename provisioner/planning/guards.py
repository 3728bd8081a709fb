"""Guard rails: beyond them a plan is refused until a person decides. Pure.

A refusal names the rail, its figures, and the setting that would allow the plan.
"""

from __future__ import annotations

from dataclasses import dataclass

from provisioner.planning.actions import Adopt, Create, Delete, Plan, Restart, Rewrite, Stop, Update

_CHANGES = (Adopt, Update, Delete, Stop, Restart, Rewrite)
"""Actions on rooms that are there; creating and starting add and take nothing away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rails:
    """The limits of a target. `max_changes_percent` of the managed rooms may change, once there are `min_rooms`."""

    max_changes_percent: int = 30
    min_rooms: int = 10
    max_deletes: int | None = 5
    max_creates: int | None = None


def crossed(plan: Plan, rails: Rails, *, declared: int) -> tuple[str, ...]:
    """A sentence for every rail that the plan crosses. `declared` is how many rooms all manifests declare."""
    deletes = sum(isinstance(action, Delete) for action in plan.actions)
    creates = sum(isinstance(action, Create) for action in plan.actions)
    present = {action.key for action in plan.actions if not isinstance(action, Create) and action.room_id is not None}
    changed = {action.key for action in plan.actions if isinstance(action, _CHANGES)}
    found: list[str] = []
    if not declared and deletes:
        found.append(
            f"no manifest declares any room, and {deletes} would be deleted: an empty desired set is never applied. "
            "If this is meant, delete the rooms in the console"
        )
    if len(present) >= rails.min_rooms and len(changed) * 100 > rails.max_changes_percent * len(present):
        percent = len(changed) * 100 / len(present)
        found.append(
            f"{len(changed)} of {len(present)} managed rooms would change ({percent:.0f} %), and "
            f"guards.max_changes_percent is {rails.max_changes_percent}; raise it for this target, or plan fewer rooms"
        )
    for what, count, limit in (("deletes", deletes, rails.max_deletes), ("creates", creates, rails.max_creates)):
        if limit is not None and count > limit:
            found.append(
                f"{count} rooms would be {what[:-1]}d, and guards.max_{what} is {limit}; "
                "raise it for this target, or plan fewer rooms"
            )
    return tuple(found)
