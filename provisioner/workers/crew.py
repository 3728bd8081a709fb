"""Who does the work: the processors of this machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from provisioner.workers.limited import LimitExceeded, Limits, run_together

T = TypeVar("T")


class Crew(Protocol):
    """Several that work at the same time. What they are given and what they yield can be pickled."""

    @property
    def size(self) -> int:
        """How many there are."""

    async def do(
        self, works: Sequence[Callable[[], Iterator[T]]], take: Callable[[int, T | LimitExceeded], None]
    ) -> None:
        """Gives `take` what each of `works` yields, with the number of the work, each in its order.

        A work that reaches a limit ends with the LimitExceeded. What else one raises is raised here.
        """


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Forked:
    """Child processes of this one, each with limits."""

    size: int = field(default_factory=processors)
    limits: Limits = field(default_factory=Limits)

    async def do(
        self, works: Sequence[Callable[[], Iterator[T]]], take: Callable[[int, T | LimitExceeded], None]
    ) -> None:
        """As a Crew does."""
        await run_together(works, take, limits=self.limits)
