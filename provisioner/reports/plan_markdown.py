"""A plan for a comment on a pull request and for a step summary, in GitHub's Markdown. Pure.

Counts come first, then rooms by topic and by how they change. Whatever the size of the plan, the report stays within
`MOST_UNITS`; what it leaves out it says in numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from provisioner.diagnostics import Diagnostic
from provisioner.planning.actions import Action, Upcoming
from provisioner.planning.words import counted
from provisioner.reports.alike import Alike, Likeness
from provisioner.reports.changes_markdown import changes_block
from provisioner.reports.markdown import (
    ELSEWHERE,
    MOST_UNITS,
    Fitted,
    Section,
    code,
    fitted,
    folded,
    html_code,
    html_phrase,
    left_out,
    listed,
    phrase,
    prose,
    units,
)
from provisioner.reports.places import Quoted
from provisioner.reports.room_view import RoomView, Topic
from provisioner.reports.since_markdown import since_markdown
from provisioner.reports.view import Group, PlanView, Remarks, base_words, cause_words, offline_words

_FOR_NOTES = 0.25
"""The part of a report that warnings may take where rooms want it too."""
_FOR_SINCE = 0.3
"""The part that may be about an earlier plan."""
_FOR_HEADINGS = 2000
_OPEN = (Topic.GRAVE, Topic.BLOCKED)
_EXAMPLES = 5
_MOST_KEYS = 60
_MOST_WARNINGS = 10
_MOST_COMING = 10


def plan_markdown(view: PlanView, *, most: int = MOST_UNITS) -> str:
    """The whole report in at most `most` UTF-16 units, of which there are 6,000 at least."""
    head = "\n\n".join(_heading(view))
    notes = fitted([*_coming(view.plan.upcoming), *_warnings(view.plan.warnings)], int(most * _FOR_NOTES))
    since = since_markdown(view, int(most * _FOR_SINCE))
    left = most - units(head) - units(since) - notes.cost - _FOR_HEADINGS
    bodies: list[str] = []
    parts: list[Fitted] = []
    for group in view.groups:
        sections = [_section(alike, group.topic, view) for alike in group.alike[: _worth_trying(left)]]
        part = fitted(sections, left)
        left -= part.cost
        parts.append(part)
        bodies.append("\n\n".join((_title(group), *part.texts)))
    omitted = _omitted(view.groups, parts)
    return "\n\n".join(part for part in (head, since, omitted, *bodies, *notes.texts) if part) + "\n"


def _worth_trying(left: int) -> int:
    """How many sections may fit: none is named in less than 16 units."""
    return max(left // 16, 0)


def _heading(view: PlanView) -> Iterator[str]:
    plan = view.plan
    yield f"### Plan of {code(plan.workspace, 120)} for target {code(plan.target, 120)}"
    yield f"**{view.summary}**"
    facts = []
    if plan.at is not None:
        facts.append(f"**As if it were {_minute(plan.at)}: to be looked at, not to be applied.**")
    else:
        commit = f" at commit {code(plan.commit, 12)}" if plan.commit else ""
        facts.append(f"Made{commit} on {_minute(plan.created)}, good until {_minute(plan.expires)}.")
    if plan.snapshot:
        facts.append(f"**{prose(_sentence(offline_words(plan)))}.**")
    if plan.base:
        facts.append(f"{prose(_sentence(base_words(plan)))}.")
    facts.append(view.reading)
    if plan.shard:
        facts.append(f"Only shard {plan.shard} of the workspace.")
    if plan.selection:
        facts.append(f"Only {listed(plan.selection, _MOST_COMING)}.")
    yield " ".join(facts)


def _title(group: Group) -> str:
    return f"#### {group.topic.value} ({counted(len(group.rooms), 'room')})"


def _section(alike: Alike, topic: Topic, view: PlanView) -> Section:
    rooms = len(alike.rooms)
    if rooms == 1:
        room = alike.first
        where = (" · ", *alike.where) if alike.where else ()
        heading = (alike.todo, " ", Quoted.of(room.key, 120), " ", Quoted.of(room.name, 120), *where)
        summary = f"<b>{alike.todo}</b> {html_code(room.key)} {html_phrase((Quoted.of(room.name, 120), *where))}"
        return Section(f"- {phrase(heading)}", folded(summary, _room(room, view), is_open=topic in _OPEN))
    shown = 1 if alike.likeness is Likeness.WORDS else min(_EXAMPLES, rooms)
    brief = f"- {phrase(alike.heading)}: {listed([room.key for room in alike.rooms], 3)}"
    named, *more = alike.heading
    summary = f"<b>{named}</b>{html_phrase(tuple(more))}"
    body = [f"{_who(room)}\n\n{_room(room, view)}" for room in alike.rooms[:shown]]
    if others := alike.rooms[shown:]:
        keys = listed([room.key for room in others], _MOST_KEYS)
        body.append(f"The same in {keys}." if alike.likeness is Likeness.WORDS else f"Not shown here: {keys}.")
    full = folded(summary, "\n\n".join(body), is_open=topic in _OPEN)
    return Section(brief, full, rooms)


def _who(room: RoomView) -> str:
    return f"**{code(room.key, 120)}** {code(room.name, 120)}"


def _room(room: RoomView, view: PlanView) -> str:
    first = room.actions[0]
    facts = [_sentence(cause_words(first))]
    if room.origin:
        facts.append(code(str(room.origin)))
    if room.room_id:
        facts.append(f"room {code(room.room_id)}")
    if (coming := view.coming.get(room.key)) is not None:
        facts.append(f"next: {_coming_words(coming)}")
    parts = [" · ".join(facts)]
    for action in room.actions:
        said = _said(action)
        if len(room.actions) > 1 or said:
            parts.append(" ".join(part for part in (f"**{action.name}**", said) if part))
        parts.append(changes_block(action, view.comparisons))
    return "\n\n".join(part for part in parts if part)


def _said(action: Action) -> str:
    remarks = Remarks.of(action)
    words = []
    if remarks.run:
        words.append(f"run {code(remarks.run, 120)}")
    if remarks.commands:
        words.append(listed(remarks.commands, _MOST_COMING))
    if remarks.reason:
        words.append(prose(remarks.reason))
    if remarks.elsewhere:
        words.append(f"not from this branch: {listed(remarks.elsewhere, _MOST_COMING)}")
    return ": ".join(words)


def _omitted(groups: Sequence[Group], parts: Sequence[Fitted]) -> str:
    named = [section for part in parts for section in part.named]
    unnamed = [alike for group, part in zip(groups, parts, strict=True) for alike in group.alike[len(part.texts) :]]
    return left_out(named, sum(len(alike.rooms) for alike in unnamed), len(unnamed), ELSEWHERE)


def _coming(changes: tuple[Upcoming, ...]) -> Iterator[Section]:
    if not changes:
        return
    lines = [f"- {code(change.key, 120)} {_coming_words(change)}" for change in changes[:_MOST_COMING]]
    if (more := len(changes) - _MOST_COMING) > 0:
        lines.append(f"- … and {counted(more, 'more room')}")
    title = f"What windows ask for next ({counted(len(changes), 'room')})"
    yield Section(f"{title}.", folded(title, "\n".join(lines)))


def _coming_words(change: Upcoming) -> str:
    return f"{change.action}s {change.local:%Y-%m-%d %H:%M} {code(change.timezone, 60)}"


def _warnings(warnings: tuple[Diagnostic, ...]) -> Iterator[Section]:
    """The findings by rule."""
    by_rule: dict[tuple[str, str], list[Diagnostic]] = {}
    for warning in warnings:
        by_rule.setdefault((warning.severity.value, warning.rule), []).append(warning)
    for (severity, rule), found in by_rule.items():
        lines = [f"- {_finding(finding)}" for finding in found[:_MOST_WARNINGS]]
        if (more := len(found) - _MOST_WARNINGS) > 0:
            lines.append(f"- … and {more:,} more")
        brief = f"- {counted(len(found), severity)}: {code(rule)}"
        yield Section(brief, folded(f"{counted(len(found), severity)}: {html_code(rule)}", "\n".join(lines)))


def _finding(finding: Diagnostic) -> str:
    place = f"{code(str(finding.span))} " if finding.span else ""
    return f"{place}{prose(finding.message)}"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
