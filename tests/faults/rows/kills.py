"""Kills and signals at every point of every request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from provisioner.applying.context import Stopping
from provisioner.applying.outcomes import Interruption
from tests.faults import invariants
from tests.faults.network import Point, Sent, Trouble
from tests.faults.row import ON_AIR, VARIANTS, Case, Row, each_request, requests_of
from tests.faults.world import World, play, reference

POINTS = tuple(point.value for point in Point)
FOREVER_S = 1e7
_SPARSE = 4
"""Of the pairs in the longest reference run, one in so many is played."""


class At(Trouble):
    """Does something once, at one point. `stays` leaves the request hanging there, as for a dead process."""

    def __init__(self, point: Point, act: Callable[[], None], *, stays: bool) -> None:
        self._point = point
        self._act = act
        self._stays = stays

    async def at(self, point: Point, sent: Sent) -> None:
        """Acts where it is meant to."""
        if point is self._point:
            self._act()
            await asyncio.sleep(FOREVER_S if self._stays else 0)


async def killed(world: World, rooms: tuple[object, ...], nth: int, point: str) -> None:
    """One apply that is killed at a point of its nth request, if it gets there."""
    number = len(world.runs)

    def arm(kill: Callable[[], None]) -> None:
        trouble = At(Point(point), kill, stays=True)
        world.network.choose = lambda sent: trouble if (sent.run, sent.nth) == (number, nth) else None

    await world.killed_apply(rooms, arm)  # type: ignore[arg-type]


def check_kill(case: Case) -> list[str]:
    """Kill, then a quiet apply, then a plan."""
    variant, *kills = case

    async def go() -> list[str]:
        world = World(1)
        rooms = reference(world, variant)
        await asyncio.sleep(100)
        for nth, point in zip(kills[::2], kills[1::2], strict=True):
            await killed(world, rooms, nth, point)
        final = await world.apply(rooms)
        then = await world.plan(rooms)
        return [*invariants.always(world), *invariants.quiet(world, rooms, final, then)]

    return play(go)


def check_signal(case: Case) -> list[str]:
    """A signal: no new write after it, an end within 5 s, a true report; then as after a kill."""
    variant, nth, word = case
    by, point = word.split(" ", 1)

    async def go() -> list[str]:
        world = World(2)
        rooms = reference(world, variant)
        await asyncio.sleep(100)
        world.network.delay = lambda _sent: 0.05
        stopping = Stopping()
        asked: list[tuple[float, int]] = []

        def ask() -> None:
            stopping.ask(Interruption[by])
            asked.append((world.now, len(world.network.log)))

        trouble = At(Point(point), ask, stays=False)
        world.network.choose = lambda sent: trouble if (sent.run, sent.nth) == (0, nth) else None
        run = await world.apply(rooms, stopping=stopping)
        wrong = list(_after_signal(world, asked, run.ended or 0.0))
        if asked and run.report is not None and run.report.exit_code not in (130, 143):
            wrong.append(f"exit code {run.report.exit_code} after {by}")
        final = await world.apply(rooms)
        then = await world.plan(rooms)
        return [*wrong, *invariants.always(world), *invariants.quiet(world, rooms, final, then)]

    return play(go)


def _after_signal(world: World, asked: list[tuple[float, int]], ended: float) -> list[str]:
    if not asked:
        return []
    moment, logged = asked[0]
    new = [sent.kind for sent in world.network.log[logged:] if sent.is_write and sent.at > moment]
    wrong = [f"{', '.join(new)} sent after the signal"] if new else []
    return [*wrong, f"ended {ended - moment:.1f} s after the signal"] if ended - moment > 5.0 else wrong


def _pairs() -> list[Case]:
    found: list[Case] = []
    for variant in VARIANTS:
        count = requests_of(variant)
        for first in range(count):
            for second in range(first % _SPARSE, count, _SPARSE) if variant == ON_AIR else range(count):
                one, other = POINTS[(first + second) % 6], POINTS[(first * 5 + second * 3 + 2) % 6]
                found.append((variant, first, one, second, other))
    return found


def _signals() -> list[Case]:
    return each_request(*(f"{by} {point}" for by in ("SIGINT", "SIGTERM") for point in POINTS))


ROWS = (
    Row("kill at every point of every request", 84, lambda: each_request(*POINTS), check_kill, 48),
    Row("kill twice, at pairs of requests", 196, _pairs, check_kill, 32),
    Row("SIGINT and SIGTERM at every point", 168, _signals, check_signal, 48),
)
