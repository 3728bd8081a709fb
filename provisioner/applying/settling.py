"""Finding out which room a create made, and whether it is the only one. One loop of scans serves all creates.

A create that went out is looked for by its nonce until the list has it. Then the list is given time to show rooms
that others made for the same key meanwhile, and is read once more; who wins is the same for everybody who looks.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from provisioner.applying.context import Context
from provisioner.errors import ServiceError
from provisioner.observe import ObservedRoom, by_key, scan
from provisioner.planning.matching import standing
from provisioner.rooms import RoomKey

LISTED_WITHIN_S = 60.0
"""How long a room may take to appear in the list."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The rooms of a key when the list had settled, the winner first; `made` is the one with our nonce, if any."""

    rooms: tuple[ObservedRoom, ...]
    made: ObservedRoom | None


@dataclass(slots=True, eq=False)
class _Waiting:
    key: RoomKey
    nonce: str
    since: float
    result: asyncio.Future[Settled]
    seen_at: float | None = None


class Settler:
    """The shared loop. It runs while anybody waits."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._waiting: list[_Waiting] = []
        self._loop: asyncio.Task[None] | None = None

    async def settle(self, key: RoomKey, nonce: str) -> Settled:
        """Waits until the rooms of `key` are known. Raises ServiceError when the list cannot be read."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(key, nonce, loop.time(), loop.create_future())
        self._waiting.append(waiting)
        if self._loop is None or self._loop.done():
            self._loop = asyncio.create_task(self._serve())
        return await waiting.result

    async def _serve(self) -> None:
        while self._waiting:
            began = asyncio.get_running_loop().time()
            present = list(self._waiting)
            try:
                rooms = by_key(await scan(self._context.client, self._context.seals), self._context.workspace)
            except ServiceError as error:
                self._fail(present, error)
                continue
            for waiting in present:
                self._look(waiting, rooms.get(waiting.key, []), began)
            self._waiting = [waiting for waiting in self._waiting if not waiting.result.done()]
            if any(waiting in present for waiting in self._waiting):
                await asyncio.sleep(max(1.0, min(5.0, self._context.settle_s / 3)))

    def _look(self, waiting: _Waiting, rooms: list[ObservedRoom], began: float) -> None:
        """One scan's word on one create. `began` is when the scan began: later rooms may not be in it."""
        if waiting.result.done():
            return
        made = next((room for room in rooms if room.marker and room.marker.nonce == waiting.nonce), None)
        if made is not None and waiting.seen_at is None:
            waiting.seen_at = began
        is_settled = waiting.seen_at is not None and began - waiting.seen_at >= self._context.settle_s
        if is_settled or began - waiting.since >= LISTED_WITHIN_S + self._context.settle_s:
            waiting.result.set_result(Settled(tuple(sorted(rooms, key=standing)), made))

    def _fail(self, present: list[_Waiting], error: ServiceError) -> None:
        for waiting in present:
            if not waiting.result.done():
                waiting.result.set_exception(error)
        self._waiting = [waiting for waiting in self._waiting if not waiting.result.done()]
