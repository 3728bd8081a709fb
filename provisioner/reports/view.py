"""What every format says of a plan, computed once. Pure.

`PlanView.of(plan)` is all a format needs: the counts, and the rooms by topic and by how they change (`alike`), with
`word_diff.Comparisons` for long texts and `places` for where a change is, in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from provisioner.comparing.compare import Branch
from provisioner.metastudio.remote_text import printable
from provisioner.planning.actions import Action, Blocked, Cause, NoOp, Plan, Restart, Rewrite, Start, Upcoming
from provisioner.planning.refresh import Refresh
from provisioner.planning.since import PlanSince
from provisioner.planning.words import age_words, counted
from provisioner.reports.alike import Alike, alike
from provisioner.reports.asset_ids import with_asset_names
from provisioner.reports.room_view import RoomView, Topic
from provisioner.reports.since import SinceGroup, since_groups
from provisioner.reports.word_diff import Comparisons
from provisioner.rooms import RoomKey

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


@dataclass(frozen=True, slots=True)
class Group:
    """The rooms of one topic: in the order of the plan, and the same ones by how they change."""

    topic: Topic
    rooms: tuple[RoomView, ...]
    alike: tuple[Alike, ...]


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan with what reports say of it.

    `counts` names every kind of action. `groups` has a group for each topic that has rooms, in the order for reading.
    `coming` is what the windows of rooms ask for next. `since` is what is different from an earlier plan, where there
    is one to compare with, and `since_groups` the rooms of that. `comparisons` holds the word-level differences of the
    plan's texts, within the bounds of one report.
    """

    plan: Plan
    counts: Mapping[str, int]
    rooms: tuple[RoomView, ...]
    groups: tuple[Group, ...]
    coming: Mapping[RoomKey, Upcoming]
    summary: str
    reading: str
    comparisons: Comparisons
    since: PlanSince | None = None
    since_groups: tuple[SinceGroup, ...] = ()

    @classmethod
    def of(cls, plan: Plan, since: PlanSince | None = None) -> PlanView:
        """The view of a plan, beside an earlier one if there is `since`."""
        comparisons = Comparisons()
        rooms = tuple(_room(key, actions, plan.assets) for key, actions in plan.rooms())
        by_topic = ((topic, tuple(room for room in rooms if room.topic is topic)) for topic in Topic)
        groups = tuple(Group(topic, found, alike(found, comparisons)) for topic, found in by_topic if found)
        coming = {change.key: change for change in plan.upcoming}
        counts = plan.summary()
        differing = since_groups(since, comparisons) if since else ()
        return cls(
            plan=plan,
            counts=counts,
            rooms=rooms,
            groups=groups,
            coming=coming,
            summary=_summary(counts),
            reading=_reading(plan),
            comparisons=comparisons,
            since=since,
            since_groups=differing,
        )


BRANCHES: Mapping[Branch, str] = {
    Branch.THIS: "from this branch",
    Branch.BEFORE: "not from this branch",
    Branch.BOTH: "in part from this branch",
}
"""Whose doing an action is, where a plan was made beside a base."""


def cause_words(action: Action) -> str:
    """Why an action is there: `manifest changed, in part from this branch`."""
    return CAUSES[action.cause] + (f", {BRANCHES[action.branch]}" if action.branch else "")


@dataclass(frozen=True, slots=True)
class Remarks:
    """What is to be said of an action besides its cause and its changes; the names in it are as strangers wrote them.

    `elsewhere` are the places that change for another reason than the branch, where some change because of it.
    """

    run: str = ""
    commands: tuple[str, ...] = ()
    reason: str = ""
    elsewhere: tuple[str, ...] = ()

    @classmethod
    def of(cls, action: Action) -> Remarks:
        """The remarks on an action: nothing that its cause, or another remark, says already."""
        run = action.run if isinstance(action, Start | Restart) and action.run not in action.reason else ""
        commands = action.commands if isinstance(action, Rewrite) else ()
        reason = "" if action.reason == CAUSES[action.cause] else action.reason
        before = tuple(change.path for change in action.changes if change.branch is Branch.BEFORE)
        return cls(run, commands, reason, before if len(before) < len(action.changes) else ())


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


def _room(key: RoomKey, actions: tuple[Action, ...], assets: Mapping[str, str]) -> RoomView:
    """The view of a room, in whose changes ids of assets have their names before them."""
    if assets:
        actions = tuple(replace(action, changes=with_asset_names(action.changes, assets)) for action in actions)
    return RoomView.of(key, actions)


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
