"""What changed since an earlier plan, in words and by what rooms have in common; and as plain data. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from typing_extensions import TypedDict

from provisioner.comparing.compare import FieldChange
from provisioner.planning.actions import Action, Plan
from provisioner.planning.since import Fate, PlanSince, RoomSince
from provisioner.planning.words import counted
from provisioner.reports.actions_json import ChangeJson, change_json
from provisioner.reports.alike import edit_of
from provisioner.reports.json_text import timestamp
from provisioner.reports.json_types import Count, Moment
from provisioner.reports.places import Phrase, Quoted, in_short
from provisioner.reports.plan_json import PlanJson, plan_to_json
from provisioner.reports.word_diff import Comparisons

SAYS: Mapping[Fate, str] = {
    Fate.NEW: "new in this plan",
    Fate.CHANGED: "changed",
    Fate.GONE: "no longer in it",
    Fate.SAME: "as they were",
}


@dataclass(frozen=True, slots=True)
class SinceGroup:
    """Rooms of which the same became; `what` says what. `replaced` are the values of the first one that became others.

    In these changes, `before` is what the earlier plan would have written and `after` what this one would.
    """

    fate: Fate
    what: Phrase
    rooms: tuple[RoomSince, ...]
    replaced: tuple[FieldChange, ...] = ()

    @property
    def heading(self) -> Phrase:
        """`38 rooms changed: now also the opening paragraph`, or a single room by its key."""
        if len(self.rooms) == 1:
            room = self.rooms[0]
            who: Phrase = (Quoted.of(room.key, 120), " ", Quoted.of(room.name, 120))
        else:
            who = (counted(len(self.rooms), "room"),)
        return (*who, f" {SAYS[self.fate]}: ", *self.what)


def since_summary(since: PlanSince) -> str:
    """`2 rooms new in this plan, 1 changed, 3 no longer in it, 40 as they were`."""
    found = [f"{since.counts[fate]:,} {SAYS[fate]}" for fate in Fate if since.counts[fate]]
    return ", ".join(found) if found else "neither plan does anything"


def since_groups(since: PlanSince, comparisons: Comparisons) -> tuple[SinceGroup, ...]:
    """The rooms that are not as they were, those of which the same became together, by fate."""
    found: dict[Any, list[RoomSince]] = {}
    for room in since.rooms:
        edits = tuple(edit_of(change, comparisons) for change in _replaced(room))
        found.setdefault((room.fate, _what(room), edits), []).append(room)
    return tuple(SinceGroup(fate, what, tuple(rooms), _replaced(rooms[0])) for (fate, what, _), rooms in found.items())


class EditJson(TypedDict):
    """A place that both plans change, each to a value of its own."""

    before: ChangeJson
    """The change of the earlier plan."""
    after: ChangeJson
    """The change of this plan."""


class RoomSinceJson(TypedDict):
    """A room of which two plans say different things."""

    key: str
    room_name: str
    since: Fate
    """What became of it; rooms to which both plans do the same are counted only."""
    before: list[str]
    """The actions of the earlier plan, such as `update`."""
    after: list[str]
    """The actions of this plan."""
    came: list[ChangeJson]
    """Changes that only this plan has."""
    went: list[ChangeJson]
    """Changes that only the earlier plan has."""
    other: list[EditJson]


class FatesJson(TypedDict):
    """How many rooms became what."""

    new: Count
    changed: Count
    gone: Count
    same: Count


class SinceJson(TypedDict):
    """What changed since an earlier plan."""

    created: Moment
    """When the earlier plan was made."""
    commit: str | None
    """The Git commit that the earlier plan was made of, where it is known."""
    summary: FatesJson
    rooms: list[RoomSinceJson]


class PlanSinceJson(PlanJson):
    """What `show NEW --since OLD --format json` prints: the plan, and what an earlier one did not say."""

    since: SinceJson


def plan_since_json(plan: Plan, since: PlanSince, *, include_unchanged: bool = False) -> PlanSinceJson:
    """The plan beside an earlier one: a report, which nothing reads as a plan again. The digest is the plan's own."""
    return {**plan_to_json(plan, include_unchanged=include_unchanged), "since": since_json(since)}


def since_json(since: PlanSince) -> SinceJson:
    """The field `since` of a plan."""
    counts = since.counts
    return {
        "created": timestamp(since.created),
        "commit": since.commit,
        "summary": {
            "new": counts[Fate.NEW],
            "changed": counts[Fate.CHANGED],
            "gone": counts[Fate.GONE],
            "same": counts[Fate.SAME],
        },
        "rooms": [
            {
                "key": room.key,
                "room_name": room.name,
                "since": room.fate,
                "before": [action.name for action in room.before],
                "after": [action.name for action in room.after],
                "came": [change_json(change) for change in room.came],
                "went": [change_json(change) for change in room.went],
                "other": [{"before": change_json(before), "after": change_json(after)} for before, after in room.other],
            }
            for room in since.rooms
        ],
    }


def _what(room: RoomSince) -> Phrase:
    then, now = _verbs(room.before), _verbs(room.after)
    if room.fate is not Fate.CHANGED:
        return (now or then,)
    parts: list[Phrase] = [(now if now == then else f"{now} instead of {then}",)]
    others = [now for _, now in room.other]
    for words, changes in (("now also ", room.came), ("no longer ", room.went), ("otherwise ", others)):
        if changes:
            parts.append((words, *in_short(changes)))
    if len(parts) == 1 and now == then:
        parts.append(("for another reason or run",))
    return tuple(_joined(parts))


def _joined(parts: list[Phrase]) -> Iterator[str | Quoted]:
    for number, part in enumerate(parts):
        yield from ((", ",) if number else ())
        yield from part


def _verbs(actions: tuple[Action, ...]) -> str:
    return " and ".join(dict.fromkeys(action.name for action in actions))


def _replaced(room: RoomSince) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(now.path, then.after, now.after, sensitive=now.sensitive or then.sensitive)
        for then, now in room.other
        if then.after != now.after
    )
