"""Planning, as `plan` and `apply` both do it: beside the service, or from a snapshot."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from provisioner.clock import system_now
from provisioner.commands.base import Base, Look, beside_base, read_base
from provisioner.commands.library import library_for
from provisioner.commands.reading_steps import Listed, Resolved, read_rooms, with_ids_of
from provisioner.commands.session import Connection, Session
from provisioner.errors import UsageError
from provisioner.git import commit_of
from provisioner.library.names import Library, with_ids
from provisioner.observe import Service
from provisioner.observed import ObservedRoom
from provisioner.planning.actions import NoOp, Plan, Taken
from provisioner.planning.asset_ids import names_of
from provisioner.planning.offline import as_offline
from provisioner.planning.refresh import Refresh
from provisioner.planning.room_actions import Knowledge
from provisioner.planning.scope import Scope
from provisioner.planning.secrecy import secret_fields_of
from provisioner.planning.shards import Shard
from provisioner.rooms import DeclaredRoom, RoomKey
from provisioner.sightings import seen
from provisioner.survey import Remembers, Surveyed, survey

if TYPE_CHECKING:
    from provisioner.snapshots.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command line says of a plan."""

    keys: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    shard: Shard | None = None
    refresh: Refresh = Refresh.AUTO
    prune: bool = False
    at: datetime | None = None
    base: str | None = None


def scope_of(
    session: Session, asked: Asked, desired: tuple[DeclaredRoom, ...], project_id: str, now: datetime
) -> Scope:
    """The scope of a plan. Raises UsageError for a key that no manifest declares, unless `--prune` may mean it."""
    unknown = set(asked.keys) - {room.key for room in desired}
    if unknown and not asked.prune:
        raise UsageError(f"no manifest declares {', '.join(sorted(unknown))}; provisioner render lists the rooms")
    return Scope(
        workspace=session.workspace.name,
        target=session.target.name,
        project_id=project_id,
        declared=desired,
        moment=now if asked.at is None else asked.at,
        is_rehearsal=asked.at is not None,
        selection=asked.keys,
        labels=asked.labels,
        shard=asked.shard,
        prune=asked.prune,
        commit=commit_of(session.workspace.root),
        moved=session.workspace.moved,
    )


async def plan_for(
    session: Session, manifests: Resolved, listed: Listed, asked: Asked, *, now: datetime | None = None
) -> Plan:
    """Reads what the list does not tell, and plans. Raises what the client raises."""
    connection = listed.connection
    # Windows go by the service's clock, as its jobs do; that of the embedded one can be moved.
    moment = connection.client.service_time
    scope = scope_of(session, asked, manifests.rooms, connection.seals.project_id, moment)
    knowledge = Knowledge(
        refresh=asked.refresh,
        trusts_marker=not connection.is_local,
        sightings=connection.sightings.load(),
        secrets=manifests.secrets.values,
        marker_keys=connection.seals.keys,
    )
    service = Service(connection.client, connection.seals)
    created = now or system_now()
    base = await _base(session, asked.base, manifests.library, connection) if asked.base is not None else None
    with session.terminal.progress("reading rooms") as bar:
        async with session.crew() as crew:

            def look(scope: Scope, memory: Remembers | None) -> Awaitable[Surveyed]:
                return survey(
                    service,
                    scope,
                    knowledge,
                    listed.rooms,
                    created=created,
                    memory=memory,
                    crew=crew,
                    progress=lambda done, total: bar(done, total, ""),
                )

            memory = connection.sightings if asked.refresh is Refresh.AUTO else None
            surveyed = await _surveyed(look, scope, base, memory)
    _remember(connection, manifests.rooms, surveyed)
    return _with_names(surveyed.plan, manifests.library)


async def plan_offline(session: Session, asked: Asked, snapshot: Snapshot, digest: str) -> Plan:
    """Plans from a snapshot: the service is asked nothing, and no secret is needed. Raises RefusedError for one that is
    not of this target.
    """
    from provisioner.snapshots.file import check_snapshot
    from provisioner.snapshots.snapshot import Remembered

    created = system_now()
    check_snapshot(
        snapshot,
        workspace=session.workspace.name,
        target=session.target.name,
        endpoint=session.target.endpoint,
        project_id=session.known_project,
        now=created,
    )
    library = Library(snapshot.assets)
    desired = with_ids_of(session, await read_rooms(session), library)
    scope = scope_of(session, asked, desired, snapshot.project_id, snapshot.moment)
    knowledge = Knowledge(
        refresh=asked.refresh, trusts_marker=not session.is_local, sightings=snapshot.sightings, secrets=None
    )
    source = Remembered(snapshot)
    base = await _base(session, asked.base, library, None) if asked.base is not None else None
    async with session.crew() as crew:

        def look(scope: Scope, memory: Remembers | None) -> Awaitable[Surveyed]:
            return survey(source, scope, knowledge, snapshot.listed, created=created, memory=memory, crew=crew)

        surveyed = await _surveyed(look, scope, base, None)
    return _with_names(as_offline(surveyed.plan, scope, Taken(snapshot.taken, digest)), library)


async def _surveyed(look: Look, scope: Scope, base: Base | None, memory: Remembers | None) -> Surveyed:
    """What there is to do, beside a base where there is one."""
    surveyed = await look(scope, memory)
    if base is None:
        return surveyed
    return replace(surveyed, plan=await beside_base(base, scope, surveyed, memory, look))


async def _base(session: Session, ref: str, library: Library, connection: Connection | None) -> Base:
    """The rooms of another revision, with the ids that their names stand for now; a name of nothing stays a name."""
    base = await read_base(session, ref)
    if connection is not None:
        library = await library_for(session, connection, base.rooms, library)
    return replace(base, rooms=with_ids(base.rooms, library, needed=()).rooms)


def _with_names(plan: Plan, library: Library) -> Plan:
    """The plan with the names of the assets of which its changes speak."""
    return replace(plan, assets=names_of(plan.changes, library.names)) if library.assets else plan


def _remember(connection: Connection, desired: tuple[DeclaredRoom, ...], surveyed: Surveyed) -> None:
    """Keeps the rooms that were read, and which of them are as their manifests say."""
    if not surveyed.read:
        return
    hashes = {room.key: room.spec_hash for room in desired}
    secret = secret_fields_of(desired)
    changed = {action.room_id for action in surveyed.plan.actions if not isinstance(action, NoOp) and action.changes}
    connection.sightings.keep(
        one
        for room in surveyed.read
        for one in seen(room, _found_right(room, hashes) if room.id not in changed else "", secret=secret(room))
    )


def _found_right(room: ObservedRoom, hashes: Mapping[RoomKey, str]) -> str:
    """The hash of the room's manifest, where the room was last written by it."""
    marker = room.marker
    return marker.spec_hash if marker is not None and marker.spec_hash == hashes.get(marker.key) else ""
