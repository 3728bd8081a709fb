"""Several appliers at once: every interleaving of six steps of two, then chance with two and three."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from provisioner.applying.outcomes import Failed, Unknown
from provisioner.emulator import JobFailure
from provisioner.rooms import DesiredRoom
from tests.faults import invariants
from tests.faults.network import Sent
from tests.faults.row import Case, Row
from tests.faults.world import CREATED, STOOD, World, play
from tests.rig import edited, room

STEPS = {
    "c": ("list", "look", "create", "list", "jobs", "start"),
    "u": ("list", "show", "update", "show", "jobs", "start"),
}
"""Which requests of one applier wait for their turn, in their order; the others pass."""
FINALLY_S = 300.0


class Gate:
    """Lets the steps of the appliers pass in one order. An applier that is done or takes another way gives up its
    turns; one that waits for its own timer is waited for.
    """

    def __init__(self, order: Sequence[int], steps: Sequence[str]) -> None:
        self._order = list(order)
        self._steps = steps
        self._taken: Counter[int] = Counter()
        self._passing: dict[int, int] = {}
        self._moved = asyncio.Condition()

    async def before(self, sent: Sent) -> None:
        """Waits for the turn of a step."""
        place = self._taken[sent.run]
        if place >= len(self._steps) or sent.kind != self._steps[place]:
            return
        self._taken[sent.run] += 1
        async with self._moved:
            await self._moved.wait_for(lambda: not self._order or self._order[0] == sent.run)
        self._passing[sent.number] = sent.run

    async def after(self, sent: Sent) -> None:
        """The step is over; the next one may go."""
        run = self._passing.pop(sent.number, None)
        if run is not None:
            async with self._moved:
                if self._order and self._order[0] == run:
                    self._order.pop(0)
                self._moved.notify_all()

    async def finished(self, run: int) -> None:
        """An applier that is done needs no more turns."""
        async with self._moved:
            self._order = [other for other in self._order if other != run]
            self._moved.notify_all()


def _rooms(world: World, variant: str) -> tuple[DesiredRoom, ...]:
    if variant == "c":
        return (room("c", CREATED.spec, run="evening"),)
    world.add_managed(STOOD)
    return (room("u", edited(STOOD, room_description="two").spec, run="evening"),)


def check_order(case: Case) -> list[str]:
    """Two appliers in one order of their steps; then quiet, then a plan."""
    variant, *firsts = case

    async def go() -> list[str]:
        world = World(sum(firsts))  # the ids, and with them the winner, are others in each
        rooms = _rooms(world, variant)
        await asyncio.sleep(100)
        gate = Gate([0 if place in firsts else 1 for place in range(12)], STEPS[variant])
        world.network.before, world.network.after = gate.before, gate.after

        async def one(number: int) -> None:
            await world.apply(rooms)
            await gate.finished(number)

        await asyncio.gather(one(0), one(1))
        world.network.before = world.network.after = None
        wrong = [*_looked_first(world), *_one_room_left(world), *_nothing_failed(world)]
        return [*wrong, *await _finally(world, rooms)]

    return play(go)


def check_chance(case: Case) -> list[str]:
    """Two or three appliers with delays of chance; some of them die on the way."""
    seed, variant = case

    async def go() -> list[str]:
        world = World(seed)
        chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
        rooms = _rooms(world, variant)
        await asyncio.sleep(100)
        ends_early = seed % 4 < 2
        if ends_early:
            world.emulator.faults.add(JobFailure(after_s=5.0, times=None))
        slow = chance.choice([0.01, 0.5] if ends_early else [0.01, 0.5, 3.0])
        world.network.delay = lambda _sent: chance.uniform(0, slow)
        world.emulator.faults.list_lag_s = chance.choice([0.0, 0.0, chance.uniform(0, 10)])
        tasks = []
        for number in range(2 + seed % 3 // 2):
            task = asyncio.ensure_future(world.apply(rooms))
            tasks.append(task)
            if chance.random() < 0.15:
                asyncio.get_running_loop().call_later(chance.uniform(0, 30), _die, world, task, number)
            await asyncio.sleep(chance.choice([0.0, chance.uniform(0, 1), chance.uniform(0, 20)]))
        await asyncio.wait(tasks)
        wrong = await _finally(world, rooms)
        jobs = len(world.emulator.jobs())
        return [*wrong, f"run evening was broadcast {jobs} times"] if jobs > 1 else wrong

    return play(go)


def _looked_first(world: World) -> Iterator[str]:
    """A create goes out only after a look that could not show the room of another."""
    log = world.network.log
    for create in (sent for sent in log if sent.kind == "create"):
        looks = [sent.served_at for sent in log[: create.number] if sent.kind == "look" and sent.run == create.run]
        others = [sent.served_at for sent in log if sent.kind == "create" and sent.run != create.run]
        if not looks or any(at < looks[-1] for at in others):
            yield f"I1: run {create.run} created a room without looking first"


def _nothing_failed(world: World) -> Iterator[str]:
    """Nothing goes wrong but that there are two, so nobody has a failure to report."""
    for run in world.runs:
        for outcome in run.report.outcomes if run.report else ():
            if isinstance(outcome, Failed | Unknown):
                yield f"I4: run {run.number} reports {outcome.action.name} as failed or unknown: {outcome.message}"


def _one_room_left(world: World) -> Iterator[str]:
    """Where nobody dies, the appliers clear up after themselves."""
    for key, ids in invariants.rooms_by_key(world).items():
        if len(ids) > 1:
            yield f"I1: {len(ids)} rooms of {key} were left by appliers that ended"


def _die(world: World, task: asyncio.Future[object], number: int) -> None:
    world.network.dead.add(number)
    task.cancel()


async def _finally(world: World, rooms: tuple[DesiredRoom, ...]) -> list[str]:
    world.network.delay = lambda _sent: 0.0
    await asyncio.sleep(60)
    final = await world.apply(rooms)
    then = await world.plan(rooms)
    return [*invariants.always(world), *invariants.quiet(world, rooms, final, then)]


def _orders() -> list[Case]:
    return [(variant, *firsts) for firsts in combinations(range(12), 6) for variant in STEPS]


def _seeds() -> list[Case]:
    return [(seed, tuple(STEPS)[seed % 2]) for seed in range(1000)]


ROWS = (
    Row("two appliers, all orders of 2 x 6 steps", 924, _orders, check_order, 80),
    Row("two and three appliers by chance", 1000, _seeds, check_chance, 60),
)
