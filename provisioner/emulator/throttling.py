"""Limits of calls: so many of an operation in any stretch of so many seconds, else 429 `APIGW.0308`.

Each operation has a window of its own, as at the service. The windows slide and live in the process that
serves; refused calls do not count.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from provisioner.emulator.answers import throttled
from provisioner.emulator.operations import Operation


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `calls` in any `window_s` seconds."""

    calls: int
    window_s: float = 1.0

    @classmethod
    def per_second(cls, rate: float) -> Limit:
        """Calls a second, as a target's `limits` give them; less than one is one in a longer window."""
        return cls(round(rate)) if rate >= 1 else cls(1, 1 / rate)

    def __str__(self) -> str:
        whole_minutes = self.window_s >= 60 and self.window_s % 60 == 0
        window = f"{self.window_s / 60:.0f} minute" if whole_minutes else f"{self.window_s:g} second"
        return f"limit:{self.calls},time:{window}"


Limits: TypeAlias = Mapping[str, "float | Limit | None"]
"""By operation (`create_room`) or by class (`create`, `list`, `show`, …); a number is calls a second."""


class Throttle:
    """Counts the calls of each operation. Without a limit for it, an operation is not counted."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits: dict[str, Limit] = {}
        self._calls: defaultdict[Operation, deque[int]] = defaultdict(deque)
        for name, limit in (limits or {}).items():
            self.set(name, limit)

    def set(self, name: str, limit: float | Limit | None) -> None:
        """Sets or (None) lifts the limit of an operation or of a class of them; forgets what was counted."""
        self._calls.clear()
        if limit is None:
            self._limits.pop(name, None)
        else:
            self._limits[name] = limit if isinstance(limit, Limit) else Limit.per_second(limit)

    def pass_or_refuse(self, operation: Operation, now_ms: int) -> None:
        """Counts one call. Raises Refusal where it is one too many."""
        limit = self._limits.get(operation.value) or self._limits.get(operation.limit_class)
        if limit is None:
            return
        calls = self._calls[operation]
        while calls and calls[0] <= now_ms - limit.window_s * 1_000:
            calls.popleft()
        if len(calls) >= limit.calls:
            raise throttled(str(limit))
        calls.append(now_ms)
