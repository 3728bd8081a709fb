"""Rooms with their jobs, as values and as plain data. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from provisioner.observed import ON_AIR
from provisioner.planning.actions import Upcoming
from provisioner.reports.json_text import timestamp
from provisioner.reports.plan_json import upcoming_json

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class RoomStatus:
    """A room that a manifest declares, that bears the marker, or both. States as the service spells them.

    `started` and `ended` are those of its latest job. What is known of it only while it is on air: `job_id`, and
    `pushed_s`, for how long its picture was pushed by then, which is all that the service tells of the push. `next` is
    what the room's window asks for next.
    """

    key: str
    name: str
    room_id: str | None = None
    room_state: str | None = None
    job_state: str | None = None
    started: datetime | None = None
    ended: datetime | None = None
    managed: bool = False
    declared: bool = False
    job_id: str | None = None
    pushed_s: float | None = None
    next: Upcoming | None = None

    @property
    def on_air(self) -> bool:
        """Whether its latest job is waiting or running."""
        return self.job_state in ON_AIR


def status_json(rooms: Iterable[RoomStatus], *, workspace: str, target: str) -> dict[str, Any]:
    """The document of `status --format json`."""
    return {
        "format_version": FORMAT_VERSION,
        "workspace": workspace,
        "target": target,
        "rooms": [room_json(room) for room in rooms],
    }


def room_json(room: RoomStatus) -> dict[str, Any]:
    """One room of it."""
    return {
        "key": room.key,
        "room_id": room.room_id,
        "room_name": room.name,
        "room_state": room.room_state,
        "job_state": room.job_state,
        "on_air": room.on_air,
        "started": timestamp(room.started) if room.started else None,
        "ended": timestamp(room.ended) if room.ended else None,
        "job_id": room.job_id,
        "pushed_s": room.pushed_s,
        "managed": room.managed,
        "declared": room.declared,
        "next": upcoming_json(room.next) if room.next else None,
    }
