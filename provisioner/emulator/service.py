"""`Emulator`: one embedded MetaStudio. Opens its database, keeps its clock and keys, and carries out calls.

The HTTP side is `provisioner.emulator.app`; what is here is synchronous, and each call is one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from provisioner.assets import Asset
from provisioner.clock import Now, system_now
from provisioner.emulator import commands, job_list, jobs, ledger, rooms
from provisioner.emulator.answers import Answer, JsonObject, Refusal, to_json
from provisioner.emulator.authentication import Signed, authenticate
from provisioner.emulator.calls import Call, Origin
from provisioner.emulator.commands import Command
from provisioner.emulator.dispatch import Done, perform, room_names
from provisioner.emulator.faults import Cut, Fault, Faults, Stage
from provisioner.emulator.identity import identity_in
from provisioner.emulator.jobs import Doom
from provisioner.emulator.ledger import Entry
from provisioner.emulator.moments import from_ms, to_ms
from provisioner.emulator.operations import Operation
from provisioner.emulator.schema import FORGOTTEN_BY_RESET
from provisioner.emulator.session import NewId, Session
from provisioner.emulator.store import Store, Transaction, UnreadableError, set_aside
from provisioner.emulator.throttling import Limits, Throttle

if TYPE_CHECKING:
    from starlette.types import ASGIApp

START_DELAY_S = 3.0
"""How long a job waits before it is on air."""
_OFFSET = "clock_offset_ms"


class Emulator:
    """An embedded MetaStudio over one SQLite file. A context manager; `close` it otherwise.

    Several may be open on one file, in one process or several: they serve the same rooms by the same clock.
    """

    def __init__(
        self,
        store: Store,
        *,
        limits: Limits | None = None,
        now: Now = system_now,
        ids: NewId | None = None,
        hide_secrets: bool = False,
        start_delay_s: float = START_DELAY_S,
        assets: Iterable[Asset] = (),
    ) -> None:
        self._store = store
        self._now = now
        self.new_id: NewId = ids or _hex_id
        self._hide_secrets = hide_secrets
        self._start_delay_ms = round(start_delay_s * 1_000)
        self._assets = tuple(assets)
        self.faults = Faults()
        self.throttle = Throttle(limits)
        with store.transaction() as tx:
            self.identity = identity_in(tx, self.new_id)
            ledger.shorten(tx)

    @classmethod
    def open(
        cls,
        path: Path | str,
        *,
        limits: Limits | None = None,
        now: Now = system_now,
        ids: NewId | None = None,
        hide_secrets: bool = False,
        start_delay_s: float = START_DELAY_S,
        assets: Iterable[Asset] = (),
    ) -> Self:
        """Opens the database at `path`, made with its folder where there is none; `":memory:"` keeps nothing.

        `limits`: calls a second by operation or class of operations; without one there is none. `now` is the
        machine's clock and `ids` the source of ids, for simulations. `hide_secrets`: answers show asterisks
        for stream keys and callback keys (whether the real service does is unknown). `assets` are the tenant's own in
        the library, besides those that every embedded service has (`library.SYSTEM_ASSETS`).

        Raises WorkspaceError where the file is damaged, of another version, or cannot be written.
        """
        store = Store(None if str(path) == ":memory:" else Path(path))
        try:
            return cls(
                store,
                limits=limits,
                now=now,
                ids=ids,
                hide_secrets=hide_secrets,
                start_delay_s=start_delay_s,
                assets=assets,
            )
        except BaseException:
            store.close()
            raise

    @staticmethod
    def forget(path: Path) -> None:
        """Empties the database at `path`; one that is damaged or of another version is renamed `….damaged`.

        Raises WorkspaceError where the file is in use, cannot be written, or is another program's.
        """
        if not path.exists():
            return
        try:
            with Emulator.open(path) as emulator:
                emulator.reset()
        except UnreadableError:
            set_aside(path)

    @property
    def project_id(self) -> str:
        """The one project there is."""
        return self.identity.project_id

    @property
    def access_key(self) -> str:
        """The AK."""
        return self.identity.access_key

    @property
    def secret_key(self) -> str:
        """The SK."""
        return self.identity.secret_key

    @property
    def token(self) -> str:
        """An `X-Auth-Token` that does not expire."""
        return self.identity.token

    @cached_property
    def app(self) -> ASGIApp:
        """The ASGI application: `/v1/{project_id}/…` and nothing else."""
        from provisioner.emulator.app import build  # noqa: PLC0415  # reset and advance need no HTTP

        return build(self)

    # --- the clock

    def now(self) -> datetime:
        """The service's time: the machine's and what the clock was moved by. Raises WorkspaceError."""
        return from_ms(self.now_ms())

    def now_ms(self) -> int:
        """The same in milliseconds since 1970."""
        return to_ms(self._now()) + int(self._store.meta(_OFFSET) or 0)

    def advance(self, seconds: float) -> None:
        """Moves the clock on, for every process that uses the file. What falls due happens."""
        with self._store.transaction() as tx:
            tx.set_meta(_OFFSET, str(int(tx.meta(_OFFSET) or 0) + round(seconds * 1_000)))
        self.settle()

    def set_clock(self, moment: datetime) -> None:
        """Sets the clock; it runs on from there. What has happened stays, if it is set back."""
        with self._store.transaction() as tx:
            tx.set_meta(_OFFSET, str(to_ms(moment) - to_ms(self._now())))
        self.settle()

    def settle(self) -> None:
        """Lets everything happen that is due; any request does the same."""
        with self.session():
            pass

    # --- serving

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction in which everything that was due has happened. Raises WorkspaceError."""
        with self._store.transaction() as tx:
            session = Session(
                tx,
                self._clock_in(tx),
                self.new_id,
                self.project_id,
                self._hide_secrets,
                self._start_delay_ms,
                self._assets,
            )
            for due_ms, call in self.faults.landed(session.now_ms):
                then = replace(session, now_ms=due_ms)
                jobs.settle(then)
                done = perform(then, call, self.faults)
                _record(then, call, None, done)
            jobs.settle(session)
            yield session

    def admit(self, request: Signed, project_id: str, operation: Operation) -> None:
        """What the gateway checks: credentials, then limits. Raises Refusal."""
        authenticate(request, project_id, self.identity, (self._now(), self.now()))
        self.throttle.pass_or_refuse(operation, self.now_ms())

    def turned_away(self, call: Call, refusal: Refusal) -> Answer:
        """Notes a call that the gateway refused."""
        with self.session() as session:
            ledger.record(session, call, status=refusal.status, error_code=refusal.code)
        return refusal.answer()

    def fault_for(self, call: Call) -> Fault | None:
        """The fault that this call meets, used up."""

        def names() -> tuple[str, ...]:
            with self.session() as session:
                return room_names(session, call)

        return self.faults.take(call, names)

    def execute(self, call: Call, fault: Fault | None = None) -> Answer:
        """Carries out a call in one transaction with its entry in the ledger. Raises WorkspaceError."""
        self.faults.reached(Stage.RECEIVED, call)
        with self.session() as session:
            answer = self._execute(session, call, fault or Fault())
        self.faults.reached(Stage.COMMITTED, call)
        return answer

    def _execute(self, session: Session, call: Call, fault: Fault) -> Answer:
        done = None
        if fault.takes_effect:
            done = perform(session, call, self.faults)
        elif fault.lands_after_s is not None:
            due_ms = session.now_ms + round(fault.lands_after_s * 1_000)
            self.faults.send_late(due_ms, replace(call, origin=Origin.LATE))
        answer = fault.bend(done.answer if done else None)
        _record(session, call, None if fault.cut is Cut.BEFORE_ANSWER else answer.status, done)
        return answer

    # --- looking and meddling, for tests and the command line

    def console(
        self,
        operation: Operation,
        *,
        room_id: str = "",
        job_id: str = "",
        query: Mapping[str, str] | None = None,
        body: JsonObject | None = None,
    ) -> tuple[int, JsonObject]:
        """What somebody in the console does: any operation, unsigned, unlimited, unbent. Status and JSON."""
        data = b"" if body is None else to_json(body).encode()
        call = Call(operation, self.new_id(), room_id, job_id, query or {}, data, origin=Origin.CONSOLE)
        answer = self.execute(call)
        return answer.status, json.loads(answer.body or b"{}")

    def rooms(self) -> tuple[JsonObject, ...]:
        """Every room as `show` answers it, oldest first."""
        with self.session() as session:
            rows = session.tx.rows("SELECT room_id FROM rooms ORDER BY seq")
            return tuple(rooms.whole(session, room_id) for (room_id,) in rows)

    def jobs(self) -> tuple[JsonObject, ...]:
        """Every job as `show` answers it, oldest first."""
        with self.session() as session:
            return tuple(job_list.all_jobs(session))

    def playing(self, room_id: str, job_id: str) -> tuple[JsonObject, ...]:
        """The scenes of a job as they are by now, commands included. Raises Refusal."""
        with self.session() as session:
            return tuple(jobs.find(session, room_id, job_id).config.get("scene_scripts", ()))

    def commands(self, job_id: str) -> tuple[Command, ...]:
        """The commands that reached a job, oldest first."""
        with self.session() as session:
            return commands.commands(session, job_id)

    def ledger(self) -> tuple[Entry, ...]:
        """Every request and what became of it, oldest first."""
        with self.session() as session:
            return ledger.entries(session)

    def fail_job(self, job_id: str, doom: Doom) -> None:
        """Ends a running job as FAILED or BLOCKED, now. Raises Refusal."""
        with self.session() as session:
            jobs.fail(session, job_id, doom)

    def block_room(self, room_id: str, state: str = "BLOCKED", reason: str = "Blocked by review") -> None:
        """Sets a room's `room_state`: ENABLE, DISABLE or BLOCKED. Raises Refusal."""
        with self.session() as session:
            rooms.block(session, room_id, state, reason)

    def reset(self) -> None:
        """Forgets rooms, jobs, the ledger and the moved clock; the project and its keys stay."""
        with self._store.transaction() as tx:
            for table in FORGOTTEN_BY_RESET:
                tx.run(f"DELETE FROM {table}")  # noqa: S608  # our own names
            tx.set_meta(_OFFSET, "0")

    def close(self) -> None:
        """Closes the database."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _clock_in(self, tx: Transaction) -> int:
        return to_ms(self._now()) + int(tx.meta(_OFFSET) or 0)


def _record(session: Session, call: Call, status: int | None, done: Done | None) -> None:
    if done is None:
        ledger.record(session, call, status=status)
        return
    ledger.record(
        session,
        call,
        status=status,
        applied=done.applied,
        error_code=done.error_code,
        room_id=done.room_id,
        job_id=done.job_id,
    )


def _hex_id() -> str:
    return uuid4().hex
