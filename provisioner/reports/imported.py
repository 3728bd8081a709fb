"""What an import did. Values only, pure; `imported_text` and `imported_json` show it."""

from __future__ import annotations

from dataclasses import dataclass

from provisioner.importing.expressing import Secret
from provisioner.importing.extraction import PartKind
from provisioner.importing.selection import NotImported
from provisioner.rooms import RoomId, RoomKey


@dataclass(frozen=True, slots=True)
class RoomInFile:
    """A room that a file declares now. `adopts`: applying takes it over."""

    key: RoomKey
    room_id: RoomId
    name: str
    adopts: bool = False


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file that was written: its path, its rooms, and kind and key of the parts that it has for several rooms.

    `changed_lines` is None for a new file.
    """

    path: str
    rooms: tuple[RoomInFile, ...] = ()
    parts: tuple[tuple[PartKind, str], ...] = ()
    changed_lines: int | None = None


@dataclass(frozen=True, slots=True)
class FieldLeft:
    """A part of a room that its manifest does not say, and why."""

    key: RoomKey
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class ByHand:
    """A value that a person has to change: where it stands, and what to write there, if that may be shown."""

    key: RoomKey
    path: str
    place: str
    value: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """All that an import did and did not."""

    workspace: str
    target: str
    files: tuple[WrittenFile, ...] = ()
    skipped: tuple[NotImported, ...] = ()
    left_out: tuple[FieldLeft, ...] = ()
    secrets: tuple[Secret, ...] = ()
    by_hand: tuple[ByHand, ...] = ()
    unchanged: int = 0

    @property
    def decides(self) -> bool:
        """Whether a person has to do something before the manifests say what there is."""
        return bool(self.by_hand) or any(room.decides for room in self.skipped)
