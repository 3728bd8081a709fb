"""API → observed rooms: the anchored scan of the list, and single rooms where the list does not answer.

The list has no documented order and changes while it is read. Pages of 100 are therefore taken every 90 rooms,
and the rooms at the end of one page have to appear in the next; if they do not, something moved further than the
overlap and the scan starts again.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from provisioner import marker as markers
from provisioner.errors import ServiceError
from provisioner.metastudio.errors import CallError, DeadlinePassed, NotFound
from provisioner.metastudio.models import SmartLiveJob, SmartLiveRoomBaseInfo
from provisioner.observed import ON_AIR, LastJob, ObservedRoom, Seals, listed, observed, time_of
from provisioner.rooms import RoomId

if TYPE_CHECKING:  # commands import it while children work
    from provisioner.metastudio.client import MetaStudio

PAGE = 100
OVERLAP = 10
STRIDE = PAGE - OVERLAP
SCANS = 5
MOST_ROOMS = 1_000_000
"""More than any project can hold: a count beyond it is not believed."""
SPARE_PAGES = 20
"""Pages that are read beyond twice what the list says it has."""
MOST_JOB_PAGES = 100
"""Of jobs that are looked through for those of one name, since the service's filter matches parts of names."""
CONCURRENT_READS = 16


class ListUnsteadyError(ServiceError):
    """The list changed faster than it could be read, or does not end."""


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
            return tuple(listed(room, seals) for room in rooms.values())
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
    room = observed(shown.room, seals, job)
    return replace(room, body=shown.body, read_at=shown.date)


async def jobs_since(client: MetaStudio, room_id: RoomId, moment: datetime) -> tuple[SmartLiveJob, ...]:
    """The room's jobs that were created at or after a moment, newest first."""
    page = await client.list_room_jobs(room_id, create_since=markers.format_time(moment))
    return since(page.jobs, moment)


def since(jobs: Iterable[SmartLiveJob], moment: datetime) -> tuple[SmartLiveJob, ...]:
    """Those that were created at or after a moment, to the second, or at an unknown time."""
    earliest = markers.format_time(moment)
    return tuple(job for job in jobs if job.create_time is None or job.create_time >= earliest)


async def jobs_of(
    client: MetaStudio, rooms: Iterable[tuple[RoomId, datetime]]
) -> dict[RoomId, tuple[SmartLiveJob, ...]]:
    """`jobs_since` for several rooms, each with its own moment."""
    slots = asyncio.Semaphore(CONCURRENT_READS)

    async def one(room_id: RoomId, since: datetime) -> tuple[RoomId, tuple[SmartLiveJob, ...]]:
        async with slots:
            return room_id, await jobs_since(client, room_id, since)

    return dict(await _all(one(room_id, since) for room_id, since in rooms))


async def jobs_on_air(client: MetaStudio, rooms: Iterable[RoomId]) -> dict[RoomId, tuple[SmartLiveJob, ...]]:
    """The jobs that are on air in each of the rooms, newest first; one call a room. A room may be gone by now."""
    slots = asyncio.Semaphore(CONCURRENT_READS)

    async def one(room_id: RoomId) -> tuple[RoomId, tuple[SmartLiveJob, ...]]:
        async with slots:
            try:
                page = await client.list_room_jobs(room_id, states=sorted(ON_AIR))
            except NotFound:
                return room_id, ()
            return room_id, tuple(page.jobs)

    return dict(await _all(one(room_id) for room_id in rooms))


async def rooms_on_air(client: MetaStudio) -> dict[RoomId, LastJob]:
    """The rooms that have a job on air, each with its newest, by the list of all jobs.

    Pages overlap, so that of jobs that end meanwhile a few hide no others. Raises ListUnsteadyError where the list does
    not end.
    """
    found: dict[RoomId, LastJob] = {}
    seen: set[str] = set()
    for number in itertools.count():
        page = await client.list_jobs(states=sorted(ON_AIR), offset=STRIDE * number, limit=PAGE)
        new = [job for job in page.jobs if job.job_id not in seen]
        seen.update(job.job_id for job in new)
        for job in new:
            if job.room_id is not None and job.state in ON_AIR:
                found.setdefault(RoomId(job.room_id), LastJob(job.state, time_of(job.start_time)))
        if len(page.jobs) < PAGE or not new:
            return found
        if number > 2 * min(page.count, MOST_ROOMS) // STRIDE + SPARE_PAGES:
            break
    raise ListUnsteadyError("the list of jobs on air does not end; try again")


async def risks_of(client: MetaStudio, rooms: Iterable[RoomId]) -> dict[RoomId, tuple[str, ...] | None]:
    """What the service warns of before rooms go on air; None where it does not say, since that is advice."""
    slots = asyncio.Semaphore(CONCURRENT_READS)

    async def one(room_id: RoomId) -> tuple[RoomId, tuple[str, ...] | None]:
        async with slots:
            try:
                return room_id, await client.live_warnings(room_id)
            except DeadlinePassed:
                raise
            except CallError:
                return room_id, None

    return dict(await _all(one(room_id) for room_id in rooms))


async def jobs_named(client: MetaStudio, name: str, since: datetime | None) -> tuple[SmartLiveJob, ...]:
    """The jobs of rooms of exactly this name, newest first, whether their rooms are still there or not.

    That the service keeps jobs longer than their rooms is assumed; for how long is unknown.
    Raises ListUnsteadyError where the list does not end.
    """
    moment = markers.format_time(since) if since is not None else None
    found: list[SmartLiveJob] = []
    for number in range(MOST_JOB_PAGES):
        page = await client.list_jobs(room_name=name, create_since=moment, offset=PAGE * number, limit=PAGE)
        found += [job for job in page.jobs if job.room_name == name]
        if len(page.jobs) < PAGE:
            return tuple(found)
    raise ListUnsteadyError(
        f"more than {MOST_JOB_PAGES * PAGE:,} jobs have the room_name of a TEMP room in theirs, "
        "too many to look through; give it a rarer one"
    )


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
