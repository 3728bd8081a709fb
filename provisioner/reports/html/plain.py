"""Plain data of any shape → what a page can show. Pure, and never an exception.

A room of a saved plan is data from a stranger: a list may be a number, a size may be negative or huge.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

MOST_ITEMS = 400
"""Items of one list that are shown."""
LONGEST_TEXT = 131_072
"""Characters of one text that are shown: as many as the service takes for a paragraph."""
FARTHEST = 100_000
"""Canvas pixels beyond which nothing is drawn."""
_NOTHING: Mapping[str, Any] = {}


def fields(value: Any) -> Mapping[str, Any]:
    """The value, if it is an object, or one without fields."""
    return value if type(value) is dict or isinstance(value, Mapping) else _NOTHING


def below(value: Any, *names: str) -> Any:
    """What stands at a route of fields; None where there is no such thing."""
    for name in names:
        value = fields(value).get(name)
    return value


def items(value: Any) -> tuple[Mapping[str, Any], ...]:
    """The objects of a list, at most `MOST_ITEMS` of them."""
    return tuple(item for item in listed(value) if isinstance(item, Mapping))


def listed(value: Any) -> tuple[Any, ...]:
    """What a list holds, at most `MOST_ITEMS` of it."""
    return tuple(value[:MOST_ITEMS]) if isinstance(value, list | tuple) else ()


def left_out(value: Any, most: int = MOST_ITEMS) -> int:
    """How many items a list has beyond those that are shown."""
    return max(0, len(value) - most) if isinstance(value, list | tuple) else 0


def text(value: Any) -> str:
    """Text as it is, nothing as empty text, anything else as JSON."""
    match value:
        case None:
            return ""
        case str():
            return value if len(value) <= LONGEST_TEXT else f"{value[:LONGEST_TEXT]}…"
        case _:
            return _json(value)


def number(value: Any, default: float) -> float:
    """A number of canvas pixels or the like, kept between minus and plus `FARTHEST`."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124 - not a number
        return default
    return float(max(-FARTHEST, min(FARTHEST, value)))


def whole(value: Any) -> int | None:
    """A whole number of usual size, or None."""
    return value if type(value) is int and abs(value) < 2**31 else None


def _json(value: Any) -> str:
    try:
        written = json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):  # a number of thousands of digits, or nested without end
        return "…"
    return written if len(written) <= LONGEST_TEXT else f"{written[:LONGEST_TEXT]}…"
