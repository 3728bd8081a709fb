"""Lists that change, lie or do not end while they are read."""

from __future__ import annotations

import asyncio
import random
from functools import cache
from typing import cast

from provisioner.errors import ServiceError
from provisioner.metastudio.client import MetaStudio
from provisioner.metastudio.contents import RoomPage
from provisioner.metastudio.models import SmartLiveRoomBaseInfo
from provisioner.observe import scan
from provisioner.observed import Seals
from tests.faults.row import Case, Row
from tests.faults.world import play

SIZES = (0, 1, 99, 100, 101, 5000)
FAULTS = ("insert", "delete", "reorder", "all", "count", "endless", "repeated", "stuck")
MOST_CALLS = 1000


@cache
def entry(number: int) -> SmartLiveRoomBaseInfo:
    """The list's entry for a room."""
    return SmartLiveRoomBaseInfo(room_id=f"{number:032x}", room_name=f"Room {number}")


class Script:
    """A list that answers as the client's `list_rooms` does, and changes between answers."""

    def __init__(self, seed: int, size: int, fault: str) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
        self._fault = fault
        self._rooms = list(range(size))
        self._next = size
        self.touched: set[int] = set()
        self.calls = 0
        self._often = self._chance.choice([0.02, 0.2, 0.6, 1.0])
        self._last: RoomPage | None = None

    async def list_rooms(self, *, offset: int = 0, limit: int = 100, room_name: str | None = None) -> RoomPage:
        """One page, as the list is when its turn comes."""
        self.calls += 1
        assert self.calls < MOST_CALLS, "the scan does not end"
        await asyncio.sleep(self._chance.random())
        if self._chance.random() < self._often:
            self._change()
        page = self._page(offset, limit)
        self._last = page
        return page

    def _page(self, offset: int, limit: int) -> RoomPage:
        count = len(self._rooms)
        if self._fault == "count":
            count = max(0, self._chance.choice([0, 1, count // 2, count - 1, count + 1, count + 250, 10**9]))
        if self._fault == "repeated" and self._last is not None and self._chance.random() < self._often:
            return self._last
        if self._fault == "stuck":
            offset = 0
        if self._fault == "endless":
            fresh = range(self._next, self._next + limit)
            self._next += limit
            numbers = (self._rooms[offset : offset + limit] + list(fresh))[:limit]
        else:
            numbers = self._rooms[offset : offset + limit]
        return RoomPage(count, tuple(entry(number) for number in numbers))

    def _change(self) -> None:
        fault = self._chance.choice(["insert", "delete", "reorder"]) if self._fault == "all" else self._fault
        for _ in range(self._chance.choice([1, 1, 2, 7, 12, 120])):
            place = self._chance.choice([0, self._chance.randrange(len(self._rooms) + 1)])
            if fault == "insert":
                self._rooms.insert(place, self._next)
                self.touched.add(self._next)
                self._next += 1
            elif fault == "delete" and self._rooms:
                self.touched.add(self._rooms.pop(min(place, len(self._rooms) - 1)))
            elif fault == "reorder" and self._rooms:
                moved = self._rooms.pop(self._chance.randrange(len(self._rooms)))
                self.touched.add(moved)
                self._rooms.insert(place, moved)


def check(case: Case) -> list[str]:
    """Every room that stayed where it was is found, or the scan fails with words."""
    seed, size, fault = case

    async def go() -> list[str]:
        script = Script(seed, size, fault)
        try:
            found = await scan(cast("MetaStudio", script), Seals("p" * 32))
        except ServiceError as error:
            return [] if str(error) else ["a failure without words"]
        except AssertionError as error:
            return [str(error)]
        ids = [room.id for room in found]
        missed = {entry(number).room_id for number in range(size) if number not in script.touched} - set(ids)
        wrong = [f"{len(missed)} of {size} rooms were missed ({fault})"] if missed else []
        return [*wrong, "a room is listed twice"] if len(ids) != len(set(ids)) else wrong

    return play(go)


def _cases() -> list[Case]:
    return [(seed, SIZES[seed % 6], FAULTS[seed // 6 % 8]) for seed in range(2016)]


ROWS = (Row("lists that change, lie or do not end", 2000, _cases, check, 96),)
