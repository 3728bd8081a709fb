"""Rooms that change in the same way are reviewed once. Pure.

Two rooms are alike when they have actions of the same kinds for the same causes and their changes are of the same kinds
at the same places. Where a scene is called like its room, as in one template for many stores, its place is the same.
Of those, rooms whose words change in the same way make up a group, even if the texts around these words differ. What
changes in words of its own is never hidden behind another room.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from provisioner.comparing.compare import FieldChange
from provisioner.planning.actions import Action, Create, Restart, Rewrite, Start
from provisioner.reports.numbers import counted
from provisioner.reports.places import Phrase, in_short, label, steps
from provisioner.reports.room_view import RoomView
from provisioner.reports.word_diff import Comparisons, Part

_OWN = "\ue000"
"""Stands for a room's own name; no name that was checked holds it."""
_LEAST_NAME = 2


class Likeness(StrEnum):
    """What the rooms of a group have in common beside the places that change."""

    WORDS = "in the same words"
    PLACES = "each in words of its own"


@dataclass(frozen=True, slots=True)
class Alike:
    """Rooms that change in the same way, at least one, in the order of the plan.

    With likeness `WORDS` the first may be shown for all. With `PLACES` each has something of its own to show.
    `where` says what changes, such as `opening paragraph of scene Welcome`; it is empty where nothing inside them does,
    or everything.
    """

    where: Phrase
    rooms: tuple[RoomView, ...]
    likeness: Likeness

    @property
    def first(self) -> RoomView:
        """The room that stands for the others."""
        return self.rooms[0]

    @property
    def todo(self) -> str:
        """What is done: `update`, or `update and restart`."""
        return " and ".join(dict.fromkeys(action.name for action in self.first.actions))

    @property
    def heading(self) -> Phrase:
        """`38 rooms: update opening paragraph of scene Welcome, in the same words`."""
        what = (f"{counted(len(self.rooms), 'room')}: {self.todo}",)
        if not self.where:
            return what
        return (*what, " ", *self.where, *([f", {self.likeness}"] if len(self.rooms) > 1 else []))


def alike(rooms: Iterable[RoomView], comparisons: Comparisons) -> tuple[Alike, ...]:
    """The rooms in groups: the gravest first, then in the order of the first room of each."""
    found = (group for same in _by(rooms, _shape) for group in _in_words(same, comparisons))
    return tuple(sorted(found, key=lambda group: (group.first.gravity, group.first.key)))


def _in_words(rooms: tuple[RoomView, ...], comparisons: Comparisons) -> Iterator[Alike]:
    """Rooms of one shape by their words; those that have nobody to share them with are left in one group."""
    if len(rooms) == 1:
        yield _group(rooms, Likeness.WORDS)
        return
    single: list[RoomView] = []
    for same in _by(rooms, lambda room: _words(room, comparisons)):
        if len(same) > 1:
            yield _group(same, Likeness.WORDS)
        else:
            single += same
    if single:
        yield _group(tuple(single), Likeness.PLACES if len(single) > 1 else Likeness.WORDS)


def _by(rooms: Iterable[RoomView], likeness: Callable[[RoomView], Hashable]) -> list[tuple[RoomView, ...]]:
    found: dict[Hashable, list[RoomView]] = {}
    for room in rooms:
        found.setdefault(likeness(room), []).append(room)
    return [tuple(same) for same in found.values()]


def _group(rooms: tuple[RoomView, ...], likeness: Likeness) -> Alike:
    return Alike(_where(rooms), rooms, likeness)


def _where(rooms: tuple[RoomView, ...]) -> Phrase:
    room = rooms[0]
    changes = [change for action in room.actions if not isinstance(action, Create) for change in action.changes]
    return in_short(changes, lambda name: len(rooms) > 1 and _is_own_name(room, name))


def _shape(room: RoomView) -> Hashable:
    return tuple((action.name, action.cause, _places(room, action)) for action in room.actions)


def _places(room: RoomView, action: Action) -> Hashable:
    return tuple((_without_own_name(room, change.path), change.kind, change.sensitive) for change in action.changes)


def _without_own_name(room: RoomView, path: str) -> Hashable:
    return tuple(_OWN if _is_own_name(room, label(step)) else step for step in steps(path))


def _is_own_name(room: RoomView, name: str | None) -> bool:
    """Whether an item is called like its room, or like a part of that. Numbers are nobody's name."""
    if name is None or len(name) < _LEAST_NAME or not any(char.isalpha() for char in name):
        return False
    return name in room.name or name in room.key


def _words(room: RoomView, comparisons: Comparisons) -> Hashable:
    return tuple((_said(room, action), _edits(action, comparisons)) for action in room.actions)


def _edits(action: Action, comparisons: Comparisons) -> Hashable:
    """The edits of an action. A room that is made says everything for the first time, in words of its own."""
    if isinstance(action, Create):
        return action.key
    return tuple(edit_of(change, comparisons) for change in action.changes)


def _said(room: RoomView, action: Action) -> Hashable:
    """What an action says beside its changes, but for which room it is."""
    reason = action.reason.replace(room.room_id, _OWN) if room.room_id else action.reason
    match action:
        case Start(run=run, until=until) | Restart(run=run, until=until):
            return reason, run, until
        case Rewrite(commands=commands):
            return reason, commands
        case _:
            return reason


def edit_of(change: FieldChange, comparisons: Comparisons) -> Hashable:
    """What a change does to its words, whatever stands around them."""
    before, after = change.before, change.after
    if isinstance(before, str) and isinstance(after, str):
        return tuple(stretch for stretch in comparisons.stretches(before, after) if stretch[0] is not Part.KEPT)
    return _frozen(before), _frozen(after)


def _frozen(value: Any) -> Hashable:
    """Plain data that can be compared by hash, with its types: `1`, `1.0` and `true` are three values."""
    if isinstance(value, dict):
        return dict, tuple((name, _frozen(item)) for name, item in value.items())
    if isinstance(value, list | tuple):
        return list, tuple(_frozen(item) for item in value)
    return type(value), value
