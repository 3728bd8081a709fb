"""Observing and planning, as `plan` and `apply` both do it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from provisioner.clock import system_now
from provisioner.commands.base import Base, beside_base, read_base
from provisioner.commands.library import library_for
from provisioner.commands.session import Connection, Session, connect
from provisioner.diagnostics import has_errors
from provisioner.errors import FindingsError, ProvisionerError, UsageError
from provisioner.git import commit_of
from provisioner.library.names import Library, with_ids
from provisioner.metastudio.errors import CallError
from provisioner.observe import Service, scan
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
from provisioner.secret_store import SecretStore
from provisioner.sightings import seen
from provisioner.survey import survey

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


@dataclass(frozen=True, slots=True)
class Manifests:
    """What the manifests say, and the secrets that they name. Assets are names in them."""

    rooms: tuple[DeclaredRoom, ...]
    secrets: SecretStore


@dataclass(frozen=True, slots=True)
class Resolved:
    """The same with ids of assets, and the library in which they were found; it is empty where nothing was named."""

    rooms: tuple[DeclaredRoom, ...]
    secrets: SecretStore
    library: Library


@dataclass(frozen=True, slots=True)
class Listed:
    """The list of rooms, and the connection that it came by."""

    connection: Connection
    rooms: tuple[ObservedRoom, ...]


async def read_manifests(session: Session) -> Manifests:
    """Raises FindingsError for what is wrong with them."""
    with session.terminal.progress("reading the manifests") as bar:
        return await _manifests(session, _Told(bar))


@asynccontextmanager
async def listed_after(
    session: Session,
    manifests: Manifests,
    *,
    deadline_s: float | None = None,
    needed: Collection[RoomKey] | None = None,
) -> AsyncIterator[tuple[Resolved, Listed]]:
    """Reads the list of rooms and the assets that are named, and keeps the connection open.

    Raises FindingsError for names of no asset or of several in the rooms that are `needed` (None for all), and what
    the client raises.
    """
    async with connect(session, deadline_s=deadline_s) as connection:
        connection.concealed.secrets = manifests.secrets
        with session.terminal.progress("reading the list of rooms") as bar:
            rooms = await _list(connection, _Told(bar, documents=len(manifests.rooms)))
        yield await _resolved(session, manifests, connection, needed), Listed(connection, rooms)


@asynccontextmanager
async def both_at_once(session: Session) -> AsyncIterator[tuple[Resolved, Listed]]:
    """Reads the manifests and meanwhile the list of rooms, then the assets that are named, and keeps the
    connection open.

    Raises FindingsError, and what the client raises.
    """
    async with AsyncExitStack() as stack:
        with session.terminal.progress("reading the manifests and the list of rooms") as bar:
            told = _Told(bar)
            loading = asyncio.ensure_future(_manifests(session, told))
            await asyncio.sleep(0)  # children are at work from here on, while the client is imported
            try:
                connection = await stack.enter_async_context(connect(session))
                listed = await _listed_early(connection, loading, told)
                manifests = await loading
                connection.concealed.secrets = manifests.secrets
                if listed is None:
                    listed = await _list(connection, told)
            except ProvisionerError:
                await loading  # what is wrong with the manifests is said first
                raise
            finally:
                loading.cancel()
                await asyncio.gather(loading, return_exceptions=True)
        yield await _resolved(session, manifests, connection), Listed(connection, listed)


async def _manifests(session: Session, told: _Told) -> Manifests:
    rooms = await session.desired(progress=told.manifests)
    return Manifests(rooms, session.secrets(rooms))


async def _resolved(
    session: Session, manifests: Manifests, connection: Connection, needed: Collection[RoomKey] | None = None
) -> Resolved:
    """The library is read only where something is named. Raises FindingsError, and what the client raises."""
    library = await library_for(session, connection, manifests.rooms)
    return Resolved(_with_ids(session, manifests.rooms, library, needed), manifests.secrets, library)


def _with_ids(
    session: Session, rooms: tuple[DeclaredRoom, ...], library: Library, needed: Collection[RoomKey] | None = None
) -> tuple[DeclaredRoom, ...]:
    """Raises FindingsError for names of no asset or of several in the rooms that are `needed`, None for all."""
    found = with_ids(rooms, library, needed)
    if has_errors(found.findings):
        raise FindingsError(found.findings)
    session.terminal.findings(found.findings)
    return found.rooms


async def _base(session: Session, ref: str, library: Library, connection: Connection | None) -> Base:
    """The rooms of another revision, with the ids that their names stand for now; a name of nothing stays a name."""
    base = await read_base(session, ref)
    if connection is not None:
        library = await library_for(session, connection, base.rooms, library)
    return replace(base, rooms=with_ids(base.rooms, library, needed=()).rooms)


def _with_names(plan: Plan, library: Library) -> Plan:
    """The plan with the names of the assets of which its changes speak."""
    return replace(plan, assets=names_of(plan.changes, library.names)) if library.assets else plan


async def _list(connection: Connection, told: _Told) -> tuple[ObservedRoom, ...]:
    return await scan(connection.client, connection.seals, progress=told.rooms)


async def _listed_early(
    connection: Connection, loading: asyncio.Future[Any], told: _Told
) -> tuple[ObservedRoom, ...] | None:
    """The list, read while the manifests are; None where that did not work.

    What the service says of a failure may hold a secret that is not known yet, so it is not shown: the list is read
    again, and fails again.
    """
    listing = asyncio.ensure_future(_list(connection, told))
    try:
        await asyncio.wait((loading, listing), return_when=asyncio.FIRST_EXCEPTION)
        await loading
        return await listing
    except CallError:
        return None
    finally:
        listing.cancel()
        await asyncio.gather(listing, return_exceptions=True)


@dataclass(slots=True)
class _Told:
    """Two things that are read at once, on one bar."""

    bar: Callable[[int, int, str], None]
    done: int = 0
    total: int = 0
    documents: int = 0

    def rooms(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        self._tell()

    def manifests(self, documents: int) -> None:
        self.documents = documents
        self._tell()

    def _tell(self) -> None:
        self.bar(self.done, self.total, f"rooms, {self.documents:,} documents")


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
    memory = connection.sightings if asked.refresh is Refresh.AUTO else None
    base = await _base(session, asked.base, manifests.library, connection) if asked.base is not None else None
    with session.terminal.progress("reading rooms") as bar:
        async with session.crew() as crew:
            look = partial(
                survey,
                Service(connection.client, connection.seals),
                knowledge=knowledge,
                listed=listed.rooms,
                created=now or system_now(),
                crew=crew,
                progress=lambda done, total: bar(done, total, ""),
            )
            surveyed = await look(scope, memory=memory)
            plan = surveyed.plan
            if base is not None:
                plan = await beside_base(base, scope, surveyed, memory, lambda other, known: look(other, memory=known))
    _remember(connection, manifests.rooms, plan, surveyed.read)
    return _with_names(plan, manifests.library)


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
    with session.terminal.progress("reading the manifests") as bar:
        declared = await session.desired(progress=_Told(bar).manifests)
    library = Library(snapshot.assets)
    desired = _with_ids(session, declared, library)
    scope = scope_of(session, asked, desired, snapshot.project_id, snapshot.moment)
    knowledge = Knowledge(
        refresh=asked.refresh, trusts_marker=not session.is_local, sightings=snapshot.sightings, secrets=None
    )
    base = await _base(session, asked.base, library, None) if asked.base is not None else None
    async with session.crew() as crew:
        look = partial(
            survey, Remembered(snapshot), knowledge=knowledge, listed=snapshot.listed, created=created, crew=crew
        )
        surveyed = await look(scope)
        plan = surveyed.plan
        if base is not None:
            plan = await beside_base(base, scope, surveyed, None, lambda other, known: look(other, memory=known))
    return _with_names(as_offline(plan, scope, Taken(snapshot.taken, digest)), library)


def _remember(
    connection: Connection, desired: tuple[DeclaredRoom, ...], plan: Plan, shown: tuple[ObservedRoom, ...]
) -> None:
    """Keeps the rooms that were read, and which of them are as their manifests say."""
    if not shown:
        return
    hashes = {room.key: room.spec_hash for room in desired}
    secret = secret_fields_of(desired)
    changed = {action.room_id for action in plan.actions if not isinstance(action, NoOp) and action.changes}
    connection.sightings.keep(
        one
        for room in shown
        for one in seen(room, _found_right(room, hashes) if room.id not in changed else "", secret=secret(room))
    )


def _found_right(room: ObservedRoom, hashes: Mapping[RoomKey, str]) -> str:
    """The hash of the room's manifest, where the room was last written by it."""
    marker = room.marker
    return marker.spec_hash if marker is not None and marker.spec_hash == hashes.get(marker.key) else ""
