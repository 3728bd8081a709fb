"""Numbers and stretches of time in words for people. Pure."""

from __future__ import annotations

from datetime import timedelta

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def counted(number: int, noun: str) -> str:
    """`1 room`, `1,200 rooms`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def age_words(age: timedelta) -> str:
    """`3 hours`, cut to the largest whole unit; `less than a minute`."""
    seconds = int(age.total_seconds())
    for length, noun in _UNITS:
        if seconds >= length:
            return counted(seconds // length, noun)
    return "less than a minute"
