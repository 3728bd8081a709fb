"""What every format says of a plan, computed once. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from provisioner.comparing.compare import Branch
from provisioner.diagnostics import Span
from provisioner.metastudio.remote_text import printable
from provisioner.planning.actions import Action, Blocked, Cause, NoOp, Plan, Upcoming
from provisioner.planning.refresh import Refresh
from provisioner.planning.words import age_words, counted
from provisioner.rooms import RoomId, RoomKey

CAUSES: Mapping[Cause, str] = {
    Cause.MANIFEST: "manifest changed",
    Cause.DRIFT: "drift: someone changed the room",
    Cause.BOTH: "manifest changed, and someone changed the room",
    Cause.NEW: "new manifest",
    Cause.REMOVED: "no manifest declares it any more",
    Cause.LIVE: "what live: asks for",
}
"""Every cause in words."""

_SEEN: Mapping[Refresh, str] = {
    Refresh.AUTO: "A change within seconds of the last apply is seen by --refresh full only.",
    Refresh.FULL: "",
    Refresh.NONE: "Rooms were not read one by one, so drift inside them may be missing.",
}


class Topic(StrEnum):
    """Whose doing a room's actions are; a report leads with what the manifests cause."""

    MANIFESTS = "What the manifests change"
    BRANCH = "What this branch changes"
    BEFORE = "Not from this branch: it was to be done before"
    DRIFT = "Drift: someone changed these rooms, and apply undoes it"
    BLOCKED = "Blocked: a person must decide first"


@dataclass(frozen=True, slots=True)
class RoomView:
    """A room with the actions on it, in the order of doing."""

    key: RoomKey
    name: str
    room_id: RoomId | None
    origin: Span | None
    actions: tuple[Action, ...]

    @property
    def topic(self) -> Topic:
        """The group in which it is shown."""
        if any(isinstance(action, Blocked) for action in self.actions):
            return Topic.BLOCKED
        branches = {action.branch for action in self.actions}
        if branches & {Branch.THIS, Branch.BOTH}:
            return Topic.BRANCH
        if all(action.cause is Cause.DRIFT for action in self.actions):
            return Topic.DRIFT
        if Branch.BEFORE in branches:
            return Topic.BEFORE
        return Topic.MANIFESTS


@dataclass(frozen=True, slots=True)
class Group:
    """The rooms of one topic, in the order of their keys."""

    topic: Topic
    rooms: tuple[RoomView, ...]


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan with what reports say of it. `counts` names every kind of action; `groups` has no empty one."""

    plan: Plan
    counts: Mapping[str, int]
    rooms: tuple[RoomView, ...]
    groups: tuple[Group, ...]
    summary: str
    reading: str

    @classmethod
    def of(cls, plan: Plan) -> PlanView:
        """The view of a plan."""
        rooms = tuple(_room(key, actions) for key, actions in plan.rooms())
        groups = tuple(
            Group(topic, found) for topic in Topic if (found := tuple(room for room in rooms if room.topic is topic))
        )
        counts = plan.summary()
        return cls(plan, counts, rooms, groups, _summary(counts), _reading(plan))


def offline_words(plan: Plan) -> str:
    """That a plan asked the service nothing, and how old what it knows was when it was made; else nothing."""
    if plan.snapshot is None:
        return ""
    taken = plan.snapshot.at
    age = age_words(plan.created - taken)
    return (
        f"offline, from a snapshot taken {taken:%Y-%m-%d %H:%M} UTC, {age} before this plan: the service was asked "
        "nothing, neither for changes since nor for its warnings"
    )


def base_words(plan: Plan) -> str:
    """What a branch declares otherwise than its base, in numbers; nothing where that was not asked."""
    base = plan.base
    if base is None:
        return ""
    beside = f"beside {printable(base.ref, 100)} ({printable(base.commit, 12)})"
    if not base.is_compared:
        return f"{beside}: not compared, because the manifests there have errors"
    parts = [f"{count:,} {what}" for count, what in ((base.new, "new"), (base.changed, "changed")) if count]
    parts += [f"{base.removed:,} removed"] if base.removed else []
    settled = f"; {base.settled:,} of them need nothing done" if base.settled else ""
    return f"{beside} this branch has {', '.join(parts) or 'no room changed'}{settled}"


def coming_words(change: Upcoming) -> str:
    """`stops 2026-11-21 22:00 Asia/Shanghai`."""
    return f"{change.action}s {change.local:%Y-%m-%d %H:%M} {printable(change.timezone, 60)}"


def _room(key: RoomKey, actions: tuple[Action, ...]) -> RoomView:
    room_id = next((action.room_id for action in actions if action.room_id), None)
    origin = next((action.origin for action in actions if action.origin), None)
    return RoomView(key, actions[0].room_name, room_id, origin, actions)


def _summary(counts: Mapping[str, int]) -> str:
    """`3 to create, 1 to update · 10 unchanged`, or that there is nothing to do."""
    unchanged = counts[NoOp.name]
    todo = ", ".join(_todo(counts))
    if todo:
        return f"{todo} · {unchanged:,} unchanged" if unchanged else todo
    if not unchanged:
        return "Nothing to do: there are no rooms."
    says = "room is as its manifest says" if unchanged == 1 else "rooms are as the manifests say"
    return f"Nothing to do: {unchanged:,} {says}."


def _todo(counts: Mapping[str, int]) -> Iterator[str]:
    for name, count in counts.items():
        if count and name == Blocked.name:
            yield f"{count:,} blocked"
        elif count and name != NoOp.name:
            yield f"{count:,} to {name}"


def _reading(plan: Plan) -> str:
    listed, read, known = plan.reading.listed, plan.reading.read, plan.reading.known
    one_by_one = f"{read:,} of them read one by one" if read else "none of them read one by one"
    if known:
        one_by_one += f", {known:,} known from {'the snapshot' if plan.snapshot else 'before'}"
    found = f"{counted(listed, 'room')} listed, {one_by_one}." if listed else "No room listed."
    gap = _SEEN[plan.refresh] if plan.reading.believed else ""
    return " ".join(part for part in (found, gap) if part)
