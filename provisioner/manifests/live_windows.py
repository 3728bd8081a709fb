"""The `live.window` of a manifest → a window, or what is wrong with it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo, available_timezones

from provisioner.checking import Violation, did_you_mean
from provisioner.diagnostics import Severity
from provisioner.manifests.models import LiveModel, WindowModel
from provisioner.windows import YEARS, Once, Weekday, Weekly, Window, is_repeated, is_skipped, moment
from provisioner.yaml_source import Route

ROUTE: Route = ("live", "window")
_TIME_OF_DAY = re.compile(r"[0-9]{2}:[0-9]{2}\Z")
_DATE_AND_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}\Z")
_IANA_NAME = re.compile(r"[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}\Z")
"""Every zone's name, and none of what systems keep beside them: `localtime`, `posix/…`, and `right/…`, which counts
leap seconds.
"""


@dataclass(frozen=True, slots=True)
class ReadWindow:
    """A window, where one is written and right, and all that is wrong with it."""

    window: Window | None = None
    violations: tuple[Violation, ...] = ()


def read_window(live: LiveModel | None) -> ReadWindow:
    """The window of a room."""
    if live is None or live.window is None:
        return ReadWindow()
    written = live.window
    found: list[Violation] = []
    if live.state == "unmanaged":
        message = "`state: unmanaged` leaves the broadcast to others, so no window holds; remove one of them"
        found.append(Violation("unused-window", message, ROUTE))
    times = {name: _read_time(name, text, written, found) for name, text in _times(written)}
    if not _is_zone(written.timezone):
        message = f"there is no time zone of this name{_nearest(written.timezone)}"
        found.append(Violation("unknown-timezone", message, (*ROUTE, "timezone")))
    if found:
        return ReadWindow(None, tuple(found))
    window = _window(written, times)
    return ReadWindow(window, tuple(_check(window)))


def _times(written: WindowModel) -> tuple[tuple[str, str], ...]:
    return ("from", written.from_), ("until", written.until)


def _read_time(name: str, text: str, written: WindowModel, found: list[Violation]) -> datetime | None:
    """A local time; of a weekly window on no day that counts. None where it is none, with the reason added."""
    is_weekly = written.every is not None
    form, example = (_TIME_OF_DAY, '"19:30"') if is_weekly else (_DATE_AND_TIME, "2026-11-21T19:30")
    try:
        read = _parsed(text, is_weekly=is_weekly) if form.match(text) else None
    except ValueError:
        read = None
    if read is None:
        what = "a time of day, since the window has `every`" if is_weekly else "a date and a time of day"
        message = f"`{name}` must be {what}, by the clocks of `timezone`, such as {example}"
        found.append(Violation("bad-time", message, (*ROUTE, name)))
    elif read.year not in YEARS:
        message = f"`{name}` must be in a year from {YEARS.start} to {YEARS.stop - 1}"
        found.append(Violation("bad-time", message, (*ROUTE, name)))
    return read


def _parsed(text: str, *, is_weekly: bool) -> datetime:
    if is_weekly:
        return datetime.combine(datetime(YEARS.start, 1, 1), time.fromisoformat(text))  # noqa: DTZ001 - local by intent
    return datetime.fromisoformat(text)


def _window(written: WindowModel, times: dict[str, datetime | None]) -> Window:
    start, end = times["from"], times["until"]
    assert start is not None  # noqa: S101 - nothing was found wrong
    assert end is not None  # noqa: S101 - nothing was found wrong
    if written.every is None:
        return Once(start, end, written.timezone)
    return Weekly(frozenset(map(Weekday, written.every)), start.time(), end.time(), written.timezone)


def _check(window: Window) -> Iterator[Violation]:
    """What is wrong with the times together, and what may surprise."""
    if isinstance(window, Weekly):
        if window.start == window.end:
            message = "`until` is the same as `from`; the window is shorter than a day, and ends at another time"
            yield Violation("empty-window", message, (*ROUTE, "until"))
        return
    if window.end <= window.start:
        yield Violation("empty-window", "`until` must be later than `from`", (*ROUTE, "until"))
        return
    if moment(window.start, window.timezone) == moment(window.end, window.timezone):
        message = "clocks are set forward over the whole window, so it has no time at all; choose other times"
        yield Violation("empty-window", message, ROUTE)
        return
    for name, local in (("from", window.start), ("until", window.end)):
        said = _surprise(local, window.timezone)
        if said:
            yield Violation("clock-change", f"`{name}` {said}", (*ROUTE, name), Severity.WARNING)


def _surprise(local: datetime, timezone: str) -> str:
    if is_skipped(local, timezone):
        return "is a time that clocks are set forward over; it counts as the moment when that is done"
    if is_repeated(local, timezone):
        return "is a time that clocks show twice, because they are set back; the first of the two counts"
    return ""


def _is_zone(name: str) -> bool:
    if not _IANA_NAME.match(name):
        return False
    try:
        ZoneInfo(name)
    except (OSError, ValueError, LookupError):  # a folder, a file that is none, and no such zone
        return False
    return True


def _nearest(name: str) -> str:
    known = sorted(zone for zone in available_timezones() if _IANA_NAME.match(zone))
    return did_you_mean(name, known) or "; write an IANA name, such as Asia/Shanghai or Europe/Berlin"
