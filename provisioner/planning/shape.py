"""Reads plain data field by field: each field has its type, and none is left over. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from provisioner.metastudio.endpoint import is_id

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


class ShapeError(ValueError):
    """A field is missing, of another type, or too many. The message names its place and never quotes a value."""


class Shape:
    """An object of which every field is asked for once. All methods raise ShapeError."""

    __slots__ = ("_left", "place")

    def __init__(self, value: object, place: str) -> None:
        self.place = place
        if not isinstance(value, dict):
            raise ShapeError(f"{place} is not an object")
        self._left: dict[str, Any] = dict(value)

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that were not asked for yet."""
        return tuple(self._left)

    def anything(self, name: str) -> Any:
        """A field of any type."""
        try:
            return self._left.pop(name)
        except KeyError:
            raise ShapeError(f"{self.place} has no {name}") from None

    def text(self, name: str) -> str:
        """A text."""
        return self._typed(name, str, "a text")

    def number(self, name: str) -> int:
        """A whole number that is not negative."""
        value = self._typed(name, int, "a whole number")
        if value < 0:
            raise ShapeError(f"{self.place}.{name} is negative")
        return value

    def flag(self, name: str) -> bool:
        """True or false."""
        return self._typed(name, bool, "true or false")

    def text_or_none(self, name: str) -> str | None:
        """A text or null."""
        return None if self._is_null(name) else self.text(name)

    def number_or_none(self, name: str) -> int | None:
        """A whole number or null."""
        return None if self._is_null(name) else self.number(name)

    def id(self, name: str) -> str:
        """An id of the service, which may stand in the path of a request."""
        value = self.text(name)
        if not is_id(value):
            raise ShapeError(f"{self.place}.{name} is not an id")
        return value

    def id_or_none(self, name: str) -> str | None:
        """An id or null."""
        return None if self._is_null(name) else self.id(name)

    def moment(self, name: str) -> datetime:
        """A time in UTC."""
        text = self.text(name)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise ShapeError(f"{self.place}.{name} is not a time") from None
        if not text.endswith("Z"):
            raise ShapeError(f"{self.place}.{name} is not a time in UTC")
        return moment.astimezone(UTC)

    def moment_or_none(self, name: str) -> datetime | None:
        """A time in UTC or null."""
        return None if self._is_null(name) else self.moment(name)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        values = self._typed(name, list, "a list")
        if not all(type(value) is str for value in values):
            raise ShapeError(f"{self.place}.{name} holds something else than texts")
        return tuple(values)

    def texts_by_name(self, name: str) -> dict[str, str]:
        """An object of texts."""
        values: dict[str, str] = self._typed(name, dict, "an object")
        if not all(type(value) is str for value in values.values()):
            raise ShapeError(f"{self.place}.{name} holds something else than texts")
        return values

    def choice(self, name: str, choices: type[E]) -> E:
        """One of the values of an enum."""
        try:
            return choices(self.text(name))
        except ValueError as error:
            if isinstance(error, ShapeError):
                raise
            known = ", ".join(choice.value for choice in choices)
            raise ShapeError(f"{self.place}.{name} is none of {known}") from None

    def choice_or_none(self, name: str, choices: type[E]) -> E | None:
        """One of the values of an enum, or null."""
        return None if self._is_null(name) else self.choice(name, choices)

    def choice_or_left_out(self, name: str, choices: type[E]) -> E | None:
        """One of the values of an enum, in a field that need not be there."""
        return self.choice(name, choices) if name in self._left else None

    def object(self, name: str) -> Shape:
        """An object."""
        return Shape(self.anything(name), f"{self.place}.{name}")

    def object_or_none(self, name: str) -> Shape | None:
        """An object or null."""
        return None if self._is_null(name) else self.object(name)

    def object_or_left_out(self, name: str) -> Shape | None:
        """An object that need not be there."""
        return self.object(name) if name in self._left else None

    def data_or_none(self, name: str) -> dict[str, Any] | None:
        """An object of any fields, or null."""
        return None if self._is_null(name) else self._typed(name, dict, "an object")

    def objects(self, name: str) -> tuple[Shape, ...]:
        """A list of objects."""
        values = self._typed(name, list, "a list")
        return tuple(Shape(value, f"{self.place}.{name}[{n}]") for n, value in enumerate(values))

    def objects_or_none(self, name: str) -> tuple[Shape, ...] | None:
        """A list of objects or null."""
        return None if self._is_null(name) else self.objects(name)

    def lists(self, name: str) -> dict[str, tuple[Shape, ...]]:
        """An object whose fields, of any names, are lists of objects."""
        below = self.object(name)
        return {field: below.objects(field) for field in below.names}

    def done(self) -> None:
        """That is all: raises if a field was not asked for."""
        if self._left:
            raise ShapeError(f"{self.place} has fields that do not belong there")

    def _typed(self, name: str, kind: type[T], article: str) -> T:
        value = self.anything(name)
        if type(value) is not kind:  # True is not a number here
            raise ShapeError(f"{self.place}.{name} is not {article}")
        return value

    def _is_null(self, name: str) -> bool:
        if name in self._left and self._left[name] is None:
            del self._left[name]
            return True
        return False
