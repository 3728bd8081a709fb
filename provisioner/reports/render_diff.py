"""What the manifests say that those of another revision do not, room by room, as text and as plain data. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rich.text import Text
from typing_extensions import TypedDict

from provisioner.comparing.compare import FieldChange, contents
from provisioner.comparing.declarations import declaration_changes
from provisioner.metastudio.remote_text import printable
from provisioner.planning.actions import Action, Cause, Create, Delete, Update
from provisioner.planning.matching import earlier_keys
from provisioner.reports.actions_json import ChangeJson, OriginJson, change_json, origin_json
from provisioner.reports.alike import Alike, Likeness, alike
from provisioner.reports.changes_text import change_lines
from provisioner.reports.json_types import FORMAT_VERSION, Count
from provisioner.reports.outline_text import room_outline
from provisioner.reports.places import plain
from provisioner.reports.room_view import RoomView
from provisioner.reports.terminal import PLAIN_WIDTH, Line, to_text
from provisioner.reports.word_diff import Comparisons
from provisioner.rooms import DesiredRoom, RoomKey

Fate: TypeAlias = Literal["new", "changed", "gone"]

_MANY = 4
"""So many rooms that change alike are shown as one."""
_EXAMPLES = 3
_MOST_KEYS = 30
_BODY = 4
_LONGEST_NAME = 120
_FATES: Mapping[type[Action], tuple[Fate, str, str]] = {
    Create: ("new", "+ ", "green"),
    Update: ("changed", "~ ", "yellow"),
    Delete: ("gone", "- ", "red"),
}


@dataclass(frozen=True, slots=True)
class RenderDiff:
    """The rooms that are not as the revision `ref`, which is `commit`, has them for a target; and how many are."""

    target: str
    ref: str
    commit: str
    rooms: tuple[RoomView, ...]
    same: int

    @property
    def counts(self) -> RenderedCountsJson:
        """How many rooms are new, changed, gone and the same."""
        fates = [_fate(room) for room in self.rooms]
        new, changed, gone = (fates.count(fate) for fate, _, _ in _FATES.values())
        return {"new": new, "changed": changed, "gone": gone, "same": self.same}


class RenderedRoomJson(TypedDict):
    """A room that another revision does not have, has otherwise, or has alone."""

    key: str
    room_name: str
    change: Fate
    origin: OriginJson | None
    """Where its manifest starts; of a room that is gone, where it did."""
    changes: list[ChangeJson]
    """In the words of the manifest: paths into the spec, and such as `live.run` for the rest."""


class RenderedBaseJson(TypedDict):
    """The revision that was compared with."""

    ref: str
    commit: str


class RenderedCountsJson(TypedDict):
    """How many rooms there are of each kind."""

    new: Count
    changed: Count
    gone: Count
    same: Count


class RenderDiffJson(TypedDict):
    """What `render --diff REF --format json` prints."""

    format_version: Literal[1]
    target: str
    base: RenderedBaseJson
    summary: RenderedCountsJson
    rooms: list[RenderedRoomJson]
    """Those that are not the same, in the order of keys."""


def compared(
    before: Mapping[RoomKey, DesiredRoom], after: Mapping[RoomKey, DesiredRoom], moved: Mapping[RoomKey, RoomKey]
) -> tuple[RoomView, ...]:
    """The rooms that differ, by key. `moved` has new keys with those that rooms had before."""
    old_keys = {key: _old_key(key, before, after, moved) for key in after}
    gone = before.keys() - set(old_keys.values())
    found = [_view(Delete, before[key]) for key in gone]
    for key, old_key in old_keys.items():
        if old_key is None:
            found.append(_view(Create, after[key]))
        elif changes := declaration_changes(before[old_key], after[key]):
            found.append(_view(Update, after[key], changes))
    return tuple(sorted(found, key=lambda room: room.key))


def render_diff_json(diff: RenderDiff) -> RenderDiffJson:
    """The document of `render --diff REF --format json`."""
    return {
        "format_version": FORMAT_VERSION,
        "target": diff.target,
        "base": {"ref": diff.ref, "commit": diff.commit},
        "summary": diff.counts,
        "rooms": [
            {
                "key": room.key,
                "room_name": room.name,
                "change": _fate(room),
                "origin": origin_json(room.origin),
                "changes": [change_json(change) for change in room.actions[0].changes],
            }
            for room in diff.rooms
        ],
    }


def render_diff_text(
    diff: RenderDiff, *, width: int = PLAIN_WIDTH, colour: bool = False, lists_all: bool = False
) -> str:
    """The rooms, those that change alike once unless `lists_all`, and the counts as the last line."""
    comparisons = Comparisons()
    commit = "" if diff.commit.startswith(diff.ref) else f" ({diff.commit[:12]})"
    lines = [Line(Text(f"Rooms of target {_name(diff.target)} beside {_name(diff.ref)}{commit}", "bold"))]
    for fate in _FATES:
        rooms = [room for room in diff.rooms if isinstance(room.actions[0], fate)]
        for group in alike(rooms, comparisons):
            lines += _group(group, comparisons, colour=colour, each=lists_all)
    counts = ", ".join(f"{count:,} {name}" for name, count in diff.counts.items() if count)
    lines += [Line(Text()), Line(Text(counts or "no rooms", "bold"))]
    return to_text(lines, width=width, colour=colour)


def _group(group: Alike, comparisons: Comparisons, *, colour: bool, each: bool) -> Iterator[Line]:
    shown = len(group.rooms)
    if shown >= _MANY and not each:
        shown = 1 if group.likeness is Likeness.WORDS else _EXAMPLES
        yield Line(Text())
        yield Line(Text(plain(group.heading), "bold"))
    for room in group.rooms[:shown]:
        yield Line(Text())
        yield from _room(room, comparisons, colour=colour)
    if others := group.rooms[shown:]:
        keys = ", ".join(_name(room.key) for room in others[:_MOST_KEYS])
        more = f" and {len(others) - _MOST_KEYS:,} more" if len(others) > _MOST_KEYS else ""
        same = "the same in" if group.likeness is Likeness.WORDS else "not shown:"
        yield Line(Text())
        yield Line(Text(f"{same} {keys}{more}; --all shows each", "dim"), _BODY)


def _room(room: RoomView, comparisons: Comparisons, *, colour: bool) -> Iterator[Line]:
    (action,) = room.actions
    fate, sign, style = _FATES[type(action)]
    yield Line(
        Text.assemble((f"{fate} ", style), (_name(room.key), "bold"), "  ", _name(room.name)), 0, Text(sign, style)
    )
    if room.origin is not None:
        yield Line(Text(printable(str(room.origin), _LONGEST_NAME), "dim"), _BODY)
    if isinstance(action, Create):
        for line in room_outline(action.changes):
            yield Line(Text(line.lstrip(" ")), _BODY + len(line) - len(line.lstrip(" ")))
    else:
        yield from change_lines(action.changes, comparisons, indent=_BODY, colour=colour)


def _view(fate: type[Create | Update | Delete], room: DesiredRoom, changes: Iterable[FieldChange] = ()) -> RoomView:
    found = contents(room.spec) if fate is Create else changes
    action = fate(key=room.key, room_name=room.name, cause=_CAUSES[fate], origin=room.origin, changes=tuple(found))
    return RoomView.of(room.key, (action,))


_CAUSES: Mapping[type[Action], Cause] = {Create: Cause.NEW, Update: Cause.MANIFEST, Delete: Cause.REMOVED}


def _fate(room: RoomView) -> Fate:
    return _FATES[type(room.actions[0])][0]


def _old_key(
    key: RoomKey,
    before: Mapping[RoomKey, DesiredRoom],
    after: Mapping[RoomKey, DesiredRoom],
    moved: Mapping[RoomKey, RoomKey],
) -> RoomKey | None:
    """The key that a room had, which is its own unless it was moved; None for a new room."""
    if key in before:
        return key
    old = next((old for old in earlier_keys(key, moved) if old in before), None)
    return None if old in after else old


def _name(text: str) -> str:
    return printable(text, _LONGEST_NAME)
