"""Guard rails: how much a plan may change before a person has to decide. Values only; `planning.guards` judges."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guards:
    """Beyond these a plan is refused until a person decides. None is no limit.

    `max_changes_percent` of the managed rooms may change or go, once there are `min_rooms` of them.
    """

    max_changes_percent: int = 30
    min_rooms: int = 10
    max_deletes: int | None = 5
    max_creates: int | None = None
