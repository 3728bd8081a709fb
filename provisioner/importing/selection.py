"""Which of the rooms that exist are imported, and why the others are not. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from provisioner.errors import UsageError
from provisioner.observed import ObservedRoom
from provisioner.planning.matching import NOTHING_MOVED, match_rooms, standing
from provisioner.planning.scope import key_of
from provisioner.rooms import DeclaredRoom, RoomId, RoomKey


@dataclass(frozen=True, slots=True)
class NotImported:
    """A room that is not imported. `decides` tells that a person has to do something about it."""

    room_id: RoomId
    name: str
    reason: str
    decides: bool = False


@dataclass(frozen=True, slots=True)
class Project:
    """The rooms of a project, as a workspace with its manifests sees them."""

    workspace: str
    rooms: tuple[ObservedRoom, ...]
    declared: Mapping[RoomId, DeclaredRoom]
    """By the room that each is or will be."""
    twins: Mapping[RoomId, RoomId]
    """Further rooms of a key, with the one that counts."""

    @classmethod
    def of(
        cls,
        workspace: str,
        rooms: tuple[ObservedRoom, ...],
        desired: tuple[DeclaredRoom, ...],
        moved: Mapping[RoomKey, RoomKey] = NOTHING_MOVED,
    ) -> Project:
        """Finds the room of each manifest as a plan does."""
        matches = match_rooms(desired, rooms, workspace, frozenset(room.key for room in desired), moved)
        twins = {twin.id: match.room.id for match in matches.matched if match.room is not None for twin in match.twins}
        winners: dict[RoomKey, ObservedRoom] = {}
        for room in sorted(matches.leftover, key=standing):
            key = key_of(room)
            if key in winners:
                twins[room.id] = winners[key].id
            winners.setdefault(key, room)
        declared = {match.room.id: match.desired for match in matches.matched if match.room is not None}
        return cls(workspace, rooms, declared, twins)

    @property
    def unmanaged(self) -> tuple[ObservedRoom, ...]:
        """The rooms that nobody manages and no manifest takes over."""
        return tuple(room for room in self.rooms if self.obstacle(room) is None and room.marker is None)

    def obstacle(self, room: ObservedRoom) -> NotImported | None:
        """Why a room cannot become a new manifest; None where it can."""
        if room.id in self.declared:
            desired = self.declared[room.id]
            reason = f"{desired.origin.file}:{desired.origin.line} declares it, as {desired.key}; --merge updates that"
            return NotImported(room.id, room.name, reason)
        if room.forged:
            reason = "it bears a marker that this project did not seal; look who made it before anything is done to it"
            return NotImported(room.id, room.name, reason, decides=True)
        if room.marker is not None and room.marker.workspace != self.workspace:
            reason = f"workspace {room.marker.workspace} manages it, as {room.marker.key}"
            return NotImported(room.id, room.name, reason)
        if room.id in self.twins:
            reason = f"it is a second room with the key of {self.twins[room.id]}, which counts; delete one of them"
            return NotImported(room.id, room.name, reason, decides=True)
        return None

    def named(self, words: Sequence[str]) -> tuple[ObservedRoom, ...]:
        """The rooms that words name: by id, by key, or by name. Raises UsageError where one names none or several."""
        found = {room.id: room for word in words for room in [self._named(word)]}
        return tuple(found.values())

    def _named(self, word: str) -> ObservedRoom:
        for known in (
            [room for room in self.rooms if room.id == word],
            [room for room in self.rooms if self._key(room) == word and room.id not in self.twins],
            [room for room in self.rooms if room.name == word],
        ):
            if len(known) == 1:
                return known[0]
            if known:
                ids = ", ".join(sorted(room.id for room in known)[:10])
                raise UsageError(f"{len(known)} rooms are called that; name one by its id: {ids}")
        raise UsageError(f"no room has the id, the key or exactly the name {word!a}; --all imports every room")

    def _key(self, room: ObservedRoom) -> str | None:
        if room.id in self.declared:
            return self.declared[room.id].key
        is_ours = room.marker is not None and room.marker.workspace == self.workspace
        return room.marker.key if room.marker is not None and is_ours else None


@dataclass(frozen=True, slots=True)
class Selection:
    """The rooms to read, and those that are not imported."""

    rooms: tuple[ObservedRoom, ...]
    skipped: tuple[NotImported, ...]

    @classmethod
    def of(cls, project: Project, asked: Iterable[ObservedRoom]) -> Selection:
        """Divides the rooms that are asked for, in the order of their names."""
        rooms = sorted(asked, key=lambda room: (room.name, room.id))
        obstacles = {room.id: project.obstacle(room) for room in rooms}
        return cls(
            tuple(room for room in rooms if obstacles[room.id] is None),
            tuple(found for room in rooms if (found := obstacles[room.id]) is not None),
        )
