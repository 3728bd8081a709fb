"""Names and attributes that do not exist: an error as soon as they are used. Values only, pure."""

from __future__ import annotations

from functools import partial
from typing import Any

from jinja2 import StrictUndefined, UndefinedError
from jinja2.utils import missing


class UndefinedValue(UndefinedError):  # noqa: N818  # named for what happened
    """Something undefined was used. `hint` is Jinja's account of it, where there is more to say than the name."""

    def __init__(self, message: str, *, hint: str | None, owner: object, name: object) -> None:
        super().__init__(message)
        self.hint = hint
        self.owner = owner
        """What was asked for `name`; `jinja2.utils.missing` where it is a variable."""
        self.name = name


class Missing(StrictUndefined):
    """What an undefined name evaluates to: only `is defined` and `default` accept it."""

    __slots__ = ()

    def __init__(self, hint: str | None = None, obj: Any = missing, name: Any = None, **_: Any) -> None:  # Jinja's
        super().__init__(hint, obj, name)
        self._undefined_exception = partial(UndefinedValue, hint=hint, owner=obj, name=name)  # type: ignore[assignment]  # it is called
