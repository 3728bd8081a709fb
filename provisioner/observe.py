"""API → observed rooms: the list of all, single rooms where the list does not answer, and their jobs."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING

from provisioner import marker as markers
from provisioner.metastudio.errors import CallError, DeadlinePassed, NotFound
from provisioner.metastudio.models import SmartLiveJob, SmartLiveRoomBaseInfo
from provisioner.observed import ON_AIR, LastJob, ObservedRoom, Seals, listed, observed, time_of
from provisioner.paging import AT_ONCE, PAGE, STRIDE, ListUnsteadyError, all_of, is_endless, read_list
from provisioner.rooms import RoomId

if TYPE_CHECKING:  # commands import it while children work
    from provisioner.metastudio.client import MetaStudio

MOST_JOB_PAGES = 100
"""Of jobs that are looked through for those of one name, since the service's filter matches parts of names."""


@dataclass(frozen=True, slots=True)
class Service:
    """The service as the source of a plan (`provisioner.survey.Source`). Methods raise what the client raises."""

    client: MetaStudio
    seals: Seals

    async def read(
        self, rooms: Iterable[ObservedRoom], *, progress: Callable[[int, int], None] = lambda *_: None
    ) -> tuple[ObservedRoom, ...]:
        """As `read`."""
        return await read(self.client, rooms, self.seals, progress=progress)

    async def jobs_since(self, rooms: Iterable[tuple[RoomId, datetime]]) -> dict[RoomId, tuple[SmartLiveJob, ...]]:
        """As `jobs_of`."""
        return await jobs_of(self.client, rooms)

    async def jobs_named(self, name: str, since: datetime | None) -> tuple[SmartLiveJob, ...]:
        """As `jobs_named`."""
        return await jobs_named(self.client, name, since)

    async def rooms_on_air(self) -> dict[RoomId, LastJob]:
        """As `rooms_on_air`."""
        return await rooms_on_air(self.client)

    async def risks_of(self, rooms: Iterable[RoomId]) -> dict[RoomId, tuple[str, ...] | None]:
        """As `risks_of`."""
        return await risks_of(self.client, rooms)


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
    seen = 0

    async def page_at(offset: int) -> tuple[Sequence[SmartLiveRoomBaseInfo], int]:
        nonlocal seen
        page = await client.list_rooms(offset=offset, limit=PAGE, room_name=room_name)
        seen = max(seen, min(page.count, offset + len(page.rooms)))
        progress(seen, max(page.count, seen))
        return page.rooms, page.count

    rooms = await read_list(page_at, attrgetter("room_id"), what="rooms", is_counted=room_name is None)
    return tuple(listed(room, seals) for room in rooms)


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
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(room: ObservedRoom) -> ObservedRoom | None:
        nonlocal done
        async with slots:
            found = await read_one(client, room.id, seals, job=room.job)
        done += 1
        progress(done, len(wanted))
        return found

    return tuple(room for room in await all_of(one(room) for room in wanted) if room is not None)


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
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(room_id: RoomId, since: datetime) -> tuple[RoomId, tuple[SmartLiveJob, ...]]:
        async with slots:
            return room_id, await jobs_since(client, room_id, since)

    return dict(await all_of(one(room_id, since) for room_id, since in rooms))


async def jobs_on_air(client: MetaStudio, rooms: Iterable[RoomId]) -> dict[RoomId, tuple[SmartLiveJob, ...]]:
    """The jobs that are on air in each of the rooms, newest first; one call a room. A room may be gone by now."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(room_id: RoomId) -> tuple[RoomId, tuple[SmartLiveJob, ...]]:
        async with slots:
            try:
                page = await client.list_room_jobs(room_id, states=sorted(ON_AIR))
            except NotFound:
                return room_id, ()
            return room_id, tuple(page.jobs)

    return dict(await all_of(one(room_id) for room_id in rooms))


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
        if is_endless(number, page.count):
            break
    raise ListUnsteadyError("the list of jobs on air does not end; try again")


async def risks_of(client: MetaStudio, rooms: Iterable[RoomId]) -> dict[RoomId, tuple[str, ...] | None]:
    """What the service warns of before rooms go on air; None where it does not say, since that is advice."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(room_id: RoomId) -> tuple[RoomId, tuple[str, ...] | None]:
        async with slots:
            try:
                return room_id, await client.live_warnings(room_id)
            except DeadlinePassed:
                raise
            except CallError:
                return room_id, None

    return dict(await all_of(one(room_id) for room_id in rooms))


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
