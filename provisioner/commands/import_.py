"""`provisioner import`: manifests from rooms that exist."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from provisioner.commands.reading_steps import list_rooms, loaded, read_bodies
from provisioner.commands.session import Session, connect
from provisioner.errors import UsageError, WorkspaceError
from provisioner.exit_codes import ExitCode
from provisioner.files import READABLE, write_whole
from provisioner.importing.drafting import Draft, Drafted, Layout, drafted, keys_of
from provisioner.importing.naming import SecretNames
from provisioner.importing.selection import NotImported, Project, Selection
from provisioner.manifests import Loaded
from provisioner.manifests.files import FOLDER
from provisioner.observed import ObservedRoom
from provisioner.reports.imported import FieldLeft, Imported, RoomInFile, WrittenFile
from provisioner.reports.imported_json import imported_json
from provisioner.reports.imported_text import imported_text
from provisioner.reports.json_text import dumps


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the command line says. `words` are ids, keys or names; without any, all rooms are meant."""

    words: tuple[str, ...] = ()
    folder: Path | None = None
    one_file: Path | None = None
    extracts: bool = False
    overwrites: bool = False


def import_(session: Session, wanted: Wanted, *, form: str = "text") -> int:
    """Writes manifests, and prints what was written and what was not."""
    return show(session, asyncio.run(_import(session, wanted)), form)


def show(session: Session, done: Imported, form: str) -> int:
    """Prints what an import did. The exit code is 4 where a person has to decide something."""
    text = dumps(imported_json(done)) if form == "json" else imported_text(done, **session.terminal.style())
    session.terminal.out(text)
    return ExitCode.REFUSED if done.decides else ExitCode.DONE


async def _import(session: Session, wanted: Wanted) -> Imported:
    place = _Place.of(session, wanted)
    manifests = await loaded(session)
    async with connect(session) as connection:
        rooms = await list_rooms(session, connection)
        project = Project.of(session.workspace.name, rooms, manifests.rooms, session.workspace.moved)
        asked = project.named(wanted.words) if wanted.words else project.rooms
        selection = Selection.of(project, asked)
        rooms = await read_bodies(session, connection, selection.rooms)
    layout = place.layout(wanted, manifests)
    names = SecretNames({name for room in manifests.rooms for name in room.secret_names()})
    keys = keys_of(project, (room.key for room in manifests.rooms))
    made = drafted(rooms, keys, names, layout)
    for draft in made.files:
        write_whole(place.folder / draft.name, draft.text, mode=READABLE)
    if not place.is_planned and made.files:
        session.terminal.say(f"plans read manifests from {FOLDER}/ of the workspace, and not from {place.folder}")
    skipped = (*selection.skipped, *_gone(selection, rooms), *made.skipped)
    return _told(session, place, made, skipped, is_named=bool(wanted.words))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where files are written. `shown` is put before their names for people."""

    folder: Path
    one_file: str | None
    shown: str
    is_planned: bool

    @classmethod
    def of(cls, session: Session, wanted: Wanted) -> _Place:
        """Raises UsageError or WorkspaceError."""
        root = session.workspace.root
        if wanted.one_file is not None and wanted.folder is not None:
            raise UsageError("--one-file says where to; leave --to out")
        folder = (wanted.folder if wanted.one_file is None else wanted.one_file.parent) or root / FOLDER
        name = None if wanted.one_file is None else wanted.one_file.name
        if name is not None and not name.endswith(".yaml"):
            raise UsageError("--one-file: manifests have names that end in .yaml")
        if wanted.one_file is not None and wanted.one_file.exists() and not wanted.overwrites:
            raise WorkspaceError(f"{wanted.one_file} exists; choose another name, or replace it with --overwrite")
        real = folder.resolve()
        inside = real.is_relative_to(root.resolve())
        shown = real.relative_to(root.resolve()).as_posix() if inside else folder.as_posix()
        return cls(folder, name, shown, real.is_relative_to((root / FOLDER).resolve()))

    def layout(self, wanted: Wanted, manifests: Loaded) -> Layout:
        """How rooms are divided. A file that declares something is never replaced."""
        found = {path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*.yaml")}
        used = {room.origin.file for room in manifests.rooms}
        kept = {name for name in found if f"{self.shown}/{name}" in used}
        return Layout(
            one_file=self.one_file,
            extracts=wanted.extracts,
            exists=kept if wanted.overwrites else found,
            parts=manifests.parts,
        )


def _gone(selection: Selection, rooms: Iterable[ObservedRoom]) -> tuple[NotImported, ...]:
    there = {room.id for room in rooms}
    gone = (room for room in selection.rooms if room.id not in there)
    return tuple(NotImported(room.id, room.name, "it was deleted while rooms were read") for room in gone)


def _told(
    session: Session, place: _Place, made: Drafted, skipped: tuple[NotImported, ...], *, is_named: bool
) -> Imported:
    rooms = [room for draft in made.files for room in draft.rooms]
    return Imported(
        workspace=session.workspace.name,
        target=session.target.name,
        files=tuple(_written(place, draft) for draft in made.files),
        skipped=tuple(replace(one, decides=one.decides or is_named) for one in skipped),
        left_out=tuple(FieldLeft(room.key, left.path, left.reason) for room in rooms for left in room.left_out),
        secrets=tuple(secret for room in rooms for secret in room.secrets),
    )


def _written(place: _Place, draft: Draft) -> WrittenFile:
    return WrittenFile(
        f"{place.shown}/{draft.name}",
        tuple(RoomInFile(room.key, room.room.id, room.room.name, room.adopts) for room in draft.rooms),
        tuple((part.kind, part.key) for part in draft.parts),
    )
