"""Finding out which room a create made, and whether it is the only one. One loop of scans serves all creates.

A create that went out is looked for by its nonce until the list has it. Then the list is given time to show rooms
that others made for the same key meanwhile, and is read once more; who wins is the same for everybody who looks.
Each room settles from its own first sight on, so the first ones go on air while later ones are still being made.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from provisioner.applying.context import Context
from provisioner.errors import ServiceError
from provisioner.metastudio.errors import DeadlinePassed
from provisioner.observe import scan
from provisioner.observed import ObservedRoom, by_key
from provisioner.planning.matching import standing
from provisioner.rooms import RoomId, RoomKey

LISTED_WITHIN_S = 60.0
"""How long a room may take to appear in the list."""
OFTEN_S, SELDOM_S = 1.0, 5.0
"""Pauses between scans: at least so long, and for a room that is long in coming about so long."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The rooms of a key when the list had settled, the winner first; `made` are those that this run may have made:
    the one whose id the service told, else those with our nonce, which somebody may have copied.

    `is_final` is False where the end of the run was asked for, so that there was no time to settle.
    """

    rooms: tuple[ObservedRoom, ...]
    made: tuple[ObservedRoom, ...]
    is_final: bool = True


@dataclass(slots=True, eq=False)
class _Waiting:
    key: RoomKey
    nonce: str
    room_id: RoomId | None
    since: float
    result: asyncio.Future[Settled]
    looked_at: float | None = None
    seen_at: float | None = None

    def is_due(self, now: float, settle_s: float) -> bool:
        """Whether a look now may tell something: whether the room is listed, or, once it is, whether it is alone."""
        if self.seen_at is not None:
            return now - self.seen_at >= settle_s
        if self.looked_at is None:
            return True
        return now - self.looked_at >= min(SELDOM_S, (self.looked_at - self.since) / 2)

    def is_answered_by(self, room: ObservedRoom) -> bool:
        """Whether a room is the one that was sent for, as far as can be told."""
        if self.room_id is not None:
            return room.id == self.room_id
        return room.marker is not None and room.marker.nonce == self.nonce


class Settler:
    """The shared loop. It runs while anybody waits; `close` it in the end."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._waiting: list[_Waiting] = []
        self._loop: asyncio.Task[None] | None = None

    async def settle(self, key: RoomKey, nonce: str, room_id: RoomId | None) -> Settled:
        """Waits until the rooms of `key` are known. `room_id` is what the service answered, if it did.

        Raises ServiceError when the list cannot be read.
        """
        loop = asyncio.get_running_loop()
        waiting = _Waiting(key, nonce, room_id, loop.time(), loop.create_future())
        self._waiting.append(waiting)
        if self._loop is None or self._loop.done():
            self._loop = asyncio.create_task(self._serve())
        return await waiting.result

    def close(self) -> None:
        """Ends the loop; nobody waits any more."""
        if self._loop is not None:
            self._loop.cancel()

    async def _serve(self) -> None:
        context = self._context
        loop = asyncio.get_running_loop()
        while self._waiting:
            began = loop.time()
            is_last = bool(context.stopping)
            present = list(self._waiting)
            pause = max(OFTEN_S, min(SELDOM_S, context.settle_s / 6))
            try:
                rooms = by_key(await scan(context.client, context.seals), context.workspace)
            except ServiceError as error:
                pause = SELDOM_S
                for waiting in present:
                    self._missed(waiting, error, began, is_last=is_last)
            else:
                for waiting in present:
                    self._look(waiting, rooms.get(waiting.key, []), began, is_last=is_last)
            self._waiting = [waiting for waiting in self._waiting if not waiting.result.done()]
            if not context.waits and all(waiting.looked_at is None for waiting in self._waiting):
                continue  # of those who came meanwhile the list here knows at once
            while self._waiting and not await context.stopping.pause(pause):
                if any(waiting.is_due(loop.time(), context.settle_s) for waiting in self._waiting):
                    break

    def _look(self, waiting: _Waiting, rooms: list[ObservedRoom], began: float, *, is_last: bool) -> None:
        """One scan's word on one create. `began` is when the scan began: later rooms may not be in it."""
        if waiting.result.done():
            return
        waiting.looked_at = began
        made = [room for room in rooms if waiting.is_answered_by(room)]
        if made and waiting.seen_at is None:
            waiting.seen_at = began
        is_settled = waiting.seen_at is not None and began - waiting.seen_at >= self._context.settle_s
        if is_settled or is_last or self._is_over(waiting, began):
            ranked = tuple(sorted(rooms, key=standing))
            ours = tuple(sorted(made, key=standing))
            waiting.result.set_result(Settled(ranked, ours, is_final=is_settled or not is_last))

    def _missed(self, waiting: _Waiting, error: ServiceError, began: float, *, is_last: bool) -> None:
        """A scan that failed says nothing; the next one may, as long as there is time."""
        is_over = is_last or isinstance(error, DeadlinePassed) or self._is_over(waiting, began)
        if is_over and not waiting.result.done():
            waiting.result.set_exception(error)

    def _is_over(self, waiting: _Waiting, began: float) -> bool:
        return began - waiting.since >= LISTED_WITHIN_S + self._context.settle_s
