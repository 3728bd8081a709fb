"""Which rooms to compare field by field, and the comparing itself, which may be done anywhere. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from provisioner.comparing.compare import FieldChange, contents, differences, undeclared_secrets
from provisioner.comparing.declared import unpack
from provisioner.comparing.shareable import without_proofs, without_secrets
from provisioner.planning.matching import Match, Matches
from provisioner.rooms import RoomKey, Spec

_TOGETHER = 64
"""Comparisons whose results are handed over at once."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A desired room, packed, and the room that it is put beside: what was read of it, or None for a new one.

    Of addresses in a body that `is_masked`, only where they lead is compared.
    """

    key: RoomKey
    packed: bytes = field(repr=False)
    body: Mapping[str, Any] | None = field(repr=False)
    ignore: tuple[str, ...] = ()
    is_masked: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """What makes the room the desired one, and the secret fields that a whole update would empty."""

    changes: tuple[FieldChange, ...]
    lost: tuple[str, ...] = ()


def compared(part: Sequence[Comparison]) -> Iterator[list[tuple[RoomKey, Difference]]]:
    """The differences that some comparisons find, a few at a time."""
    for start in range(0, len(part), _TOGETHER):
        yield [(one.key, _difference(one)) for one in part[start : start + _TOGETHER]]


def shareable(one: Comparison) -> Comparison | None:
    """The comparison without a secret of the room, and with the same result; None where there is none such."""
    if one.body is None:
        return one
    body = without_secrets(one.body)
    return None if body is None else replace(one, body=body)


def comparisons(matches: Matches) -> Iterator[Comparison]:
    """What has to be compared for a plan: new rooms with nothing, and rooms that were read with what they are."""
    for match in matches.matched:
        if _is_compared(match) and match.desired.packed is not None:
            body, is_masked = (match.room.spec, match.room.is_masked) if match.room is not None else (None, False)
            ignore = match.desired.lifecycle.ignore
            yield Comparison(match.desired.key, match.desired.packed, body, ignore, is_masked)


def _is_compared(match: Match) -> bool:
    return not match.problem and (match.room is None or match.room.body is not None)


def _difference(one: Comparison) -> Difference:
    spec: Spec = unpack(one.packed)
    if one.body is None:
        return Difference(contents(spec))
    if one.is_masked:
        spec = without_proofs(spec)
    return Difference(differences(spec, one.body, one.ignore), undeclared_secrets(spec, one.body))
