"""What was read of a room, for the eyes of others: without its secrets, and as far as possible with the same
differences. Pure.

Comparing never looks into a sensitive place, only whether there is anything, so a mask in it changes nothing. Where
that does not hold a mask is coarser: an address is compared whole, and so is an item of a list when it is told from
the others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from provisioner.metastudio.sensitive import MASK, is_sensitive, is_url, redact_url
from provisioner.rooms import Spec

_WHERE = re.compile(r"[^:/?#]+://[^/?#]*")
"""Scheme, and host with its port."""


@dataclass(frozen=True, slots=True)
class Masked:
    """A body with a mask for every secret. One that `is_exact` has the same differences from any manifest; another
    has them from a manifest that is without its addresses' proofs as well (`without_proofs`).
    """

    body: dict[str, Any] = field(repr=False)
    is_exact: bool


def masked(body: Mapping[str, Any]) -> Masked:
    """The body without any secret: values of sensitive places, and what addresses carry."""
    masking = _Masking()
    shown = masking.fields((), body)
    return Masked(shown, masking.is_exact)


def without_secrets(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """The body with a mask for every secret, so that `differences` and `undeclared_secrets` find the same for any
    manifest; None where there is no such body.
    """
    shown = masked(body)
    return shown.body if shown.is_exact else None


def shielded(body: Mapping[str, Any], fields: frozenset[str]) -> dict[str, Any]:
    """The body in which addresses below some fields are told by their host alone.

    Where a manifest takes an address from a secret, what the room has there may be an earlier secret, in its path too.
    """
    return {name: _host_alone((name,), value) if name in fields else value for name, value in body.items()}


def _host_alone(route: tuple[str, ...], value: Any) -> Any:
    match value:
        case Mapping():
            return {name: _host_alone((*route, name), item) for name, item in value.items()}
        case list() | tuple():
            return [_host_alone(route, item) for item in value]
        case str() if is_url(route) and not is_sensitive(route):
            where = _WHERE.match(redact_url(value))
            return f"{where[0]}/{MASK}" if where else MASK
        case _:
            return value


def without_proofs(spec: Spec) -> Spec:
    """The spec with its addresses as `masked` has those of a room; secrets stay names."""
    return {name: _bare((name,), value) for name, value in spec.items()}


def _bare(route: tuple[str, ...], value: Any) -> Any:
    match value:
        case dict():
            return {name: _bare((*route, name), item) for name, item in value.items()}
        case list():
            return [_bare(route, item) for item in value]
        case str() if is_url(route) and not is_sensitive(route):
            return redact_url(value)
        case _:
            return value


@dataclass(slots=True)
class _Masking:
    """One walk through a body, and whether every mask in it was one that changes nothing."""

    is_exact: bool = True

    def fields(self, route: tuple[str | int, ...], fields: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._shown((*route, name), value) for name, value in fields.items()}

    def _shown(self, route: tuple[str | int, ...], value: Any) -> Any:
        if is_sensitive(route):
            if _is_told(value) and any(isinstance(step, int) for step in route):
                self.is_exact = False
            return self._hidden(value)
        match value:
            case Mapping():
                return self.fields(route, value)
            case list() | tuple():
                return [self._shown((*route, position), item) for position, item in enumerate(value)]
            case str() if is_url(route) and (bare := redact_url(value)) != value:
                self.is_exact = False
                return bare
            case _:
                return value

    def _hidden(self, value: Any) -> Any:
        """As many masks as there are values; nothing stays nothing."""
        match value:
            case Mapping() if value:
                self.is_exact = False  # its names may be what is secret
                return MASK
            case list() | tuple():
                return [self._hidden(item) for item in value]
            case _:
                return MASK if value else value


def _is_told(value: Any) -> bool:
    """Whether there is anything at a sensitive place."""
    return any(map(_is_told, value)) if isinstance(value, list | tuple) else bool(value)
