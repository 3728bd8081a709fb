"""What a room's `live:` asks for, given the job that the room has. Pure.

A run is broadcast once: a job that was started for `live.run` uses it up, however it ended. A job that nobody
declared is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from provisioner.comparing.compare import FieldChange
from provisioner.observed import ObservedRoom
from provisioner.planning.actions import Action, Blocked, Cause, Restart, Rewrite, Start, Stop, Subject
from provisioner.rooms import DeclaredRoom, LiveState, OnChange, RoomId

COMMANDS: Mapping[str, str] = {
    "scene_scripts": "REWRITE_PLAY_SCRIPT",
    "interaction_rules": "REWRITE_INTERACTION_RULES",
    "output_urls": "REFRESH_OUTPUT_URL",
    "stream_keys": "REFRESH_OUTPUT_URL",
    "play_policy.live_exit_config": "RESET_EXIT_CONFIG",
}
"""The command that brings a changed field to a running job (api.md, "Operations")."""
UNSEEN = ("room_name", "room_description", "priv_data", "lifecycle")
"""Fields that nobody on air notices."""


@dataclass(frozen=True, slots=True)
class RunFact:
    """A job that was created for the intended run: its state, or None when there is none."""

    state: str | None


def carried_by(command: str) -> tuple[str, ...]:
    """The fields whose new values a command brings to a running job."""
    return tuple(field for field, brings in COMMANDS.items() if brings == command)


def run_is_open(desired: DeclaredRoom, room: ObservedRoom) -> bool:
    """Whether the list alone does not tell if the intended run was broadcast, so that its jobs have to be read."""
    intent = room.marker.intent if room.marker else None
    return (
        desired.live.state is LiveState.RUNNING
        and intent is not None
        and intent.run == desired.live.run
        and not room.on_air
        and not _started_since_intent(room)
    )


def live_actions(
    desired: DeclaredRoom,
    room: ObservedRoom | None,
    changes: tuple[FieldChange, ...],
    facts: Mapping[RoomId, RunFact],
) -> tuple[Action, ...]:
    """The actions on the room's job, after those on the room itself. `changes` is what becomes of the room."""
    match desired.live.state:
        case LiveState.UNMANAGED:
            return ()
        case LiveState.STOPPED:
            return _stopped(desired, room)
        case LiveState.RUNNING:
            return _running(desired, room, changes, facts)
        case _:
            assert_never(desired.live.state)


def _stopped(desired: DeclaredRoom, room: ObservedRoom | None) -> tuple[Action, ...]:
    if room is None or not room.on_air:
        return ()
    return (Stop(**_subject(desired, room), reason="on air now: viewers lose the picture"),)


def _running(
    desired: DeclaredRoom,
    room: ObservedRoom | None,
    changes: tuple[FieldChange, ...],
    facts: Mapping[RoomId, RunFact],
) -> tuple[Action, ...]:
    run = desired.live.run
    start = Start(**_subject(desired, room), run=run, reason=f"goes on air for run {run}")
    intent = room.marker.intent if room is not None and room.marker else None
    if room is None or (intent is None and not room.on_air):
        return (start,)
    if intent is not None and intent.run == run:
        if room.on_air:
            return _changed_on_air(desired, room, changes)
        used = _started_since_intent(room) or facts.get(room.id, RunFact(None)).state is not None
        return () if used else (start,)
    if room.on_air:
        reason = (
            f"a job is on air that was not started for run {run}; it is left alone. "
            "Wait until it ends, or stop it in the console, then plan again"
        )
        return (Blocked(**_subject(desired, room), reason=reason),)
    return (start,)


def _changed_on_air(desired: DeclaredRoom, room: ObservedRoom, changes: tuple[FieldChange, ...]) -> tuple[Action, ...]:
    """What happens to the job on air when its room changes: nothing, commands, or an end and a new start."""
    seen = tuple(change for change in changes if not change.path.startswith(UNSEEN))
    if not seen or desired.live.on_change is OnChange.NEXT_RUN:
        return ()
    if desired.live.on_change is OnChange.RESTART:
        reason = "on air now: viewers lose the picture until the new job is up"
        return (Restart(**_subject(desired, room), run=desired.live.run, reason=reason),)
    missing = [change.path for change in seen if _command(change.path) is None]
    if missing:
        reason = (
            f"{', '.join(missing)} cannot be changed on air: set live.on_change to next_run or restart, "
            "or leave the field as it is until the run has ended"
        )
        return (Blocked(**_subject(desired, room), reason=reason),)
    commands = tuple(dict.fromkeys(command for change in seen if (command := _command(change.path))))
    reason = "on air now: viewers see and hear the change while the job goes on"
    return (Rewrite(**_subject(desired, room), commands=commands, reason=reason),)


def _command(path: str) -> str | None:
    fits = (
        command for field, command in COMMANDS.items() if path == field or path.startswith((f"{field}[", f"{field}."))
    )
    return next(fits, None)


def _started_since_intent(room: ObservedRoom) -> bool:
    """Whether the list proves a job of the run that the marker intends."""
    intent = room.marker.intent if room.marker else None
    started = room.job.started if room.job else None
    return intent is not None and started is not None and started >= intent.since


def _subject(desired: DeclaredRoom, room: ObservedRoom | None) -> Subject:
    return Subject(
        key=desired.key,
        room_name=desired.name,
        cause=Cause.LIVE,
        origin=desired.origin,
        room_id=room.id if room else None,
        base=None,
    )
