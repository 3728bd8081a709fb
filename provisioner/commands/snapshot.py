"""`provisioner snapshot`: what is observed, without secrets, for offline plans."""

from __future__ import annotations

import asyncio
from pathlib import Path

from provisioner.clock import system_now
from provisioner.commands.reading_steps import listed_after, read_manifests
from provisioner.commands.session import Session
from provisioner.files import write_whole
from provisioner.observe import Service
from provisioner.planning.secrecy import secret_fields_of
from provisioner.planning.words import counted
from provisioner.reports.done_json import written_json
from provisioner.reports.json_text import dumps
from provisioner.sightings import seen
from provisioner.snapshots.file import to_text
from provisioner.snapshots.snapshot import Snapshot
from provisioner.snapshots.taking import Taking, take


def snapshot(session: Session, output: Path, *, form: str = "text") -> int:
    """Writes a snapshot of the target, whole or not at all. Raises what reading manifests and rooms raises."""
    taken = asyncio.run(_take(session))
    write_whole(output, to_text(taken))
    read = sum(room.body is not None for room in taken.rooms)
    session.terminal.say(
        f"Saved {counted(len(taken.rooms), 'room')} as {output}, {read:,} of them with what they say; "
        f"plan from it with: provisioner plan --snapshot {output}"
    )
    if form == "json":
        session.terminal.out(dumps(written_json([str(output)])))
    return 0


async def _take(session: Session) -> Snapshot:
    manifests = await read_manifests(session)
    async with listed_after(session, manifests, needed=()) as (resolved, listed):
        connection = listed.connection
        taking = Taking(
            workspace=session.workspace.name,
            target=session.target,
            project_id=connection.seals.project_id,
            declared=resolved.rooms,
            sightings=connection.sightings.load(),
            known=manifests.secrets.values,
            conceal=manifests.secrets.conceal,
            assets=resolved.library.assets,
        )
        secret = secret_fields_of(manifests.rooms)
        with session.terminal.progress("reading rooms") as bar:
            taken, shown = await take(
                Service(connection.client, connection.seals),
                taking,
                listed.rooms,
                moment=connection.client.service_time,
                taken=system_now(),
                memory=connection.sightings,
                progress=lambda done, total: bar(done, total, ""),
            )
        connection.sightings.keep(one for room in shown for one in seen(room, secret=secret(room)))
        return taken
