"""What has to change in a spec so that it says what the room is: plan's comparison, the other way round. Pure.

Only what the spec says is looked at, by the rules by which plans compare. Routes lead into the spec as it is, with
scripts and rule sets in place; what is new is said as in a manifest that is imported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from provisioner.comparing import paths
from provisioner.comparing.compare import holds_mappings, identity_of, is_settled, label_of
from provisioner.comparing.identity import pair
from provisioner.comparing.paths import Item, to_text
from provisioner.importing.stating import stated
from provisioner.metastudio.models import CreateSmartLiveRoomReq
from provisioner.metastudio.requests import Model, fields_of
from provisioner.rooms import Spec
from provisioner.yaml_source import Route


@dataclass(frozen=True, slots=True)
class New:
    """An item that only the room has."""

    value: Any


@dataclass(frozen=True, slots=True)
class Pulled:
    """One place: `value` takes the place of what stands there; None takes the field away; a tuple of positions and
    `New` arranges a list.
    """

    route: Route
    path: str
    value: Any


def pulled(desired: Spec, observed: Mapping[str, Any], ignore: tuple[str, ...] = ()) -> tuple[Pulled, ...]:
    """Everything that the room says otherwise, in the spec's order."""
    return tuple(_in_mapping(_Place((), (), CreateSmartLiveRoomReq), desired, observed, ignore))


@dataclass(frozen=True, slots=True)
class _Place:
    route: Route
    shown: paths.Route
    model: Model | None

    def field(self, name: str) -> _Place:
        below = fields_of(self.model).get(name) if self.model is not None else None
        return _Place((*self.route, name), (*self.shown, name), below)

    def item(self, position: int, label: str) -> _Place:
        return _Place((*self.route, position), (*self.shown, Item(label)), self.model)

    def becomes(self, value: Any) -> Pulled:
        return Pulled(self.route, to_text(self.shown), value)


_Found: TypeAlias = Iterator[Pulled]


def _in_mapping(
    place: _Place, desired: Mapping[str, Any], observed: Mapping[str, Any], ignore: tuple[str, ...]
) -> _Found:
    for name, value in desired.items():
        yield from _at(place.field(name), value, observed.get(name), ignore)


def _at(place: _Place, desired: Any, observed: Any, ignore: tuple[str, ...]) -> _Found:
    if is_settled(place.shown, desired, observed, ignore):
        return
    match desired, observed:
        case Mapping(), Mapping():
            yield from _in_mapping(place, desired, observed, ignore)
        case list(), list() if holds_mappings(desired) or holds_mappings(observed):
            yield from _in_items(place, desired, observed, ignore)
        case list(), list():
            yield from _in_texts(place, desired, observed)
        case _:
            yield place.becomes(None if observed in (None, "", [], {}) else _said(place, observed))


def _in_items(place: _Place, desired: list[Any], observed: list[Any], ignore: tuple[str, ...]) -> _Found:
    pairing = pair(desired, observed, identity_of(place.shown))
    partner = {j: i for i, j in pairing.both()}
    counts = identity_of(place.shown).order_field
    unsaid = counts if not any(counts in item for item in desired if isinstance(item, Mapping)) else None
    order = tuple(partner.get(j, New(_without(_said(place, item), unsaid))) for j, item in enumerate(observed))
    if order != tuple(range(len(desired))):
        yield place.becomes(order or [])
    for i, j in pairing.both():
        yield from _at(place.item(i, label_of(place.shown, desired[i], i)), desired[i], observed[j], ignore)


def _in_texts(place: _Place, desired: list[Any], observed: list[Any]) -> _Found:
    """Items one by one where there are as many, else those that stay and those that are new."""
    if len(desired) == len(observed):
        for n, (old, new) in enumerate(zip(desired, observed, strict=True)):
            if old != new:
                yield place.item(n, str(n + 1)).becomes(new)
        return
    left = list(range(len(desired)))
    order: list[int | New] = []
    for item in observed:
        at = next((n for n in left if desired[n] == item and all(n > o for o in order if isinstance(o, int))), None)
        order.append(New(item) if at is None else at)
        left = [n for n in left if n != at]
    yield place.becomes(tuple(order) or [])


def _said(place: _Place, value: Any) -> Any:
    return stated(place.model, value) if place.model is not None else value


def _without(value: Any, name: str | None) -> Any:
    """An item without the number that only says where it stands."""
    return {field: item for field, item in value.items() if field != name} if isinstance(value, dict) else value
