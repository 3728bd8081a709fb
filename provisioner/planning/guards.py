"""Guard rails: beyond them a plan is refused until a person decides. Pure.

A refusal names the rail, its figures, and the setting that would allow the plan.
"""

from __future__ import annotations

from provisioner.guards import Guards
from provisioner.planning.actions import Adopt, Create, Delete, Plan, Restart, Rewrite, Stop, Update

_CHANGES = (Adopt, Update, Delete, Stop, Restart, Rewrite)
"""Actions on rooms that are there; creating and starting add and take nothing away."""


def crossed(plan: Plan, guards: Guards, *, declared: int) -> tuple[str, ...]:
    """A sentence for every guard that the plan crosses. `declared` is how many rooms all manifests declare."""
    deletes = sum(isinstance(action, Delete) for action in plan.actions)
    creates = sum(isinstance(action, Create) for action in plan.actions)
    changed = {action.key for action in plan.actions if isinstance(action, _CHANGES)}
    managed = plan.reading.managed
    found: list[str] = []
    if not declared and deletes:
        found.append(
            f"no manifest declares any room, and {deletes} would be deleted: an empty desired set is never applied. "
            "If this is meant, delete the rooms in the console"
        )
    if managed >= guards.min_rooms and len(changed) * 100 > guards.max_changes_percent * managed:
        percent = len(changed) * 100 / managed
        found.append(
            f"{len(changed)} of {managed} managed rooms would change ({percent:.0f} %), and "
            f"guards.max_changes_percent is {guards.max_changes_percent}; raise it for this target, or plan fewer rooms"
        )
    for what, count, limit in (("deletes", deletes, guards.max_deletes), ("creates", creates, guards.max_creates)):
        if limit is not None and count > limit:
            found.append(
                f"{count} rooms would be {what[:-1]}d, and guards.max_{what} is {limit}; "
                "raise it for this target, or plan fewer rooms"
            )
    return tuple(found)
