"""Query parameters: text → typed values within the documented ranges. Pure; raises Refusal."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeAlias

from provisioner.emulator.answers import invalid
from provisioner.emulator.moments import parse_rfc3339

Query: TypeAlias = Mapping[str, str]

MAX_OFFSET = 2_147_483_647
MAX_LIMIT = 100
DEFAULT_LIMIT = 10


def page(query: Query) -> tuple[int, int]:
    """`offset` (0–2147483647, default 0) and `limit` (1–100, default 10)."""
    offset = _whole(query, "offset", default=0, least=0, most=MAX_OFFSET)
    return offset, _whole(query, "limit", default=DEFAULT_LIMIT, least=1, most=MAX_LIMIT)


def moment(query: Query, name: str) -> int | None:
    """An RFC 3339 time in milliseconds since 1970; None where it was not sent."""
    text = query.get(name)
    if not text:
        return None
    ms = parse_rfc3339(text)
    if ms is None:
        raise invalid(f"{name}: not an RFC 3339 time such as 2021-01-10T08:43:17Z")
    return ms


def choice(query: Query, name: str, allowed: Collection[str]) -> str | None:
    """One of a few words, found whatever its case; None where it was not sent."""
    text = query.get(name)
    if not text:
        return None
    found = {word.upper(): word for word in allowed}.get(text.upper())
    return _one_of(name, found or text, allowed)


def choices(query: Query, name: str, allowed: Collection[str]) -> tuple[str, ...]:
    """Some of a few words, separated by commas; empty where it was not sent."""
    return tuple(_one_of(name, word.strip(), allowed) for word in query.get(name, "").split(",") if word.strip())


def _one_of(name: str, word: str, allowed: Collection[str]) -> str:
    if word not in allowed:
        raise invalid(f"{name}: not one of {', '.join(sorted(allowed))}")
    return word


def _whole(query: Query, name: str, *, default: int, least: int, most: int) -> int:
    text = query.get(name)
    if text is None or text == "":
        return default
    digits = text.removeprefix("-")
    value = int(text) if digits.isascii() and digits.isdigit() and len(digits) <= 12 else None
    if value is None or not least <= value <= most:
        raise invalid(f"{name}: not a whole number from {least} to {most}")
    return value
