"""What differs between a desired and an observed room, and what to send so that it no longer does. Pure.

Only what the manifest says is compared: a field it does not mention is neither a change nor drift, and is sent
back as it was. Empty text, an empty list and an absent field say the same. A value at a sensitive place is never
compared or shown here; the marker's digest tells whether it changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from provisioner.assets import AssetName
from provisioner.comparing.identity import IDENTITIES, NAMELESS, Identity, Pairing, moved, pair
from provisioner.comparing.paths import Item, Route, matches_any, to_text
from provisioner.metastudio.sensitive import MASK, holds_secret, is_sensitive, is_url, redact_url
from provisioner.rooms import Spec, Value
from provisioner.secrets import SecretText


class Kind(StrEnum):
    """What happens at one place of a room."""

    SET = "set"
    ADD = "add"
    REMOVE = "remove"
    MOVE = "move"


class Branch(StrEnum):
    """Whether a branch causes a change: it alone, its base as well, or each of them in its own way."""

    THIS = "this"
    BEFORE = "before"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One place that changes. For a move, `before` and `after` are positions, counted from 1.

    At a sensitive place both are None: that something changes is shown, what it is never. `branch` is None where the
    manifests were not put beside those of another revision.
    """

    path: str
    before: Any
    after: Any
    kind: Kind = Kind.SET
    sensitive: bool = False
    branch: Branch | None = None


def differences(desired: Spec, observed: Mapping[str, Any], ignore: tuple[str, ...] = ()) -> tuple[FieldChange, ...]:
    """The changes that turn `observed` into `desired`, in the manifest's order. `ignore` as in `lifecycle`."""
    return tuple(_in_mapping((), desired, observed, ignore))


def contents(desired: Spec) -> tuple[FieldChange, ...]:
    """A new room as changes: one a field of its top level."""
    return tuple(_change((name,), None, value, Kind.ADD) for name, value in desired.items() if not _is_empty(value))


def public(value: Any, route: Route = ()) -> Any:
    """A copy of plain data that may be shown: secrets as the names they have, URLs without what they carry."""
    names = _names(route)
    return _public(value, names[-1] if names else "", hidden=is_sensitive(names), address=is_url(names))


def _public(value: Any, name: str, *, hidden: bool, address: bool) -> Any:
    """As `public`, below a step called `name`; what is above it is told by the two marks."""
    if isinstance(value, str):
        return MASK if hidden else redact_url(value) if address else value
    if isinstance(value, dict | Mapping):
        return {
            below: _public(item, below, hidden=hidden or _hides(name, below), address=address or _leads(below))
            for below, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_public(item, "", hidden=hidden, address=address) for item in value]
    if isinstance(value, SecretText):
        return str(value)
    if isinstance(value, AssetName):
        return value.as_written()
    return MASK if hidden and value is not None else value


@lru_cache(maxsize=4096)
def _hides(above: str, name: str) -> bool:
    return is_sensitive((above, name))


@lru_cache(maxsize=4096)
def _leads(name: str) -> bool:
    return is_url((name,))


def merged(desired: Spec, observed: Mapping[str, Any], ignore: tuple[str, ...] = ()) -> Spec:
    """The whole body to send: the manifest's fields over what the room has, item by item.

    What was read at a sensitive place is left out, since the service may have masked it; so is what the service
    works out itself. `ignore`d fields keep what the room has.
    """
    return _merged_mapping((), desired, observed, ignore)


def _in_mapping(
    route: Route, desired: Mapping[str, Any], observed: Mapping[str, Any], ignore: tuple[str, ...]
) -> Iterator[FieldChange]:
    for name, value in desired.items():
        yield from _at((*route, name), value, observed.get(name), ignore)


def _at(route: Route, desired: Any, observed: Any, ignore: tuple[str, ...]) -> Iterator[FieldChange]:
    if is_settled(route, desired, observed, ignore):
        return
    match desired, observed:
        case Mapping(), Mapping():
            yield from _in_mapping(route, desired, observed, ignore)
        case list(), list() if holds_mappings(desired) or holds_mappings(observed):
            yield from _in_items(route, desired, observed, ignore)
        case list(), list():
            yield from _in_scalars(route, desired, observed)
        case _:
            yield _change(route, observed, desired)


def is_settled(route: Route, desired: Any, observed: Any, ignore: tuple[str, ...]) -> bool:
    """Whether there is nothing to find at a place: both say the same, nobody asks, or only a digest may tell."""
    if desired == observed or (_is_empty(desired) and _is_empty(observed)) or matches_any(route, ignore):
        return True
    return _is_secret(route, desired)


def _in_items(route: Route, desired: list[Any], observed: list[Any], ignore: tuple[str, ...]) -> Iterator[FieldChange]:
    pairing, labels = _paired(route, desired, observed)
    shifted = moved(pairing)
    for i, j in pairing.pairs:
        if i is None and j is not None:
            label = label_of(route, observed[j], j)
            yield _change((*route, Item(label)), observed[j], None, Kind.REMOVE)
        elif i is not None and j is None:
            yield _change((*route, Item(labels[i])), None, desired[i], Kind.ADD)
        elif i is not None and j is not None:
            within = tuple(_at((*route, Item(labels[i])), desired[i], observed[j], ignore))
            yield from within
            order = f".{identity_of(route).order_field}"
            if i in shifted and not any(change.path.endswith(order) for change in within):
                yield FieldChange(to_text((*route, Item(labels[i]))), j + 1, i + 1, Kind.MOVE)


def _in_scalars(route: Route, desired: list[Any], observed: list[Any]) -> Iterator[FieldChange]:
    """Lists of plain values: DeepDiff finds the fewest insertions, removals and replacements."""
    from deepdiff import DeepDiff  # noqa: PLC0415 - half the start-up time of the tool, and rarely needed

    tree = DeepDiff(observed, [public(item) for item in desired], view="tree")
    kinds = {"iterable_item_added": Kind.ADD, "iterable_item_removed": Kind.REMOVE}
    found = [(kinds.get(group, Kind.SET), level) for group, levels in tree.items() for level in levels]
    for kind, level in sorted(found, key=lambda entry: (entry[1].path(output_format="list"), entry[0])):
        place = (*route, Item(str(level.path(output_format="list")[0] + 1)))
        before = None if kind is Kind.ADD else level.t1
        after = None if kind is Kind.REMOVE else level.t2
        yield _change(place, before, after, kind)


def _change(route: Route, before: Any, after: Any, kind: Kind = Kind.SET) -> FieldChange:
    if _is_secret(route, before) or _is_secret(route, after):
        return FieldChange(to_text(route), None, None, kind, sensitive=True)
    shown = public(before, route), public(after, route)
    return FieldChange(to_text(route), *shown, kind, sensitive=before != after and shown[0] == shown[1])


def _merged_mapping(
    route: Route, desired: Mapping[str, Any], observed: Mapping[str, Any], ignore: tuple[str, ...]
) -> dict[str, Value]:
    body = {
        name: kept
        for name, value in observed.items()
        if name not in desired and (kept := _kept((*route, name), value)) is not None
    }
    for name, value in desired.items():
        place = (*route, name)
        seen = observed.get(name)
        if matches_any(place, ignore) and seen is not None:
            if (kept := _kept(place, seen)) is not None:
                body[name] = kept
            continue
        body[name] = _merged_value(place, value, seen, ignore)
    return body


def _merged_value(route: Route, desired: Any, observed: Any, ignore: tuple[str, ...]) -> Value:
    match desired, observed:
        case Mapping(), Mapping():
            return _merged_mapping(route, desired, observed, ignore)
        case list(), list() if holds_mappings(desired):
            pairing, labels = _paired(route, desired, observed)
            return [
                desired[i] if j is None else _merged_value((*route, Item(labels[i])), desired[i], observed[j], ignore)
                for i, j in pairing.pairs
                if i is not None
            ]
        case _:
            return desired  # type: ignore[no-any-return]


def _kept(route: Route, value: Any) -> Any:
    """What may be sent back of a value that was read: nothing secret, nothing that the service works out."""
    if is_sensitive(_names(route)) or route == ("view_mode",) or _is_order(route):
        return None
    match value:
        case Mapping():
            kept = {name: _kept((*route, name), item) for name, item in value.items()}
            return {name: item for name, item in kept.items() if item is not None}
        case list():
            items = [_kept((*route, Item(str(n))), item) for n, item in enumerate(value, 1)]
            kept_items = [item for item in items if item is not None]
            return kept_items if kept_items or not value else None
        case _:
            return value


def _is_order(route: Route) -> bool:
    """Whether a field only says where its item stands; sent back, it would contradict the new order."""
    return len(route) > 2 and route[-1] == identity_of(route[:-2]).order_field


def identity_of(route: Route) -> Identity:
    """How the items of the list at `route` are known."""
    return IDENTITIES.get(_field_of(route), NAMELESS)


def _paired(route: Route, desired: list[Any], observed: list[Any]) -> tuple[Pairing, list[str]]:
    pairing = pair(desired, observed, identity_of(route))
    return pairing, [label_of(route, item, position) for position, item in enumerate(desired)]


def label_of(route: Route, item: Any, index: int) -> str:
    """What the item at `index` of the list at `route` is called in paths."""
    return identity_of(route).label(item, index + 1) if isinstance(item, Mapping) else str(index + 1)


def _field_of(route: Route) -> str:
    return next((step for step in reversed(route) if isinstance(step, str)), "")


def _names(route: Route) -> tuple[str, ...]:
    return tuple(step if isinstance(step, str) else step.label for step in route)


def _is_secret(route: Route, value: Any) -> bool:
    """Whether a place holds something that is known by its digest only."""
    if value is None:
        return False
    if isinstance(value, SecretText) or is_sensitive(_names(route)):
        return True
    return isinstance(value, list) and any(isinstance(item, SecretText) for item in value)


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)


def holds_mappings(items: Sequence[Any]) -> bool:
    return any(isinstance(item, Mapping) for item in items)


def secret_texts(spec: Spec) -> list[tuple[str, SecretText | str]]:
    """The texts that only a digest may stand for, with their paths: secrets, and addresses that `public` would not
    show whole.
    """
    found: list[tuple[str, SecretText | str]] = []
    _secrets_below(spec, "", (), found, hidden=False, address=False)
    return found


def hidden_texts(
    found: Iterable[tuple[tuple[str | int, ...], SecretText | str]],
) -> Iterator[tuple[str, SecretText | str]]:
    """Of some texts of a spec with their routes, those that `secret_texts` would find."""
    for route, text in found:
        if isinstance(text, SecretText) or holds_secret(route, text):
            yield to_text(tuple(Item(str(step + 1)) if isinstance(step, int) else step for step in route)), text


def _secrets_below(
    value: Any, name: str, route: Route, found: list[tuple[str, SecretText | str]], *, hidden: bool, address: bool
) -> None:
    """Adds what is in `value`, which stands at `route` below a step called `name`; the two marks tell of what is above.

    Most of a room is plain text, so routes are made for what is looked into only.
    """
    if isinstance(value, dict):
        for below, item in value.items():
            hides, leads = hidden or _hides(name, below), address or _leads(below)
            if hides or leads or isinstance(item, _MAY_HIDE):
                _secrets_below(item, below, (*route, below), found, hidden=hides, address=leads)
    elif isinstance(value, list):
        for n, item in enumerate(value, 1):
            if hidden or address or isinstance(item, _MAY_HIDE):
                _secrets_below(item, "", (*route, Item(str(n))), found, hidden=hidden, address=address)
    elif isinstance(value, SecretText):
        found.append((to_text(route), value))
    elif isinstance(value, str):
        if hidden or (address and redact_url(value) != value):
            found.append((to_text(route), value))
    elif hidden and value is not None:
        found.append((to_text(route), str(value)))


_MAY_HIDE = (dict, list, SecretText)


def undeclared_secrets(desired: Spec, observed: Mapping[str, Any]) -> tuple[str, ...]:
    """Secret fields that the room has and the manifest does not mention; a whole update empties them."""
    callback = observed.get("live_event_callback_config")
    declared = desired.get("live_event_callback_config")
    key_lost = (
        isinstance(callback, Mapping)
        and bool(callback.get("key"))
        and not (isinstance(declared, Mapping) and declared.get("key"))
    )
    keys_lost = bool(observed.get("stream_keys")) and not desired.get("stream_keys")
    found = (("stream_keys", keys_lost), ("live_event_callback_config.key", key_lost))
    return tuple(path for path, lost in found if lost)
