"""An event loop whose clock jumps to the next timer when nothing else is to do.

Hours of waiting pass in milliseconds and always in the same order, for code that waits with `asyncio.sleep` and
`loop.time()` and speaks to nothing outside the process.
"""

from __future__ import annotations

import asyncio
import math
import selectors
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")


class StalledError(RuntimeError):
    """Every task waits for something that no timer and no other task will bring."""


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Starts at 0 and moves only when every task waits."""

    def __init__(self) -> None:
        self._moment = 0.0
        super().__init__(_Jumping(self))
        self.jump(0.0)

    def time(self) -> float:
        """Seconds since the loop was made, in its own time."""
        return self._moment

    def jump(self, seconds: float) -> None:
        """Moves the clock on. No timer is rung before its moment, as the loop would by its clock's resolution: two
        that found themselves early in turn would wait for each other for ever.
        """
        self._moment += seconds
        self._clock_resolution = math.ulp(self._moment)


class _Jumping(selectors.DefaultSelector):
    """Where the loop would sleep, the clock moves instead."""

    def __init__(self, loop: VirtualTimeLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            raise StalledError("every task waits, and no timer is set")
        self._loop.jump(timeout)
        return []


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Runs to the end, in virtual time."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(coroutine)


@dataclass
class StandingClock:
    """A machine's clock that stands still, but for what passes in `run`."""

    at: datetime

    def now(self) -> datetime:
        try:
            return self.at + timedelta(seconds=asyncio.get_running_loop().time())
        except RuntimeError:
            return self.at

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
            result = runner.run(work)
            passed_s = runner.get_loop().time()
        self.at += timedelta(seconds=passed_s)
        return result
