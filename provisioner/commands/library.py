"""The library of assets of a target, as far as rooms name assets."""

from __future__ import annotations

from collections.abc import Iterable

from provisioner.commands.session import Connection, Session
from provisioner.library.names import Library, kinds_named
from provisioner.library.reading import read_library
from provisioner.rooms import DeclaredRoom

NOTHING_KNOWN = Library()


async def library_for(
    session: Session, connection: Connection, rooms: Iterable[DeclaredRoom], known: Library = NOTHING_KNOWN
) -> Library:
    """What is known, and the assets of the further kinds that rooms name; of none, nothing is read.

    Raises what the client raises.
    """
    kinds = kinds_named(rooms) - known.assets.keys()
    if not kinds:
        return known
    with session.terminal.progress("reading the library of assets") as bar:
        read = await read_library(connection.client, kinds, progress=lambda done: bar(done, done, "assets"))
    return Library(known.assets | read.assets)
