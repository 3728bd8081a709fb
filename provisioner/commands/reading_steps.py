"""Reading manifests and the list of rooms, at once or one after the other, and the assets that are named."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from provisioner.commands.library import library_for
from provisioner.commands.session import Connection, Session, connect
from provisioner.diagnostics import has_errors
from provisioner.errors import FindingsError, ProvisionerError
from provisioner.library.names import Library, with_ids
from provisioner.manifests import Loaded
from provisioner.metastudio.errors import CallError
from provisioner.observe import read, scan
from provisioner.observed import ObservedRoom
from provisioner.rooms import DeclaredRoom, RoomKey
from provisioner.secret_store import SecretStore


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


async def read_rooms(session: Session) -> tuple[DeclaredRoom, ...]:
    """The rooms of the manifests alone, without their secrets. Raises FindingsError for what is wrong with them."""
    with session.terminal.progress("reading the manifests") as bar:
        return await session.desired(progress=_Told(bar).manifests)


async def loaded(session: Session) -> Loaded:
    """Rooms and shared parts, and where each is declared. Raises FindingsError for what is wrong with them."""
    with session.terminal.progress("reading the manifests"):
        found = await session.loaded()
    if has_errors(found.findings):
        raise FindingsError(found.findings)
    return found


async def list_rooms(session: Session, connection: Connection) -> tuple[ObservedRoom, ...]:
    """The rooms of the project as the list has them. Raises what the client raises."""
    with session.terminal.progress("reading the list of rooms") as bar:
        return await _list(connection, lambda done, total: bar(done, total, ""))


async def read_bodies(
    session: Session, connection: Connection, rooms: Iterable[ObservedRoom]
) -> tuple[ObservedRoom, ...]:
    """The rooms with their bodies, without those that are gone. Raises what the client raises."""
    with session.terminal.progress("reading rooms") as bar:
        return await read(connection.client, rooms, connection.seals, progress=lambda done, total: bar(done, total, ""))


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
        rooms = await list_rooms(session, connection)
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
                    listed = await _list(connection, told.rooms)
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
    return Resolved(with_ids_of(session, manifests.rooms, library, needed), manifests.secrets, library)


def with_ids_of(
    session: Session, rooms: tuple[DeclaredRoom, ...], library: Library, needed: Collection[RoomKey] | None = None
) -> tuple[DeclaredRoom, ...]:
    """Raises FindingsError for names of no asset or of several in the rooms that are `needed`, None for all."""
    found = with_ids(rooms, library, needed)
    if has_errors(found.findings):
        raise FindingsError(found.findings)
    session.terminal.findings(found.findings)
    return found.rooms


async def _list(connection: Connection, progress: Callable[[int, int], None]) -> tuple[ObservedRoom, ...]:
    return await scan(connection.client, connection.seals, progress=progress)


async def _listed_early(
    connection: Connection, loading: asyncio.Future[Any], told: _Told
) -> tuple[ObservedRoom, ...] | None:
    """The list, read while the manifests are; None where that did not work.

    What the service says of a failure may hold a secret that is not known yet, so it is not shown: the list is read
    again, and fails again.
    """
    listing = asyncio.ensure_future(_list(connection, told.rooms))
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
