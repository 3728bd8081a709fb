"""`provisioner status`: the rooms of the workspace with their jobs."""

from __future__ import annotations

import asyncio
from datetime import datetime

from provisioner.commands.session import Session, connect
from provisioner.observe import scan
from provisioner.observed import ObservedRoom, by_key
from provisioner.reports.json_text import dumps
from provisioner.reports.status import RoomStatus, status_json
from provisioner.reports.status_text import status_text
from provisioner.rooms import DeclaredRoom


def status(session: Session, *, form: str = "text") -> int:
    """Prints every room that is declared or managed, and how its latest job is doing."""
    desired, rooms, now = asyncio.run(_observe(session))
    lines = _lines(desired, rooms, session.workspace.name)
    if form == "json":
        listed = status_json(lines, workspace=session.workspace.name, target=session.target.name)
        session.terminal.out(dumps(listed))
    else:
        session.terminal.out(status_text(lines, now=now, **session.terminal.style()))
    return 0


async def _observe(
    session: Session,
) -> tuple[tuple[DeclaredRoom, ...], tuple[ObservedRoom, ...], datetime]:
    desired = await session.desired(keeps_specs=False)
    async with connect(session) as connection:
        with session.terminal.progress("reading the list of rooms") as bar:
            rooms = await scan(connection.client, connection.seals, progress=lambda done, total: bar(done, total, ""))
        return desired, rooms, connection.client.service_time


def _lines(desired: tuple[DeclaredRoom, ...], rooms: tuple[ObservedRoom, ...], workspace: str) -> list[RoomStatus]:
    managed = by_key(rooms, workspace)
    declared = {room.key: room for room in desired}
    lines = [_line(key, room, declared=key in declared) for key, found in managed.items() for room in found]
    lines += [
        RoomStatus(key=key, name=room.name, declared=True) for key, room in declared.items() if key not in managed
    ]
    return sorted(lines, key=lambda line: (line.key, line.room_id or ""))


def _line(key: str, room: ObservedRoom, *, declared: bool) -> RoomStatus:
    job = room.job
    return RoomStatus(
        key=key,
        name=room.name,
        room_id=room.id,
        room_state=room.room_state,
        job_state=job.state if job else None,
        started=job.started if job else None,
        ended=job.ended if job else None,
        managed=True,
        declared=declared,
    )
