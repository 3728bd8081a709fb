"""What was once read back and found right: a small SQLite file under `.provisioner/`, without secrets.

The service's times have a resolution of one second, so a room may change again in the second of a read.
A sighting is therefore kept only if the service's clock had left the room's `update_time` when it answered; then an
equal `update_time` proves an equal room, and the room need not be read again. The file may be deleted at any time,
and a damaged one is made anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from provisioner.errors import WorkspaceError
from provisioner.marker import format_time
from provisioner.observed import ObservedRoom
from provisioner.planning.room_actions import Sighting
from provisioner.rooms import RoomId

FILE_NAME = "cache.sqlite"
"""The file's name in the folder of local state."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS sighting (
    scope TEXT NOT NULL, room_id TEXT NOT NULL, updated TEXT NOT NULL, spec_hash TEXT NOT NULL,
    PRIMARY KEY (scope, room_id)
) WITHOUT ROWID
"""


def sighting(room: ObservedRoom, spec_hash: str) -> Sighting | None:
    """What a room that was read proves for later, or None when its second was not over."""
    if room.updated is None or room.read_at is None or room.read_at <= room.updated:
        return None
    return (room.id, format_time(room.updated), spec_hash)


class Sightings:
    """The sightings of one service and project. Errors other than an unwritable folder cost only their use."""

    def __init__(self, path: Path, scope: str) -> None:
        self._path = path
        self._scope = scope

    def load(self) -> frozenset[Sighting]:
        """Everything known; nothing when the file does not exist or cannot be read."""
        if not self._path.exists():
            return frozenset()
        query = "SELECT room_id, updated, spec_hash FROM sighting WHERE scope = ?"
        try:
            with closing(sqlite3.connect(self._path, timeout=2)) as database:
                rows = database.execute(query, (self._scope,)).fetchall()
        except sqlite3.Error:
            return frozenset()
        return frozenset((RoomId(str(room_id)), str(updated), str(digest)) for room_id, updated, digest in rows)

    def keep(self, found: Iterable[Sighting]) -> None:
        """Adds sightings, each in place of the room's last one. Raises WorkspaceError for an unwritable folder."""
        rows = [(self._scope, *item) for item in found]
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
            self._write(rows)
        except sqlite3.DatabaseError:
            self._path.unlink(missing_ok=True)

    def _write(self, rows: Sequence[tuple[str, ...]]) -> None:
        with closing(sqlite3.connect(self._path, timeout=2)) as database, database:
            database.execute(_SCHEMA)
            database.executemany("INSERT OR REPLACE INTO sighting VALUES (?, ?, ?, ?)", rows)
