"""What an import did, for people. Pure.

Names and reasons hold what the service said, so all of it is shown as text of a stranger.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from provisioner.metastudio.remote_text import printable
from provisioner.reports.imported import Imported, RoomInFile, WrittenFile
from provisioner.reports.terminal import PLAIN_WIDTH, Line, to_text

_LONGEST_NAME = 60


def imported_text(done: Imported, *, width: int = PLAIN_WIDTH, colour: bool = False) -> str:
    """What was written, what was not and why, and what is left to do."""
    return to_text(_lines(done), width=width, colour=colour)


def _lines(done: Imported) -> Iterator[Line]:
    for file in done.files:
        yield Line(_file(file), sign=Text("+ " if file.changed_lines is None else "~ ", "green"))
        yield from (Line(_room(room), 4) for room in file.rooms if file.changed_lines is None)
    if not done.files:
        yield Line(Text("Nothing was written."))
    if done.skipped:
        yield from _heading("Not imported")
        for room in done.skipped:
            yield Line(Text(f"{_called(room.name)} ({printable(room.room_id)}): {printable(room.reason)}"), 2)
    if done.by_hand:
        yield from _heading("To be changed by hand")
        for one in done.by_hand:
            yield Line(Text(f"{one.place}: {printable(one.path)} of {one.key}, because {one.why}"), 2)
            yield Line(Text(one.value), 4)
    if done.left_out:
        yield from _heading("Left as it is in the room, because the manifest cannot say it")
        for left in done.left_out:
            yield Line(Text(f"{left.key}: {printable(left.path)}: {printable(left.reason)}"), 2)
    if done.secrets:
        yield from _heading("Secrets to set before an apply, in the environment or in the target's secrets_file")
        for secret in done.secrets:
            shown = f" = {printable(secret.shown)}" if secret.shown else ""
            yield Line(Text.assemble((secret.name, "bold"), f"  {secret.path} of {secret.key}{shown}"), 2)
    yield Line(Text())
    yield Line(_total(done))


def _heading(words: str) -> Iterator[Line]:
    yield Line(Text())
    yield Line(Text(f"{words}:", "bold"))


def _file(file: WrittenFile) -> Text:
    text = Text(printable(file.path), "bold")
    if file.changed_lines is not None:
        lines = f"{file.changed_lines} line{'s' if file.changed_lines != 1 else ''}"
        text.append(f"  {lines} for {', '.join(room.key for room in file.rooms)}", "not bold")
    elif file.parts and not file.rooms:
        text.append("  shared by several rooms", "not bold")
    return text


def _room(room: RoomInFile) -> Text:
    doing = "adopts" if room.adopts else "is"
    return Text(f"{room.key}  {_called(room.name)} · {doing} {printable(room.room_id)}")


def _called(name: str) -> str:
    return printable(name, _LONGEST_NAME) or "(no name)"


def _total(done: Imported) -> Text:
    rooms = sum(len(file.rooms) for file in done.files)
    words = [
        f"{rooms:,} room{'s' if rooms != 1 else ''} in {len(done.files):,} file{'s' if len(done.files) != 1 else ''}"
    ]
    words += [f"{done.unchanged:,} as their manifests say"] if done.unchanged else []
    words += [f"{len(done.skipped):,} not imported"] if done.skipped else []
    words += [f"{len(done.by_hand):,} to be changed by hand"] if done.by_hand else []
    return Text(", ".join(words), "bold")
