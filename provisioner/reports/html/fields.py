"""The changes of a room as lines, as the text report has them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from provisioner.comparing.compare import FieldChange, Kind
from provisioner.planning.actions import Create
from provisioner.reports.outline_text import item_outline, room_outline
from provisioner.reports.places import label, place, plain, steps
from provisioner.reports.room_view import RoomView
from provisioner.reports.values_text import is_short, shown
from provisioner.reports.word_diff import Comparisons, Pairs, Part

MOST_CHANGES = 60
"""Changes of one action that are shown; JSON has them all."""
_CONTEXT = 24
_MOST_STRETCHES = 40
_WORDS = {Kind.SET: "changed", Kind.ADD: "added", Kind.REMOVE: "removed", Kind.MOVE: "moved"}


@dataclass(frozen=True, slots=True)
class Line:
    """One change: `mark` is `set`, `add`, `remove` or `move`; what it says is `words`, as stretches."""

    mark: str
    path: str
    words: Pairs


@dataclass(frozen=True, slots=True)
class Place:
    """The changes within one scene, rule or the like, which `name` says in words; it is empty for the room itself."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """The changes of a room by place, how many further ones are not shown, and for a new room its outline."""

    places: tuple[Place, ...]
    more: int = 0
    outline: tuple[str, ...] = ()


def lines_of(room: RoomView, comparisons: Comparisons) -> Lines:
    """What changes, action by action."""
    outline = [line for action in room.actions if isinstance(action, Create) for line in room_outline(action.changes)]
    changes = [change for action in room.actions if not isinstance(action, Create) for change in action.changes]
    found: dict[str, list[Line]] = {}
    for change in changes[:MOST_CHANGES]:
        name, path = _divided(change.path)
        found.setdefault(name, []).append(_line(change, path, comparisons))
    places = tuple(Place(name, tuple(lines)) for name, lines in found.items())
    return Lines(places, max(0, len(changes) - MOST_CHANGES), tuple(outline))


def _divided(path: str) -> tuple[str, str]:
    """The item of a list of the room's own, in words, and the way from there on."""
    first, *others = steps(path)
    if len(others) > 1 and label(others[0]) is not None:
        return plain(place(first + others[0])), "".join(others[1:]).removeprefix(".")
    return "", path


def _line(change: FieldChange, path: str, comparisons: Comparisons) -> Line:
    kind = _kind(change)
    return Line(kind.value, path, tuple(_said(kind, change, comparisons)))


def _said(kind: Kind, change: FieldChange, comparisons: Comparisons) -> Iterable[tuple[Part, str]]:
    if change.sensitive:
        return ((Part.KEPT, f"(sensitive value {_WORDS[kind]})"),)
    match kind:
        case Kind.MOVE:
            return ((Part.KEPT, f"from {shown(change.before)} to {shown(change.after)}"),)
        case Kind.ADD:
            return ((Part.NEW, item_outline(change.after)),)
        case Kind.REMOVE:
            return ((Part.GONE, item_outline(change.before)),)
        case _:
            return _set(change.before, change.after, comparisons)


def _set(before: Any, after: Any, comparisons: Comparisons) -> Iterable[tuple[Part, str]]:
    if isinstance(before, str) and isinstance(after, str) and not (is_short(before) and is_short(after)):
        found = comparisons.worth_showing(before, after)
        if found is not None:
            return _shortened(found)
    return ((Part.GONE, shown(before)), (Part.KEPT, " → "), (Part.NEW, shown(after)))


def _shortened(found: Pairs) -> Iterator[tuple[Part, str]]:
    """The stretches with what is kept cut down to what stands next to a change."""
    for number, (part, words) in enumerate(found[:_MOST_STRETCHES]):
        if part is not Part.KEPT:
            yield part, words
            continue
        head = "" if number == 0 else words[:_CONTEXT]
        tail = "" if number == len(found) - 1 else words[-_CONTEXT:]
        yield part, words if len(words) <= len(head) + len(tail) + 1 else f"{head}…{tail}"
    if len(found) > _MOST_STRETCHES:
        yield Part.KEPT, " …"


def _kind(change: FieldChange) -> Kind:
    """A field that was not there comes, one that will not be there goes."""
    if change.kind is Kind.SET and not change.sensitive:
        if change.before is None:
            return Kind.ADD
        if change.after is None:
            return Kind.REMOVE
    return change.kind
