"""Secrets as references: what a manifest says is a name; the value exists only in the request that needs it.

`SecretText` is a text with holes. `{{ secret("KEY") }}` alone is one hole; `rtmp://host/{{ secret("KEY") }}`
is literal text and a hole. It is resolved at the moment a request is made, from the environment or from the
file that the target names, and never earlier. Pure but for `SecretStore.from_environment`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

SECRET_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}\Z")


@dataclass(frozen=True, slots=True)
class SecretName:
    """The name of a secret: letters, digits and underscores, not starting with a digit."""

    name: str

    def __post_init__(self) -> None:
        if not SECRET_NAME.match(self.name):
            msg = "a secret's name has letters, digits and underscores only, and does not start with a digit"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class SecretText:
    """Text that is complete only once its secrets are known. Its `str` and `repr` show names, never values."""

    parts: tuple[str | SecretName, ...]

    @classmethod
    def of(cls, name: str) -> SecretText:
        """The text that is the secret `name` and nothing else."""
        return cls((SecretName(name),))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the secrets in it, in order."""
        return tuple(part.name for part in self.parts if isinstance(part, SecretName))

    def __str__(self) -> str:
        return "".join(
            f'{{{{ secret("{part.name}") }}}}' if isinstance(part, SecretName) else part for part in self.parts
        )

    def resolve(self, values: Mapping[str, str]) -> str:
        """The text with every name replaced by its value. Raises KeyError with the name that is missing."""
        return "".join(values[part.name] if isinstance(part, SecretName) else part for part in self.parts)


def secrets_in(value: object) -> Iterator[SecretText]:
    """Every `SecretText` inside plain data, in order."""
    match value:
        case SecretText():
            yield value
        case dict():
            for item in value.values():
                yield from secrets_in(item)
        case list() | tuple():
            for item in value:
                yield from secrets_in(item)


def resolve_body(body: Mapping[str, object], values: Mapping[str, str]) -> dict[str, Any]:
    """The plain JSON of a spec or of another body, every `SecretText` its text. Raises KeyError for a missing name."""
    return {name: resolve(item, values) for name, item in body.items()}


def resolve(value: object, values: Mapping[str, str]) -> object:
    """A copy of plain data in which every `SecretText` is its text. Raises KeyError for a missing name."""
    match value:
        case SecretText():
            return value.resolve(values)
        case dict():
            return {key: resolve(item, values) for key, item in value.items()}
        case list() | tuple():
            return [resolve(item, values) for item in value]
        case _:
            return value
