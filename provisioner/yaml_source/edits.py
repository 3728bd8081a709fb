"""What is to change in a YAML document, by routes into it as it was. Values only, pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from provisioner.yaml_source.nodes import Route


@dataclass(frozen=True, slots=True)
class Put:
    """Another value at a place. Texts are in the form in which they are written (`dumping.Verbatim`)."""

    route: Route
    value: Any


@dataclass(frozen=True, slots=True)
class Drop:
    """A field that goes away."""

    route: Route


@dataclass(frozen=True, slots=True)
class Added:
    """An item that a list gets."""

    value: Any


@dataclass(frozen=True, slots=True)
class Arrange:
    """A list in another order, with others, or without some: positions of the old one, and what is added."""

    route: Route
    items: tuple[int | Added, ...]


Edit: TypeAlias = Put | Drop | Arrange


class NotEditableError(ValueError):
    """The text cannot be changed in this way without changing more. The message says why, for people."""
