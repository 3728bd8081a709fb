"""Types that the JSON of several formats is made of. Pure.

A format is a TypedDict beside the function that writes it: mypy holds the writer to it, and the JSON Schema that
`provisioner schema` prints is made from it, with the texts below the fields as descriptions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, TypeAlias

FORMAT_VERSION: Final = 1
"""Of every format but that of plans, which `provisioner.planning.saved` reads back."""


class Keywords:
    """Keywords of JSON Schema that say more of a value than its type does; to stand in `Annotated`."""

    __slots__ = ("said",)

    def __init__(self, **said: object) -> None:
        self.said = said

    def __get_pydantic_json_schema__(
        self, core_schema: Any, handler: Callable[[Any], dict[str, Any]]
    ) -> dict[str, Any]:
        """What pydantic asks annotations for."""
        return {**handler(core_schema), **self.said}


Moment: TypeAlias = Annotated[str, Keywords(format="date-time", pattern="Z$")]
"""RFC 3339 in UTC."""
LocalTime: TypeAlias = Annotated[str, Keywords(pattern="^[0-9-]{10}T[0-9:]{5}$")]
"""On the clocks of some zone, to the minute."""
Position: TypeAlias = Annotated[int, Keywords(minimum=1)]
"""A line or a column, from 1."""
Count: TypeAlias = Annotated[int, Keywords(minimum=0)]
Digest: TypeAlias = Annotated[str, Keywords(pattern="^sha256:")]
