"""Rooms as they were read, and what was found right: a small SQLite file under `.provisioner/`, without secrets.

The service's times have a resolution of one second, so a room may change again in the second of a read.
A sighting is therefore kept only if the service's clock had left the room's `update_time` when it answered; then an
equal `update_time` proves an equal room, and the room need not be read again. The file may be deleted at any time,
and a damaged one is made anew.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from provisioner.comparing.shareable import shielded, without_secrets
from provisioner.errors import WorkspaceError
from provisioner.marker import format_time
from provisioner.observed import ObservedRoom
from provisioner.planning.room_actions import Sighting
from provisioner.rooms import RoomId

FILE_NAME = "cache.sqlite"
"""Of the database, in the workspace's state folder."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS seen (
    scope TEXT NOT NULL, room_id TEXT NOT NULL, updated TEXT NOT NULL, spec_hash TEXT NOT NULL, body BLOB,
    PRIMARY KEY (scope, room_id)
) WITHOUT ROWID
"""
_AT_ONCE = 500
"""Rooms in one question; SQLite takes a limited number of values."""
_FAST = 1


@dataclass(frozen=True, slots=True)
class Seen:
    """A room as it was read. `spec_hash` is that of the spec it was found to hold, or empty; `body` is what was read
    without secrets, packed, or None where there is nothing that may be kept.
    """

    room_id: RoomId
    updated: str
    spec_hash: str
    body: bytes | None = field(repr=False)


def seen(room: ObservedRoom, spec_hash: str = "", *, secret: frozenset[str] = frozenset()) -> Iterator[Seen]:
    """What a room that was read proves for later; nothing when its second was not over.

    In the fields that are `secret` its manifest names secrets; what has an address there is not kept.
    """
    if room.updated is None or room.read_at is None or room.read_at <= room.updated:
        return
    body = without_secrets(room.body) if room.body is not None else None
    if body is not None and shielded(body, secret) != body:
        body = None
    packed = zlib.compress(json.dumps(body, ensure_ascii=False).encode(), _FAST) if body is not None else None
    yield Seen(room.id, format_time(room.updated), spec_hash, packed)


class Sightings:
    """The sightings of one service and project. Errors other than an unwritable folder cost only their use."""

    def __init__(self, path: Path, scope: str) -> None:
        self._path = path
        self._scope = scope

    def load(self) -> frozenset[Sighting]:
        """The rooms that were found right; none when the file does not exist or cannot be read."""
        rows = self._ask("SELECT room_id, updated, spec_hash FROM seen WHERE scope = ? AND spec_hash <> ''")
        return frozenset((RoomId(str(room_id)), str(updated), str(digest)) for room_id, updated, digest in rows)

    def fill(self, rooms: Sequence[ObservedRoom]) -> tuple[ObservedRoom, ...]:
        """Those of the rooms that were read as they are now, each with its body, and without the time of reading."""
        return tuple(room for some in _batches(rooms) for room in self._filled(some))

    def _filled(self, rooms: Sequence[ObservedRoom]) -> Iterator[ObservedRoom]:
        wanted = {room.id: room for room in rooms if room.updated is not None}
        marks = ", ".join("?" * len(wanted))
        query = f"SELECT room_id, updated, body FROM seen WHERE scope = ? AND room_id IN ({marks}) AND body NOT NULL"  # noqa: S608 - marks
        for room_id, updated, packed in self._ask(query, *wanted):
            room = wanted[RoomId(str(room_id))]
            if room.updated is not None and updated == format_time(room.updated):
                try:
                    body = json.loads(zlib.decompress(packed))
                except (TypeError, ValueError, zlib.error):  # it is read from the service instead
                    continue
                yield replace(room, body=body, read_at=None)

    def keep(self, found: Iterable[Seen]) -> None:
        """Adds sightings, each in place of the room's last one. Raises WorkspaceError for an unwritable folder."""
        rows = [(self._scope, one.room_id, one.updated, one.spec_hash, one.body) for one in found]
        if not rows:
            return
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._path.touch(mode=0o600)
        except OSError as error:
            raise WorkspaceError(
                f"{self._path.parent} cannot be written ({error.strerror}); local state is kept there. "
                "Give this user the right to write it"
            ) from error
        try:
            with closing(sqlite3.connect(self._path, timeout=2)) as database, database:
                database.execute(_SCHEMA)
                database.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?, ?)", rows)
        except sqlite3.DatabaseError:
            self._path.unlink(missing_ok=True)

    def _ask(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        """The rows that a query about this scope finds; none when there are none to be had."""
        if not self._path.exists():
            return []
        try:
            with closing(sqlite3.connect(self._path, timeout=2)) as database:
                return database.execute(query, (self._scope, *values)).fetchall()
        except sqlite3.Error:
            return []


def _batches(rooms: Sequence[ObservedRoom]) -> Iterator[Sequence[ObservedRoom]]:
    return (rooms[start : start + _AT_ONCE] for start in range(0, len(rooms), _AT_ONCE))
