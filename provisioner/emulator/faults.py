"""Faults on command: what a test wants to go wrong, and how often.

A `Fault` bends the answer to some of the next requests, a `JobFailure` ends some of the next jobs. Both live
in the process that serves, not in the database; requests that were refused by the gateway (signature, limits)
do not use them up.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum, StrEnum
from fnmatch import fnmatchcase
from typing import Generic, TypeAlias, TypeVar

from provisioner.emulator.answers import Answer, JsonObject, Refusal, json_answer
from provisioner.emulator.calls import Call
from provisioner.emulator.jobs import Doom
from provisioner.emulator.operations import Operation


class Cut(StrEnum):
    """Where the connection is cut."""

    NEVER = "never"
    BEFORE_ANSWER = "before_answer"
    """After everything else, without a byte of an answer."""
    IN_BODY = "in_body"
    """After the headers and half of the body."""


class Stage(Enum):
    """A point in the life of a request that a test may watch, to end the process there, for one."""

    RECEIVED = "received"
    """The whole body is here; nothing was done."""
    COMMITTED = "committed"
    """The effect is kept; nothing was sent."""
    ANSWERED = "answered"
    """The answer was handed to the server."""


T = TypeVar("T")
Watch: TypeAlias = Callable[[Stage, Call], None]


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with a request.

    `operation` None matches every operation; `room` is a pattern (`*`, `?`) for the room's id or name. The
    first `skip` matching requests pass, then `times` are hit (None: all of them).

    `applied` False leaves the request without effect; `lands_after_s` lets it take effect only that much later
    by the service's clock. `status`, `error_code`, `error_msg`, `headers` and `body` replace the answer, and
    `edit` changes the JSON of a true one; a request without effect and without a status of its own is answered
    500. `delay_s` passes before anything
    is done, `hold_s` after it was done and before the answer, `drip_s` before each byte of the body. Delays
    are real seconds (of the event loop).
    """

    operation: Operation | None = None
    room: str | None = None
    skip: int = 0
    times: int | None = 1
    applied: bool = True
    lands_after_s: float | None = None
    status: int | None = None
    error_code: str = "MSS.00000004"
    error_msg: str = "Internal Error"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    edit: Callable[[JsonObject], JsonObject] | None = None
    cut: Cut = Cut.NEVER
    delay_s: float = 0.0
    hold_s: float = 0.0
    drip_s: float = 0.0

    @property
    def takes_effect(self) -> bool:
        """Whether the request does what it asks for, now."""
        return self.applied and self.lands_after_s is None

    def bend(self, answer: Answer | None) -> Answer:
        """The answer to send for the true one; None where there is none."""
        if answer is None or self.status is not None:
            answer = Refusal(self.status or 500, self.error_code, self.error_msg).answer()
        elif self.edit is not None and answer.body is not None:
            answer = json_answer(answer.status, self.edit(json.loads(answer.body)))
        body = answer.body if self.body is None else self.body
        return Answer(answer.status, body, (*answer.headers, *self.headers))


@dataclass(frozen=True, slots=True)
class JobFailure:
    """How the next jobs of the rooms that match `room` (id or name, `*`, `?`) end: `FAILED` or `BLOCKED`,
    `after_s` from their creation by the service's clock.
    """

    room: str = "*"
    state: str = "FAILED"
    error_code: str = "MSS.00000004"
    error_msg: str = "Internal Error"
    after_s: float = 60.0
    times: int | None = 1


class _Armed(Generic[T]):
    """A fault and how much of it is left."""

    def __init__(self, fault: T, skip: int, times: int | None) -> None:
        self.fault = fault
        self._skip = skip
        self._times = times

    def left(self) -> bool:
        return self._times is None or self._times > 0

    def use(self) -> bool:
        """Whether this request is hit; one that is let pass counts down the skips."""
        if not self.left():
            return False
        if self._skip > 0:
            self._skip -= 1
            return False
        if self._times is not None:
            self._times -= 1
        return True


class Faults:
    """The switch. Safe to use while the emulator serves from another thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[_Armed[Fault]] = []
        self._job_failures: list[_Armed[JobFailure]] = []
        self._late: list[tuple[int, Call]] = []
        self.list_lag_s: float = 0.0
        """Rooms younger than this are not in lists yet."""
        self.watch: Watch | None = None

    def add(self, *faults: Fault | JobFailure) -> None:
        """Arms faults; the first that matches is used."""
        with self._lock:
            for fault in faults:
                if isinstance(fault, Fault):
                    self._faults.append(_Armed(fault, fault.skip, fault.times))
                else:
                    self._job_failures.append(_Armed(fault, 0, fault.times))

    def clear(self) -> None:
        """Disarms everything; requests on their way still land."""
        with self._lock:
            self._faults.clear()
            self._job_failures.clear()
            self.list_lag_s = 0.0
            self.watch = None

    @property
    def armed(self) -> tuple[Fault | JobFailure, ...]:
        """What may still be used."""
        with self._lock:
            return (
                *(a.fault for a in self._faults if a.left()),
                *(a.fault for a in self._job_failures if a.left()),
            )

    def take(self, call: Call, names: Callable[[], Iterable[str]]) -> Fault | None:
        """The fault for a request, used up by one. `names` gives the room's id and name when asked."""
        if not self._faults:
            return None
        known = tuple(names()) if any(armed.fault.room for armed in tuple(self._faults)) else ()
        with self._lock:
            for armed in self._faults:
                fault = armed.fault
                fits = fault.operation in (None, call.operation)
                if fits and (fault.room is None or _matches(fault.room, known)) and armed.use():
                    return fault
        return None

    def doom(self, names: Iterable[str]) -> Doom | None:
        """How the job that starts now is to end, if it is to fail; used up by one."""
        with self._lock:
            for armed in self._job_failures:
                failure = armed.fault
                if _matches(failure.room, names) and armed.use():
                    after_ms = round(failure.after_s * 1_000)
                    return Doom(failure.state, after_ms, failure.error_code, failure.error_msg)
        return None

    def send_late(self, due_ms: int, call: Call) -> None:
        """Keeps a request that is to take effect at `due_ms`."""
        with self._lock:
            self._late.append((due_ms, call))

    def landed(self, now_ms: int) -> list[tuple[int, Call]]:
        """The late requests that are due, earliest first; each is given once."""
        if not self._late:
            return []
        with self._lock:
            due = sorted((late for late in self._late if late[0] <= now_ms), key=lambda late: late[0])
            self._late = [late for late in self._late if late[0] > now_ms]
        return due

    def reached(self, stage: Stage, call: Call) -> None:
        """Tells the watcher, if there is one."""
        if self.watch is not None:
            self.watch(stage, call)


def _matches(pattern: str, names: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for name in names)
