"""When a broadcast is to be on air: at one time, or on days of the week. Pure, but for the database of time zones.

Windows are written in local time, to the minute, and an occurrence of one goes from `start` until `end`, `end` left
out. The rule where clocks are changed: a local time means the first moment at which clocks show it or a later time.
So one that clocks are set forward over means the moment when that is done, and one that they show twice means the
first of the two. A later local time never means an earlier moment: occurrences neither overlap nor run backwards, and
one that lies within a skipped hour does not take place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

YEARS = range(1970, 3000)
"""The years of which a window or a moment may be."""
_A_DAY = timedelta(days=1)
_A_SECOND = timedelta(seconds=1)
_DAYS_BACK = 2
"""How many days before a moment an occurrence may have begun that is open: it lasts less than a day of local time,
and a place may skip a day of the calendar.
"""
_DAYS_AHEAD = 21
"""How many days after a moment the next occurrence begins at the latest: one of a week may fall into a skipped hour."""


class Weekday(StrEnum):
    """A day of the week, as manifests write it."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


_WEEK = tuple(Weekday)


@dataclass(frozen=True, slots=True)
class Once:
    """A window of its own, from one local time until a later one."""

    start: datetime
    end: datetime
    timezone: str


@dataclass(frozen=True, slots=True)
class Weekly:
    """A window that comes back on days of the week. Where `end` is earlier than `start`, it is on the next day."""

    days: frozenset[Weekday]
    start: time
    end: time
    timezone: str


Window: TypeAlias = Once | Weekly


def as_written(window: Window) -> dict[str, list[str] | str]:
    """A window as a manifest has it."""
    match window:
        case Once():
            times = (f"{window.start:%Y-%m-%dT%H:%M}", f"{window.end:%Y-%m-%dT%H:%M}")
            days = {}
        case Weekly():
            times = (f"{window.start:%H:%M}", f"{window.end:%H:%M}")
            days = {"every": [day.value for day in Weekday if day in window.days]}
    return {**days, "from": times[0], "until": times[1], "timezone": window.timezone}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time at which a window is open. `local` is its beginning as it is written, the others are moments in UTC."""

    local: datetime
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Around:
    """A window at a moment: the occurrence that is open, and the next one to begin after the moment."""

    open: Occurrence | None = None
    following: Occurrence | None = None

    @property
    def next_change(self) -> datetime | None:
        """When it closes or opens next."""
        if self.open is not None:
            return self.open.end
        return self.following.start if self.following is not None else None


@lru_cache(maxsize=4096)
def around(window: Window, at: datetime) -> Around:
    """How a window stands at a moment. Thousands of rooms share one."""
    current = following = None
    for occurrence in _occurrences(window, at):
        if occurrence.start > at:
            following = occurrence
            break
        if at < occurrence.end:
            current = occurrence
    return Around(current, following)


def ahead(window: Window, at: datetime, until: datetime) -> tuple[Occurrence, ...]:
    """The occurrences of a window that are open at some time between two moments, at most three weeks apart."""
    return tuple(each for each in _occurrences(window, at) if each.end > at and each.start < until)


def moment(local: datetime, timezone: str) -> datetime:
    """What a local time means, in UTC. Raises what ZoneInfo does for a zone that does not exist."""
    zone = ZoneInfo(timezone)
    meant = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if _local(meant, zone) == local:
        return meant
    return _set_forward(local.replace(tzinfo=zone, fold=1).astimezone(UTC), meant, zone)


def local_time(at: datetime, timezone: str) -> datetime:
    """What clocks show at a moment."""
    return _local(at, ZoneInfo(timezone))


def is_skipped(local: datetime, timezone: str) -> bool:
    """Whether clocks never show this time, because they are set forward over it."""
    return local_time(moment(local, timezone), timezone) != local


def is_repeated(local: datetime, timezone: str) -> bool:
    """Whether clocks show this time twice, because they are set back over it."""
    zone = ZoneInfo(timezone)
    both = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return len(both) > 1 and not is_skipped(local, timezone)


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


def _set_forward(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The moment between two, to the second, at which clocks are set forward."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > _A_SECOND:
        middle = before + (after - before) // (2 * _A_SECOND) * _A_SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def _occurrences(window: Window, at: datetime) -> Iterator[Occurrence]:
    """The occurrences round a moment, in order, those left out that have no time at all."""
    for start, end in _written(window, at):
        occurrence = Occurrence(start, moment(start, window.timezone), moment(end, window.timezone))
        if occurrence.start < occurrence.end:
            yield occurrence


def _written(window: Window, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """From and until of each in local time."""
    match window:
        case Once():
            yield window.start, window.end
        case Weekly():
            today = local_time(at, window.timezone).date()
            for number in range(-_DAYS_BACK, _DAYS_AHEAD):
                day = today + number * _A_DAY
                if _WEEK[day.weekday()] in window.days:
                    yield _on(day, window)


def _on(day: date, window: Weekly) -> tuple[datetime, datetime]:
    last = day if window.end > window.start else day + _A_DAY
    return datetime.combine(day, window.start), datetime.combine(last, window.end)
