"""Rooms with their jobs, as values and as plain data. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class Change:
    """A room that is otherwise than it was at the last look, or (`is_gone`) is not there any more."""

    room: RoomStatus
    is_gone: bool = False


def changes(before: Iterable[RoomStatus], after: Iterable[RoomStatus]) -> Iterator[Change]:
    """What became otherwise between two looks; that time passes is none of it."""
    was = {(room.key, room.room_id): room for room in before}
    now = {(room.key, room.room_id): room for room in after}
    yield from (
        Change(room) for name, room in now.items() if name not in was or _timeless(was[name]) != _timeless(room)
    )
    # One that was only declared until it was made is not gone.
    keys = {key for key, _ in now}
    left = (room for name, room in was.items() if name not in now)
    yield from (Change(room, is_gone=True) for room in left if room.room_id is not None or room.key not in keys)


def change_json(change: Change, at: datetime, *, workspace: str, target: str) -> dict[str, Any]:
    """A document of `status --watch --format json`."""
    return {
        "format_version": FORMAT_VERSION,
        "workspace": workspace,
        "target": target,
        "at": timestamp(at.replace(microsecond=0)),
        "gone": change.is_gone,
        "room": room_json(change.room),
    }


def _timeless(room: RoomStatus) -> RoomStatus:
    return replace(room, pushed_s=None if room.pushed_s is None else float(room.pushed_s > 0))


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
