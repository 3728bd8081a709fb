"""What a plan is about: which rooms, at which moment. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from provisioner.observed import ObservedRoom
from provisioner.planning.matching import NOTHING_MOVED, Matches, match_rooms
from provisioner.planning.shards import Shard
from provisioner.rooms import DeclaredRoom, RoomKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a plan is about. `declared` is all manifests' rooms; `selection` the keys asked for, empty for all.

    Only rooms of `shard` count, where there is one.
    Windows are open or closed as they are at `moment`; `is_rehearsal` says that this is another than the present one.
    """

    workspace: str
    target: str
    project_id: str
    declared: tuple[DeclaredRoom, ...]
    moment: datetime
    is_rehearsal: bool = False
    selection: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    shard: Shard | None = None
    prune: bool = False
    commit: str | None = None
    moved: Mapping[RoomKey, RoomKey] = field(default_factory=lambda: NOTHING_MOVED)
    """New keys of rooms, with those that they had before (`moved:` of `provisioner.yaml`)."""

    @property
    def is_whole(self) -> bool:
        """Whether every room of the workspace, or of the shard, is asked for."""
        return not self.selection and not self.labels

    def asked(self) -> tuple[DeclaredRoom, ...]:
        """The desired rooms that the plan is about."""
        return tuple(
            room
            for room in self.declared
            if self.has(room.key)
            and (not self.selection or room.key in self.selection)
            and self.labels.items() <= dict(room.labels).items()
        )

    def has(self, key: RoomKey) -> bool:
        """Whether a room is in the part of the workspace that the plan is about."""
        return self.shard is None or self.shard.has(key)

    def match(self, observed: tuple[ObservedRoom, ...]) -> Matches:
        """The desired rooms with what they are, and what is left over of what was asked for."""
        declared = frozenset(room.key for room in self.declared)
        matches = match_rooms(self.asked(), observed, self.workspace, declared, self.moved)
        leftover = (room for room in matches.leftover if self._asks(key_of(room)))
        return replace(matches, leftover=tuple(leftover))

    def _asks(self, key: RoomKey) -> bool:
        return self.has(key) and (self.is_whole or key in self.selection)


def key_of(room: ObservedRoom) -> RoomKey:
    """The key that a room bears, "" where it is not managed."""
    return room.marker.key if room.marker else RoomKey("")
