"""A row of the table: its cases, how one is played, and the figure to reach."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from tests.faults.world import World, play, reference

Case: TypeAlias = tuple[Any, ...]
"""Numbers and words that make a case again."""
VARIANTS = ("c", "u")
"""The job of the reference run is on the created room or on the updated one."""


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
def requests_of(variant: str) -> int:
    """How many requests the undisturbed reference run makes."""

    async def case() -> int:
        world = World(0)
        rooms = reference(world, job_on=variant)
        await world.apply(rooms)
        return len(world.network.log)

    return play(case)


def each_request(*words: Any) -> list[Case]:
    """One case for every request of both reference runs and each of the words."""
    return [(variant, nth, word) for variant in VARIANTS for nth in range(requests_of(variant)) for word in words]
