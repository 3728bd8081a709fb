"""Takes out one safeguard after the other and looks whether a row notices: a safeguard that nobody misses is
either not needed or not tested.
"""

from __future__ import annotations

import functools
import logging
import multiprocessing
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import httpx

from provisioner import paging
from provisioner.applying import bodies, context, creating, live, settling, writing
from provisioner.metastudio import outcome as writes
from provisioner.metastudio import session, throttle
from provisioner.planning import matching
from provisioner.secret_store import SecretStore
from tests.faults import matrix

MOST_CASES = 600
"""Of each row, before it counts as not noticing."""


@dataclass(frozen=True)
class Mutation:
    """A safeguard, how to take it out, and the rows that should notice."""

    safeguard: str
    without: Callable[[], AbstractContextManager[Any]]
    rows: tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """Who noticed, after how many cases, and by which violation; nobody where `row` is empty."""

    mutation: Mutation
    row: str = ""
    cases: int = 0
    words: str = ""

    @property
    def noticed(self) -> bool:
        """Whether anybody did."""
        return bool(self.row)


def _replaced(*changes: tuple[Any, str, Any]) -> Callable[[], AbstractContextManager[Any]]:
    @contextmanager
    def without() -> Iterator[None]:
        with ExitStack() as stack:
            for place, name, value in changes:
                stack.enter_context(patch.object(place, name, value))
            yield

    return without


def _settles_at_once(self: Any, waiting: Any, rooms: Any, began: float, *, is_last: bool) -> None:
    waiting.seen_at = float("-inf")
    _look(self, waiting, rooms, began, is_last=is_last)


def _anyone_is_ours(self: Any, room: Any) -> bool:
    return room.marker is not None


async def _nothing(*_: Any, **__: Any) -> tuple[()]:
    return ()


async def _none(*_: Any, **__: Any) -> None:
    return None


async def _as_it_was(_context: Any, _run: Any, _room: Any, declared: Any) -> Any:
    return declared


async def _no(*_: Any, **__: Any) -> bool:
    return False


def _start_body(desired: Any, secrets: Any) -> dict[str, Any]:
    body = _guarded(desired, secrets)
    return {**body, "job_run_config": {}}


def _lost_is_refused(exchange: Any, where: str, read: Any) -> Any:
    found = _classify(exchange, where, read)
    return writes.NotApplied(found.error, retryable=True) if isinstance(found, writes.Unknown) else found


def _broken_is_refused(exchange: Any, where: str, read: Any) -> Any:
    found = _classify(exchange, where, read)
    return writes.NotApplied(found.error, retryable=False) if isinstance(found, writes.Unknown) else found


async def _look_once(self: Any, look: Any) -> Any:
    return await look()


class _Same:
    """Equal to every base."""

    def __ne__(self, other: object) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


_client = httpx.AsyncClient


@functools.wraps(_client)
def _following(**settings: Any) -> httpx.AsyncClient:
    return _client(**{**settings, "follow_redirects": True})


_look = settling.Settler._look
_guarded = bodies.start_body
_classify = writes.classify
_ORDERS = ("two appliers, all orders of 2 x 6 steps", "two and three appliers by chance")
_STATUSES = ("statuses, applied or not", "broken bodies")
_LATE = ("writes that land 0-120 s late", "a list that lags 0-30 s")
_SIGNALS = ("SIGINT and SIGTERM at every point",)
_LISTS = ("lists that change, lie or do not end",)
_KILLS = ("kill at every point of every request",)
_MEDDLING = ("somebody edits, deletes, copies a room",)

MUTATIONS: tuple[Mutation, ...] = (
    Mutation("settling before a create is believed", _replaced((settling.Settler, "_look", _settles_at_once)), _ORDERS),
    Mutation(
        "the nonce that finds a create again",
        _replaced((settling._Waiting, "is_answered_by", _anyone_is_ours)),
        _LATE,
    ),
    Mutation("looking before a create", _replaced((creating, "_named", _nothing)), _ORDERS),
    Mutation("taking back a room that lost", _replaced((creating, "_taken_back", _no)), _ORDERS),
    Mutation(
        "the same winner for everybody",
        _replaced((settling, "standing", lambda room: room.marker.nonce), (matching, "standing", lambda room: room.id)),
        _ORDERS,
    ),
    Mutation("pages that have to meet", _replaced((paging, "_meet", lambda *_: True)), _LISTS),
    Mutation("the count of the list", _replaced((paging, "_falls_short", lambda *_: False)), _LISTS),
    Mutation("single_job_in_room", _replaced((live, "start_body", _start_body)), (*_ORDERS, *_LATE)),
    Mutation("looking for the run's jobs before a start", _replaced((live, "_job_of_run", _none)), _ORDERS[::-1]),
    Mutation("a restart that is due is remembered", _replaced((writing, "_due", _as_it_was)), _KILLS),
    Mutation("a restart that was begun is remembered", _replaced((writing, "_begun", lambda _job: None)), _KILLS),
    Mutation("unknown writes are not sent again", _replaced((session, "classify", _lost_is_refused)), _STATUSES),
    Mutation("unknown writes are not called failed", _replaced((session, "classify", _broken_is_refused)), _STATUSES),
    Mutation("looking again after an unknown write", _replaced((context.Context, "until_seen", _look_once)), _STATUSES),
    Mutation("a look after a refused create", _replaced((creating, "_is_made_anyway", _no)), _STATUSES),
    Mutation("the base check, the marker check", _replaced((writing, "_refusal", lambda *_, **__: "")), _MEDDLING),
    Mutation("the base check alone", _replaced((writing, "base_of", lambda _room: _Same())), _MEDDLING),
    Mutation(
        "nothing is sent after a signal", _replaced((throttle.Throttle, "stop_writing", lambda _self: None)), _SIGNALS
    ),
    Mutation(
        "redirects are not followed", _replaced((httpx, "AsyncClient", _following)), ("redirect to another host",)
    ),
    Mutation("secrets are concealed", _replaced((SecretStore, "conceal", lambda _self, text: text)), _STATUSES),
)


def try_all(words: Sequence[str] = (), *, tell: Callable[[Finding], None] = lambda _finding: None) -> list[Finding]:
    """Every mutation in a process of its own, on all processors; `tell` hears of each when it is known."""
    found: list[Finding] = []
    chosen = [place for place, item in enumerate(MUTATIONS) if all(word in item.safeguard for word in words)]
    with multiprocessing.get_context("fork").Pool(maxtasksperchild=1) as pool:
        answers = pool.imap_unordered(_try, chosen, chunksize=1)
        for place, *answer in answers:
            finding = Finding(MUTATIONS[place], *answer)
            tell(finding)
            found.append(finding)
    return found


def line(found: Finding) -> str:
    """A line of the table."""
    noticed = found.row or "NOBODY"
    return f"{found.mutation.safeguard:46} {noticed:42} {found.cases:5}  {found.words[:90]}"


HEAD = f"{'safeguard taken out':46} {'noticed by':42} {'cases':>5}  first violation"


def _try(place: int) -> tuple[int, str, int, str]:
    """The first row that notices, the number of cases it took, and what it says."""
    mutation = MUTATIONS[place]
    logging.disable(logging.CRITICAL)
    played = 0
    for name in mutation.rows:
        row = matrix.named(name)
        cases = list(row.cases())
        random.Random(place).shuffle(cases)  # noqa: S311 - chance, not secrecy
        with mutation.without():
            for case in [*(case for kept, case, _ in matrix.kept() if kept is row), *cases[:MOST_CASES]]:
                played += 1
                if wrong := matrix.violations(row, case):
                    return place, name, played, wrong[0]
    return place, "", played, ""
