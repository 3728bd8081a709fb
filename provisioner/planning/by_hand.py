"""Starting and stopping one room by hand: the action, or why it must not be. Pure.

What is started by hand stands in the room's marker beside the run that was declared, so that plans leave it alone
until `live:` asks for something else than it did then (`planning.live_actions`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from provisioner.errors import RefusedError
from provisioner.marker import HandIntent, format_time
from provisioner.metastudio.models import SmartLiveJob
from provisioner.metastudio.remote_text import printable
from provisioner.observed import ObservedRoom, time_of
from provisioner.planning.actions import WRITES_ROOM, Blocked, Cause, Plan, Start, Stop, Subject
from provisioner.planning.due import Due
from provisioner.planning.live_actions import is_meant_by_hand
from provisioner.planning.matching import Match
from provisioner.planning.room_actions import base_of
from provisioner.rooms import LiveState


def room_of(match: Match) -> ObservedRoom:
    """The room, where there is one and it is managed. Raises RefusedError."""
    key = match.desired.key
    if match.problem:
        raise RefusedError(f"room {key}: {match.problem}")
    if match.room is None:
        raise RefusedError(f"room {key} does not exist yet; make it with: provisioner apply")
    if match.adopted:
        raise RefusedError(
            f"room {key} would be {match.room.id}, which is not managed yet; take it over with: provisioner apply"
        )
    return match.room


def start_of(match: Match, plan: Plan, due: Due, name: str | None, now: datetime) -> Start:
    """The start that a person asks for, under the base that the plan saw: of the run that `live:` asks for, where that
    is still to be broadcast; else of one by hand, called `name` or by the time. Raises RefusedError.
    """
    desired, room = match.desired, room_of(match)
    if desired.room_type == "TEMPLATE":
        raise RefusedError(f"room {desired.key} is a TEMPLATE, which cannot go on air")
    for action in plan.changes:
        if isinstance(action, Blocked):
            raise RefusedError(f"room {desired.key} is blocked: {action.reason}")
        if isinstance(action, WRITES_ROOM):
            raise RefusedError(
                f"room {desired.key} is not as its manifest says, and a start writes the room; "
                f"look with: provisioner plan {desired.key}, then apply it first"
            )
    declared = next((action for action in plan.changes if isinstance(action, Start)), None)
    if declared is not None:
        if name not in {None, declared.run}:
            raise RefusedError(
                f"run {declared.run} of room {desired.key} is still to be broadcast; leave --run out to start it"
            )
        return replace(declared, base=base_of(room))
    intent = room.marker.intent if room.marker else None
    if intent is not None and intent.run == name:
        raise RefusedError(f"run {name} of room {desired.key} is used up; give another name with --run")
    run = name or f"by-hand@{format_time(now)}"
    reason = f"goes on air for run {run}, by hand: plans leave it alone until live: asks for something else"
    return Start(**_subject(match, room), run=run, by_hand=due.digest, reason=reason)


def unfinished(room: ObservedRoom) -> HandIntent | None:
    """A run that was announced by hand and may never have been started: what to go on with under its own name."""
    return room.marker.by_hand if room.marker else None


def stop_of(match: Match, due: Due, jobs: Sequence[SmartLiveJob]) -> Stop:
    """The end of these jobs of a room, which are on air. Raises RefusedError."""
    room = room_of(match)
    ids = ", ".join(printable(job.job_id, 64) for job in jobs)
    intent = room.marker.intent if room.marker else None
    is_broadcast = intent is not None and intent.run == due.run and _has_one_since(jobs, intent.since)
    is_used_up = is_broadcast or is_meant_by_hand(room, due)
    then = "" if due.state is not LiveState.RUNNING or is_used_up else f"; the next plan starts run {due.run}"
    return Stop(**_subject(match, room), reason=f"on air now as job {ids}: viewers lose the picture{then}")


def _has_one_since(jobs: Sequence[SmartLiveJob], moment: datetime) -> bool:
    """Whether a run that was announced at a moment has a job: what is on air since before that is not its own."""
    times = (time_of(job.create_time) for job in jobs)
    return any(made is None or made >= moment for made in times)


def _subject(match: Match, room: ObservedRoom) -> Subject:
    return Subject(
        key=match.desired.key,
        room_name=match.desired.name,
        cause=Cause.LIVE,
        room_id=room.id,
        origin=match.desired.origin,
        base=base_of(room),
    )
