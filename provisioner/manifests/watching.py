"""What rules look at: every secret, and every text in a field that holds an address or a secret. Pure.

The rooms of one template have the same text, so the places of what is watched are found once for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from provisioner import yaml_source
from provisioner.manifests.templates import PLACEHOLDER
from provisioner.metastudio.sensitive import SECRET_FIELDS, URL_FIELDS
from provisioner.rooms import Value
from provisioner.secrets import SecretText
from provisioner.yaml_source import Node, Route, Scalar

MEDIA_FIELDS = frozenset(
    {"image_url", "video_url", "video_cover_url", "audio_url", "subtitle_url", "background_config"}
)
ADDRESS_FIELDS = URL_FIELDS | MEDIA_FIELDS
_FIELDS = ADDRESS_FIELDS | SECRET_FIELDS | {"key"}
_CONTAINERS = (dict, list)

Watched: TypeAlias = tuple[Route, str | SecretText]


def watched(body: Any) -> list[Watched]:
    """All that is watched in plain data, with its route."""
    found: list[Watched] = []
    if isinstance(body, _CONTAINERS):
        _look_into(body, "", [], found)
    return found


def _look_into(value: Any, field: str, path: list[str | int], found: list[Watched]) -> None:
    """Adds what is in `value`, which stands at `path` in the field `field`. Rooms have hundreds of values, so
    routes are made for those that count only.
    """
    if isinstance(value, dict):
        for name, item in value.items():
            if isinstance(item, _CONTAINERS):
                path.append(name)
                _look_into(item, name, path, found)
                path.pop()
            elif isinstance(item, SecretText) or (name in _FIELDS and isinstance(item, str)):
                found.append(((*path, name), item))
    else:
        for position, item in enumerate(value):
            if isinstance(item, _CONTAINERS):
                path.append(position)
                _look_into(item, field, path, found)
                path.pop()
            elif isinstance(item, SecretText) or (field in _FIELDS and isinstance(item, str)):
                found.append(((*path, position), item))


@dataclass(frozen=True, slots=True)
class Places:
    """Where a document has texts in watched fields, and where each of its values stands, counted in its order."""

    fields: tuple[tuple[int, Route], ...]
    values: Mapping[int, tuple[tuple[int, Route], ...]]

    def watched(self, values: Sequence[Value], data: Any, top: str) -> list[Watched] | None:
        """What `watched` finds in the field `top` of a document that was bound to these values; None where only
        looking tells, because a value is a list or a mapping.
        """
        routes = set(self.fields)
        for index, value in enumerate(values):
            if isinstance(value, str):
                continue
            if isinstance(value, SecretText):
                routes.update(self.values.get(index, ()))
            elif isinstance(value, _CONTAINERS):
                return None
        found: list[Watched] = []
        for _, route in sorted(routes):
            if route[0] == top:
                value = _at(data, route)
                if isinstance(value, str | SecretText):
                    found.append((route[1:], value))
        return found


def places_of(root: Node) -> Places | None:
    """The places of a document whose scalars may hold placeholders; None where a key holds one."""
    fields: list[tuple[int, Route]] = []
    values: dict[int, tuple[tuple[int, Route], ...]] = {}
    return Places(tuple(fields), values) if _add(root, "", (), fields, values, [0]) else None


def _add(
    node: Node,
    field: str,
    route: Route,
    fields: list[tuple[int, Route]],
    values: dict[int, tuple[tuple[int, Route], ...]],
    order: list[int],
) -> bool:
    match node:
        case Scalar():
            order[0] += 1
            if field in _FIELDS and route:
                fields.append((order[0], route))
            for match in PLACEHOLDER.finditer(node.text):
                index = int(match[1])
                values[index] = (*values.get(index, ()), (order[0], route))
            return True
        case yaml_source.Sequence():
            return all(_add(item, field, (*route, n), fields, values, order) for n, item in enumerate(node.items))
        case yaml_source.Mapping():
            return all(
                not PLACEHOLDER.search(key.text) and _add(item, key.text, (*route, key.text), fields, values, order)
                for key, item in node.pairs
            )


def _at(data: Any, route: Route) -> Any:
    """What stands at a route; None where a null was left out on the way."""
    for step in route:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data
