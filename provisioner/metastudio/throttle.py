"""How fast calls go out, and how often a failed one is tried (reliability.md, section 2).

Each operation has a bucket of its own that holds one call: calls leave evenly spaced. A throttled call halves the
rate, once per round trip however many were in flight; every clean second raises it by a tenth of the setting until it
is there again. Only the first one that names the very limit that was kept to makes the pace a little calmer instead.
A lower limit that the gateway names is kept to for a few of its windows and then tried, since it may be others' calls
that made it tight; where a window is so long that a vain try costs much, it is kept to for the run. Waiting is
`asyncio.sleep` on the loop's clock, chance is an argument.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from provisioner.metastudio.errors import Advice, DeadlinePassed, Interrupted
from provisioner.metastudio.operation import Operation

MAX_ATTEMPTS = 5
"""Sendings of one call, the first included."""
RETRY_SHARE = 0.1
RETRY_ALLOWANCE = 10
"""All retries of a run together: a tenth of its calls, and ten."""
BACKOFF_BASE_S = 0.5
BACKOFF_LIMIT_S = 60.0
RECOVERY_SHARE = 0.1
SLOWEST_SHARE = 1 / 32
KEPT_WINDOWS = 4
"""For how many of its windows a limit that the gateway named is kept to."""
TRIED_WINDOW_S = 10.0
"""A limit of a longer window is kept to for the run: a call too many means to wait that long."""
SPARE_SHARE = 1 / 64
"""How far the pace stays below a limit. Calls bunch up on the way, and a gateway that counts those of any one second
would refuse the last of them; so each may be 15 ms earlier or later.
"""
BUNCHED_SHARE = 1 / 20
"""How far it stays below for the rest of a run in which that was not enough."""
TOLD_FROM_S = 1.0
"""A wait for one's turn is told to `on_wait` from this length on; a retry always is."""

WRITES = frozenset(
    {
        *(Operation.CREATE_ROOM, Operation.UPDATE_ROOM, Operation.DELETE_ROOM),
        *(Operation.START_JOB, Operation.STOP_JOB, Operation.COMMAND_JOB),
    }
)
"""What an interrupted run does not send any more."""

OnWait = Callable[[Operation, float], None]


def paces(limits: Mapping[Operation, float] | None) -> dict[Operation, float]:
    """The rates to send at where a service takes so many calls a second."""
    return {operation: limit / (1 + SPARE_SHARE) for operation, limit in (limits or {}).items()}


@dataclass(frozen=True, slots=True)
class Permit:
    """The right to send one call: the how manieth of its operation, and when it was given (loop time, seconds)."""

    operation: Operation
    number: int
    given_at: float


class _Bucket:
    """The pace of one operation. `setting` is in calls a second, None for no limit."""

    def __init__(self, setting: float | None) -> None:
        self.turn = asyncio.Lock()
        self._setting = setting
        self._named: float | None = None
        self._kept_until = float("-inf")
        self.rate = setting
        self._given = 0
        self._last_given_at = float("-inf")
        self._paused_until = float("-inf")
        self._given_when_slowed = 0
        self._raised_at = float("-inf")

    def is_slowed(self, now: float) -> bool:
        """Whether calls go out more slowly than the setting says."""
        return self.rate != self._setting or now < self._paused_until

    def opens_at(self) -> float:
        """The loop time from which the next call may go."""
        spacing = 1 / self.rate if self.rate else 0.0
        return max(self._paused_until, self._last_given_at + spacing)

    def give(self, operation: Operation, now: float) -> Permit:
        self._given += 1
        self._last_given_at = now
        return Permit(operation, self._given, now)

    def slow_down(self, permit: Permit, now: float, advice: Advice) -> None:
        self._paused_until = max(self._paused_until, now + _named_wait_s(advice))
        if self._setting is None or self.rate is None:
            return
        allowed = advice.rate
        if allowed is not None and allowed / (1 + BUNCHED_SHARE) < self._setting < allowed:
            # The limit is the one that is kept to: calls bunched up on the way.
            self._setting = allowed / (1 + BUNCHED_SHARE)
            self.rate = min(self.rate, self._setting)
            self._given_when_slowed = self._given
            return
        if allowed is not None and advice.window_s is not None:
            self._named = max(allowed, self._setting * SLOWEST_SHARE)
            is_tried = advice.window_s <= TRIED_WINDOW_S
            kept_s = KEPT_WINDOWS * advice.window_s if is_tried else float("inf")
            self._kept_until = max(self._kept_until, self._paused_until + kept_s)
        if permit.number > self._given_when_slowed:
            self.rate = max(self.rate / 2, self._setting * SLOWEST_SHARE)
            self._given_when_slowed = self._given
            self._raised_at = now
        self.rate = min(self.rate, self._top(now))

    def speed_up(self, permit: Permit, now: float) -> None:
        if self._setting is None or self.rate is None or self.rate >= self._top(now):
            return
        if permit.number > self._given_when_slowed and now - self._raised_at >= 1.0:
            step = self._setting * RECOVERY_SHARE
            if self._named is not None and self.rate >= self._named:
                step = max(step, self.rate)  # more than the limit passed: it is gone, so no need to feel one's way
            self.rate = min(self.rate + step, self._top(now))
            self._raised_at = now

    def _top(self, now: float) -> float:
        """The rate that is not exceeded now."""
        setting = self._setting or float("inf")
        return min(setting, self._named) if self._named is not None and now < self._kept_until else setting


class Throttle:
    """The pace and the retries of one run.

    `rates` are calls a second, None or a missing operation for no limit. `deadline` is a loop time after which
    nothing is sent any more. `on_wait` hears of every retry and of pauses that a person would notice. `chance`
    returns a number from 0 to 1.
    """

    def __init__(
        self,
        rates: Mapping[Operation, float] | None,
        *,
        deadline: float | None = None,
        on_wait: OnWait | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._buckets = {operation: _Bucket((rates or {}).get(operation)) for operation in Operation}
        self._deadline = deadline
        self._on_wait = on_wait
        self._chance = chance
        self._sent = 0
        self._retries = 0
        self._writing_is_over = asyncio.Event()

    @property
    def deadline(self) -> float | None:
        """The loop time after which nothing is sent."""
        return self._deadline

    async def permit(self, operation: Operation) -> Permit:
        """Waits for this operation's turn. Callers are served in the order in which they came.

        Raises DeadlinePassed as soon as it is certain that the turn will not come in time, and Interrupted for a
        write once `stop_writing` was called.
        """
        bucket = self._buckets[operation]
        loop = asyncio.get_running_loop()
        async with bucket.turn:
            while (wait := bucket.opens_at() - loop.time()) > 0 and not self._is_over(operation):
                if not self._is_in_time(loop.time() + wait):
                    raise self._too_late(operation)
                if wait >= TOLD_FROM_S and bucket.is_slowed(loop.time()):
                    self._tell(operation, wait)
                await self._pause(operation, wait)
            if self._is_over(operation):
                raise Interrupted(f"{operation}: not sent, because the run was interrupted")
            if not self._is_in_time(loop.time()):
                raise self._too_late(operation)
            self._sent += 1
            return bucket.give(operation, loop.time())

    def stop_writing(self) -> None:
        """Gives no permit for a write any more: those who wait for one get Interrupted, and none is sent again."""
        self._writing_is_over.set()

    def throttled(self, permit: Permit, advice: Advice) -> None:
        """Learns that the gateway throttled a call: pauses as long as it says, then goes on at half the rate.

        A limit that the gateway names is kept to for a while, or for the run where its window is long.
        """
        self._buckets[permit.operation].slow_down(permit, asyncio.get_running_loop().time(), advice)

    def passed(self, permit: Permit) -> None:
        """Learns that a call was not throttled."""
        self._buckets[permit.operation].speed_up(permit, asyncio.get_running_loop().time())

    def rate(self, operation: Operation) -> float | None:
        """The present pace in calls a second; None for no limit."""
        return self._buckets[operation].rate

    def attempts(self, operation: Operation) -> Attempts:
        """The attempts of one new call."""
        return Attempts(self, operation)

    async def wait_to_retry(self, operation: Operation, failures: int, advice: Advice) -> bool:
        """Waits before sending a call again that failed `failures` times; False where it must not be, which for a
        write may turn out while it waits.
        """
        allowance = RETRY_ALLOWANCE + int(RETRY_SHARE * (self._sent - self._retries))
        if failures >= MAX_ATTEMPTS or self._retries >= allowance or self._is_over(operation):
            return False
        jitter = self._chance() * min(BACKOFF_LIMIT_S, BACKOFF_BASE_S * 2 ** (failures - 1))
        wait = max(_named_wait_s(advice), jitter)
        if not self._is_in_time(asyncio.get_running_loop().time() + wait):
            return False
        self._retries += 1
        self._tell(operation, wait)
        await self._pause(operation, wait)
        return not self._is_over(operation)

    async def _pause(self, operation: Operation, seconds: float) -> None:
        """Waits; for a write, until writing is over at the latest."""
        if operation not in WRITES:
            await asyncio.sleep(seconds)
            return
        try:
            async with asyncio.timeout(seconds):
                await self._writing_is_over.wait()
        except TimeoutError:
            return

    def _is_over(self, operation: Operation) -> bool:
        return operation in WRITES and self._writing_is_over.is_set()

    def _is_in_time(self, moment: float) -> bool:
        return self._deadline is None or moment < self._deadline

    def _tell(self, operation: Operation, seconds: float) -> None:
        if self._on_wait is not None:
            self._on_wait(operation, seconds)

    @staticmethod
    def _too_late(operation: Operation) -> DeadlinePassed:
        return DeadlinePassed(
            f"{operation}: not sent, because the time for this run is over. Run the command again to go on"
        )


class Attempts:
    """The attempts of one call, the first of which is under way."""

    def __init__(self, throttle: Throttle, operation: Operation) -> None:
        self._throttle = throttle
        self._operation = operation
        self._failures = 0

    async def another(self, advice: Advice) -> bool:
        """Waits until the call may be sent again: as long as the answer said, and at least a random time that
        doubles. False, at once, where its attempts, the run's retries or its time are used up, or writing is over.
        """
        self._failures += 1
        return await self._throttle.wait_to_retry(self._operation, self._failures, advice)


def _named_wait_s(advice: Advice) -> float:
    return max(advice.retry_after_s or 0.0, advice.window_s or 0.0)
