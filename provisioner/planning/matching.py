"""Which observed room is which desired room. Pure.

A room is its key, carried by the marker. Where several rooms bear one key, the same one wins for everybody who
looks: the one on air, else the oldest, else the smallest id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from provisioner.observed import ObservedRoom, by_key
from provisioner.rooms import DeclaredRoom, RoomKey

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Match:
    """A desired room, the room it is (None: to be created), and what else there is to know of it.

    `adopted` tells that the room is taken over from outside; `twins` are further rooms with its key; `problem` is
    a sentence when no decision can be made.
    """

    desired: DeclaredRoom
    room: ObservedRoom | None = None
    adopted: bool = False
    twins: tuple[ObservedRoom, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Matches:
    """Every desired room with its match, and the managed rooms that no manifest declares."""

    matched: tuple[Match, ...]
    leftover: tuple[ObservedRoom, ...]


def match_rooms(
    desired: Iterable[DeclaredRoom], observed: Iterable[ObservedRoom], workspace: str, declared: frozenset[RoomKey]
) -> Matches:
    """Matches the rooms that are asked for. `declared` is the keys of all manifests, asked for or not."""
    rooms = tuple(observed)
    managed = by_key(rooms, workspace)
    matched = tuple(_match(room, rooms, managed, workspace) for room in desired)
    leftover = tuple(
        room for key in sorted(managed) if key not in declared for room in sorted(managed[key], key=standing)
    )
    return Matches(matched, leftover)


def _match(
    desired: DeclaredRoom,
    rooms: tuple[ObservedRoom, ...],
    managed: Mapping[RoomKey, list[ObservedRoom]],
    workspace: str,
) -> Match:
    found = sorted(managed.get(desired.key, ()), key=standing)
    if found:
        return Match(desired, found[0], twins=tuple(found[1:]))
    if desired.adopt is None:
        return Match(desired)
    if desired.adopt == "by_name":
        return _adopt_by_name(desired, rooms)
    return _adopt_by_id(desired, rooms, workspace)


def _adopt_by_name(desired: DeclaredRoom, rooms: tuple[ObservedRoom, ...]) -> Match:
    free = [room for room in rooms if room.marker is None and room.name == desired.name]
    if len(free) > 1:
        ids = ", ".join(sorted(room.id for room in free))
        problem = f"{len(free)} unmanaged rooms have this name ({ids}); write the id of one of them at `adopt`"
        return Match(desired, problem=problem)
    return Match(desired, free[0], adopted=True) if free else Match(desired)


def _adopt_by_id(desired: DeclaredRoom, rooms: tuple[ObservedRoom, ...], workspace: str) -> Match:
    room = next((room for room in rooms if room.id == desired.adopt), None)
    if room is None:
        problem = f"there is no room {desired.adopt} to adopt; correct `adopt`, or remove it to create a new room"
        return Match(desired, problem=problem)
    if room.marker is not None:
        owner = f"key {room.marker.key}"
        owner += "" if room.marker.workspace == workspace else f" of workspace {room.marker.workspace}"
        return Match(desired, problem=f"room {room.id} is managed already, as {owner}; it cannot be adopted twice")
    return Match(desired, room, adopted=True)


def standing(room: ObservedRoom) -> tuple[bool, datetime, str]:
    """Sorts the winner of several rooms with one key first."""
    return (not room.on_air, room.created or _NEVER, room.id)
