"""The forms in which a secret might get into what a person or a program reads."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Mapping
from urllib.parse import quote, quote_plus


def forms(value: str) -> set[str]:
    """The value as it is, in JSON, in HTML, in an address, in Base64 at every offset, and in hexadecimal digits."""
    data = value.encode()
    return {
        value,
        html.escape(value),
        html.escape(value, quote=False),
        quote(value, safe=""),
        quote_plus(value),
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        data.hex(),
        *_base64(data),
    }


def leaks(text: str, secrets: Mapping[str, str]) -> list[str]:
    """The names of the secrets that a text shows in some form."""
    return sorted(name for name, value in secrets.items() if any(form in text for form in forms(value)))


def _base64(data: bytes) -> set[str]:
    """The part that is the same whatever stands before and behind, for each place in a group of three bytes."""
    found = set()
    for offset in range(3):
        inner = data[(3 - offset) % 3 :]
        inner = inner[: len(inner) - len(inner) % 3]
        written = base64.b64encode(inner).decode() if len(inner) >= 6 else ""
        found |= {written, written.replace("+", "-").replace("/", "_")} - {""}
    return found
