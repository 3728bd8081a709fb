"""desired × observed → Plan. Pure: everything that is known arrives as an argument."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from provisioner.comparing.fingerprint import manifests_digest
from provisioner.diagnostics import Diagnostic, in_order
from provisioner.metastudio.models import SmartLiveJob
from provisioner.observed import ON_AIR, ObservedRoom
from provisioner.planning.actions import (
    WRITES_ROOM,
    Action,
    Blocked,
    Cause,
    Delete,
    NoOp,
    Plan,
    Reading,
    Restart,
    Rewrite,
    Start,
    Stop,
    Subject,
    Upcoming,
    in_time,
)
from provisioner.planning.comparisons import Difference
from provisioner.planning.due import Due, resolve, upcoming
from provisioner.planning.ended_runs import runs_ended
from provisioner.planning.live_actions import RunFact, jobs_asked_since, live_actions, may_hide_job
from provisioner.planning.matching import Match, Matches, match_rooms
from provisioner.planning.refresh import Refresh
from provisioner.planning.risks import NOT_ASKED, Risks, warned, weighed
from provisioner.planning.room_actions import (
    SLACK,
    Knowledge,
    base_of,
    known_secrets,
    may_change,
    needs_reading,
    room_action,
)
from provisioner.planning.shards import Shard
from provisioner.planning.temporary import Missing, missing, not_made_again
from provisioner.rooms import DeclaredRoom, OnChange, RoomId, RoomKey

LIFETIME = timedelta(hours=24)
"""How long a saved plan may be applied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a plan is about. `declared` is all manifests' rooms; `selection` the keys asked for, empty for all.

    Only rooms of `shard` count, where there is one.
    Windows are open or closed as they are at `moment`; `is_rehearsal` says that this is another than the present one.
    """

    workspace: str
    target: str
    project_id: str
    declared: tuple[DeclaredRoom, ...]
    moment: datetime
    is_rehearsal: bool = False
    selection: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    shard: Shard | None = None
    prune: bool = False
    commit: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every room of the workspace, or of the shard, is asked for."""
        return not self.selection and not self.labels

    def asked(self) -> tuple[DeclaredRoom, ...]:
        """The desired rooms that the plan is about."""
        return tuple(
            room
            for room in self.declared
            if self.has(room.key)
            and (not self.selection or room.key in self.selection)
            and self.labels.items() <= dict(room.labels).items()
        )

    def has(self, key: RoomKey) -> bool:
        """Whether a room is in the part of the workspace that the plan is about."""
        return self.shard is None or self.shard.has(key)

    def match(self, observed: tuple[ObservedRoom, ...]) -> Matches:
        """The desired rooms with what they are, and what is left over of what was asked for."""
        declared = frozenset(room.key for room in self.declared)
        matches = match_rooms(self.asked(), observed, self.workspace, declared)
        leftover = (room for room in matches.leftover if self.has(key := _key(room)) and self._asks(key))
        return replace(matches, leftover=tuple(leftover))

    def _asks(self, key: RoomKey) -> bool:
        return self.is_whole or key in self.selection


@dataclass(frozen=True, slots=True)
class Question:
    """What has to be looked at beyond the list before a plan can be made."""

    rooms: tuple[ObservedRoom, ...]
    runs: tuple[tuple[RoomId, datetime], ...]
    missing: tuple[Missing, ...]


def questions(scope: Scope, observed: tuple[ObservedRoom, ...], knowledge: Knowledge) -> Question:
    """Which rooms to read, of which rooms to read the jobs since a moment, and which TEMP rooms to look for."""
    matched = [(match, resolve(match.desired.live, scope.moment)) for match in scope.match(observed).matched]
    return Question(
        rooms=tuple(match.room for match, _ in matched if match.room is not None and needs_reading(match, knowledge)),
        runs=tuple(
            (match.room.id, since)
            for match, due in matched
            if match.room is not None
            and (since := jobs_asked_since(match.room, due, reaches_job=_reaches_job(match, knowledge))) is not None
        ),
        missing=tuple(found for match, due in matched if (found := missing(match, due)) is not None),
    )


def hidden_on_air(scope: Scope, observed: tuple[ObservedRoom, ...]) -> frozenset[RoomId]:
    """The rooms of which the list may hide a job that is on air and that the plan has to know of."""
    return frozenset(
        match.room.id
        for match in scope.match(observed).matched
        if match.room is not None and may_hide_job(match.room, resolve(match.desired.live, scope.moment))
    )


def _reaches_job(match: Match, knowledge: Knowledge) -> bool:
    """Whether a job on air may have to hear of a change of its room."""
    return match.desired.live.on_change is not OnChange.NEXT_RUN and may_change(match, knowledge)


def make_plan(
    scope: Scope,
    observed: tuple[ObservedRoom, ...],
    differences: Mapping[RoomKey, Difference],
    facts: Mapping[RoomId, RunFact],
    knowledge: Knowledge,
    *,
    created: datetime,
    gone: Mapping[RoomKey, SmartLiveJob] = MappingProxyType({}),
    risks: Risks = NOT_ASKED,
) -> Plan:
    """The plan. `observed` has bodies where `questions` asked for them, and `differences` what `comparisons` asked for;
    `facts` holds the runs, `gone` the last job of each TEMP room that was there and is not, `risks` what the service
    warns of in the rooms that a plan without them would put on air (`risks.asked_about`).
    """
    matches = scope.match(observed)
    actions: list[Action] = []
    warnings: list[Diagnostic] = []
    changes_to_come: list[Upcoming] = []
    for match in sorted(matches.matched, key=lambda match: match.desired.key):
        difference = differences.get(match.desired.key)
        due = resolve(match.desired.live, scope.moment)
        last = gone.get(match.desired.key)
        if last is not None:
            actions.append(_left_gone(match))
            warnings.append(not_made_again(match.desired, last, due))
            coming = upcoming(match.desired, scope.moment, on_air=last.state in ON_AIR)
            changes_to_come.extend([coming] if coming else [])
            continue
        action = room_action(match, difference, knowledge)
        of_room = tuple(_of_room(match, action, facts, due, risks))
        actions.extend(of_room)
        on_air = _is_on_air_after(match.room, of_room)
        coming = upcoming(match.desired, scope.moment, on_air=on_air)
        changes_to_come.extend([coming] if coming else [])
        actions.extend(_of_twin(match, twin, prune=scope.prune) for twin in match.twins)
        warnings.extend(_warnings(match, action, difference, knowledge))
        warnings.extend(warned(match.desired, of_room, risks))
        if match.room is not None and match.room.id in facts:
            warnings.extend(runs_ended(match.desired, match.room, facts[match.room.id], due, knowledge.secrets))
    for room in matches.leftover:
        removal, warning = _of_leftover(room, prune=scope.prune)
        actions.extend([removal] if removal else [])
        warnings.extend([warning] if warning else [])
    read = sum(room.body is not None and room.read_at is not None for room in observed)
    known = sum(room.body is not None and room.read_at is None for room in observed)
    managed = sum(
        room.marker is not None and room.marker.workspace == scope.workspace and scope.has(room.marker.key)
        for room in observed
    )
    believed = sum(match.room is not None and match.room.body is None for match in matches.matched)
    return Plan(
        workspace=scope.workspace,
        target=scope.target,
        project_id=scope.project_id,
        refresh=knowledge.refresh,
        actions=tuple(actions),
        manifests=manifests_digest(scope.declared),
        created=created,
        expires=created + LIFETIME,
        warnings=in_order(warnings),
        selection=tuple(sorted(room.key for room in scope.asked())) if not scope.is_whole else (),
        shard=scope.shard,
        prune=scope.prune,
        commit=scope.commit,
        reading=Reading(listed=len(observed), managed=managed, read=read, known=known, believed=believed),
        at=scope.moment if scope.is_rehearsal else None,
        upcoming=in_time(changes_to_come),
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


def _of_room(match: Match, action: Action, facts: Mapping[RoomId, RunFact], due: Due, risks: Risks) -> Iterator[Action]:
    """What happens to the one room that counts, and to its job."""
    if isinstance(action, Blocked):
        yield action
        return
    live = live_actions(match.desired, match.room, action.changes, facts, due)
    may_go_on_air = weighed(match.desired, live, risks)
    reaches_job = match.desired.live.on_change is not OnChange.NEXT_RUN
    is_blocked = any(isinstance(item, Blocked) for item in live)
    is_held_back = may_go_on_air != live and any(isinstance(item, Restart) for item in live)
    live = may_go_on_air
    if action.changes and reaches_job and (is_blocked or is_held_back):
        yield from live  # what cannot reach the job on air is not written behind its back either
        return
    if any(isinstance(item, Restart | Rewrite) for item in live):
        action = replace(action, reason="")
    if not (isinstance(action, NoOp) and live):
        yield action
    yield from live


def _of_twin(match: Match, twin: ObservedRoom, *, prune: bool) -> Action:
    """A further room with the same key: deleted only if it is untouched, off air, and deleting is asked for."""
    subject = Subject(
        key=match.desired.key,
        room_name=twin.name,
        cause=Cause.REMOVED,
        room_id=twin.id,
        origin=match.desired.origin,
        base=base_of(twin),
    )
    winner = match.room.id if match.room else ""
    untouched = twin.marker is not None and twin.updated is not None and twin.updated <= twin.marker.written + SLACK
    if prune and untouched and not twin.on_air:
        return Delete(**subject, reason=f"a second room with this key; {winner} is kept")
    hint = "delete it in the console" if not untouched or twin.on_air else "delete it with --prune"
    return Blocked(**subject, reason=f"a second room with this key; {winner} is kept. Look at {twin.id} and {hint}")


def _of_leftover(room: ObservedRoom, *, prune: bool) -> tuple[Action | None, Diagnostic | None]:
    """A managed room that no manifest declares: a warning, or with `--prune` its end."""
    key = _key(room)
    if not prune:
        message = (
            f"room {key} ({room.id}) is managed and no manifest declares it; "
            "restore its manifest, or delete the room with --prune"
        )
        return None, Diagnostic.warning("undeclared-room", message)
    subject = Subject(
        key=key, room_name=room.name, cause=Cause.REMOVED, room_id=room.id, origin=None, base=base_of(room)
    )
    if room.marker is not None and room.marker.protect:
        reason = "it is protected: restore its manifest without lifecycle.protect, apply, then remove it"
        return Blocked(**subject, reason=reason), None
    if room.on_air:
        return Blocked(**subject, reason="it is on air: stop its job first, then plan again"), None
    return Delete(**subject, reason="no manifest declares it"), None


def _warnings(
    match: Match, action: Action, difference: Difference | None, knowledge: Knowledge
) -> Iterator[Diagnostic]:
    desired, room = match.desired, match.room
    if room is None:
        return
    if room.marker is not None and known_secrets(desired.secrets, knowledge.secrets) is None:
        message = f"room {desired.key}: secrets not compared, because not all of them are set here"
        yield Diagnostic.warning("secrets-not-compared", message, desired.origin)
    if difference is not None and isinstance(action, WRITES_ROOM):
        for path in difference.lost:
            message = (
                f"room {desired.key} has {path} that its manifest does not mention; writing the room empties it, "
                'because a secret that was read is never written back. Declare it with secret("…")'
            )
            yield Diagnostic.warning("undeclared-secret", message, desired.origin)
    if knowledge.refresh is Refresh.NONE and room.marker is None:
        message = f"room {desired.key}: not read (--refresh none), so what would change is not known"
        yield Diagnostic.warning("not-read", message, desired.origin)


def _key(room: ObservedRoom) -> RoomKey:
    return room.marker.key if room.marker else RoomKey("")
