"""Plans of parts of a workspace → the one plan that they are together. Pure.

Parts are planned apart, on several machines or for several keys, and reviewed as one. What comes out is the plan that
one machine would have made of all of it at the same moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from provisioner.diagnostics import in_order
from provisioner.errors import RefusedError
from provisioner.metastudio.remote_text import printable
from provisioner.planning.actions import Action, AgainstBase, Plan, Reading, in_time
from provisioner.planning.shards import Shard
from provisioner.rooms import RoomKey

_NAMED = 5
"""Rooms that a message names; of further ones it gives the number."""
_LONGEST = 100
"""Characters of a plan's own text in a message."""


@dataclass(frozen=True, slots=True)
class Part:
    """A plan, and what messages call it: the file it was read from."""

    name: str
    plan: Plan


def merge_plans(parts: Sequence[Part]) -> Plan:
    """The plan that was made in these parts, of which there is at least one; of a single part its own plan.

    The earliest times count: the whole is as old as its oldest part. Each part has seen the whole list of rooms, and
    where the lists differ in length the longest is named. A commit is named unless the parts name several, and the
    selection is empty (all rooms) as soon as that of one part is.

    Raises RefusedError where two parts are not of one whole, or have a room in common.
    """
    first, *others = parts
    if not others:
        return first.plan
    for other in others:
        _check_alike(first, other)
    _check_apart(parts)
    _check_all_there(parts)
    plans = [part.plan for part in parts]
    commits = {plan.commit for plan in plans if plan.commit is not None}
    return Plan(
        workspace=first.plan.workspace,
        target=first.plan.target,
        project_id=first.plan.project_id,
        refresh=first.plan.refresh,
        actions=_as_planned(chain.from_iterable(plan.actions for plan in plans)),
        manifests=first.plan.manifests,
        created=min(plan.created for plan in plans),
        expires=min(plan.expires for plan in plans),
        warnings=in_order(chain.from_iterable(plan.warnings for plan in plans)),
        selection=_selection(plans),
        prune=first.plan.prune,
        commit=commits.pop() if len(commits) == 1 else None,
        reading=Reading(
            listed=max(plan.reading.listed for plan in plans),
            managed=(sum if first.plan.shard else max)(plan.reading.managed for plan in plans),
            read=sum(plan.reading.read for plan in plans),
            known=sum(plan.reading.known for plan in plans),
            believed=sum(plan.reading.believed for plan in plans),
        ),
        at=first.plan.at,
        upcoming=in_time(chain.from_iterable(plan.upcoming for plan in plans)),
        contents={key: content for plan in plans for key, content in plan.contents.items()},
        assets={asset: name for plan in plans for asset, name in plan.assets.items()},
        contents_left_out=sum(plan.contents_left_out for plan in plans),
        snapshot=first.plan.snapshot,
        base=_base([plan.base for plan in plans if plan.base is not None]),
    )


def _as_planned(actions: Iterable[Action]) -> tuple[Action, ...]:
    """In the planner's order: declared rooms by key, then those that no manifest declares; a room's as they were."""
    found = tuple(actions)
    declared = {action.key for action in found if action.origin is not None}
    return tuple(sorted(found, key=lambda action: (action.key not in declared, action.key)))


def _base(bases: Sequence[AgainstBase]) -> AgainstBase | None:
    """Of one revision: every part saw all manifests, and has counted what it planned of them."""
    if not bases:
        return None
    return replace(
        bases[0],
        is_compared=all(base.is_compared for base in bases),
        new=sum(base.new for base in bases),
        changed=sum(base.changed for base in bases),
        removed=sum(base.removed for base in bases),
        settled=sum(base.settled for base in bases),
    )


def _selection(plans: Sequence[Plan]) -> tuple[str, ...]:
    if not all(plan.selection for plan in plans):
        return ()
    return tuple(sorted({key for plan in plans for key in plan.selection}))


def _check_alike(one: Part, other: Part) -> None:
    """Raises RefusedError with all in which two parts differ and must not."""
    ours, theirs = _whole(one.plan), _whole(other.plan)
    differences = [
        f"{what} ({printable(ours[what], _LONGEST)}, {printable(theirs[what], _LONGEST)})"
        for what in ours
        if ours[what] != theirs[what]
    ]
    if differences:
        raise RefusedError(
            f"{one.name} and {other.name} are not parts of one plan; they differ in {', '.join(differences)}. "
            "Plan all parts from the same manifests with the same options"
        )


def _whole(plan: Plan) -> Mapping[str, str]:
    """What all parts of a plan have in common, in words for people."""
    return {
        "workspace": plan.workspace,
        "target": plan.target,
        "project": plan.project_id,
        "manifests": plan.manifests,
        "refresh": plan.refresh.value,
        "prune": "yes" if plan.prune else "no",
        "number of shards": str(plan.shard.of if plan.shard else 1),
        "base": plan.base.commit if plan.base else "none",
        "snapshot": plan.snapshot.digest if plan.snapshot else "none",
        "moment": f"{plan.at:%Y-%m-%dT%H:%M:%SZ}" if plan.at else "that of planning",
    }


def _check_apart(parts: Iterable[Part]) -> None:
    """Raises RefusedError for two parts with a room in common."""
    owners: dict[RoomKey, str] = {}
    for part in parts:
        keys = dict.fromkeys(action.key for action in part.plan.actions)
        shared = [key for key in keys if key in owners]
        if shared:
            owner = owners[shared[0]]
            rooms = _listed([key for key in shared if owners[key] == owner])
            raise RefusedError(
                f"{owner} and {part.name} both plan {rooms}, and a room is in one part only. Name each plan once, "
                "and only parts that were made by the same division"
            )
        owners |= dict.fromkeys(keys, part.name)


def _check_all_there(parts: Sequence[Part]) -> None:
    """Raises RefusedError for shards of which some are missing: what they would change would not be seen."""
    shards = {part.plan.shard for part in parts if part.plan.shard}
    of = max((shard.of for shard in shards), default=0)
    missing = [str(shard) for number in range(of) if (shard := Shard(number + 1, of)) not in shards]
    if missing:
        named = ", ".join(missing[:_NAMED]) + (f" and {len(missing) - _NAMED:,} more" if len(missing) > _NAMED else "")
        raise RefusedError(f"the plans of these shards are missing: {named}. Name the plans of all {of:,}")


def _listed(keys: Sequence[RoomKey]) -> str:
    named = ", ".join(printable(key, _LONGEST) for key in keys[:_NAMED])
    more = len(keys) - _NAMED
    return f"{'room' if len(keys) == 1 else 'rooms'} {named}" + (f" and {more:,} more" if more > 0 else "")
