"""Rooms with their jobs as a table. Pure: what time it is now is an argument."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.text import Text

from provisioner.metastudio.remote_text import printable
from provisioner.reports.status import RoomStatus
from provisioner.reports.terminal import PLAIN_WIDTH, Line, to_text
from provisioner.reports.view import counted

_STYLES = {"PROCESSING": "bold green", "WAITING": "yellow", "FAILED": "red"}
_LONGEST_NAME = 60
_SHORTEST_NAME = 8
_GAP = "  "
_HEADER = tuple(Text(title, "bold") for title in ("key", "name", "job", "time", "room id"))
_NAME = 1
"""The column that gives way."""


def status_text(rooms: Sequence[RoomStatus], *, now: datetime, width: int = PLAIN_WIDTH, colour: bool = False) -> str:
    """A row a room in the order given, and how many are on air as the last line."""
    if not rooms:
        return "No rooms.\n"
    rows = [_HEADER, *(_cells(room, now) for room in rooms)]
    widths = _widths(rows, width)
    lines = [Line(_row(cells, widths)) for cells in rows]
    on_air = sum(room.on_air for room in rooms)
    lines += [Line(Text()), Line(Text(f"{counted(len(rooms), 'room')}, {on_air:,} on air"))]
    return to_text(lines, width=width, colour=colour)


def duration(seconds: float) -> str:
    """A stretch of time in its two largest units: `45 s`, `2 h 05 min`, `3 d 4 h`. Less than nothing is nothing."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days:,} d {hours} h"
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min" if minutes else f"{rest} s"


def _widths(rows: Sequence[tuple[Text, ...]], width: int) -> list[int]:
    """Columns as wide as what is in them; the name gives way where that is too much."""
    widths = [max(cell.cell_len for cell in column) for column in zip(*rows, strict=True)]
    excess = sum(widths) + len(_GAP) * (len(widths) - 1) - width
    if excess > 0:
        widths[_NAME] = max(min(widths[_NAME], _SHORTEST_NAME), widths[_NAME] - excess)
    return widths


def _row(cells: tuple[Text, ...], widths: list[int]) -> Text:
    row = Text()
    for cell, width in zip(cells, widths, strict=True):
        fitting = cell.copy()
        fitting.truncate(width, overflow="ellipsis", pad=True)
        row.append_text(fitting).append(_GAP)
    row.rstrip()
    return row


def _cells(room: RoomStatus, now: datetime) -> tuple[Text, ...]:
    state = printable(room.job_state, 24) if room.job_state else "-"
    return (
        Text(printable(room.key, _LONGEST_NAME), "bold"),
        Text(printable(room.name, _LONGEST_NAME)),
        Text(state, _STYLES.get(state, "")),
        Text(_time(room, now)),
        _identity(room),
    )


def _time(room: RoomStatus, now: datetime) -> str:
    if room.on_air:
        return f"on air {duration((now - room.started).total_seconds())}" if room.started else "on air"
    if room.ended:
        return f"ended {duration((now - room.ended).total_seconds())} ago"
    return ""


def _identity(room: RoomStatus) -> Text:
    """The id, with what is unusual about the room."""
    if room.room_id is None:
        return Text("not created yet", "yellow")
    notes = []
    if room.room_state not in (None, "ENABLE"):
        notes.append(printable(str(room.room_state), 24))
    if not room.managed:
        notes.append("not managed")
    elif not room.declared:
        notes.append("no manifest")
    text = Text(printable(room.room_id), "dim")
    return text.append(f" ({', '.join(notes)})", "yellow") if notes else text
