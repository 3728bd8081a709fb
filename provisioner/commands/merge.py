"""`provisioner import --merge`: manifests that are there, with what their rooms say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from provisioner.commands.import_ import show
from provisioner.commands.library import library_for
from provisioner.commands.reading_steps import list_rooms, loaded, read_bodies
from provisioner.commands.session import Session, connect
from provisioner.comparing.compare import differences
from provisioner.comparing.declared import desired as whole
from provisioner.diagnostics import has_errors
from provisioner.files import write_over
from provisioner.importing.rewriting import Hand, all_by_hand, rewritten
from provisioner.importing.selection import NotImported, Project
from provisioner.library.names import Library, with_ids
from provisioner.manifests import Loaded
from provisioner.manifests.files import FOLDER
from provisioner.metastudio.remote_text import printable
from provisioner.observed import ObservedRoom
from provisioner.reports.imported import ByHand, Imported, RoomInFile, WrittenFile
from provisioner.rooms import DeclaredRoom
from provisioner.text_files import read_text

_LONGEST_VALUE = 4_000


@dataclass(frozen=True, slots=True)
class _Pair:
    """A declared room and the room that it is, with its body."""

    declared: DeclaredRoom
    room: ObservedRoom


@dataclass(slots=True)
class _File:
    """A manifest while it changes. `done` are the rooms for which it did."""

    text: str = field(repr=False)
    original: str = field(repr=False)
    done: list[_Pair] = field(default_factory=list)
    by_hand: list[Hand] = field(default_factory=list)


def merge(session: Session, words: tuple[str, ...], labels: Mapping[str, str], *, form: str = "text") -> int:
    """Changes the manifests of the rooms that are named or have the labels, or of all, and prints what was done."""
    return show(session, asyncio.run(_merge(session, words, labels)), form)


async def _merge(session: Session, words: tuple[str, ...], labels: Mapping[str, str]) -> Imported:
    manifests = await loaded(session)
    async with connect(session) as connection:
        rooms = await list_rooms(session, connection)
        project = Project.of(session.workspace.name, rooms, manifests.rooms, session.workspace.moved)
        asked = project.named(words) if words else project.rooms
        wanted = {
            room.id: declared
            for room in asked
            if (declared := project.declared.get(room.id)) is not None
            and labels.items() <= dict(declared.labels).items()
        }
        skipped = [_undeclared(project, room) for room in asked if words and room.id not in wanted]
        rooms = await read_bodies(session, connection, [room for room in asked if room.id in wanted])
        library = await library_for(session, connection, wanted.values())
    named = with_ids(wanted.values(), library, needed=())
    by_key = {room.key: room for room in named.rooms}
    pairs = [_Pair(by_key[wanted[room.id].key], room) for room in rooms]
    with session.terminal.progress("taking rooms into their manifests", len(pairs)) as bar:
        files = _rewritten(session, pairs, manifests, bar)
    with session.terminal.progress("reading the manifests again"):
        await _prove(session, files, manifests, library)
    for name, file in files.items():
        if file.text != file.original:
            write_over(session.workspace.root / name, file.text)
    return _told(session, files, pairs, skipped)


def _undeclared(project: Project, room: ObservedRoom) -> NotImported:
    return project.obstacle(room) or NotImported(
        room.id, room.name, "no manifest declares it; import it without --merge", decides=True
    )


def _rewritten(
    session: Session, pairs: Sequence[_Pair], manifests: Loaded, progress: Callable[[int, int, str], None]
) -> dict[str, _File]:
    """The files of the rooms, changed from their ends on, so that lines above keep their numbers."""
    root = session.workspace.root
    files: dict[str, _File] = {}
    from_the_ends = sorted(pairs, key=lambda pair: (pair.declared.origin.file, -pair.declared.origin.line))
    for done, pair in enumerate(from_the_ends):
        progress(done, len(pairs), pair.declared.key)
        room, origin = whole(pair.declared), pair.declared.origin
        if origin.file not in files:
            text = read_text(root, root / origin.file)
            files[origin.file] = _File(text, text)
        file = files[origin.file]
        if not origin.file.startswith(f"{FOLDER}/"):
            file.by_hand += all_by_hand(room, pair.room, "a template makes it for several rooms")
            continue
        result = rewritten(file.text, room, pair.room, manifests.parts)
        file.by_hand += result.by_hand
        if result.text != file.text:
            file.text = result.text
            file.done.append(pair)
    return files


async def _prove(session: Session, files: Mapping[str, _File], before: Loaded, library: Library) -> None:
    """Reads the manifests as they would be. A file that would say anything else than it should stays as it was."""
    changed = {name: file.text for name, file in files.items() if file.text != file.original}
    if not changed:
        return
    after = await session.loaded(instead=changed)
    found = {room.key: room for room in after.rooms}
    hashes = {room.key: room.spec_hash for room in before.rooms}
    done = {pair.declared.key for file in files.values() for pair in file.done}
    is_sound = not has_errors(after.findings) and found.keys() == hashes.keys()
    others_stay = is_sound and all(room.spec_hash == hashes[key] for key, room in found.items() if key not in done)
    for file in files.values():
        wrong = [
            pair for pair in file.done if not others_stay or not _says(found[pair.declared.key], pair, file, library)
        ]
        if wrong:
            file.text = file.original
            for pair in file.done:
                file.by_hand = [hand for hand in file.by_hand if hand.key != pair.declared.key]
                file.by_hand += all_by_hand(
                    whole(pair.declared), pair.room, "the file cannot be kept as it is laid out"
                )
            file.done.clear()


def _says(declared: DeclaredRoom, pair: _Pair, file: _File, library: Library) -> bool:
    """Whether a manifest says what its room is, but for what is left to do by hand."""
    room = whole(with_ids([declared], library, needed=()).rooms[0])
    left = {hand.path for hand in file.by_hand if hand.key == declared.key}
    changes = differences(room.spec, pair.room.spec or {}, room.lifecycle.ignore)
    return all(any(change.path.startswith(path) for path in left) for change in changes)


def _told(
    session: Session, files: Mapping[str, _File], pairs: Sequence[_Pair], skipped: Sequence[NotImported]
) -> Imported:
    touched = {pair.declared.key for file in files.values() for pair in file.done}
    touched |= {hand.key for file in files.values() for hand in file.by_hand}
    return Imported(
        workspace=session.workspace.name,
        target=session.target.name,
        files=tuple(
            WrittenFile(
                name,
                tuple(RoomInFile(pair.declared.key, pair.room.id, pair.room.name) for pair in reversed(file.done)),
                changed_lines=_changed_lines(file.original, file.text),
            )
            for name, file in files.items()
            if file.text != file.original
        ),
        skipped=tuple(skipped),
        by_hand=tuple(_by_hand(name, file, hand, pairs) for name, file in files.items() for hand in file.by_hand),
        unchanged=sum(pair.declared.key not in touched for pair in pairs),
    )


def _by_hand(name: str, file: _File, hand: Hand, pairs: Iterable[_Pair]) -> ByHand:
    origin = next(pair.declared.origin for pair in pairs if pair.declared.key == hand.key)
    line = _line_now(file, origin.line if hand.line is None else hand.line)
    return ByHand(hand.key, hand.path, f"{name}:{line}", printable(hand.value, _LONGEST_VALUE), hand.why)


def _line_now(file: _File, line: int) -> int:
    """Where a line of the file as it was stands in the file as it is; both counted from 1."""
    for tag, i1, i2, j1, _ in _differences(file.original, file.text):
        if i1 < line <= i2:
            return j1 + (line - i1 if tag == "equal" else 1)
    return line


def _changed_lines(before: str, after: str) -> int:
    """How many lines are new or gone, whichever are more."""
    codes = _differences(before, after)
    return sum(max(i2 - i1, j2 - j1) for tag, i1, i2, j1, j2 in codes if tag != "equal")


def _differences(before: str, after: str) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False).get_opcodes()
