"""The wall clock as a value that can be replaced. Waiting goes through asyncio, so a loop with a clock of its
own moves both.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

Now: TypeAlias = Callable[[], datetime]
"""Returns the present moment, in UTC."""


def system_now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)
