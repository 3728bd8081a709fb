"""desired × observed → Plan. Pure: everything that is known arrives as an argument."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from provisioner.comparing.fingerprint import manifests_digest
from provisioner.diagnostics import Diagnostic, in_order
from provisioner.observed import ObservedRoom
from provisioner.planning.actions import Action, Blocked, Cause, Delete, Plan, Reading, Subject, in_time
from provisioner.planning.drafts import Draft, Facts, draft, of_twin, planned
from provisioner.planning.matching import Matches
from provisioner.planning.renames import proposals
from provisioner.planning.risks import NOT_ASKED, Risks
from provisioner.planning.room_actions import Knowledge, base_of
from provisioner.planning.scope import Scope, key_of

LIFETIME = timedelta(hours=24)
"""How long a saved plan may be applied."""


def drafts_of(scope: Scope, matches: Matches, facts: Facts, knowledge: Knowledge) -> tuple[Draft, ...]:
    """A draft of each declared room, by key. Rooms have bodies where `questions` asked for them, and `facts` what
    `questions` and `comparisons` asked for.
    """
    ordered = sorted(matches.matched, key=lambda match: match.desired.key)
    return tuple(draft(match, scope, facts, knowledge) for match in ordered)


def make_plan(
    scope: Scope,
    matches: Matches,
    drafts: Sequence[Draft],
    observed: Sequence[ObservedRoom],
    knowledge: Knowledge,
    *,
    created: datetime,
    risks: Risks = NOT_ASKED,
) -> Plan:
    """The plan. `risks` is what the service warns of in the rooms that the drafts put on air (`risks.asked_about`)."""
    rooms = [planned(one, scope, risks) for one in drafts]
    left = list(_leftover(matches.leftover, prune=scope.prune))
    removals = [item for item in left if not isinstance(item, Diagnostic)]
    undeclared = [*(item for item in left if isinstance(item, Diagnostic)), *proposals(matches)]
    return Plan(
        workspace=scope.workspace,
        target=scope.target,
        project_id=scope.project_id,
        refresh=knowledge.refresh,
        actions=(*(action for room in rooms for action in room.actions), *removals),
        manifests=manifests_digest(scope.declared),
        created=created,
        expires=created + LIFETIME,
        warnings=in_order([*(warning for room in rooms for warning in room.warnings), *undeclared]),
        selection=tuple(sorted(room.key for room in scope.asked())) if not scope.is_whole else (),
        shard=scope.shard,
        prune=scope.prune,
        commit=scope.commit,
        reading=_reading(scope, matches, observed),
        at=scope.moment if scope.is_rehearsal else None,
        upcoming=in_time(room.upcoming for room in rooms if room.upcoming is not None),
    )


def _reading(scope: Scope, matches: Matches, observed: Sequence[ObservedRoom]) -> Reading:
    with_body = [room for room in observed if room.body is not None]
    read = sum(room.read_at is not None for room in with_body)
    managed = (room.marker for room in observed if room.marker is not None)
    return Reading(
        listed=len(observed),
        managed=sum(marker.workspace == scope.workspace and scope.has(marker.key) for marker in managed),
        read=read,
        known=len(with_body) - read,
        believed=sum(match.room is not None and match.room.body is None for match in matches.matched),
    )


def _leftover(rooms: Iterable[ObservedRoom], *, prune: bool) -> Iterator[Action | Diagnostic]:
    """Managed rooms that no manifest declares, by key and standing. Of several with one key the first is the room, and
    the others may be copies that somebody made.
    """
    for _, (first, *twins) in groupby(rooms, key=key_of):
        yield _of_leftover(first, prune=prune)
        for twin in twins:
            found = _of_leftover(twin, prune=prune)
            is_to_go = isinstance(found, Delete)
            yield of_twin(_subject(twin), f"{first.id} is the first", twin, prune=prune) if is_to_go else found


def _of_leftover(room: ObservedRoom, *, prune: bool) -> Delete | Blocked | Diagnostic:
    """A managed room that no manifest declares: a warning, or with `--prune` its end."""
    key = key_of(room)
    if not prune:
        message = (
            f"room {key} ({room.id}) is managed and no manifest declares it; "
            "restore its manifest, or delete the room with --prune"
        )
        return Diagnostic.warning("undeclared-room", message)
    subject = _subject(room)
    if room.marker is not None and room.marker.protect:
        reason = "it is protected: restore its manifest without lifecycle.protect, apply, then remove it"
        return Blocked(**subject, reason=reason)
    if room.on_air:
        return Blocked(**subject, reason="it is on air: stop its job first, then plan again")
    return Delete(**subject, reason="no manifest declares it any more")


def _subject(room: ObservedRoom) -> Subject:
    return Subject(
        key=key_of(room), room_name=room.name, cause=Cause.REMOVED, room_id=room.id, origin=None, base=base_of(room)
    )
