"""A plan for people in front of a terminal, and for logs. Pure.

A room is a heading with a sign, where it comes from, and what changes in it, place by place. Names and values may
come from strangers: they are escaped, and never read as markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from rich.text import Text

from provisioner.diagnostics import Diagnostic
from provisioner.metastudio.remote_text import printable
from provisioner.planning.actions import (
    Action,
    Adopt,
    Blocked,
    Cause,
    Create,
    Delete,
    NoOp,
    Restart,
    Rewrite,
    Start,
    Stop,
    Upcoming,
    Update,
)
from provisioner.reports.alike import Alike, Likeness
from provisioner.reports.changes_text import change_lines
from provisioner.reports.findings import findings_text
from provisioner.reports.outline_text import room_outline
from provisioner.reports.places import plain
from provisioner.reports.room_view import RoomView
from provisioner.reports.since_text import since_lines
from provisioner.reports.terminal import PLAIN_WIDTH, Line, to_text
from provisioner.reports.values_text import bounded
from provisioner.reports.view import (
    Group,
    PlanView,
    Remarks,
    base_words,
    cause_words,
    coming_words,
    offline_words,
)

_BODY = 4
_LONGEST_NAME = 120
_LONGEST_REASON = 1000
_MANY = 4
"""So many rooms that change alike are shown as one."""
_EXAMPLES = 3
"""Rooms that are shown of those that change at the same places in words of their own."""
_MOST_KEYS = 30
"""Further rooms that are named."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How a kind of action looks: its sign on a terminal, its sign in plain text, its style."""

    sign: str
    plain: str
    style: str


MARKS: Mapping[str, Mark] = {
    Create.name: Mark("+", "+", "green"),
    Adopt.name: Mark("±", "*", "cyan"),
    Update.name: Mark("~", "~", "yellow"),
    Start.name: Mark("▶", ">", "green"),
    Stop.name: Mark("■", "x", "magenta"),
    Restart.name: Mark("↻", "@", "magenta"),
    Rewrite.name: Mark("✎", "=", "yellow"),
    Delete.name: Mark("-", "-", "red"),
    Blocked.name: Mark("!", "!", "bold red"),
    NoOp.name: Mark("·", ".", "dim"),
}


def plan_text(
    view: PlanView,
    *,
    width: int = PLAIN_WIDTH,
    colour: bool = False,
    lists_all: bool = False,
    lists_warnings: bool = True,
) -> str:
    """The whole report: heading, rooms by topic, warnings, and the summary as the last line.

    Of several rooms that change alike one is shown for all, unless `lists_all`, which also lists unchanged rooms.
    """
    plan = view.plan
    lines = [*_heading(view)]
    if view.since is not None:
        lines += [_gap(), *since_lines(view, colour=colour, each=lists_all)]
    for group in view.groups:
        lines += [_gap(), Line(Text(group.topic.value, "bold")), *_group(group, view, colour=colour, each=lists_all)]
    unchanged = [action for action in plan.actions if isinstance(action, NoOp)]
    if unchanged and lists_all:
        lines += [_gap(), Line(Text("Unchanged", "bold"))]
        lines += [_unchanged(action, view.coming.get(action.key), colour=colour) for action in unchanged]
    if plan.warnings and lists_warnings:
        lines += [_gap(), *_warnings(plan.warnings)]
    lines += [_gap(), Line(Text(view.summary, "bold"))]
    return to_text(lines, width=width, colour=colour)


def _heading(view: PlanView) -> Iterator[Line]:
    plan = view.plan
    place = Text.assemble("Plan of ", (_name(plan.workspace), "bold"), " for target ", (_name(plan.target), "bold"))
    if plan.commit:
        place.append(f" at commit {printable(plan.commit, 12)}", "dim")
    yield Line(place)
    if plan.at is None:
        yield Line(Text(f"made {_minute(plan.created)}, good until {_minute(plan.expires)}", "dim"))
    else:
        yield Line(Text(f"as if it were {_minute(plan.at)}: to be looked at, not to be applied", "bold"))
    if plan.snapshot:
        yield Line(Text(offline_words(plan), "bold"))
    if plan.base:
        yield Line(Text(base_words(plan), "dim"))
    yield Line(Text(view.reading, "dim"))
    if plan.shard:
        yield Line(Text(f"only shard {plan.shard} of the workspace", "dim"))
    if plan.upcoming:
        first = plan.upcoming[0]
        yield Line(Text(f"next: {_name(first.key)} {coming_words(first)}", "dim"))
    if plan.selection:
        yield Line(Text(f"only {bounded(', '.join(plan.selection))}", "dim"))


def _group(group: Group, view: PlanView, *, colour: bool, each: bool) -> Iterator[Line]:
    for alike in group.alike:
        shown = len(alike.rooms)
        if shown >= _MANY and not each:
            shown = 1 if alike.likeness is Likeness.WORDS else _EXAMPLES
            yield _gap()
            yield Line(Text(plain(alike.heading), "bold"))
        for room in alike.rooms[:shown]:
            yield _gap()
            yield from _room(room, view, colour=colour)
        if shown < len(alike.rooms):
            yield _gap()
            yield Line(Text(f"{_others(alike, shown)}; plan --all shows each", "dim"), _BODY)


def _others(alike: Alike, shown: int) -> str:
    keys = [_name(room.key) for room in alike.rooms[shown:]]
    more = len(keys) - _MOST_KEYS
    listed = ", ".join(keys[:_MOST_KEYS]) + (f" and {more:,} more" if more > 0 else "")
    return f"{'the same in' if alike.likeness is Likeness.WORDS else 'not shown:'} {listed}"


def _room(room: RoomView, view: PlanView, *, colour: bool) -> Iterator[Line]:
    first, *others = room.actions
    heading = _verb(first, colour=colour)
    heading.append_text(Text.assemble(" ", (_name(room.key), "bold"), "  ", _name(room.name)))
    yield Line(heading)
    place = f" · {printable(str(room.origin), _LONGEST_NAME)}" if room.origin else ""
    known = f" · room {printable(room.room_id)}" if room.room_id else ""
    yield Line(Text.assemble(cause_words(first), (f"{place}{known}", "dim")), _BODY)
    yield from _details(first, view, colour=colour)
    for action in others:
        line = _verb(action, colour=colour)
        if action.cause not in (first.cause, Cause.LIVE) or action.branch is not first.branch:
            line.append(f" · {cause_words(action)}")
        yield Line(line, _BODY - 2)
        yield from _details(action, view, colour=colour)
    if room.key in view.coming:
        yield Line(Text(f"next: {coming_words(view.coming[room.key])}", "dim"), _BODY)


def _verb(action: Action, *, colour: bool) -> Text:
    mark = MARKS[action.name]
    return Text.assemble((f"{mark.sign if colour else mark.plain} {action.name}", mark.style))


def _details(action: Action, view: PlanView, *, colour: bool) -> Iterator[Line]:
    remarks = Remarks.of(action)
    if remarks.run:
        yield Line(Text(f"run {_name(remarks.run)}"), _BODY)
    if remarks.commands:
        yield Line(Text(bounded(", ".join(remarks.commands))), _BODY)
    if remarks.reason:
        style = "red" if isinstance(action, Blocked) else "italic"
        yield Line(Text(printable(remarks.reason, _LONGEST_REASON), style), _BODY)
    if remarks.elsewhere:
        yield Line(Text(f"not from this branch: {bounded(', '.join(remarks.elsewhere))}", "dim"), _BODY)
    if isinstance(action, Create):
        yield from (_outlined(line) for line in room_outline(action.changes))
    else:
        yield from change_lines(action.changes, view.comparisons, indent=_BODY, colour=colour)


def _outlined(line: str) -> Line:
    text = line.lstrip(" ")
    return Line(Text(text), _BODY + len(line) - len(text))


def _unchanged(action: NoOp, coming: Upcoming | None, *, colour: bool) -> Line:
    mark = MARKS[action.name]
    sign = mark.sign if colour else mark.plain
    ahead = f"  next: {coming_words(coming)}" if coming else ""
    return Line(Text(f"{sign} {_name(action.key)}  {_name(action.room_name)}{ahead}", mark.style))


def _warnings(warnings: tuple[Diagnostic, ...]) -> Iterator[Line]:
    for line in findings_text(warnings).splitlines():
        yield Line(Text(line, "yellow"))


def _name(text: str) -> str:
    return printable(text, _LONGEST_NAME)


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _gap() -> Line:
    return Line(Text())
