"""Which item of one list is which item of another. Pure.

An insertion has to look like an insertion and a move like a move, so items are paired by what they are before
they are paired by where they stand: first those that say the same, then those that bear the same name, then
what is left, in order.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from provisioner.secrets import SecretText

Fields: TypeAlias = Mapping[str, Any]
KeyOf: TypeAlias = Callable[[Fields], Hashable | None]


@dataclass(frozen=True, slots=True)
class Identity:
    """How the items of one list are known: keys to pair by, in order of trust, and a label for people.

    `order_field` only says where an item stands: two items that differ in nothing else are the same.
    """

    keys: tuple[KeyOf, ...] = ()
    label: Callable[[Fields, int], str] = lambda _item, position: str(position)
    order_field: str | None = None


@dataclass(frozen=True, slots=True)
class Pairing:
    """Indices of two lists put side by side: `(desired, observed)`, with None where one has no partner."""

    pairs: tuple[tuple[int | None, int | None], ...]

    def both(self) -> Iterator[tuple[int, int]]:
        """The pairs in which both have an item, in desired order."""
        for desired, observed in self.pairs:
            if desired is not None and observed is not None:
                yield desired, observed


def _field(*route: str) -> KeyOf:
    def key(item: Fields) -> Hashable | None:
        value: Any = item
        for name in route:
            value = value.get(name) if isinstance(value, Mapping) else None
        return value if isinstance(value, Hashable) and value != "" else None

    return key


def _layer_place(item: Fields) -> Hashable | None:
    index = _field("position", "layer_index")(item)
    return None if index is None else (item.get("layer_type"), index)


def _layer_label(item: Fields, position: int) -> str:
    name = item.get("group_id") or item.get("asset_id")
    return str(name or f"{item.get('layer_type', 'layer')}@{_field('position', 'layer_index')(item) or position}")


def _named(field: str) -> Callable[[Fields, int], str]:
    return lambda item, position: str(item.get(field) or position)


IDENTITIES: Mapping[str, Identity] = {
    "scene_scripts": Identity((_field("script_name"), _field("script_id")), _named("script_name")),
    "shoot_scripts": Identity((_field("sequence_no"), _field("title")), _named("sequence_no"), "sequence_no"),
    "interaction_rules": Identity((_field("rule_name"), _field("rule_index")), _named("rule_name")),
    "layer_config": Identity((_field("group_id"), _field("asset_id"), _layer_place), _layer_label),
}
"""The lists whose items have names, by the field that holds them."""
NAMELESS = Identity()


def pair(desired: Sequence[Any], observed: Sequence[Any], identity: Identity) -> Pairing:
    """Pairs the items of two lists. Every index appears once; desired order first, the left-over observed last."""
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for key in (_content_key(desired, identity.order_field), *identity.keys):
        _pair_by(key, desired, observed, partner, taken)
    _pair_in_order(desired, observed, partner, taken)
    pairs: list[tuple[int | None, int | None]] = [(i, partner.get(i)) for i in range(len(desired))]
    pairs += [(None, j) for j in range(len(observed)) if j not in taken]
    return Pairing(tuple(pairs))


def moved(pairing: Pairing) -> frozenset[int]:
    """Desired indices of the items that stand elsewhere relative to the others: the fewest that explain it."""
    both = list(pairing.both())
    return frozenset(i for i, _ in both) - _longest_rising(both)


def _longest_rising(both: list[tuple[int, int]]) -> frozenset[int]:
    """Desired indices of a longest run of pairs whose observed indices rise (patience sorting)."""
    tops: list[int] = []
    holders: list[int] = []
    previous: list[int | None] = []
    for n, (_, j) in enumerate(both):
        place = bisect_left(tops, j)
        previous.append(holders[place - 1] if place else None)
        tops[place:] = [j, *tops[place + 1 :]]
        holders[place:] = [n, *holders[place + 1 :]]
    steady: list[int] = []
    at = holders[-1] if holders else None
    while at is not None:
        steady.append(both[at][0])
        at = previous[at]
    return frozenset(steady)


def _content_key(desired: Sequence[Any], order_field: str | None) -> KeyOf:
    """A key that is equal for items that say the same in the fields that any desired item mentions."""
    mentioned = {name for item in desired if isinstance(item, Mapping) for name in item} - {order_field}

    def key(item: Any) -> Hashable | None:
        if not isinstance(item, Mapping):
            return _frozen(item)
        return _frozen({name: item[name] for name in mentioned if item.get(name) is not None})

    return key


def _pair_by(
    key: KeyOf, desired: Sequence[Any], observed: Sequence[Any], partner: dict[int, int], taken: set[int]
) -> None:
    waiting: defaultdict[Hashable, list[int]] = defaultdict(list)
    for j, item in enumerate(observed):
        if j not in taken and (name := key(item)) is not None:
            waiting[name].append(j)
    for i, item in enumerate(desired):
        if i in partner or (name := key(item)) is None or not waiting[name]:
            continue
        partner[i] = waiting[name].pop(0)
        taken.add(partner[i])


def _pair_in_order(desired: Sequence[Any], observed: Sequence[Any], partner: dict[int, int], taken: set[int]) -> None:
    """Pairs what has no name, each with the next free item that stands in the same gap between paired ones."""
    bounds = [len(observed)] * (len(desired) + 1)
    for i in reversed(range(len(desired))):
        bounds[i] = min(bounds[i + 1], partner.get(i, len(observed)))
    start = 0
    for i in range(len(desired)):
        if i not in partner:
            free = next((j for j in range(start, bounds[i]) if j not in taken), None)
            if free is None:
                continue
            partner[i] = free
            taken.add(free)
        start = max(start, partner[i] + 1)


def _frozen(value: Any) -> Hashable:
    match value:
        case SecretText():
            return value
        case Mapping():
            return frozenset((name, _frozen(item)) for name, item in value.items())
        case list() | tuple():
            return tuple(_frozen(item) for item in value)
        case _:
            return (type(value).__name__, value) if isinstance(value, Hashable) else repr(value)
