"""A room's manifest and the room as it is → the manifest that says so, and what a person has to change. Pure.

Only what a person wrote as plain YAML is changed. Where a value comes from an expression, a shared part or a block of
a template, it is told where that stands and what would have to come of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from provisioner.comparing.compare import public
from provisioner.importing.layout import laid_out
from provisioner.importing.masking import Masked, Stretch, expressions_in
from provisioner.importing.pulling import New, Pulled, pulled
from provisioner.metastudio.sensitive import holds_secret
from provisioner.observed import ObservedRoom
from provisioner.rooms import DesiredRoom, RoomKey
from provisioner.yaml_source import Document, Found, Node, Route, Scalar, find, parse_documents
from provisioner.yaml_source import Mapping as MappingNode
from provisioner.yaml_source import Sequence as ListNode
from provisioner.yaml_source.edits import Added, Arrange, Drop, Edit, NotEditableError, Put
from provisioner.yaml_source.round_trip import edited

Parts = Mapping[tuple[str, str], int]
"""How many items a Script or a RuleSet stands for, by kind and key."""

_REFERENCES = {"scene_scripts": ("script", "Script"), "interaction_rules": ("rules", "RuleSet")}


@dataclass(frozen=True, slots=True)
class Hand:
    """A change that a person has to make. `line` is None where it is made in another file than the room's."""

    key: RoomKey
    path: str
    line: int | None
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The text of the file, the same where nothing was changed, and what is left to do."""

    text: str = field(repr=False)
    by_hand: tuple[Hand, ...] = ()


def rewritten(text: str, desired: DesiredRoom, observed: ObservedRoom, parts: Parts) -> Rewritten:
    """The file in which a room is declared, with what the room says. `observed` has its body."""
    changes = pulled(desired.spec, observed.spec or {}, desired.lifecycle.ignore)
    if not changes:
        return Rewritten(text)
    try:
        manifest = _Manifest.of(text, desired, parts)
    except NotEditableError as reason:
        return Rewritten(text, tuple(_hand(desired, change, None, str(reason)) for change in changes))
    edits: list[Edit] = []
    by_hand: list[Hand] = []
    for change in changes:
        try:
            edits.append(manifest.edit(change))
        except NotEditableError as reason:
            by_hand.append(_hand(desired, change, manifest.line(change.route), str(reason)))
    try:
        return Rewritten(manifest.with_edits(edits) if edits else text, tuple(by_hand))
    except NotEditableError as reason:
        hands = (_hand(desired, change, manifest.line(change.route), str(reason)) for change in changes)
        return Rewritten(text, tuple(hands))


def all_by_hand(desired: DesiredRoom, observed: ObservedRoom, why: str) -> tuple[Hand, ...]:
    """Every change of a room for a person to make, at the line of its document."""
    changes = pulled(desired.spec, observed.spec or {}, desired.lifecycle.ignore)
    return tuple(_hand(desired, change, None, why) for change in changes)


@dataclass(frozen=True, slots=True)
class _Manifest:
    """The document of one room in a masked file."""

    original: str = field(repr=False)
    masked: Masked = field(repr=False)
    stretch: Stretch
    document: Document = field(repr=False)
    sizes: Mapping[str, tuple[int, ...]]
    """For how many items of the room each item of a list with references stands."""

    @classmethod
    def of(cls, text: str, desired: DesiredRoom, parts: Parts) -> _Manifest:
        """Raises NotEditableError."""
        masked = Masked.of(text)
        stretch = masked.document_at(desired.origin.line, text)
        if stretch.made:
            raise NotEditableError("a block of a template makes this document")
        parsed = parse_documents(masked.text[stretch.start : stretch.end], "")
        if parsed.findings or len(parsed.documents) != 1:
            raise NotEditableError("its expressions make more than values")
        (document,) = parsed.documents
        if not _declares(document, desired.key):
            raise NotEditableError("its key is made by an expression")
        sizes = {name: _sizes(document, name, desired, parts) for name in _REFERENCES}
        return cls(text, masked, stretch, document, sizes)

    def edit(self, change: Pulled) -> Edit:
        """The edit that makes a change. Raises NotEditableError."""
        if _holds_secret(change.value, change.route):
            raise NotEditableError('it holds a secret, which stands in a manifest as secret("NAME") only')
        route = self._written(change.route)
        found = self._found(route)
        if found.rest:
            raise NotEditableError("an expression makes it")
        if isinstance(change.value, tuple):
            return self._arrange(route, found.node, change)
        if expressions_in(found.node, self.masked.stand_ins):
            raise NotEditableError("an expression makes it")
        if change.value is None and isinstance(route[-1], str):
            return Drop(route)
        return Put(route, laid_out(change.value, _field_of(route)))

    def with_edits(self, edits: list[Edit]) -> str:
        """The whole file with changes in this document. Raises NotEditableError."""
        text, start, end = self.masked.text, self.stretch.start, self.stretch.end
        new = edited(text[start:end], edits, self.masked.stand_ins)
        return self.masked.stand_ins.restored(text[:start] + new + text[end:])

    def line(self, route: Route) -> int:
        """The line of what is at a route of the spec, or of what is nearest to it, in the file."""
        try:
            route = self._written(route)
        except NotEditableError:
            route = ("spec", *route[:1])
        found = self._found(route)
        start = (found.key if found.key is not None else found.node).start
        lines = self.masked.text[self.stretch.start : self.stretch.end].splitlines(keepends=True)
        offset = self.stretch.start + sum(map(len, lines[: start.line])) + start.column
        return self.masked.line_of(offset, self.original)

    def _found(self, route: Route) -> Found:
        return find(self.document.root, route)

    def _written(self, route: Route) -> Route:
        """A route of the room's spec as one of the document. Raises NotEditableError for a part of another."""
        if len(route) < 2 or route[0] not in self.sizes:
            return ("spec", *route)
        name, position, *rest = route
        assert isinstance(name, str) and isinstance(position, int)  # noqa: S101, PT018 - a list's name and item
        item, size = self._item(name, position)
        node = self._found(("spec", name, item)).node
        if size != 1 or _reference(node, name) is not None:
            kind = _REFERENCES[name][1]
            raise NotEditableError(f"it comes from the {kind} {_reference(node, name)}")
        return ("spec", name, item, *rest)

    def _item(self, name: str, position: int) -> tuple[int, int]:
        """Which item of the document's list stands for an item of the room's, and for how many in all."""
        end = 0
        for item, size in enumerate(self.sizes[name]):
            end += size
            if position < end:
                return item, size
        raise NotEditableError("an expression makes it")

    def _arrange(self, route: Route, node: Node, change: Pulled) -> Edit:
        if not isinstance(node, ListNode):
            raise NotEditableError("an expression makes it")
        name = str(change.route[0])
        has_references = len(change.route) == 1 and name in self.sizes
        sizes = self.sizes[name] if has_references else (1,) * len(node.items)
        items = tuple(_arranged(change.value, sizes, _field_of(route)))
        gone = set(range(len(node.items))) - {item for item in items if isinstance(item, int)}
        if any(expressions_in(node.items[item], self.masked.stand_ins) for item in gone):
            raise NotEditableError("an expression stands in an item that would go away")
        return Arrange(route, items)


def _arranged(order: tuple[Any, ...], sizes: tuple[int, ...], field_name: str) -> Iterator[int | Added]:
    """The order of the room's items as one of the document's. Raises NotEditableError where it tears one apart."""
    first = [sum(sizes[:item]) for item in range(len(sizes))]
    position = 0
    while position < len(order):
        one = order[position]
        if isinstance(one, New):
            yield Added(laid_out(one.value, field_name))
            position += 1
            continue
        item = max(n for n, start in enumerate(first) if start <= one)
        if order[position : position + sizes[item]] != tuple(range(first[item], first[item] + sizes[item])):
            raise NotEditableError("the rules of a RuleSet do not stand together in the room")
        yield item
        position += sizes[item]


def _sizes(document: Document, name: str, desired: DesiredRoom, parts: Parts) -> tuple[int, ...]:
    found = find(document.root, ("spec", name))
    if found.rest or not isinstance(found.node, ListNode):
        return ()
    kind = _REFERENCES[name][1]
    keys = [_reference(item, name) for item in found.node.items]
    sizes = tuple(1 if key is None else parts.get((kind, key), 0) for key in keys)
    items = desired.spec.get(name)
    return sizes if isinstance(items, list) and sum(sizes) == len(items) and all(sizes) else ()


def _reference(node: Node, name: str) -> str | None:
    """The key that an item refers to."""
    if isinstance(node, MappingNode) and len(node.pairs) == 1:
        key, value = node.pairs[0]
        if key.text == _REFERENCES[name][0] and isinstance(value, Scalar):
            return value.text
    return None


def _declares(document: Document, key: RoomKey) -> bool:
    found = find(document.root, ("key",))
    return not found.rest and isinstance(found.node, Scalar) and found.node.text == key


def _field_of(route: Route) -> str:
    return next((step for step in reversed(route) if isinstance(step, str)), "")


def _holds_secret(value: Any, route: Route) -> bool:
    match value:
        case dict():
            return any(_holds_secret(item, (*route, name)) for name, item in value.items())
        case list() | tuple():
            return any(_holds_secret(item, (*route, n)) for n, item in enumerate(value))
        case New(value=item):
            return _holds_secret(item, route)
        case str():
            return bool(value) and holds_secret(route, value)
        case _:
            return False


def _hand(desired: DesiredRoom, change: Pulled, line: int | None, why: str) -> Hand:
    return Hand(desired.key, change.path, line, _words(change), why)


def _words(change: Pulled) -> str:
    """What to write, without a secret."""
    if change.value is None:
        return "remove it"
    names = tuple(step for step in change.route if isinstance(step, str))
    if isinstance(change.value, tuple):
        kept = ", ".join(
            f"new {_json(public(item.value, names))}" if isinstance(item, New) else f"item {item + 1}"
            for item in change.value
        )
        return f"these items, in this order: {kept}"
    return f"write {_json(public(change.value, names))}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
