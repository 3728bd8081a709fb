"""How a value is written into YAML before it is bound: a number between two private-use characters. Pure.

Both characters are refused wherever a person or a table could write them, so a placeholder in rendered text is
always one that was put there.
"""

from __future__ import annotations

import re

OPEN = "\uf5d0"
CLOSE = "\uf5d1"

RESERVED = OPEN + CLOSE
"""The characters that no text of a manifest may have."""
PLACEHOLDER = re.compile(f"{OPEN}([0-9]+){CLOSE}")
"""Matches one placeholder; group 1 is the index of its value."""

_MADE: list[str] = []


def placeholder(index: int) -> str:
    """The placeholder for the value at an index."""
    try:
        return _MADE[index]
    except IndexError:
        _MADE.extend(f"{OPEN}{number}{CLOSE}" for number in range(len(_MADE), index + 1))
        return _MADE[index]
