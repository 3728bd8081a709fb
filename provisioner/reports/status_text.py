"""Rooms with their jobs as a table. Pure: what time it is now is an argument."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import compress

from rich.text import Text

from provisioner.metastudio.models import SmartLiveJob
from provisioner.metastudio.remote_text import printable
from provisioner.planning.actions import Upcoming, in_time
from provisioner.planning.words import counted
from provisioner.reports.json_text import timestamp
from provisioner.reports.status import Change, RoomStatus
from provisioner.reports.terminal import PLAIN_WIDTH, Line, to_text
from provisioner.reports.view import coming_words

_STYLES = {"PROCESSING": "bold green", "WAITING": "yellow", "FAILED": "red"}
_LONGEST_NAME = 60
_LONGEST_SECRET = 8192
_GAP = "  "
_HEADER = tuple(Text(title, "bold") for title in ("key", "name", "job", "time", "pushed", "room id"))
_NAME, _TIME, _PUSHED, _ID = 1, 3, 4, 5
_SHORTEST = {_NAME: 8, _ID: 12}
"""The columns that become narrower where all together are too wide, the first of them first."""
_DROPPED = (_ID, _PUSHED, _NAME, _TIME)
"""The columns that are left out where that does not do."""


def status_text(rooms: Sequence[RoomStatus], *, now: datetime, width: int = PLAIN_WIDTH, colour: bool = False) -> str:
    """A row a room in the order given, what windows ask for next, and how many are on air as the last line."""
    return to_text(status_lines(rooms, now=now, width=width), width=width, colour=colour)


def status_lines(rooms: Sequence[RoomStatus], *, now: datetime, width: int = PLAIN_WIDTH) -> list[Line]:
    """The same as lines."""
    if not rooms:
        return [Line(Text("No rooms."))]
    lines = [*table(rooms, now=now, width=width)]
    coming = in_time(room.next for room in rooms if room.next is not None)
    if coming:
        lines.append(Line(Text()))
        lines += [Line(Text(_next(change), "dim")) for change in coming]
    return [*lines, Line(Text()), Line(Text(on_air_words(rooms)))]


def screen(rooms: Sequence[RoomStatus], *, now: datetime, width: int, height: int, foot: str) -> list[Text]:
    """What fits on a screen of that many lines: those on air first where not all do, and `foot` as the last line."""
    space = max(1, height - 3)
    shown = rooms
    if len(rooms) > space:
        shown = sorted(rooms, key=lambda room: not room.on_air)[: space - 1]
    lines = [line.text for line in table(shown, now=now, width=width)]
    if len(shown) < len(rooms):
        lines.append(Text(f"and {counted(len(rooms) - len(shown), 'room')} more", "dim"))
    coming = in_time(room.next for room in rooms if room.next is not None)
    lines += [Text(_next(change), "dim") for change in coming[: max(0, height - len(lines) - 2)]]
    lines += [Text(on_air_words(rooms)), Text(printable(foot, max(width, 1)), "dim")]
    for line in lines:
        line.truncate(width, overflow="ellipsis")
    return lines


def change_line(change: Change, at: datetime) -> str:
    """`2026-11-20T11:30:05Z  spring  PROCESSING  pushed  next: stops 2026-11-20 22:00 Asia/Shanghai`."""
    room = change.room
    words = [timestamp(at.replace(microsecond=0)), printable(room.key)]
    if change.is_gone:
        return "  ".join((*words, "gone"))
    words.append(printable(room.job_state, 24) if room.job_state else "no job" if room.room_id else "not created yet")
    if room.pushed_s is not None:
        words.append("pushed" if room.pushed_s > 0 else "not pushed yet")
    if room.next is not None:
        words.append(f"next: {coming_words(room.next)}")
    return "  ".join(words)


def _next(change: Upcoming) -> str:
    return f"next: {printable(change.key)} {coming_words(change)}"


def table(rooms: Sequence[RoomStatus], *, now: datetime, width: int) -> Iterator[Line]:
    """A heading, and a row a room, each on one line of a terminal that is wide enough for its key."""
    rows = [_HEADER, *(_cells(room, now) for room in rooms)]
    widths = _widths(rows, width)
    for cells in rows:
        yield Line(_row(cells, widths))


def on_air_words(rooms: Sequence[RoomStatus]) -> str:
    """`5 rooms, 2 on air`."""
    return f"{counted(len(rooms), 'room')}, {sum(room.on_air for room in rooms):,} on air"


def access_text(jobs: Iterable[tuple[str, SmartLiveJob]]) -> str:
    """What opens the doors of jobs on air, each with the key of its room: for the eyes of one person at a terminal, so
    nothing is cut or wrapped.
    """
    return "\n".join(line for key, job in jobs for line in _access(key, job))


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
    """Columns as wide as what is in them, or narrower, or nothing: so that a row fits where its key does."""
    widths = [max(cell.cell_len for cell in column) for column in zip(*rows, strict=True)]
    for column, least in _SHORTEST.items():
        widths[column] = max(min(widths[column], least), widths[column] - max(0, _taken(widths) - width))
    for column in _DROPPED:
        if _taken(widths) > width:
            widths[column] = 0
    return widths


def _taken(widths: Sequence[int]) -> int:
    shown = [width for width in widths if width]
    return sum(shown) + len(_GAP) * (len(shown) - 1)


def _row(cells: tuple[Text, ...], widths: list[int]) -> Text:
    row = Text()
    for cell, width in compress(zip(cells, widths, strict=True), widths):
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
        Text(_pushed(room)),
        _identity(room),
    )


def _time(room: RoomStatus, now: datetime) -> str:
    if room.on_air:
        return f"on air {duration((now - room.started).total_seconds())}" if room.started else "on air"
    if room.ended:
        return f"ended {duration((now - room.ended).total_seconds())} ago"
    return ""


def _pushed(room: RoomStatus) -> str:
    """For how long the picture was pushed; `-` where that is not known."""
    if room.pushed_s is None:
        return "-"
    return duration(room.pushed_s) if room.pushed_s > 0 else "not yet"


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


def _access(key: str, job: SmartLiveJob) -> Iterator[str]:
    yield f"{printable(key)}  job {printable(job.job_id)}"
    if job.live_event_report_url:
        yield f"    report events to {printable(job.live_event_report_url, _LONGEST_SECRET)}"
    channel = job.rtc_room_info
    if channel is None:
        return
    yield f"    RTC app {printable(channel.app_id or '-')} room {printable(channel.room_id or '-')}"
    for user in channel.users or ():
        until = f" until {user.ctime} (Unix seconds)" if user.ctime is not None else ""
        yield (
            f"    RTC {printable(user.user_type or 'user')} {printable(user.user_id or '-')} "
            f"signature {printable(user.signature or '-', _LONGEST_SECRET)}{until}"
        )
