"""In which fields of a room that was read there may be a secret, going by its manifest. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from provisioner.comparing.declared import secret_fields
from provisioner.observed import ObservedRoom
from provisioner.rooms import DeclaredRoom


def secret_fields_of(declared: Iterable[DeclaredRoom]) -> Callable[[ObservedRoom], frozenset[str]]:
    """The fields of the top level in which the manifest of a managed room names a secret."""
    fields = {room.key: found for room in declared if (found := secret_fields(room))}
    return lambda room: fields.get(room.marker.key, frozenset()) if room.marker is not None else frozenset()
