"""What a plan says that an earlier one did not: what a reviewer who saw the earlier one has to look at. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain

from provisioner.comparing.compare import FieldChange, Kind
from provisioner.errors import RefusedError
from provisioner.metastudio.remote_text import printable
from provisioner.planning.actions import Action, Blocked, Plan, Restart, Rewrite, Start
from provisioner.rooms import RoomKey


class Fate(StrEnum):
    """What became of a room between two plans. The order is that of reports."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class RoomSince:
    """A room of which two plans say different things: the actions on it then and now, empty where it was in no plan.

    `came` and `went` are the changes that only one of the plans has, `other` those that both have at one place with
    different values, then and now. What is at a sensitive place is not known, so it is never `other`.
    """

    key: RoomKey
    name: str
    fate: Fate
    before: tuple[Action, ...] = ()
    after: tuple[Action, ...] = ()
    came: tuple[FieldChange, ...] = ()
    went: tuple[FieldChange, ...] = ()
    other: tuple[tuple[FieldChange, FieldChange], ...] = ()


@dataclass(frozen=True, slots=True)
class PlanSince:
    """A plan beside an earlier one: when that was made and of which commit, and the rooms that are not as they were.

    `counts` names every fate; rooms to which both plans do the same are counted only.
    """

    created: datetime
    commit: str | None
    rooms: tuple[RoomSince, ...]
    counts: Mapping[str, int]


def plan_since(plan: Plan, earlier: Plan) -> PlanSince:
    """What `plan` says that `earlier` did not. It does not matter whether one may still be applied.

    Raises RefusedError for plans of different workspaces, targets or projects.
    """
    _check_comparable(plan, earlier)
    then, now = dict(earlier.rooms()), dict(plan.rooms())
    gone = [key for key in then if key not in now]
    rooms = [_room(key, then.get(key, ()), now.get(key, ())) for key in chain(now, gone)]
    counts = {fate.value: sum(room.fate is fate for room in rooms) for fate in Fate}
    unlike = tuple(room for fate in Fate if fate is not Fate.SAME for room in rooms if room.fate is fate)
    return PlanSince(earlier.created, earlier.commit, unlike, counts)


def _check_comparable(plan: Plan, earlier: Plan) -> None:
    for what, ours, theirs in (
        ("workspace", plan.workspace, earlier.workspace),
        ("target", plan.target, earlier.target),
        ("project", plan.project_id, earlier.project_id),
    ):
        if ours != theirs:
            raise RefusedError(
                f"the plan is for {what} {printable(ours, 100)} and the one in --since for {printable(theirs, 100)}; "
                "name an earlier plan of the same workspace and target"
            )


def _room(key: RoomKey, before: tuple[Action, ...], after: tuple[Action, ...]) -> RoomSince:
    name = (after or before)[0].room_name
    if not before:
        return RoomSince(key, name, Fate.NEW, after=after)
    if not after:
        return RoomSince(key, name, Fate.GONE, before=before)
    then, now = _by_place(before), _by_place(after)
    came = tuple(change for place, change in now.items() if place not in then)
    went = tuple(change for place, change in then.items() if place not in now)
    other = tuple((then[place], change) for place, change in now.items() if place in then and then[place] != change)
    same = not (came or went or other) and [*map(_doing, before)] == [*map(_doing, after)]
    return RoomSince(key, name, Fate.SAME if same else Fate.CHANGED, before, after, came, went, other)


def _by_place(actions: Iterable[Action]) -> dict[tuple[str, Kind], FieldChange]:
    return {(change.path, change.kind): change for action in actions for change in action.changes}


def _doing(action: Action) -> Hashable:
    """What an action does beside its changes, and why; when and from which line of a file does not matter."""
    match action:
        case Start(run=run) | Restart(run=run):
            return action.name, action.cause, run
        case Rewrite(commands=commands):
            return action.name, action.cause, commands
        case Blocked(reason=reason):
            return action.name, action.cause, reason
        case _:
            return action.name, action.cause
