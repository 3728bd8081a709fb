"""Rooms with their jobs, as values and as plain data. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from typing_extensions import TypedDict

from provisioner.observed import ON_AIR
from provisioner.planning.actions import Upcoming
from provisioner.reports.json_text import timestamp
from provisioner.reports.json_types import FORMAT_VERSION, Moment
from provisioner.reports.plan_json import UpcomingJson, upcoming_json


class RoomJson(TypedDict):
    """A room that a manifest declares, that bears the workspace's marker, or both."""

    key: str
    room_id: str | None
    """Its id at the service; null where it was not created yet."""
    room_name: str
    room_state: str | None
    """As the service spells it, such as ENABLE or BLOCKED."""
    job_state: str | None
    """The state of its latest job as the service spells it, such as PROCESSING or SUCCEED; null without a job."""
    on_air: bool
    """Whether that job is waiting or running."""
    started: Moment | None
    ended: Moment | None
    job_id: str | None
    """The job that is on air."""
    pushed_s: float | None
    """For how many seconds its picture was pushed by then; null for a room that is not on air."""
    managed: bool
    """Whether it bears the workspace's marker."""
    declared: bool
    """Whether a manifest declares it."""
    next: UpcomingJson | None
    """What the room's window asks for next."""


class StatusJson(TypedDict):
    """The rooms with their jobs: what `status --format json` prints."""

    format_version: Literal[1]
    workspace: str
    target: str
    rooms: list[RoomJson]
    """In the order of keys."""


class RoomChangeJson(TypedDict):
    """A room that became otherwise: a line of `status --watch --format json`."""

    format_version: Literal[1]
    workspace: str
    target: str
    at: Moment
    """When that was seen."""
    gone: bool
    """Whether the room is not there any more."""
    room: RoomJson


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


def status_json(rooms: Iterable[RoomStatus], *, workspace: str, target: str) -> StatusJson:
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


def change_json(change: Change, at: datetime, *, workspace: str, target: str) -> RoomChangeJson:
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


def room_json(room: RoomStatus) -> RoomJson:
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
