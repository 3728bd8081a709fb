"""Moments as the service keeps and writes them: whole milliseconds since 1970 inside, text outside. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def from_ms(ms: int) -> datetime:
    """The moment in UTC."""
    return _EPOCH + timedelta(milliseconds=ms)


def rfc3339(ms: int) -> str:
    """As the API writes times: UTC, whole seconds, such as `2021-01-10T08:43:17Z`."""
    return from_ms(ms).strftime("%Y-%m-%dT%H:%M:%SZ")


def http_date(ms: int) -> str:
    """As a `Date` header writes it."""
    return format_datetime(from_ms(ms).replace(microsecond=0), usegmt=True)


def parse_rfc3339(text: str) -> int | None:
    """Milliseconds since 1970, or None where the text is not a full RFC 3339 time with its zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return to_ms(moment) if moment.tzinfo is not None and "T" in text.upper() else None
