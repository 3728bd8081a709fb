"""API → observed rooms: the anchored scan of the list, and single rooms where the list does not answer.

The list has no documented order and changes while it is read. Pages of 100 are therefore taken every 90 rooms,
and the rooms at the end of one page have to appear in the next; if they do not, something moved further than the
overlap and the scan starts again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from provisioner import marker as markers
from provisioner.errors import ServiceError
from provisioner.marker import Marker, MarkerKeys
from provisioner.metastudio.client import MetaStudio
from provisioner.metastudio.errors import NotFound
from provisioner.metastudio.models import SmartLiveJob, SmartLiveRoomBaseInfo
from provisioner.rooms import RoomId, RoomKey

PAGE = 100
OVERLAP = 10
STRIDE = PAGE - OVERLAP
SCANS = 5
MOST_ROOMS = 1_000_000
"""More than any project can hold: a count beyond it is not believed."""
SPARE_PAGES = 20
"""Pages that are read beyond twice what the list says it has."""
CONCURRENT_READS = 16
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

    `marker` is None unless it is genuine (`MarkerKeys`); `forged` tells that one was there and is not.
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

    @property
    def on_air(self) -> bool:
        """Whether a job of it is waiting or running."""
        return self.job is not None and self.job.on_air

    def is_managed_by(self, workspace: str) -> bool:
        """Whether it bears this workspace's marker."""
        return self.marker is not None and self.marker.workspace == workspace


class ListUnsteadyError(ServiceError):
    """The list changed faster than it could be read, or does not end."""


@dataclass(frozen=True, slots=True)
class Seals:
    """What it takes to tell a genuine marker: the project it was made for, and the keys."""

    project_id: str
    keys: MarkerKeys = field(default_factory=MarkerKeys)


async def scan(
    client: MetaStudio,
    seals: Seals,
    *,
    room_name: str | None = None,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> tuple[ObservedRoom, ...]:
    """Every room of the project, or those whose name contains `room_name`, each once, as the list has them.

    `progress` hears how many rooms of how many were seen. Raises ListUnsteadyError, or what the client raises.
    """
    for _ in range(SCANS):
        pages = await _pages(client, room_name, progress)
        if pages is not None:
            rooms = {room.room_id: room for page in pages for room in page}
            return tuple(observed(room, seals) for room in rooms.values())
    raise ListUnsteadyError(
        f"the list of rooms changed during each of {SCANS} scans, so rooms may have been missed; "
        "try again when nobody else is creating or deleting many rooms"
    )


async def read(
    client: MetaStudio,
    rooms: Iterable[ObservedRoom],
    seals: Seals,
    *,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> tuple[ObservedRoom, ...]:
    """The given rooms with their bodies; one that is gone by now is left out."""
    wanted = tuple(rooms)
    done = 0
    slots = asyncio.Semaphore(CONCURRENT_READS)

    async def one(room: ObservedRoom) -> ObservedRoom | None:
        nonlocal done
        async with slots:
            found = await read_one(client, room.id, seals, job=room.job)
        done += 1
        progress(done, len(wanted))
        return found

    return tuple(room for room in await _all(one(room) for room in wanted) if room is not None)


async def read_one(
    client: MetaStudio, room_id: RoomId, seals: Seals, *, job: LastJob | None = None
) -> ObservedRoom | None:
    """One room with its body, or None when it does not exist. `job` carries over what the list said of its job."""
    try:
        shown = await client.show_room(room_id)
    except NotFound:
        return None
    base = SmartLiveRoomBaseInfo.model_validate(shown.body | {"room_id": room_id})
    room = observed(base, seals)
    return ObservedRoom(
        id=room.id,
        name=room.name,
        marker=room.marker,
        user_data=room.user_data,
        created=room.created,
        updated=room.updated,
        room_type=room.room_type,
        room_state=room.room_state,
        job=job,
        forged=room.forged,
        body=shown.body,
        read_at=shown.date,
    )


def observed(room: SmartLiveRoomBaseInfo, seals: Seals) -> ObservedRoom:
    """A list entry as an observed room. A marker that fails its seal counts as the user's data."""
    data = markers.read(room.priv_data)
    genuine = data.marker is not None and data.marker.is_genuine(seals.project_id, seals.keys)
    state = room.last_job_status
    job = LastJob(state, time_of(room.last_job_start_time), time_of(room.last_job_end_time)) if state else None
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


async def jobs_since(client: MetaStudio, room_id: RoomId, since: datetime) -> tuple[SmartLiveJob, ...]:
    """The room's jobs that were created at or after a moment, newest first."""
    page = await client.list_room_jobs(room_id, create_since=markers.format_time(since))
    moment = markers.format_time(since)
    return tuple(job for job in page.jobs if job.create_time is None or job.create_time >= moment)


async def _pages(
    client: MetaStudio, room_name: str | None, progress: Callable[[int, int], None]
) -> list[Sequence[SmartLiveRoomBaseInfo]] | None:
    """All pages of one scan, or None when two neighbours do not meet."""
    seen = 0

    async def fetch(offset: int) -> Sequence[SmartLiveRoomBaseInfo]:
        nonlocal seen
        page = await client.list_rooms(offset=offset, limit=PAGE, room_name=room_name)
        seen = max(seen, min(page.count, offset + len(page.rooms)))
        progress(seen, max(page.count, seen))
        totals.append(page.count)
        return page.rooms

    totals: list[int] = []
    pages = [await fetch(0)]
    known = {room.room_id for room in pages[0]}
    while len(pages[-1]) >= PAGE:
        missing = max(totals) - OVERLAP - STRIDE * len(pages)
        wave = range(len(pages), len(pages) + max(1, min(CONCURRENT_READS, -(-missing // STRIDE))))
        pages += await _all(fetch(STRIDE * number) for number in wave)
        before = len(known)
        known.update(room.room_id for number in wave for room in pages[number])
        # A list that repeats itself, or that goes on far beyond its own count, would be read for ever.
        if len(known) == before and pages[-1]:
            break
        if len(pages) > min(2 * max(totals), MOST_ROOMS) // STRIDE + SPARE_PAGES:
            return None
    has_ended = len(pages[-1]) < PAGE
    # Of a filtered list nobody says that its count is filtered too.
    is_short = room_name is None and _falls_short(len(known), totals)
    return pages if has_ended and not is_short and all(_meet(a, b) for a, b in pairwise(pages)) else None


def _falls_short(seen: int, totals: Sequence[int]) -> bool:
    """Whether fewer rooms were seen than the list had at any time of the scan."""
    return seen < min(*totals, MOST_ROOMS)


def _meet(page: Sequence[SmartLiveRoomBaseInfo], following: Sequence[SmartLiveRoomBaseInfo]) -> bool:
    """Whether most of the rooms that end a page are in the next. A short page is the last: nothing follows it."""
    if len(page) < PAGE:
        return not [room for room in following if room.room_id not in {other.room_id for other in page}]
    tail = {room.room_id for room in page[-OVERLAP:]}
    return len(tail & {room.room_id for room in following}) > OVERLAP // 2


async def _all(work: Iterable[Any]) -> list[Any]:
    """Results in order; the first failure cancels the rest and is raised as itself."""
    tasks = [asyncio.ensure_future(item) for item in work]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()


def time_of(text: str | None) -> datetime | None:
    """A time of the service, or None where it is absent or unreadable."""
    try:
        return markers.parse_time(text) if text else None
    except ValueError:
        return None
