"""TEMP rooms, which the service deletes when their job ends: whether one that is not there has had its broadcast. Pure.

A room that is gone has no marker. What is left of it are its jobs, which the list of all jobs shows with the room's
name and id. So a TEMP room is known by its name: it is made once, or once for each occurrence of its window.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from provisioner.diagnostics import Diagnostic
from provisioner.metastudio.models import SmartLiveJob
from provisioner.metastudio.remote_text import printable
from provisioner.observed import ObservedRoom
from provisioner.planning.due import Due
from provisioner.planning.matching import Match
from provisioner.rooms import DeclaredRoom, RoomKey


@dataclass(frozen=True, slots=True)
class Missing:
    """A TEMP room that is declared and not there. Its jobs count since a moment, or (None) all that there ever were."""

    key: RoomKey
    name: str
    since: datetime | None


def missing(match: Match, due: Due) -> Missing | None:
    """What to look for where a TEMP room is not there. While a window is open, only its jobs in it count."""
    desired = match.desired
    if match.room is not None or match.problem or desired.room_type != "TEMP":
        return None
    return Missing(desired.key, desired.name, due.since)


def job_of_gone(jobs: Iterable[SmartLiveJob], observed: Iterable[ObservedRoom]) -> SmartLiveJob | None:
    """The latest of the jobs (newest first) of rooms of a name whose room is gone."""
    there = {room.id for room in observed}
    return next((job for job in jobs if job.room_id not in there), None)


def not_looked_up(room: Missing) -> Diagnostic:
    """That whether the room has had its broadcast is not known."""
    message = (
        f"room {room.key} is a TEMP room that is not there, and nobody looked whether it has had its broadcast; "
        "if it has, it will not be made again"
    )
    return Diagnostic.warning("temp-room-unknown", message)


def not_made_again(desired: DeclaredRoom, job: SmartLiveJob, due: Due) -> Diagnostic:
    """Why the room is not made."""
    again = "with its window's next opening" if desired.live.window and due.since is None else "under another room_name"
    message = (
        f"room {desired.key} is a TEMP room, which the service deletes when its job ends, and a room of its name had "
        f"job {printable(job.job_id, 64)} ({printable(job.state or 'in an unknown state', 64)}). It is not made again; "
        f"it will be {again}"
    )
    return Diagnostic.warning("temp-room-gone", message, desired.origin)
