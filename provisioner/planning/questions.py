"""What has to be looked at beyond the list of rooms before a plan can be made. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from provisioner.marker import Restarting
from provisioner.observed import ObservedRoom
from provisioner.planning.due import resolve
from provisioner.planning.live_actions import jobs_asked_since, may_hide_job
from provisioner.planning.matching import Match, Matches
from provisioner.planning.refresh import Refresh
from provisioner.planning.renames import to_compare
from provisioner.planning.room_actions import Knowledge, may_change, needs_reading
from provisioner.planning.scope import Scope
from provisioner.planning.temporary import Missing, missing
from provisioner.rooms import OnChange, RoomId


@dataclass(frozen=True, slots=True)
class Question:
    """What has to be looked at beyond the list before a plan can be made."""

    rooms: tuple[ObservedRoom, ...]
    runs: tuple[tuple[RoomId, datetime], ...]
    missing: tuple[Missing, ...]


def questions(scope: Scope, matches: Matches, knowledge: Knowledge) -> Question:
    """Which rooms to read, of which rooms to read the jobs since a moment, and which TEMP rooms to look for."""
    matched = [(match, resolve(match.desired.live, scope.moment)) for match in matches.matched]
    to_read = [match.room for match, _ in matched if match.room is not None and needs_reading(match, knowledge)]
    if knowledge.refresh is not Refresh.NONE:
        to_read += to_compare(matches)
    return Question(
        rooms=tuple(to_read),
        runs=tuple(
            (match.room.id, since)
            for match, due in matched
            if match.room is not None
            and (since := jobs_asked_since(match.room, due, reaches_job=_reaches_job(match, knowledge))) is not None
        ),
        missing=tuple(found for match, due in matched if (found := missing(match, due)) is not None),
    )


def hidden_on_air(scope: Scope, matches: Matches) -> frozenset[RoomId]:
    """The rooms of which the list may hide a job that is on air and that the plan has to know of."""
    return frozenset(
        match.room.id
        for match in matches.matched
        if match.room is not None and may_hide_job(match.room, resolve(match.desired.live, scope.moment))
    )


def _reaches_job(match: Match, knowledge: Knowledge) -> bool:
    """Whether a job on air may have to hear of a change of its room, or of one that an earlier apply made."""
    on_change = match.desired.live.on_change
    intent = match.room.marker.intent if match.room and match.room.marker else None
    if on_change is OnChange.RESTART and intent is not None and intent.restart is Restarting.DUE:
        return True
    return on_change is not OnChange.NEXT_RUN and may_change(match, knowledge)
