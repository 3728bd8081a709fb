"""What was read of a room, for the eyes of others: without its secrets, and with the same differences. Pure.

Comparing never looks into a sensitive place, only whether there is anything, so a mask in it changes nothing. Where
that does not hold there is nothing to share: an address is compared whole, and so is an item of a list when it is
told from the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from provisioner.metastudio.sensitive import MASK, is_sensitive, is_url, redact_url


class _NotShareableError(Exception):
    """A secret stands where it is compared."""


def without_secrets(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """The body with a mask for every secret, so that `differences` and `undeclared_secrets` find the same for any
    manifest; None where there is no such body.
    """
    try:
        return _fields((), body)
    except _NotShareableError:
        return None


def _fields(route: tuple[str | int, ...], fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _shown((*route, name), value) for name, value in fields.items()}


def _shown(route: tuple[str | int, ...], value: Any) -> Any:
    if is_sensitive(route):
        if _is_told(value) and any(isinstance(step, int) for step in route):
            raise _NotShareableError
        return _masked(value)
    match value:
        case Mapping():
            return _fields(route, value)
        case list() | tuple():
            return [_shown((*route, position), item) for position, item in enumerate(value)]
        case str() if is_url(route) and redact_url(value) != value:
            raise _NotShareableError
        case _:
            return value


def _masked(value: Any) -> Any:
    """As many masks as there are values; nothing stays nothing."""
    match value:
        case Mapping() if value:
            raise _NotShareableError  # its names may be what is secret
        case list() | tuple():
            return [_masked(item) for item in value]
        case _:
            return MASK if value else value


def _is_told(value: Any) -> bool:
    """Whether there is anything at a sensitive place."""
    return any(map(_is_told, value)) if isinstance(value, list | tuple) else bool(value)
