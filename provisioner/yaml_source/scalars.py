"""What an unquoted scalar means: the core schema, YAML 1.2.2 chapter 10.3. Pure."""

from __future__ import annotations

import math
import re

_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_NUMBER_START = frozenset("+-.0123456789")
_INT = re.compile(r"[-+]?[0-9]+\Z")
_BASED_INT = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z")
_MAX_INT = 2**63 - 1
"""Beyond 64 bits the readers of JSON disagree."""


class ScalarError(ValueError):
    """A number no JSON can carry. The message says what to do and never quotes it."""


def plain_value(text: str) -> bool | int | float | str | None:
    """The value. Raises ScalarError for infinities, NaN and numbers beyond 64 bits."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_START:
        return text
    if _INT.match(text):
        return _whole_number(text.lstrip("+-0"), 10, negative=text[0] == "-")
    if _BASED_INT.match(text):
        return _whole_number(text[2:].lstrip("0"), 8 if text[1] == "o" else 16)
    if _FLOAT.match(text):
        number = float(text)
        if math.isinf(number):
            raise ScalarError("this number is too large; if it is text, write it in quotes")
        return number
    if _NOT_FINITE.match(text):
        raise ScalarError("infinity and NaN cannot be sent to the service; if this is text, write it in quotes")
    return text


def _whole_number(digits: str, base: int, *, negative: bool = False) -> int:
    # 64 bits have at most 21 octal digits; Python refuses to read thousands of them
    number = int(digits or "0", base) if len(digits) <= 21 else _MAX_INT + 1
    if number > _MAX_INT:
        raise ScalarError("this number is beyond 64 bits; if it is text, such as an id, write it in quotes")
    return -number if negative else number
