"""The nouns of what the service has: an observed room and its latest job. Values only, pure.

How they are read is `provisioner.observe`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from provisioner import marker as markers
from provisioner.marker import Marker, MarkerKeys
from provisioner.metastudio.models import SmartLiveRoomBaseInfo
from provisioner.metastudio.models.answers import RoomAnswer
from provisioner.rooms import RoomId, RoomKey

ON_AIR = frozenset({"WAITING", "PROCESSING"})
"""States of a job that is not over (api.md, "Quirks")."""


@dataclass(frozen=True, slots=True)
class LastJob:
    """What the list says of a room's latest job. `state` as the service spells it."""

    state: str
    started: datetime | None = None
    ended: datetime | None = None

    @property
    def on_air(self) -> bool:
        """Whether it is waiting or running."""
        return self.state in ON_AIR


@dataclass(frozen=True, slots=True)
class ObservedRoom:
    """A room as the service answered. `body` is None until the room itself was read.

    `marker` is None unless it is genuine (`MarkerKeys`); `forged` tells that one was there and is not. A body that
    `is_masked` lacks the proofs of its addresses too (`comparing.shareable`).
    """

    id: RoomId
    name: str
    marker: Marker | None
    user_data: str
    created: datetime | None
    updated: datetime | None
    room_type: str = "NORMAL"
    room_state: str = "ENABLE"
    job: LastJob | None = None
    forged: bool = False
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    read_at: datetime | None = None
    is_masked: bool = False

    @property
    def on_air(self) -> bool:
        """Whether a job of it is waiting or running."""
        return self.job is not None and self.job.on_air

    @property
    def spec(self) -> dict[str, Any] | None:
        """The body as a manifest would say it: in `priv_data` what is the users'. None until the room was read."""
        return None if self.body is None else {**self.body, "priv_data": self.user_data}


@dataclass(frozen=True, slots=True)
class Seals:
    """What it takes to tell a genuine marker: the project it was made for, and the keys."""

    project_id: str
    keys: MarkerKeys = field(default_factory=MarkerKeys)


def listed(room: SmartLiveRoomBaseInfo, seals: Seals) -> ObservedRoom:
    """A list entry as an observed room."""
    state = room.last_job_status
    job = LastJob(state, time_of(room.last_job_start_time), time_of(room.last_job_end_time)) if state else None
    return observed(room, seals, job)


def observed(room: RoomAnswer, seals: Seals, job: LastJob | None) -> ObservedRoom:
    """What an answer says of a room. A marker that fails its seal counts as absent, its user data as theirs."""
    data = markers.read(room.priv_data)
    genuine = data.marker is not None and data.marker.is_genuine(seals.project_id, seals.keys)
    return ObservedRoom(
        id=RoomId(room.room_id),
        name=room.room_name or "",
        marker=data.marker if genuine else None,
        user_data=data.user,
        created=time_of(room.create_time),
        updated=time_of(room.update_time),
        room_type=room.room_type or "NORMAL",
        room_state=room.room_state or "ENABLE",
        job=job,
        forged=data.marker is not None and not genuine,
    )


def by_key(rooms: Iterable[ObservedRoom], workspace: str) -> dict[RoomKey, list[ObservedRoom]]:
    """The managed rooms of a workspace by key; more than one under a key means twins."""
    found: dict[RoomKey, list[ObservedRoom]] = {}
    for room in rooms:
        if room.marker is not None and room.marker.workspace == workspace:
            found.setdefault(room.marker.key, []).append(room)
    return found


def time_of(text: str | None) -> datetime | None:
    """A time of the service, or None where it is absent or unreadable."""
    try:
        return markers.parse_time(text) if text else None
    except ValueError:
        return None
