"""A row of the table: its cases, how one is played, and the figure to reach."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from tests.faults.world import World, play, reference

Case: TypeAlias = tuple[Any, ...]
"""Numbers and words that make a case again."""
ON_AIR = "o"
VARIANTS = ("c", "u", ON_AIR)
"""The first reference run with its job on the created room or on the updated one, and the second, of rooms on air."""


@dataclass(frozen=True)
class Row:
    """`check` plays one case and gives the violations; `share` is how many cases a bounded run plays."""

    name: str
    figure: int
    cases: Callable[[], Sequence[Case]]
    check: Callable[[Case], list[str]]
    share: int = 40

    def some(self, count: int) -> Sequence[Case]:
        """So many cases, spread over all of them."""
        every = self.cases()
        if count >= len(every):
            return every
        return [every[(place * len(every)) // count] for place in range(count)]


@cache
def kinds_of(variant: str) -> tuple[str, ...]:
    """The requests that the undisturbed reference run makes, in order."""

    async def case() -> tuple[str, ...]:
        world = World(0)
        rooms = reference(world, variant)
        await asyncio.sleep(100)
        await world.apply(rooms)
        return tuple(sent.kind for sent in world.network.log)

    return play(case)


def requests_of(variant: str) -> int:
    """How many requests that are."""
    return len(kinds_of(variant))


def each_request(*words: Any) -> list[Case]:
    """One case for every request of the reference runs and each of the words."""
    return [(variant, nth, word) for variant in VARIANTS for nth in range(requests_of(variant)) for word in words]
