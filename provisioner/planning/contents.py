"""What a room says before and after a plan, and when it is on air: for reports that show the room. Values, pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from provisioner.windows import Occurrence


@dataclass(frozen=True, slots=True)
class Air:
    """When a room is on air: its latest job, as the service spells its state, and its windows in the days ahead.

    `timezone` is where the windows' local times are those of clocks; None for a room without a window.
    """

    job: str | None = None
    started: datetime | None = None
    ended: datetime | None = None
    windows: tuple[Occurrence, ...] = ()
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class RoomContent:
    """A room before and after the plan: bodies with the API's field names and without a secret.

    A body is None where there is no room, where it was not read, and where nothing is written to it. `labels` are those
    of its manifest.
    """

    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    air: Air = Air()
    labels: Mapping[str, str] = field(default_factory=dict)
