"""The service's clock, estimated from the `Date` of its answers.

`Date` has whole seconds, so one answer tells the difference between the two clocks only to within a second and
the time the call took. Every answer narrows that down; one that contradicts the others means that this
machine's clock was set, and starts afresh.
"""

from __future__ import annotations

from datetime import datetime, timedelta

_RESOLUTION = timedelta(seconds=1)


class ServiceClock:
    """Holds the interval in which the difference (service minus machine) must lie."""

    def __init__(self) -> None:
        self._bounds: tuple[timedelta, timedelta] | None = None

    @property
    def offset(self) -> timedelta:
        """The best estimate of service minus machine; zero before the first answer."""
        if self._bounds is None:
            return timedelta()
        low, high = self._bounds
        return low + (high - low) / 2

    def observe(self, date: datetime, sent: datetime, received: datetime) -> None:
        """Learns from one answer: its `Date`, and this machine's clock before and after the call."""
        low, high = date - received, date + _RESOLUTION - sent
        if low > high:  # the machine's clock was set back during the call
            return
        if self._bounds is not None:
            known_low, known_high = self._bounds
            if low <= known_high and known_low <= high:
                low, high = max(low, known_low), min(high, known_high)
        self._bounds = (low, high)
