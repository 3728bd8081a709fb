"""The ledger: every request and what became of it, kept in the same transaction as its effect.

Tests hold a tool's report against it. It holds no body, header or secret; of a body it keeps the SHA-256.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from provisioner.emulator.calls import Call, Origin
from provisioner.emulator.moments import from_ms
from provisioner.emulator.operations import Operation
from provisioner.emulator.session import Session
from provisioner.emulator.store import Row, Transaction

KEPT = 50_000
"""How many entries are kept when a database is opened; the oldest go first."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One request. `status` is what was sent, None where the connection was cut before any answer.

    `applied`: whether it changed what the service keeps. `room_id` of a create is the new room's, `job_id` of
    a start the new job's.
    """

    number: int
    time: datetime
    operation: Operation
    method: str
    room_id: str | None
    job_id: str | None
    status: int | None
    error_code: str | None
    request_id: str
    applied: bool
    body_digest: str | None
    origin: Origin


def record(
    session: Session,
    call: Call,
    *,
    status: int | None,
    applied: bool = False,
    error_code: str | None = None,
    room_id: str = "",
    job_id: str = "",
) -> None:
    """Writes one entry. `room_id` and `job_id` are those that the call made, where it made some."""
    operation = call.operation
    digest = hashlib.sha256(call.body).hexdigest() if call.body else None
    session.tx.run(
        "INSERT INTO ledger (at_ms, operation, method, room_id, job_id, status, error_code, request_id, applied,"
        " body_digest, origin) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(session.now_ms, operation.value, operation.method),
            *(room_id or call.room_id or None, job_id or call.job_id or None, status, error_code),
            *(call.request_id, applied, digest, call.origin.value),
        ),
    )


def entries(session: Session) -> tuple[Entry, ...]:
    """All entries, oldest first."""
    rows = session.tx.rows(
        "SELECT seq, at_ms, operation, method, room_id, job_id, status, error_code, request_id, applied,"
        " body_digest, origin FROM ledger ORDER BY seq"
    )
    return tuple(_entry(row) for row in rows)


def shorten(tx: Transaction) -> None:
    """Drops the oldest entries beyond what is kept."""
    tx.run("DELETE FROM ledger WHERE seq <= (SELECT max(seq) FROM ledger) - ?", (KEPT,))


def _entry(row: Row) -> Entry:
    number, at_ms, operation, method, *ids_and_status, request_id, applied, digest, origin = row
    room_id, job_id, status, error_code = ids_and_status
    return Entry(
        *(number, from_ms(at_ms), Operation(operation), method, room_id, job_id, status, error_code),
        *(request_id, bool(applied), digest, Origin(origin)),
    )
