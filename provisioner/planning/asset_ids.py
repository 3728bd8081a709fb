"""Which assets the changes of a plan speak of. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from provisioner.assets import ID_FIELDS
from provisioner.comparing.paths import last_field
from provisioner.planning.actions import Action


def names_of(actions: Iterable[Action], names: Mapping[str, str]) -> dict[str, str]:
    """Of the names of assets by their ids, those whose ids the changes hold."""
    found = dict.fromkeys(
        one
        for action in actions
        for change in action.changes
        for value in (change.before, change.after)
        for one in _ids(value, last_field(change.path))
    )
    return {one: names[one] for one in found if one in names}


def _ids(value: Any, field: str) -> Iterator[str]:
    match value:
        case str() if field in ID_FIELDS:
            yield value
        case Mapping():
            for name, item in value.items():
                yield from _ids(item, name)
        case list():
            for item in value:
                yield from _ids(item, field)
