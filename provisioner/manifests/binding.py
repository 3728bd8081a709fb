"""Placeholders → values, on a parsed document. Pure.

A plain scalar that is one placeholder becomes the value itself with its type. A quoted scalar, a block scalar, or
text with placeholders in it becomes text: whole numbers and fractions in decimal, truth values as YAML writes
them (`true`, `false`), a secret as a hole in a `SecretText`. Nothing (`none`), a list and a mapping have no text
and are findings there. Keys are text in the same way, and cannot hold secrets.

A document is compiled once and bound many times: ten thousand rooms from one template have one text. Rooms share
the parts of their data in which no value stands, so nobody may change the data in place.

A null is what is not mentioned, so mappings are bound without their nulls; a null in a list stays and is a finding
of those who check the list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from provisioner import yaml_source
from provisioner.manifests.templates import PLACEHOLDER
from provisioner.manifests.templates.errors import Refused
from provisioner.manifests.templates.texts import merged, text_of
from provisioner.manifests.watching import Places, places_of
from provisioner.rooms import Value
from provisioner.secrets import SecretText
from provisioner.yaml_source import Node, Route, Scalar


@dataclass(frozen=True, slots=True)
class BadValue:
    """A value that cannot stand where its expression does: which placeholder, a rule and a message."""

    index: int
    rule: str
    message: str


@dataclass(slots=True)
class Binding:
    """The values of one room while they are put in place, and what cannot be."""

    values: Sequence[Value]
    problems: list[BadValue] = field(default_factory=list)


Make: TypeAlias = Callable[[Binding], Value]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A document ready to be bound: a constant, or a function of the values."""

    root: Node
    constant: Value
    make: Make | None
    places: Places | None
    lacking: set[object] = field(default_factory=set, repr=False, compare=False)
    """What is in no document of this text, as far as it was looked for."""

    def bind(self, values: Sequence[Value]) -> tuple[Value, list[BadValue]]:
        """The plain data with `values` in their places, and the values that do not fit theirs."""
        if self.make is None:
            return self.constant, []
        binding = Binding(values)
        return self.make(binding), binding.problems

    def find(self, route: Route, values: Sequence[Value]) -> yaml_source.Found:
        """The node at a route of the bound data, as far as the document itself leads."""
        return yaml_source.find(self.root, route, lambda key: _text_of_key(key, values))


def compile_document(root: Node) -> Compiled:
    """Prepares a document whose scalars may hold placeholders."""
    constant, make = _compile(root)
    return Compiled(root, constant, make, places_of(root))


def placeholder_of(node: Node) -> int | None:
    """Which placeholder the node is, if it is exactly one."""
    if isinstance(node, Scalar):
        match = PLACEHOLDER.fullmatch(node.text)
        if match is not None:
            return int(match[1])
    return None


def _text_of_key(key: Scalar, values: Sequence[Value]) -> str:
    parts = _parts(key.text)
    if not any(isinstance(part, int) for part in parts):
        return key.text
    text = _joined(parts, Binding(values))
    return text if isinstance(text, str) else ""


# Each function below returns a constant, or a function that makes the value: (constant, None) or (None, make).

_Part: TypeAlias = tuple[Value, Make | None]


def _compile(node: Node) -> _Part:
    match node:
        case yaml_source.Scalar():
            return _scalar(node)
        case yaml_source.Sequence():
            return _sequence(node)
        case yaml_source.Mapping():
            return _mapping(node)


def _scalar(node: Scalar) -> _Part:
    parts = _parts(node.text)
    match parts:
        case [int(index)] if node.plain:
            return None, _whole(index)
        case _ if any(isinstance(part, int) for part in parts):
            return None, _mixture(parts)
        case _:
            return node.value, None


def _whole(index: int) -> Make:
    def make(binding: Binding) -> Value:
        value = binding.values[index]
        return without_nulls(value) if isinstance(value, dict | list) else value

    return make


def _mixture(parts: list[str | int]) -> Make:
    places = [(position, index) for position, index in enumerate(parts) if isinstance(index, int)]

    def make(binding: Binding) -> Value:
        values = binding.values
        texts: list[Any] = parts.copy()
        for position, index in places:
            value = values[index]
            if not isinstance(value, str):
                return _joined(parts, binding)
            texts[position] = value
        return "".join(texts)

    return make


def _sequence(node: yaml_source.Sequence) -> _Part:
    parts = [_compile(item) for item in node.items]
    constants = [constant for constant, _ in parts]
    moving = [(position, make) for position, (_, make) in enumerate(parts) if make is not None]
    if not moving:
        return constants, None

    def make(binding: Binding) -> Value:
        result = constants.copy()
        for position, make_item in moving:
            result[position] = make_item(binding)
        return result

    return None, make


def _mapping(node: yaml_source.Mapping) -> _Part:
    if any(PLACEHOLDER.search(key.text) for key, _ in node.pairs):
        return None, _mapping_with_computed_keys(node)
    parts = {key.text: _compile(item) for key, item in node.pairs}
    kept = {key: part for key, part in parts.items() if part != (None, None)}
    constants = {key: constant for key, (constant, _) in kept.items()}
    moving = [(key, make) for key, (_, make) in kept.items() if make is not None]
    if not moving:
        return constants, None

    def make(binding: Binding) -> Value:
        result = constants.copy()
        for key, make_item in moving:
            value = make_item(binding)
            if value is None:
                del result[key]
            else:
                result[key] = value
        return result

    return None, make


def _mapping_with_computed_keys(node: yaml_source.Mapping) -> Make:
    pairs = [(_parts(key.text), *_compile(item)) for key, item in node.pairs]

    def make(binding: Binding) -> Value:
        result: dict[str, Value] = {}
        for parts, constant, make_item in pairs:
            key = _key(parts, binding)
            if key is None:
                continue
            value = make_item(binding) if make_item is not None else constant
            if key in result:
                _report(binding, parts, "yaml-duplicate-key", "the expression in this key makes a key that exists")
            elif value is not None:
                result[key] = value
        return result

    return make


def _key(parts: list[str | int], binding: Binding) -> str | None:
    text = _joined(parts, binding)
    if isinstance(text, str):
        return text
    _report(binding, parts, "secret-not-allowed", "a key cannot hold a secret")
    return None


def _report(binding: Binding, parts: list[str | int], rule: str, message: str) -> None:
    index = next((part for part in parts if isinstance(part, int)), 0)
    binding.problems.append(BadValue(index, rule, message))


def _parts(text: str) -> list[str | int]:
    """Literal text and numbers of placeholders, in order."""
    parts: list[str | int] = []
    end = 0
    for match in PLACEHOLDER.finditer(text):
        if match.start() > end:
            parts.append(text[end : match.start()])
        parts.append(int(match[1]))
        end = match.end()
    return [*parts, text[end:]] if end < len(text) or not parts else parts


def _joined(parts: list[str | int], binding: Binding) -> str | SecretText:
    texts = [part if isinstance(part, str) else _as_text(part, binding) for part in parts]
    if all(isinstance(text, str) for text in texts):
        return "".join(texts)  # type: ignore[arg-type]  # all are str
    pieces = [piece for text in texts for piece in (text.parts if isinstance(text, SecretText) else (text,))]
    return SecretText(tuple(merged(pieces)))


def _as_text(index: int, binding: Binding) -> str | SecretText:
    try:
        return text_of(binding.values[index])
    except Refused as refused:
        binding.problems.append(BadValue(index, refused.rule, refused.words))
        return ""


def without_nulls(value: Value) -> Value:
    """Plain data whose mappings have no nulls; what needs no change is shared."""
    match value:
        case dict():
            return {key: without_nulls(item) for key, item in value.items() if item is not None}
        case list():
            return [without_nulls(item) for item in value]
        case _:
            return value
