"""JSON without surprises, in both directions. Pure.

The standard parser takes the last of two equal keys, reads NaN, turns 1e999 into infinity and descends as deep
as the text asks. An answer like that is broken or hostile, and none of it may pass for a room.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

MAX_DEPTH = 64
"""Levels of nesting; a room has about twelve."""
MAX_CONTAINERS = 250_000
"""Objects and arrays in one text; a page of a hundred rooms has a few thousand."""


class NotJsonError(ValueError):
    """The text is not JSON, or not JSON that may be trusted. The message never quotes the text."""


def parse(text: bytes) -> object:
    """The value of a UTF-8 JSON text. Lone surrogates in strings become U+FFFD. Raises NotJsonError."""
    if text.count(b"[") + text.count(b"{") > MAX_CONTAINERS:
        raise NotJsonError(f"it has more than {MAX_CONTAINERS:,} objects and arrays")
    try:
        value = json.loads(
            text.decode("utf-8"), object_pairs_hook=_object, parse_float=_number, parse_constant=_no_constant
        )
    except NotJsonError:
        raise
    except RecursionError:
        raise NotJsonError(f"it nests deeper than {MAX_DEPTH} levels") from None
    except ValueError as error:  # its message may quote the text
        raise NotJsonError("it is not JSON in UTF-8") from error
    _check_depth(value)
    return _without_surrogates(value) if b"\\ud" in text.lower() else value


def serialise(value: object) -> bytes:
    """The compact UTF-8 text of plain data. Raises NotJsonError for a number or a character JSON cannot carry."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")
    except UnicodeEncodeError:
        place = _surrogate_place(value, "")
        raise NotJsonError(f"the text at {place} holds half a character (a lone surrogate)") from None
    except ValueError:
        raise NotJsonError("a number in it is not finite, or it contains itself") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise NotJsonError("an object in it has the same key twice")
    return value


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NotJsonError("a number in it is too large")
    return number


def _no_constant(name: str) -> NoReturn:
    raise NotJsonError(f"it holds {name}, which is not a JSON number")


def _items(value: object) -> list[tuple[str, object]]:
    match value:
        case dict():
            return [(f".{key}", item) for key, item in value.items()]
        case list() | tuple():
            return [(f"[{index}]", item) for index, item in enumerate(value)]
        case _:
            return []


def _check_depth(value: object) -> None:
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH + 1):
        containers = [item for item in level if isinstance(item, dict | list)]
        if not containers:
            return
        level = [item for box in containers for item in (box.values() if isinstance(box, dict) else box)]
    raise NotJsonError(f"it nests deeper than {MAX_DEPTH} levels")


def _without_surrogates(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case list():
            return [_without_surrogates(item) for item in value]
        case dict():
            return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
        case _:
            return value


def _surrogate_place(value: object, path: str) -> str | None:
    """Where the first string stands that UTF-8 cannot carry, as `.scene_scripts[0].script_name`."""
    if isinstance(value, str):
        return path if any("\ud800" <= char <= "\udfff" for char in value) else None
    return next((place for step, item in _items(value) if (place := _surrogate_place(item, path + step))), None)
