"""What expressions work with: plain data, and texts that rendered pieces stand for. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from jinja2 import Undefined

from provisioner.manifests.templates.errors import Refused, ReservedCharacter
from provisioner.manifests.templates.pieces import Structure
from provisioner.manifests.templates.placeholders import CLOSE, OPEN
from provisioner.manifests.templates.texts import check_length, kind_of, text_of
from provisioner.rooms import Value
from provisioner.secrets import SecretText

MAX_ITEMS: Final = 200_000
"""Entries of one printed value, at all depths."""
MAX_DEPTH: Final = 60
MAX_BITS: Final = 1024
"""Of a whole number: more digits than any field of the API takes."""


def resolved(value: object) -> object:
    """The value itself, or the text that rendered pieces stand for."""
    return value.text() if isinstance(value, Structure) else value


def as_text(value: object) -> str | SecretText:
    """A value as it stands inside text. Raises Refused for what has no text."""
    if isinstance(value, Undefined):
        return str(value)  # nothing after an `if` without `else`; every other undefined name raises
    return text_of(resolved(value))


def plain(value: object) -> Value:
    """The value as plain data of its own. Raises Refused for what is no data or too large."""
    return _Copying().copy(value, 0)


def check_characters(text: str) -> None:
    """Raises Refused for text that is too long or holds a character of placeholders."""
    if OPEN in text or CLOSE in text:
        raise ReservedCharacter(OPEN if OPEN in text else CLOSE)
    check_length(len(text))


class _Copying:
    """Copies one value, counting what it copies: a list of lists of lists may be short and yet enormous."""

    def __init__(self) -> None:
        self._items = 0

    def copy(self, value: object, depth: int) -> Value:
        match value:
            case bool() | None | SecretText():
                return value
            case int():
                if value.bit_length() > MAX_BITS:
                    raise Refused("template-limit", "this number has too many digits")
                return value
            case float():
                if not math.isfinite(value):
                    raise Refused("template-value", "this is not a finite number, so no room can hold it")
                return value
            case str():
                check_characters(value)
                return value
            case Structure():
                return self.copy(value.text(), depth)
            case list() | tuple() | range():
                return [self._item(item, depth) for item in value]
            case dict():
                return {self._key(key): self._item(item, depth) for key, item in value.items()}
            case Undefined():
                return str(value)
            case Iterator():
                return [self._item(item, depth) for item in value]
            case _:
                raise Refused("template-value", f"this expression is {kind_of(value)}; only data can be printed")

    def _item(self, value: object, depth: int) -> Value:
        self._items += 1
        if self._items > MAX_ITEMS or depth >= MAX_DEPTH:
            raise Refused("template-limit", f"this value has more than {MAX_ITEMS:,} entries or is nested too deeply")
        return self.copy(value, depth + 1)

    def _key(self, value: object) -> str:
        key = resolved(value)
        if not isinstance(key, str):
            raise Refused("template-value", f"a key of this mapping is {kind_of(key)}; keys are text")
        check_characters(key)
        return key
