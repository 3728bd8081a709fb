"""Rooms that were read → the files that declare them. Pure: which files exist is an argument."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from provisioner.importing.expressing import Expressed, InexpressibleError, express
from provisioner.importing.extraction import Extracted, Part, extracted
from provisioner.importing.layout import manifest_text
from provisioner.importing.naming import SecretNames, room_keys
from provisioner.importing.proof import Reader
from provisioner.importing.selection import NotImported, Project
from provisioner.observed import ObservedRoom
from provisioner.rooms import RoomId, RoomKey

_FOLDERS = {"Script": "scripts", "RuleSet": "rules"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A file to be written; `name` is its path below the folder, with forward slashes."""

    name: str
    text: str = field(repr=False)
    rooms: tuple[Expressed, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Drafted:
    """Everything to be written, and the rooms that cannot be."""

    files: tuple[Draft, ...]
    skipped: tuple[NotImported, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How rooms are divided among files. `one_file` is the name of the only one; `exists` the names that are taken."""

    one_file: str | None = None
    extracts: bool = False
    exists: Collection[str] = ()
    parts: Collection[tuple[str, str]] = ()
    """Kind and key of the parts that the workspace has."""


def keys_of(project: Project, declared: Iterable[RoomKey]) -> Mapping[RoomId, RoomKey]:
    """The keys of all rooms that may be imported: that of its marker, or one made of its name."""
    ours = {
        room.id: room.marker.key
        for room in project.rooms
        if room.marker is not None and room.marker.workspace == project.workspace
    }
    return {**room_keys(project.unmanaged, {*declared, *ours.values()}), **ours}


def drafted(
    rooms: Iterable[ObservedRoom], keys: Mapping[RoomId, RoomKey], names: SecretNames, layout: Layout
) -> Drafted:
    """The files of some rooms whose bodies were read."""
    reader = Reader()
    expressed: list[Expressed] = []
    skipped: list[NotImported] = []
    for room in rooms:
        try:
            made = _expressed(room, keys[room.id], names, layout, reader)
        except InexpressibleError as reason:
            skipped.append(NotImported(room.id, room.name, str(reason), decides=True))
        else:
            expressed.append(made)
    shared = _shared(expressed, layout)
    files = [_file(f"{_FOLDERS[part.kind]}/{part.key}.yaml", [part.document], parts=(part,)) for part in shared.parts]
    files += [_file(_file_of(room.key), [room.document], rooms=(room,)) for room in shared.rooms]
    if layout.one_file is not None and files:
        documents = [*(part.document for part in shared.parts), *(room.document for room in shared.rooms)]
        files = [_file(layout.one_file, documents, rooms=shared.rooms, parts=shared.parts)]
    return Drafted(tuple(files), tuple(skipped))


def _expressed(room: ObservedRoom, key: RoomKey, names: SecretNames, layout: Layout, reader: Reader) -> Expressed:
    if layout.one_file is None and _file_of(key) in layout.exists:
        message = f"{_file_of(key)} exists and does not declare it; move that file, or replace it with --overwrite"
        raise InexpressibleError(message)
    made = express(room, key, names)
    problem = reader.problem(manifest_text([made.document]), [made.document])
    if problem is not None:
        raise InexpressibleError(f"no manifest can say what it is: {problem}")
    return made


def _shared(rooms: Sequence[Expressed], layout: Layout) -> Extracted:
    if not layout.extracts:
        return Extracted((), tuple(rooms))
    in_the_way = {
        (kind, name.removeprefix(f"{folder}/").removesuffix(".yaml"))
        for kind, folder in _FOLDERS.items()
        for name in layout.exists
        if name.startswith(f"{folder}/")
    }
    return extracted(rooms, {*layout.parts, *in_the_way})


def _file(name: str, documents: list[dict[str, Any]], **said: Any) -> Draft:
    return Draft(name, manifest_text(documents), **said)


def _file_of(key: RoomKey) -> str:
    return f"{key}.yaml"
