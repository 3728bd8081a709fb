"""Plain data → JSON text that is also safe to print. Pure."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

_NOT_ASCII = re.compile(r"[^\x00-\x7e]+")
_SURROGATE_BASE = 0x10000


def dumps(document: Any) -> str:
    r"""Indented JSON, without a line break at its end.

    Letters of every language stay readable. What is not plainly visible (controls, bidirectional overrides,
    lone surrogates) is written as `\uXXXX`: the same value to a program, and inert in a terminal. So is what a log of
    GitHub Actions would take for a command.
    """
    return _inert(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2))


def one_line(document: Any) -> str:
    """The same on one line, for a stream of documents."""
    return _inert(json.dumps(document, ensure_ascii=False, allow_nan=False))


def timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC, such as `2026-11-20T08:00:00Z`. The moment knows its time zone."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _inert(text: str) -> str:
    return _NOT_ASCII.sub(_visible, text).replace("##[", r"#\u0023[")  # a `#` stands within strings only


def _visible(match: re.Match[str]) -> str:
    run = match[0]
    return run if run.isprintable() else "".join(char if char.isprintable() else _escaped(char) for char in run)


def _escaped(char: str) -> str:
    code = ord(char)
    if code < _SURROGATE_BASE:
        return f"\\u{code:04x}"
    high, low = divmod(code - _SURROGATE_BASE, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
