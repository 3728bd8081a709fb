"""Where a room is pushed to, and when: the small part of it that is compared with other rooms. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from provisioner.checking import Place
from provisioner.secrets import SecretText
from provisioner.windows import Once, Weekly, Window, ahead, moment

_SEASONS = (datetime(2026, 1, 12, tzinfo=UTC), datetime(2026, 7, 13, tzinfo=UTC))
"""Weeks in winter and in summer: clocks of two places may be further apart in one of them."""
_A_WEEK = timedelta(days=8)
_THREE_WEEKS = timedelta(days=21)

Written = str | SecretText


@dataclass(frozen=True, slots=True)
class Push:
    """One room that goes on air: its push address and key, secrets by their names, and the window, if it has one."""

    room: str
    address: tuple[Written, ...]
    window: Window | None
    place: Place


def meet(one: Window | None, other: Window | None) -> bool:
    """Whether two rooms may be on air at the same time. Without a window a room is on air until it is stopped."""
    match one, other:
        case None, _:
            return True
        case _, None:
            return True
        case Once(), Once():
            return _start(one) < _end(other) and _start(other) < _end(one)
        case Once(), Weekly():
            return _falls_into(one, other)
        case Weekly(), Once():
            return _falls_into(other, one)
        case Weekly(), Weekly():
            return one == other or any(_meet_in_week(one, other, start) for start in _SEASONS)
    return False


def _falls_into(once: Once, weekly: Weekly) -> bool:
    start, end = _start(once), _end(once)
    return end - start > _THREE_WEEKS or bool(ahead(weekly, start, end))


def _meet_in_week(one: Weekly, other: Weekly, start: datetime) -> bool:
    others = ahead(other, start, start + _A_WEEK)
    return any(
        each.start < another.end and another.start < each.end
        for each in ahead(one, start, start + _A_WEEK)
        for another in others
    )


def _start(window: Once) -> datetime:
    return moment(window.start, window.timezone)


def _end(window: Once) -> datetime:
    return moment(window.end, window.timezone)
