"""Who does the work: the processors of this machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, TypeVar

from provisioner.workers.limited import run_together
from provisioner.workers.limits import LimitExceeded, Limits

P = TypeVar("P")
T = TypeVar("T")


class Crew(Protocol):
    """Several that work at the same time. What they are given and what they yield can be pickled."""

    @property
    def size(self) -> int:
        """How many there are."""

    @property
    def is_remote(self) -> bool:
        """Whether they work on other machines: they share no disk with this one, and are told no secret."""

    async def do(
        self, work: Callable[[P], Iterator[T]], parts: Sequence[P], take: Callable[[int, T | LimitExceeded], None]
    ) -> None:
        """Gives `take` what `work` yields for each of `parts`, with the number of the part, each in its order.

        A part that reaches a limit ends with the LimitExceeded. What else one raises is raised here.
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

    @property
    def is_remote(self) -> bool:
        """They are here."""
        return False

    async def do(
        self, work: Callable[[P], Iterator[T]], parts: Sequence[P], take: Callable[[int, T | LimitExceeded], None]
    ) -> None:
        """As a Crew does."""
        await run_together([partial(work, part) for part in parts], take, limits=self.limits)
