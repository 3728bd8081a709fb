"""`provisioner status`: the rooms of the workspace with their jobs."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from provisioner.commands.reading_steps import list_rooms
from provisioner.commands.session import Connection, Session, connect
from provisioner.errors import UsageError
from provisioner.metastudio.models import SmartLiveJob
from provisioner.observe import jobs_on_air
from provisioner.observed import ObservedRoom, by_key, time_of
from provisioner.planning.due import upcoming
from provisioner.reports.json_text import dumps
from provisioner.reports.status import RoomStatus, status_json
from provisioner.reports.status_text import access_text, status_text
from provisioner.rooms import DeclaredRoom, RoomId


@dataclass(frozen=True, slots=True)
class Look:
    """What there was to be seen at a time of the service. `jobs` are those on air, newest first."""

    rooms: tuple[RoomStatus, ...]
    jobs: Mapping[RoomId, tuple[SmartLiveJob, ...]]
    now: datetime


def status(session: Session, *, form: str = "text", shows_sensitive: bool = False) -> int:
    """Prints every room that is declared or managed, and how its latest job is doing."""
    if shows_sensitive:
        check_eyes(form)
    seen = asyncio.run(_once(session))
    if form == "json":
        listed = status_json(seen.rooms, workspace=session.workspace.name, target=session.target.name)
        session.terminal.out(dumps(listed))
        return 0
    session.terminal.out(status_text(seen.rooms, now=seen.now, **session.terminal.style()))
    if shows_sensitive:
        keys = {room.room_id: room.key for room in seen.rooms}
        text = access_text((keys[room_id], job) for room_id, jobs in seen.jobs.items() for job in jobs)
        session.terminal.out(f"\n{text}" if text else "\nNo job is on air.")
    return 0


def check_eyes(form: str) -> None:
    """Raises UsageError where what is sensitive would go anywhere but to a person's terminal."""
    if form == "json":
        raise UsageError("--show-sensitive is for a person to look at; leave --format json out")
    if not sys.stdout.isatty():
        raise UsageError("--show-sensitive shows secrets on a terminal only, and the output goes elsewhere")


async def look(session: Session, connection: Connection, desired: tuple[DeclaredRoom, ...]) -> Look:
    """Reads the list of rooms, and the jobs of those on air. Raises what the client raises."""
    client = connection.client
    managed = by_key(await list_rooms(session, connection), session.workspace.name)
    on_air = [room.id for found in managed.values() for room in found if room.on_air]
    with session.terminal.progress("reading jobs"):
        jobs = await jobs_on_air(client, on_air)
    now = client.service_time
    declared = {room.key: room for room in desired}
    lines = [
        _line(room, declared.get(key), jobs.get(room.id, ()), now) for key, found in managed.items() for room in found
    ]
    lines += [
        RoomStatus(key=key, name=room.name, declared=True, next=upcoming(room, now, on_air=False))
        for key, room in declared.items()
        if key not in managed
    ]
    return Look(tuple(sorted(lines, key=lambda line: (line.key, line.room_id or ""))), jobs, now)


async def _once(session: Session) -> Look:
    desired = await session.desired(keeps_specs=False)
    async with connect(session) as connection:
        return await look(session, connection, desired)


def _line(
    room: ObservedRoom, declared: DeclaredRoom | None, jobs: tuple[SmartLiveJob, ...], now: datetime
) -> RoomStatus:
    """`jobs` are those on air, as they were read after the list, which may be behind."""
    assert room.marker is not None  # noqa: S101 - it is managed
    last, job = room.job, jobs[0] if jobs else None
    state = job.state if job is not None else None
    started = time_of(job.start_time) if job is not None else None
    return RoomStatus(
        key=room.marker.key,
        name=room.name,
        room_id=room.id,
        room_state=room.room_state,
        job_state=state or (last.state if last else None),
        started=started or (last.started if last else None),
        ended=last.ended if last else None,
        managed=True,
        declared=declared is not None,
        job_id=job.job_id if job is not None else None,
        pushed_s=job.stream_duration if job is not None else None,
        next=upcoming(declared, now, on_air=room.on_air) if declared is not None else None,
    )
