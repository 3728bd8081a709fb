"""A key that is gone and a new one that says almost the same: most likely one room under another key. Pure.

Nothing is done about it, since only a person knows. The plan says which lines make it so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from provisioner.comparing.declared import unpack
from provisioner.diagnostics import Diagnostic
from provisioner.metastudio.sensitive import is_sensitive
from provisioner.observed import ObservedRoom
from provisioner.planning.matching import Matches
from provisioner.planning.scope import key_of
from provisioner.rooms import DeclaredRoom
from provisioner.secrets import SecretText

MOST_COMPARED = 50
"""New rooms, and rooms without a manifest, that are put side by side; of more, only equal ones are found."""
_ALMOST = 0.7
"""The share of what a manifest says that a room has to say too."""


def to_compare(matches: Matches) -> tuple[ObservedRoom, ...]:
    """The rooms to read: those that nobody declares any more, where new ones may be almost like them."""
    left, new = _left(matches), _new(matches)
    equal = {_hash(room) for room in left} & {room.spec_hash for room in new}
    may_be_found = len(equal) < min(len(left), len(new)) <= max(len(left), len(new)) <= MOST_COMPARED
    return tuple(room for room in left if _hash(room) not in equal) if may_be_found else ()


def proposals(matches: Matches) -> Iterator[Diagnostic]:
    """A warning for each new room that is most likely one that is not declared any more; each such room once."""
    left = {room.id: room for room in _left(matches)}
    equal_to = {_hash(room) for room in left.values()}
    new = _new(matches)
    for desired in new:
        equal = next((room for room in left.values() if _hash(room) == desired.spec_hash), None)
        if equal is not None:
            del left[equal.id]
            yield _proposal(desired, equal, "says what")
    said = {room.id: Counter(_texts(room.body, ())) for room in left.values() if room.body is not None}
    for desired in new if said else ():
        if desired.packed is None or desired.spec_hash in equal_to:
            continue
        wanted = Counter(_texts(unpack(desired.packed), ()))
        shares = {room_id: (wanted & found).total() / wanted.total() for room_id, found in said.items()}
        likely = max(shares, key=lambda room_id: (shares[room_id], room_id), default=None)
        if likely is not None and shares[likely] >= _ALMOST:
            del said[likely]
            yield _proposal(desired, left[likely], "says almost what")


def _proposal(desired: DeclaredRoom, room: ObservedRoom, says: str) -> Diagnostic:
    old, new = key_of(room), desired.key
    message = (
        f"{new} is new and {says} room {old} ({room.id}) says, which no manifest declares any more. If it is the same "
        "room under another key, it stays that room with this line in provisioner.yaml: "
        f"moved: [{{from: {old}, to: {new}}}]"
    )
    return Diagnostic.warning("rename", message, desired.origin)


def _new(matches: Matches) -> list[DeclaredRoom]:
    """The rooms that would be created."""
    return [match.desired for match in matches.matched if match.room is None and not match.problem]


def _left(matches: Matches) -> list[ObservedRoom]:
    """The rooms that no manifest declares any more; of several with one key that which counts."""
    first = {key_of(room): room for room in reversed(matches.leftover)}
    return [first[key] for key in sorted(first)]


def _hash(room: ObservedRoom) -> str | None:
    return room.marker.spec_hash if room.marker is not None else None


def _texts(value: Any, route: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """What is said in which field, wherever it stands. Secrets do not count."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _texts(item, (*route, name))
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, route)
    elif value is not None and not isinstance(value, SecretText) and not is_sensitive(route):
        yield route[-1] if route else "", repr(value)
