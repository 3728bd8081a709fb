"""What a room's `live:` asks for, given the job that the room has. Pure.

A run is broadcast once: a job that was started for it uses it up, however it ended. A job that nobody declared is
left alone. So is one that was started by hand, until `live:` asks for something else than it did then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from provisioner.comparing.compare import FieldChange
from provisioner.marker import HandIntent, Restarting
from provisioner.metastudio.models import SmartLiveJob
from provisioner.metastudio.remote_text import printable
from provisioner.observed import ON_AIR, ObservedRoom, time_of
from provisioner.planning.actions import Action, Blocked, Cause, Restart, Rewrite, Start, Stop, Subject
from provisioner.planning.due import Due, is_run_of
from provisioner.planning.room_actions import base_of
from provisioner.rooms import DeclaredRoom, LiveState, OnChange, RoomId

COMMANDS: Mapping[str, str] = {
    "scene_scripts": "REWRITE_PLAY_SCRIPT",
    "interaction_rules": "REWRITE_INTERACTION_RULES",
    "output_urls": "REFRESH_OUTPUT_URL",
    "stream_keys": "REFRESH_OUTPUT_URL",
    "play_policy.live_exit_config": "RESET_EXIT_CONFIG",
}
"""The command that brings a changed field to a running job (api.md, "Operations")."""
UNSEEN = ("room_name", "room_description", "priv_data", "lifecycle", "key")
"""Fields that nobody on air notices."""
BROKEN_OFF = frozenset({"FAILED", "BLOCKED"})
"""States of a job that the service ended before its time."""
_CUT = "viewers lose the picture until the new job is up"
_WAS_ENDED = "goes on air for run {}: a restart was begun, and the old job is over"


@dataclass(frozen=True, slots=True)
class RunFact:
    """What a room's jobs say of the runs that its marker intends: `job` was made for the declared one, `by_hand` for
    the one that was started by hand after it; None when none was.

    It is the first since its intent was written, because a run is started once. `strays` are other jobs on air, which
    nobody declared.
    """

    job: SmartLiveJob | None = None
    by_hand: SmartLiveJob | None = None
    strays: tuple[str, ...] = ()

    @classmethod
    def of(cls, jobs: Sequence[SmartLiveJob], by_hand: HandIntent | None = None) -> RunFact:
        """What the jobs since the intents say, newest first."""
        later = [job for job in jobs if by_hand is not None and _is_since(job, by_hand.since)]
        first = next((job for job in reversed(jobs) if job not in later), None)
        first_by_hand = later[-1] if later else None
        known = (first, first_by_hand)
        return cls(*known, tuple(job.job_id for job in jobs if job.state in ON_AIR and job not in known))

    @property
    def on_air(self) -> bool:
        """Whether the declared run's job is waiting or running."""
        return self.job is not None and self.job.state in ON_AIR

    @property
    def is_by_hand(self) -> bool:
        """Whether what is on air is the job that was started by hand, and nothing beside it."""
        is_there = self.by_hand is not None and self.by_hand.state in ON_AIR
        return is_there and not self.on_air and not self.strays


def carried_by(command: str) -> tuple[str, ...]:
    """The fields whose new values a command brings to a running job."""
    return tuple(field for field, brings in COMMANDS.items() if brings == command)


def jobs_asked_since(room: ObservedRoom, due: Due, *, reaches_job: bool) -> datetime | None:
    """Since when the room's jobs have to be read, because the list alone does not tell what became of the run that
    the marker intends: whether it was broadcast, why it was broken off, whether what is on air out of its time, or is
    to be told of a change (`reaches_job`), belongs to it. None where it does.
    """
    intent = room.marker.intent if room.marker else None
    by_hand = room.marker.by_hand if room.marker else None
    if by_hand is not None:
        is_used_up = intent is None or intent.run != due.run or by_hand.asked == due.digest
        is_asked = room.on_air and due.state is not LiveState.UNMANAGED
        is_asked |= reaches_job or (due.state is LiveState.RUNNING and not is_used_up)
        is_asked |= by_hand.asked == due.digest and _is_broken_off(room)
        return min(intent.since if intent is not None else by_hand.since, by_hand.since) if is_asked else None
    if intent is None:
        return None
    if due.state is LiveState.RUNNING and intent.run == due.run:
        is_over = not room.on_air and (not _started_since_intent(room) or _is_broken_off(room))
        # The list knows the latest job alone: behind one that somebody started and ended, the run's own may go on.
        is_asked = reaches_job or is_over or (intent.replaces and room.on_air and not _started_since_intent(room))
    else:
        is_asked = room.on_air and (due.is_closed or due.since is not None)
    return intent.since if is_asked else None


def may_hide_job(room: ObservedRoom, due: Due) -> bool:
    """Whether a job of ours that is to end, or in whose place another is to start, may be on air though the list says
    that it is over: the list tells of a room's latest job alone, which may be one that somebody started beside ours.
    """
    intent = room.marker.announced if room.marker else None
    if intent is None or room.job is None or room.on_air or due.state is LiveState.UNMANAGED:
        return False
    is_to_go_on = due.state is LiveState.RUNNING and due.run == intent.run
    return not is_to_go_on and (room.job.started is None or room.job.started >= intent.since)


def live_actions(
    desired: DeclaredRoom,
    room: ObservedRoom | None,
    changes: tuple[FieldChange, ...],
    facts: Mapping[RoomId, RunFact],
    due: Due,
) -> tuple[Action, ...]:
    """The actions on the room's job, after those on the room itself. `changes` is what becomes of the room."""
    match due.state:
        case LiveState.UNMANAGED:
            return ()
        case LiveState.STOPPED:
            return _closed(desired, room, facts) if due.is_closed else _stopped(desired, room, facts, due)
        case LiveState.RUNNING:
            return _running(desired, room, changes, facts, due)
        case _:
            assert_never(due.state)


def _stopped(
    desired: DeclaredRoom, room: ObservedRoom | None, facts: Mapping[RoomId, RunFact], due: Due
) -> tuple[Action, ...]:
    if room is None or not room.on_air:
        return ()
    if is_meant_by_hand(room, due) and facts.get(room.id, RunFact()).is_by_hand:
        return ()
    return (Stop(**_subject(desired, room), reason="on air now: viewers lose the picture"),)


def _closed(desired: DeclaredRoom, room: ObservedRoom | None, facts: Mapping[RoomId, RunFact]) -> tuple[Action, ...]:
    """Out of its window a run of ours is ended; what somebody else started goes on."""
    intent = room.marker.intent if room is not None and room.marker else None
    if room is None or intent is None or not room.on_air:
        return ()
    fact = facts.get(room.id, RunFact())
    if not fact.on_air and not _is_unreplaced(room, fact):
        return ()
    if fact.strays:
        return (Blocked(**_subject(desired, room), reason=_beside(fact, intent.run)),)
    reason = f"its window is closed and run {intent.run} is on air: viewers lose the picture"
    return (Stop(**_subject(desired, room), reason=reason),)


def _beside(fact: RunFact, run: str) -> str:
    return (
        f"the window of run {run} is closed, and {_listed(fact.strays)} is on air "
        "beside its job; nobody declared that. Stop one of them in the console, then plan again"
    )


def _listed(jobs: Iterable[str]) -> str:
    return ", ".join(printable(job, 64) for job in jobs)


def _running(
    desired: DeclaredRoom,
    room: ObservedRoom | None,
    changes: tuple[FieldChange, ...],
    facts: Mapping[RoomId, RunFact],
    due: Due,
) -> tuple[Action, ...]:
    start = Start(**_subject(desired, room), run=due.run, until=due.until, reason=f"goes on air for run {due.run}")
    intent = room.marker.intent if room is not None and room.marker else None
    if room is None or (intent is None and not room.on_air):
        return (start,)
    fact = facts.get(room.id, RunFact())
    if is_meant_by_hand(room, due) and (fact.is_by_hand or not room.on_air):
        return ()
    if intent is not None and intent.run == due.run and (fact.job is not None or not fact.is_by_hand):
        if _is_unreplaced(room, fact):
            return (_to_its_end(desired, room, due),)
        if intent.replaces:
            start = replace(start, reason=_WAS_ENDED.format(due.run))
        if (room.on_air or fact.on_air) and not fact.is_by_hand:
            return _changed_on_air(desired, room, changes, fact, due)
        return () if _started_since_intent(room) or fact.job is not None else (start,)
    if not room.on_air:
        return (start,)
    over = _over(desired, room, fact, due)
    if over:
        if desired.room_type == "TEMP":
            reason = f"{over}; the room ends with it, and the next plan makes it anew: viewers lose the picture"
            return (Stop(**_subject(desired, room), reason=reason),)
        reason = f"{over}; run {due.run} takes its place: {_CUT}"
        return (Restart(**_subject(desired, room), run=due.run, until=due.until, reason=reason),)
    reason = (
        f"a job is on air that was not started for run {due.run}; it is left alone. "
        f"Wait until it ends, or stop it with: provisioner stop {desired.key}. Then plan again"
    )
    return (Blocked(**_subject(desired, room), reason=reason),)


def _is_unreplaced(room: ObservedRoom, fact: RunFact) -> bool:
    """Whether what is on air is the job in whose place a restart that was begun was to start another."""
    intent = room.marker.intent if room.marker else None
    is_begun = intent is not None and intent.replaces and fact.job is None and not fact.is_by_hand
    return is_begun and room.on_air and not _started_since_intent(room)


def _to_its_end(desired: DeclaredRoom, room: ObservedRoom, due: Due) -> Restart:
    """The rest of a restart that was begun, whose old job is still on air."""
    reason = f"a restart for run {due.run} was begun and is not done; on air now: {_CUT}"
    return Restart(**_subject(desired, room), run=due.run, until=due.until, reason=reason)


def is_meant_by_hand(room: ObservedRoom, due: Due) -> bool:
    """Whether a person started a run beside just what is asked for now."""
    by_hand = room.marker.by_hand if room.marker else None
    return by_hand is not None and by_hand.asked == due.digest


def _over(desired: DeclaredRoom, room: ObservedRoom, fact: RunFact, due: Due) -> str:
    """Why the job on air has to give way to the occurrence that is open: it is alone, ours, and was made before that.
    Empty where it has not.
    """
    intent, by_hand = (room.marker.intent, room.marker.by_hand) if room.marker else (None, None)
    if by_hand is not None and fact.is_by_hand and _is_before(fact.by_hand, due.since):
        return f"run {by_hand.run}, which was started by hand, is on air and a window has opened"
    if intent is None or not is_run_of(desired.live, intent.run) or fact.strays:
        return ""
    is_cut_off = _is_unreplaced(room, fact) and due.since is not None and intent.since <= due.since
    is_over = is_cut_off or (fact.on_air and _is_before(fact.job, due.since))
    return f"run {intent.run} is on air and its window is closed" if is_over else ""


def _is_before(job: SmartLiveJob | None, moment: datetime | None) -> bool:
    made = time_of(job.create_time) if job is not None else None
    return made is not None and moment is not None and made < moment


def _is_since(job: SmartLiveJob, moment: datetime) -> bool:
    made = time_of(job.create_time)
    return made is None or made >= moment


def _changed_on_air(
    desired: DeclaredRoom, room: ObservedRoom, changes: tuple[FieldChange, ...], fact: RunFact, due: Due
) -> tuple[Action, ...]:
    """What happens to the job on air when its room changes: nothing, commands, or an end and a new start. A job that
    was started after the run's own had ended is nobody's whom this concerns.
    """
    seen = tuple(change for change in changes if not change.path.startswith(UNSEEN))
    on_change, intent = desired.live.on_change, room.marker.intent if room.marker else None
    is_due = on_change is OnChange.RESTART and intent is not None and intent.restart is Restarting.DUE
    if not (seen or is_due) or on_change is OnChange.NEXT_RUN or not fact.on_air:
        return ()
    if fact.strays:
        reason = (
            f"{_listed(fact.strays)} is on air beside the job of run {due.run}; nobody declared that, and the change "
            "would reach both. Stop it in the console, then plan again"
        )
        return (Blocked(**_subject(desired, room), reason=reason),)
    if on_change is OnChange.RESTART:
        reason = f"on air now: {_CUT}"
        if is_due:
            reason = f"the room was changed and its job not restarted for it yet; {reason}"
        return (Restart(**_subject(desired, room), run=due.run, until=due.until, reason=reason),)
    missing = [change.path for change in seen if _command(change.path) is None]
    if missing:
        reason = (
            f"{', '.join(missing)} cannot be changed on air: set live.on_change to next_run or restart, "
            "or leave the field as it is until the run has ended"
        )
        return (Blocked(**_subject(desired, room), reason=reason),)
    commands = tuple(dict.fromkeys(command for change in seen if (command := _command(change.path))))
    reason = "on air now: viewers see and hear the change while the job goes on"
    subject = _subject(desired, room)
    subject["base"] = base_of(room)
    return (Rewrite(**subject, commands=commands, reason=reason),)


def _command(path: str) -> str | None:
    fits = (
        command for field, command in COMMANDS.items() if path == field or path.startswith((f"{field}[", f"{field}."))
    )
    return next(fits, None)


def _is_broken_off(room: ObservedRoom) -> bool:
    return room.job is not None and room.job.state in BROKEN_OFF


def _started_since_intent(room: ObservedRoom) -> bool:
    """Whether the list proves a job of the run that the marker intends."""
    intent = room.marker.intent if room.marker and room.marker.by_hand is None else None
    started = room.job.started if room.job else None
    if intent is None or intent.restart is Restarting.BEGUN_WAITING:
        return False
    return started is not None and started >= intent.since


def _subject(desired: DeclaredRoom, room: ObservedRoom | None) -> Subject:
    return Subject(
        key=desired.key,
        room_name=desired.name,
        cause=Cause.LIVE,
        origin=desired.origin,
        room_id=room.id if room else None,
        base=None,
    )
