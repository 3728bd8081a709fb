"""Writes that land when nobody waits for them any more, and lists that lag behind."""

from __future__ import annotations

import asyncio
import random

import httpx

from tests.faults import invariants
from tests.faults.network import Point, Sent, Trouble
from tests.faults.row import VARIANTS, Case, Row
from tests.faults.world import World, play, reference

FOREVER_S = 1e7


class Late(Trouble):
    """The connection breaks, or nothing comes; the request reaches the service only later."""

    def __init__(self, seconds: float, *, hangs: bool) -> None:
        self.lands_after_s = seconds
        self._hangs = hangs

    async def at(self, point: Point, sent: Sent) -> None:
        """Gives up on the way."""
        if point is Point.SENT:
            if self._hangs:
                await asyncio.sleep(FOREVER_S)
            raise httpx.ReadError("reset")


def check_late(case: Case) -> list[str]:
    """Some of the writes land 0–120 s late; one apply at once or later, then quiet, then a plan."""
    seed, variant = case

    async def go() -> list[str]:
        world = World(seed)
        chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
        rooms = reference(world, variant)
        await asyncio.sleep(100)
        world.emulator.faults.list_lag_s = chance.choice([0.0, 0.0, chance.uniform(0, 30)])
        wanted = chance.choice([0.4, 1.0])

        def choose(sent: Sent) -> Trouble | None:
            if sent.run == 0 and sent.is_write and chance.random() < wanted:
                return Late(chance.uniform(0, 120), hangs=chance.random() < 0.3)
            return None

        world.network.choose = choose
        world.network.delay = lambda _sent: chance.uniform(0, 0.2)
        await world.apply(rooms)
        await asyncio.sleep(chance.choice([0.0, chance.uniform(0, 130)]))
        await world.apply(rooms)
        await asyncio.sleep(200)
        final = await world.apply(rooms)
        then = await world.plan(rooms)
        return [*invariants.always(world), *invariants.quiet(world, rooms, final, then)]

    return play(go)


def check_lag(case: Case) -> list[str]:
    """The list lags 0–30 s, for one apply or for two that overlap; then a quiet apply and a plan."""
    seed, variant = case

    async def go() -> list[str]:
        world = World(seed)
        chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
        rooms = reference(world, variant)
        await asyncio.sleep(100)
        world.emulator.faults.list_lag_s = chance.uniform(0, 30)
        world.network.delay = lambda _sent: chance.uniform(0, 0.3)
        first = asyncio.ensure_future(world.apply(rooms))
        if chance.random() < 0.7:
            await asyncio.sleep(chance.choice([0.0, chance.uniform(0, 2), chance.uniform(0, 60)]))
            await world.apply(rooms)
        await first
        await asyncio.sleep(60)
        final = await world.apply(rooms)
        then = await world.plan(rooms)
        return [*invariants.always(world), *invariants.quiet(world, rooms, final, then)]

    return play(go)


def _seeds() -> list[Case]:
    return [(seed, VARIANTS[seed % len(VARIANTS)]) for seed in range(1000)]


ROWS = (
    Row("writes that land 0-120 s late", 1000, _seeds, check_late, 60),
    Row("a list that lags 0-30 s", 1000, _seeds, check_lag, 60),
)
