"""When a room is on air in the week ahead: its job and its windows along a line, and in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from provisioner.planning.contents import Air
from provisioner.windows import Occurrence

DAYS = 7
_SPAN = timedelta(days=DAYS)
_A_DAY = timedelta(days=1)
_LEAST_WIDTH = 0.35
"""Percent of the line; a short broadcast is still seen."""
_MOST_WINDOWS = 60
_ON_AIR = frozenset({"PROCESSING", "WAITING"})


@dataclass(frozen=True, slots=True)
class Bar:
    """Something along the line: `start` and `width` in percent of it."""

    start: float
    width: float
    words: str
    is_job: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """A midnight of the room's clocks: its place in percent, and the day that begins."""

    place: float
    label: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The week ahead of a room; `job` says what its latest job does, empty for none."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    job: str
    timezone: str


def timeline(air: Air, moment: datetime) -> Timeline | None:
    """The line from a moment on; None for a room that has neither a job nor a window."""
    windows = air.windows[:_MOST_WINDOWS]
    if not air.job and not windows:
        return None
    shift = windows[0].local - _naive(windows[0].start) if windows else timedelta()
    bars = [bar for window in windows if (bar := _window(window, moment)) is not None]
    if air.job in _ON_AIR:
        bars.insert(0, Bar(0, 1.2, _job(air), is_job=True))
    return Timeline(tuple(bars), tuple(_ticks(moment, shift)), _job(air), air.timezone or "UTC")


def _window(window: Occurrence, moment: datetime) -> Bar | None:
    start, end = max(window.start - moment, timedelta()), min(window.end - moment, _SPAN)
    if start >= end:
        return None
    return Bar(_percent(start), max(_percent(end - start), _LEAST_WIDTH), _words(window))


def _words(window: Occurrence) -> str:
    """`Sat 21 Nov, 20:00–22:00`, by the clocks of the window."""
    end = _later(window.local, window.end - window.start)
    on_another_day = f"{end:%a} " if end.date() != window.local.date() else ""
    return f"{window.local:%a} {window.local.day} {window.local:%b}, {window.local:%H:%M}–{on_another_day}{end:%H:%M}"


def _job(air: Air) -> str:
    """`PROCESSING since Fri 20 Nov, 06:00 UTC`."""
    if not air.job:
        return ""
    if air.job in _ON_AIR:
        return f"{air.job} since {_minute(air.started)}" if air.started else air.job
    return f"{air.job}, ended {_minute(air.ended)}" if air.ended else air.job


def _minute(moment: datetime) -> str:
    utc = moment.astimezone(UTC)
    return f"{utc:%a} {utc.day} {utc:%b}, {utc:%H:%M} UTC"


def _ticks(moment: datetime, shift: timedelta) -> Iterator[Tick]:
    """Midnights, by the clocks of the first window."""
    local = _later(_naive(moment), shift)
    midnight = datetime(local.year, local.month, local.day)  # noqa: DTZ001 - what clocks show
    for days in range(1, DAYS + 1):
        day = _later(midnight, days * _A_DAY)
        yield Tick(_percent(day - local), f"{day:%a} {day.day}")


def _later(moment: datetime, span: timedelta) -> datetime:
    """A moment later; itself where the calendar ends before that."""
    try:
        return moment + span
    except OverflowError:
        return moment


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _percent(span: timedelta) -> float:
    return round(100 * (span / _SPAN), 3)
