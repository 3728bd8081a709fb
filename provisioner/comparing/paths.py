"""Routes into a room, as text and as patterns. Pure.

A route is a tuple of steps: a field's name, or an `Item` of a list with the label that a person knows it by.
As text: `scene_scripts[Opening].shoot_scripts[2].text_config.text`. Positions count from 1.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TypeAlias

_PLAIN_LABEL = re.compile(r"[^\[\]\"\x00-\x1f\x7f-\x9f]+\Z")

_LAST_FIELD = re.compile(r"(?:^|\.)([a-z_]+)(?:\[[0-9]+\])?\Z")


@dataclass(frozen=True, slots=True)
class Item:
    """A list's item: by what it is called, which is a name, a number or `type@layer`."""

    label: str


Step: TypeAlias = "str | Item"
Route: TypeAlias = tuple[Step, ...]


def to_text(route: Route) -> str:
    """The route as people and reports write it. A label with brackets or quotes in it is written as JSON."""
    text = ""
    for step in route:
        match step:
            case Item(label):
                plain = bool(_PLAIN_LABEL.match(label))
                text += f"[{label}]" if plain else f"[{json.dumps(label, ensure_ascii=False)}]"
            case name:
                text += f".{name}" if text else name
    return text


def field_of(path: str) -> str:
    """The field of the top level that a path leads into."""
    return path.partition(".")[0].partition("[")[0]


def last_field(path: str) -> str:
    """The field that a path ends in, or in whose list it ends; an empty text where it ends in neither."""
    found = _LAST_FIELD.search(path)
    return found[1] if found else ""


def matches_any(route: Route, patterns: tuple[str, ...]) -> bool:
    """Whether a `lifecycle.ignore` pattern names this place or one above it. `[*]` stands for any item."""
    if not patterns:
        return False
    text = f"spec.{to_text(route)}"
    return any(_regex(pattern).match(text) for pattern in patterns)


def _regex(pattern: str) -> re.Pattern[str]:
    body = re.escape(pattern).replace(r"\[\*\]", r"\[[^\]]*\]")
    return re.compile(rf"{body}(?=$|[.\[])")
