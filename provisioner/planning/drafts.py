"""What happens to one declared room and to its job. Pure.

A draft says what manifest and room ask for. What the service warns of before a room goes on air is asked of those that
drafts put there, and known only afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from provisioner.diagnostics import Diagnostic
from provisioner.metastudio.models import SmartLiveJob
from provisioner.observed import ON_AIR, ObservedRoom
from provisioner.planning.actions import (
    WRITES_ROOM,
    Action,
    Blocked,
    Cause,
    Delete,
    NoOp,
    Restart,
    Rewrite,
    Start,
    Stop,
    Subject,
    Upcoming,
)
from provisioner.planning.comparisons import Difference
from provisioner.planning.due import Due, resolve, upcoming
from provisioner.planning.ended_runs import runs_ended
from provisioner.planning.live_actions import RunFact, live_actions
from provisioner.planning.matching import Match
from provisioner.planning.refresh import Refresh
from provisioner.planning.risks import Risks, warned, weighed
from provisioner.planning.room_actions import SLACK, Knowledge, base_of, known_secrets, needs_reading, room_action
from provisioner.planning.scope import Scope
from provisioner.planning.temporary import not_made_again
from provisioner.rooms import OnChange, RoomId, RoomKey


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found out beyond the list: the differences of rooms, what jobs say of runs, and the last job of each
    TEMP room that was there and is not.
    """

    differences: Mapping[RoomKey, Difference] = field(default_factory=dict)
    runs: Mapping[RoomId, RunFact] = field(default_factory=dict)
    gone: Mapping[RoomKey, SmartLiveJob] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """The action on the room that counts, those on its job as `live:` asks for them, and what is warned of already.

    `gone` is the last job of a TEMP room that is gone with it.
    """

    match: Match
    due: Due
    action: Action
    live: tuple[Action, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()
    gone: SmartLiveJob | None = None

    def actions(self, risks: Risks) -> tuple[Action, ...]:
        """What happens to the room and to its job, in this order."""
        if not self.live:
            return (self.action,)
        desired, action = self.match.desired, self.action
        live = weighed(desired, self.live, risks)
        is_blocked = any(isinstance(item, Blocked) for item in self.live)
        is_held_back = live != self.live and any(isinstance(item, Restart) for item in self.live)
        reaches_job = desired.live.on_change is not OnChange.NEXT_RUN
        if action.changes and reaches_job and (is_blocked or is_held_back):
            return live  # what cannot reach the job on air is not written behind its back either
        if isinstance(action, NoOp):
            return live
        if any(isinstance(item, Restart | Rewrite) for item in live):
            action = replace(action, reason="")
        if any(isinstance(item, Rewrite) for item in live):
            return (*live, action)  # a room that is as declared would tell nobody that its job was not told yet
        return (action, *live)


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """All that a plan says of one declared room."""

    actions: tuple[Action, ...]
    warnings: tuple[Diagnostic, ...]
    upcoming: Upcoming | None


def draft(match: Match, scope: Scope, facts: Facts, knowledge: Knowledge) -> Draft:
    """The draft of one room."""
    desired, room = match.desired, match.room
    due = resolve(desired.live, scope.moment)
    last = facts.gone.get(desired.key)
    if last is not None:
        return Draft(match, due, _left_gone(match), warnings=(not_made_again(desired, last, due),), gone=last)
    difference = facts.differences.get(desired.key)
    action = room_action(match, difference, knowledge)
    live = () if isinstance(action, Blocked) else live_actions(desired, room, action.changes, facts.runs, due)
    warnings = tuple(_warnings(match, action, difference, knowledge))
    if room is not None and room.id in facts.runs:
        warnings += tuple(runs_ended(desired, room, facts.runs[room.id], due, knowledge.secrets or {}))
    return Draft(match, due, action, live, warnings)


def planned(draft: Draft, scope: Scope, risks: Risks) -> RoomPlan:
    """The draft as it stands once it is known what the service warns of, with its room's twins and next change."""
    match, actions = draft.match, draft.actions(risks)
    on_air = draft.gone.state in ON_AIR if draft.gone is not None else _is_on_air_after(match.room, actions)
    return RoomPlan(
        actions=(*actions, *_twins(match, prune=scope.prune)),
        warnings=(*draft.warnings, *warned(match.desired, actions, risks)),
        upcoming=upcoming(match.desired, scope.moment, on_air=on_air),
    )


def _left_gone(match: Match) -> NoOp:
    desired = match.desired
    return NoOp(key=desired.key, room_name=desired.name, cause=Cause.MANIFEST, origin=desired.origin)


def _is_on_air_after(room: ObservedRoom | None, actions: tuple[Action, ...]) -> bool:
    """Whether a job is on air once these actions are done that ends with its window: not one started by hand."""
    if any(isinstance(action, Start | Restart) for action in actions):
        return True
    if room is not None and room.marker is not None and room.marker.by_hand is not None:
        return False
    return room is not None and room.on_air and not any(isinstance(action, Stop) for action in actions)


def of_twin(subject: Subject, other: str, twin: ObservedRoom, *, prune: bool) -> Action:
    """A further room with the same key: deleted only if it is untouched, off air, and deleting is asked for. `other`
    says what becomes of the one that counts.
    """
    untouched = twin.marker is not None and twin.updated is not None and twin.updated <= twin.marker.written + SLACK
    if prune and untouched and not twin.on_air:
        return Delete(**subject, reason=f"a second room with this key; {other}")
    hint = "delete it in the console" if not untouched or twin.on_air else "delete it with --prune"
    return Blocked(**subject, reason=f"a second room with this key; {other}. Look at {twin.id} and {hint}")


def _twins(match: Match, *, prune: bool) -> Iterator[Action]:
    for twin in match.twins:
        subject = Subject(
            key=match.desired.key,
            room_name=twin.name,
            cause=Cause.REMOVED,
            room_id=twin.id,
            origin=match.desired.origin,
            base=base_of(twin),
        )
        yield of_twin(subject, f"{match.room.id if match.room else ''} is kept", twin, prune=prune)


def _warnings(
    match: Match, action: Action, difference: Difference | None, knowledge: Knowledge
) -> Iterator[Diagnostic]:
    desired, room = match.desired, match.room
    if room is None:
        return
    compares = knowledge.secrets is not None
    if compares and room.marker is not None and known_secrets(desired.secrets, knowledge.secrets) is None:
        message = f"room {desired.key}: secrets not compared, because not all of them are set here"
        yield Diagnostic.warning("secrets-not-compared", message, desired.origin)
    if difference is not None and isinstance(action, WRITES_ROOM):
        for path in difference.lost:
            message = (
                f"room {desired.key} has {path} that its manifest does not mention; writing the room empties it, "
                'because a secret that was read is never written back. Declare it with secret("…")'
            )
            yield Diagnostic.warning("undeclared-secret", message, desired.origin)
    if room.body is None and not match.problem and needs_reading(match, knowledge):
        message = (
            f"room {desired.key}: only its entry in the list of rooms was written down, so what would change is not "
            "known. Take a snapshot with a manifest that declares it, or plan without one"
        )
        yield Diagnostic.warning("not-read", message, desired.origin)
    if knowledge.refresh is Refresh.NONE and room.marker is None:
        message = f"room {desired.key}: not read (--refresh none), so what would change is not known"
        yield Diagnostic.warning("not-read", message, desired.origin)
