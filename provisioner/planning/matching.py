"""Which observed room is which desired room. Pure.

A room is its key, carried by the marker. Where several rooms bear one key, the same one wins for everybody who
looks: the one on air, else the oldest, else the smallest id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from provisioner.observed import ObservedRoom, by_key
from provisioner.rooms import DeclaredRoom, RoomKey

NOTHING_MOVED: Mapping[RoomKey, RoomKey] = MappingProxyType({})
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
    desired: Iterable[DeclaredRoom],
    observed: Iterable[ObservedRoom],
    workspace: str,
    declared: frozenset[RoomKey],
    moved: Mapping[RoomKey, RoomKey] = NOTHING_MOVED,
) -> Matches:
    """Matches the rooms that are asked for. `declared` is the keys of all manifests, asked for or not; `moved` has new
    keys with those that they had before.
    """
    rooms = tuple(observed)
    managed = _under_new_keys(by_key(rooms, workspace), declared, moved)
    matched = tuple(_match(room, rooms, managed, workspace) for room in desired)
    leftover = tuple(
        room for key in sorted(managed) if key not in declared for room in sorted(managed[key], key=standing)
    )
    return Matches(matched, leftover)


def _under_new_keys(
    managed: dict[RoomKey, list[ObservedRoom]], declared: frozenset[RoomKey], moved: Mapping[RoomKey, RoomKey]
) -> dict[RoomKey, list[ObservedRoom]]:
    """The managed rooms by the keys that they are to have. A room moves where its old key is declared no more, and no
    room has the new one yet; the rooms of one key move together.
    """
    if not moved:
        return managed
    result = dict(managed)
    for key in sorted(moved):
        if key not in declared or key in managed:
            continue
        old = next((old for old in earlier_keys(key, moved) if old in result), None)
        if old is not None and old not in declared:
            result[key] = result.pop(old)
    return result


def earlier_keys(key: RoomKey, moved: Mapping[RoomKey, RoomKey]) -> Iterator[RoomKey]:
    """The keys that a room had before, the latest first."""
    seen = {key}
    while (old := moved.get(key)) is not None and old not in seen:
        yield old
        seen.add(old)
        key = old


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
