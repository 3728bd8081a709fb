"""A plan → one HTML page that needs nothing else: no network, no other file. Pure.

The page is whole without its script; the script adds search, filters, the slider and keys. A policy in the page
itself allows that one style sheet and that one script by their hashes, and nothing else whatever.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from itertools import islice
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from provisioner.planning.actions import Action, Cause, NoOp
from provisioner.planning.contents import RoomContent
from provisioner.planning.since import Fate
from provisioner.planning.words import counted
from provisioner.reports.alike import Alike
from provisioner.reports.html.fields import Lines, lines_of
from provisioner.reports.html.plain import below, left_out
from provisioner.reports.html.rules import Rule, rules
from provisioner.reports.html.scenes import Length, Scene, scenes
from provisioner.reports.html.timeline import Timeline, timeline
from provisioner.reports.html.visible import visible
from provisioner.reports.places import plain
from provisioner.reports.room_view import RoomView
from provisioner.reports.since import SAYS, since_summary
from provisioner.reports.view import (
    BRANCHES,
    CAUSES,
    PlanView,
    Remarks,
    base_words,
    cause_words,
    coming_words,
    offline_words,
)
from provisioner.rooms import RoomKey

MOST_DRAWN = 2000
"""Rooms of one page that are drawn, in the order of the page: about 16 MB. Of further ones the changes are told."""
_MOST_LABELS = 100
"""Labels to choose from; the search finds all."""
_IN_SHORT = {Cause.BOTH: "manifest and drift"}
_TEMPLATES = ("page.html", "room.html", "canvas.html")


@dataclass(frozen=True, slots=True)
class Doing:
    """One action on a room: its name, its cause in words, what else there is to say of it, and whose doing it is."""

    name: str
    cause: str
    cause_words: str
    notes: tuple[str, ...]
    branch: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that the page shows of one room. `drawn` is whether anything is known of what it says.

    `fate` is what became of it since an earlier plan; empty where there is none to compare with. `not_shown` says what
    there is too much of.
    """

    room: RoomView
    doings: tuple[Doing, ...]
    changes: Lines
    scenes: tuple[Scene, ...]
    rules: tuple[Rule, ...]
    length: Length
    timeline: Timeline | None
    coming: str
    fate: str
    drawn: bool
    labels: tuple[str, ...] = ()
    not_shown: tuple[str, ...] = ()

    @property
    def runs(self) -> Iterator[tuple[bool, tuple[Scene, ...]]]:
        """Scenes in playing order: each that changes alone, and unchanged ones together."""
        same: list[Scene] = []
        for scene in self.scenes:
            if not scene.changed:
                same.append(scene)
                continue
            if same:
                yield False, tuple(same)
                same = []
            yield True, (scene,)
        if same:
            yield False, tuple(same)

    @property
    def changed_rules(self) -> tuple[Rule, ...]:
        """The rules that differ."""
        return tuple(rule for rule in self.rules if rule.mark)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter: its name in the page, in words, and how many rooms have it."""

    name: str
    words: str
    rooms: int


class Labels:
    """The labels of the rooms met so far, each with a number: what a room says is worked out once, when it is drawn."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._rooms: Counter[str] = Counter()

    def meet(self, labels: tuple[str, ...]) -> str:
        """The numbers of a room's labels."""
        self._rooms.update(labels)
        return " ".join(str(self._numbers.setdefault(label, len(self._numbers) + 1)) for label in labels)

    def choices(self) -> tuple[Choice, ...]:
        """Those that most rooms have, in the order of their names."""
        most = sorted(self._rooms.most_common(_MOST_LABELS))
        return tuple(Choice(str(self._numbers[label]), label, rooms) for label, rooms in most)


def plan_html(view: PlanView, *, most_drawn: int = MOST_DRAWN) -> str:
    """The whole page. Every text in it is escaped; what is invisible is shown by its number."""
    template = _environment().get_template("page.html")
    numbers = {id(group): number for number, group in enumerate(_groups(view), 1)}
    drawn = {room.key for room in islice((room for group in _groups(view) for room in group.rooms), most_drawn)}
    fates, labels = _fates(view), Labels()
    return template.render(
        view=view,
        plan=view.plan,
        actions=tuple(_actions(view)),
        causes=tuple(_causes(view)),
        branches=tuple(_branches(view)),
        offline=offline_words(view.plan),
        beside=base_words(view.plan),
        groups=tuple(Choice(str(numbers[id(g)]), plain(g.heading), len(g.rooms)) for g in _groups(view)),
        number_of=lambda group: numbers[id(group)],
        sheet=lambda room: sheet(room, view, fate=fates.get(room.key, ""), draws=room.key in drawn),
        not_drawn=len(view.rooms) - len(drawn),
        fates=tuple(_fate_choices(fates)),
        labels=labels,
        since_summary=since_summary(view.since) if view.since else "",
        since_headings=tuple(plain(group.heading) for group in view.since_groups),
        heading_of=lambda group: plain(group.heading),
        where_of=lambda group: plain(group.where),
        **_own_parts(),
    )


def sheet(room: RoomView, view: PlanView, *, fate: str = "", draws: bool = True) -> Sheet:
    """What the page shows of one room."""
    content = view.plan.contents.get(room.key, RoomContent())
    if not draws:
        content = replace(content, before=None, after=None)
    known = content.before is not None or content.after is not None
    played = scenes(content.before, content.after, view.comparisons) if known else ()
    coming = view.coming.get(room.key)
    return Sheet(
        room=room,
        doings=tuple(_doing(action) for action in room.actions),
        changes=lines_of(room, view.comparisons),
        scenes=played,
        rules=rules(content.before, content.after, view.comparisons) if known else (),
        length=Length.of_all(scene.length for scene in played),
        timeline=timeline(content.air, view.plan.at or view.plan.created),
        coming=coming_words(coming) if coming else "",
        fate=fate,
        drawn=known,
        labels=tuple(f"{name}={value}" for name, value in content.labels.items()),
        not_shown=tuple(_not_shown(content)),
    )


def _not_shown(content: RoomContent) -> Iterator[str]:
    for field, noun in (("scene_scripts", "scene"), ("interaction_rules", "rule")):
        if more := max(left_out(below(body, field)) for body in (content.before, content.after)):
            yield f"{counted(more, f'further {noun}')} not shown"


def _fates(view: PlanView) -> dict[RoomKey, str]:
    """What became of each room since an earlier plan; nothing where there is none to compare with."""
    if view.since is None:
        return {}
    known = {room.key: room.fate.value for room in view.since.rooms}
    return {room.key: known.get(room.key, Fate.SAME.value) for room in view.rooms}


def _fate_choices(fates: Mapping[RoomKey, str]) -> Iterator[Choice]:
    found = Counter(fates.values())
    return (Choice(fate.value, SAYS[fate], found[fate.value]) for fate in Fate if found[fate.value])


def _doing(action: Action) -> Doing:
    remarks = Remarks.of(action)
    notes = (
        f"run {remarks.run}" if remarks.run else "",
        ", ".join(remarks.commands),
        remarks.reason,
        f"not from this branch: {', '.join(remarks.elsewhere)}" if remarks.elsewhere else "",
    )
    branch = action.branch.value if action.branch else ""
    return Doing(action.name, action.cause.value, cause_words(action), tuple(note for note in notes if note), branch)


def _groups(view: PlanView) -> Iterator[Alike]:
    return (alike for group in view.groups for alike in group.alike)


def _actions(view: PlanView) -> Iterator[Choice]:
    found = Counter[str](name for room in view.rooms for name in {action.name for action in room.actions})
    return (Choice(name, name, found[name]) for name in view.counts if found[name] and name != NoOp.name)


def _causes(view: PlanView) -> Iterator[Choice]:
    found = Counter(cause for room in view.rooms for cause in {action.cause for action in room.actions})
    return (Choice(cause.value, _IN_SHORT.get(cause, cause.value), found[cause]) for cause in CAUSES if found[cause])


def _branches(view: PlanView) -> Iterator[Choice]:
    """Whose doing rooms are, where the plan was made beside a base."""
    found = Counter(branch for room in view.rooms for branch in {action.branch for action in room.actions} if branch)
    return (Choice(branch.value, words, found[branch]) for branch, words in BRANCHES.items() if found[branch])


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """Escapes all that is printed, and shows by its number what is invisible."""
    package = files(__package__)
    environment = Environment(
        loader=DictLoader({name: package.joinpath(name).read_text(encoding="utf-8") for name in _TEMPLATES}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=visible,
    )
    environment.filters["minute"] = _minute
    return environment


@lru_cache(maxsize=1)
def _own_parts() -> dict[str, Any]:
    """The style and the script of the page, as they are, with their hashes."""
    package = files(__package__)
    style, script = (package.joinpath(name).read_text(encoding="utf-8") for name in ("style.css", "app.js"))
    return {
        "style": Markup(style),  # noqa: S704 - our own file
        "script": Markup(script),  # noqa: S704 - our own file
        "style_hash": _hash(style),
        "script_hash": _hash(script),
    }


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}"
