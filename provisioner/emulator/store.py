"""The emulator's SQLite file: opened, checked, and changed in transactions that see one another.

Several processes may use one file at once: it is in WAL mode, every transaction takes the write lock at its
start, and a busy file is waited for. No `sqlite3` exception leaves this module: each becomes a
`WorkspaceError` that names the file and says what to do.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from provisioner.emulator.schema import APPLICATION_ID, TABLES, VERSION
from provisioner.errors import WorkspaceError

BUSY_S = 15.0
"""How long a file that another process writes to is waited for."""
RESET_HINT = "run `provisioner emulator reset` to start afresh"

Row: TypeAlias = tuple[Any, ...]
Values: TypeAlias = Sequence[object]


class UnreadableError(WorkspaceError):
    """The file is damaged or of another version: only a reset helps."""


class Transaction:
    """Reads and writes inside one transaction. Raises WorkspaceError."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._connection = connection
        self._name = name

    def one(self, sql: str, values: Values = ()) -> Row | None:
        """The first row, if any."""
        with _translated(self._name):
            row: Row | None = self._connection.execute(sql, values).fetchone()
        return row

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        """All rows."""
        with _translated(self._name):
            return self._connection.execute(sql, values).fetchall()

    def run(self, sql: str, values: Values = ()) -> int:
        """Carries out a change; the number of the row it inserted last."""
        with _translated(self._name):
            return self._connection.execute(sql, values).lastrowid or 0

    def number(self, sql: str, values: Values = ()) -> int:
        """The one number that the query gives."""
        row = self.one(sql, values)
        return int(row[0]) if row else 0

    def meta(self, name: str) -> str | None:
        """A kept value."""
        row = self.one("SELECT value FROM meta WHERE name = ?", (name,))
        return None if row is None else str(row[0])

    def set_meta(self, name: str, value: str) -> None:
        """Keeps a value."""
        self.run(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value)
        )


class Store:
    """One open database; `path` None keeps it in memory. Usable from several threads, one at a time.

    One that nobody closes is closed when nobody has it any more.
    """

    def __init__(self, path: Path | None) -> None:
        self._name = "in memory" if path is None else str(path)
        self._lock = threading.RLock()
        if path is not None:
            _make_file(path)
        with _translated(self._name):
            self._connection = sqlite3.connect(
                ":memory:" if path is None else path,
                timeout=BUSY_S,
                isolation_level=None,
                check_same_thread=False,
            )
        closing = weakref.finalize(self, self._connection.close)
        closing.atexit = False  # a process that was forked has no business with the file
        try:
            self._prepare()
        except BaseException:
            self._connection.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Everything inside is kept, or nothing where it raises."""
        with self._lock:
            with _translated(self._name):
                self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield Transaction(self._connection, self._name)
            except BaseException:
                self._roll_back()
                raise
            try:
                with _translated(self._name):
                    self._connection.execute("COMMIT")
            except WorkspaceError:
                self._roll_back()
                raise

    def meta(self, name: str) -> str | None:
        """A kept value as it is now, outside any transaction."""
        with self._lock:
            return Transaction(self._connection, self._name).meta(name)

    def close(self) -> None:
        """Closes the file; whatever was committed is in it."""
        with self._lock, _translated(self._name):
            self._connection.close()

    def _roll_back(self) -> None:
        with _translated(self._name):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def _prepare(self) -> None:
        if self._is_new():
            with _translated(self._name):
                self._switch_to_wal()
            with self.transaction() as tx:
                self._make_tables(tx)
        with _translated(self._name):
            self._connection.execute("PRAGMA synchronous = NORMAL")

    def _is_new(self) -> bool:
        """Whether the file is empty; one that is neither empty nor ours is refused untouched."""
        with _translated(self._name):
            application = self._connection.execute("PRAGMA application_id").fetchone()[0]
            version = self._connection.execute("PRAGMA user_version").fetchone()[0]
            tables = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if (application, version) == (APPLICATION_ID, VERSION):
            return False
        if tables or application or version:
            raise _not_ours(self._name, application, version)
        return True

    def _make_tables(self, tx: Transaction) -> None:
        if not self._is_new():  # another process was quicker
            return
        for statement in TABLES.split(";"):
            tx.run(statement)
        tx.run(f"PRAGMA application_id = {APPLICATION_ID}")
        tx.run(f"PRAGMA user_version = {VERSION}")

    def _switch_to_wal(self) -> None:
        """SQLite does not wait on a busy file for this one change, so the waiting is done here."""
        deadline = time.monotonic() + BUSY_S
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorname not in _BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
            else:
                return


def set_aside(path: Path) -> None:
    """Renames a database that cannot be read to `….damaged`: nobody knows what else it might be.

    Raises WorkspaceError where it cannot be renamed.
    """
    try:
        path.replace(path.with_name(f"{path.name}.damaged"))
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    except OSError as error:
        raise WorkspaceError(f"{path} cannot be renamed ({error.strerror}); move it away by hand") from error


def _make_file(path: Path) -> None:
    """Only its owner may read the file: the rooms in it hold stream keys. SQLite's side files follow it."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        msg = (
            f"the emulator's database {path} cannot be written ({error.strerror}); make its folder writable, "
            "or name another place in the target's `emulator:`"
        )
        raise WorkspaceError(msg) from error


_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_BUSY_RECOVERY", "SQLITE_BUSY_SNAPSHOT")
_DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT")
_UNWRITABLE = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")


@contextmanager
def _translated(name: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        kind = UnreadableError if _code(error).startswith(_DAMAGED) else WorkspaceError
        raise kind(_explanation(name, error)) from error


def _code(error: sqlite3.Error) -> str:
    return getattr(error, "sqlite_errorname", None) or ""


def _explanation(name: str, error: sqlite3.Error) -> str:
    code = _code(error)
    what = f"the emulator's database {name}"
    if code.startswith(_DAMAGED):
        return f"{what} is damaged or is not a database; {RESET_HINT}"
    if code in _BUSY:
        return f"{what} was in use by another process for {BUSY_S:.0f} seconds; stop that process and try again"
    if code.startswith(_UNWRITABLE):
        return f"{what} cannot be written; make the file and its folder writable"
    if code == "SQLITE_FULL":
        return f"{what} cannot grow: the disk is full; make room and try again"
    if code.startswith("SQLITE_IOERR"):
        return f"{what} cannot be read or written: the disk or a limit on file sizes refuses; mend that and try again"
    return f"{what} cannot be used ({error}); {RESET_HINT}"


def _not_ours(name: str, application: int, version: int) -> WorkspaceError:
    if application != APPLICATION_ID:
        hint = "name another file in the target's `emulator:`"
        return WorkspaceError(f"{name} is a database of another program; {hint}")
    formats = f"has format {version} and this program knows format {VERSION}"
    return UnreadableError(f"the emulator's database {name} {formats}; {RESET_HINT}")
