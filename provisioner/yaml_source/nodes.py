"""The nodes of a YAML document, their plain data, and the way from a route to a place. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from provisioner.diagnostics import Span
from provisioner.rooms import Value

Route: TypeAlias = tuple[str | int, ...]
"""The way to a value: keys of mappings and 0-based positions in lists."""


class Mark(Protocol):
    """A place in the text, both counted from 0."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


# Nodes are not frozen, unlike other values here: a room has hundreds, and freezing triples what making one costs.


@dataclass(slots=True)
class Scalar:
    """Text as written, without its quotes, and what it means. `plain`: it has no quotes and is no block."""

    text: str
    value: bool | int | float | str | None
    plain: bool
    start: Mark
    end: Mark


@dataclass(slots=True)
class Sequence:
    """A list."""

    items: list[Node]
    start: Mark


@dataclass(slots=True)
class Mapping:
    """A mapping; its keys are scalars whose value is text."""

    pairs: list[tuple[Scalar, Node]]
    start: Mark


Node: TypeAlias = Scalar | Sequence | Mapping


@dataclass(frozen=True, slots=True)
class Found:
    """The end of a route: the node, its key if it stands in a mapping, and the steps that led no further."""

    node: Node
    key: Scalar | None
    rest: Route


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a text."""

    root: Node
    file: str

    def value(self) -> Value:
        """Its plain data."""
        return _plain_data(self.root)

    def span(self, route: Route, *, key: bool = False) -> Span:
        """Where the value at `route` stands, or its key. What is missing is missed at the key around it."""
        found = find(self.root, route)
        node = found.key if found.key is not None and (key or found.rest) else found.node
        line, column = place(node)
        if isinstance(node, Scalar) and node.end.line == node.start.line:
            return Span(self.file, line, column, line, node.end.column + 1)
        return Span(self.file, line, column)


def place(node: Node) -> tuple[int, int]:
    """Line and column of the node's first character, counted from 1."""
    return node.start.line + 1, node.start.column + 1


def find(root: Node, route: Route, name: Callable[[Scalar], str] | None = None) -> Found:
    """Follows the route as far as it leads. `name` says what a key is called where that is not its text."""
    node, key = root, None
    for index, step in enumerate(route):
        below = _step(node, step, name)
        if below is None:
            return Found(node, key, route[index:])
        key, node = below
    return Found(node, key, ())


def _step(node: Node, step: str | int, name: Callable[[Scalar], str] | None) -> tuple[Scalar | None, Node] | None:
    match node, step:
        case Sequence(), int() if 0 <= step < len(node.items):
            return None, node.items[step]
        case Mapping(), str():
            return next((pair for pair in node.pairs if (name(pair[0]) if name else pair[0].text) == step), None)
        case _:
            return None


def _plain_data(node: Node) -> Value:
    match node:
        case Scalar():
            return node.value
        case Sequence():
            return [_plain_data(item) for item in node.items]
        case Mapping():
            return {key.text: _plain_data(item) for key, item in node.pairs}
