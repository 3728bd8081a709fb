"""Updating and deleting rooms: look, write once, look again (reliability.md, section 1)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import assert_never

from provisioner import marker as markers
from provisioner.applying.bodies import room_body
from provisioner.applying.context import Context, Runs
from provisioner.applying.outcomes import Applied, Failed, Outcome, Skipped, Unchanged, Unknown
from provisioner.comparing.compare import differences
from provisioner.comparing.fingerprint import spec_hash
from provisioner.errors import ServiceError
from provisioner.marker import HandIntent, Restarting, RunIntent
from provisioner.metastudio import outcome as writes
from provisioner.metastudio.errors import DeadlinePassed, Interrupted, NotFound
from provisioner.metastudio.models import SmartLiveJob
from provisioner.metastudio.operation import Operation
from provisioner.observe import read_one, since
from provisioner.observed import ON_AIR, ObservedRoom, time_of
from provisioner.planning.actions import Action, Adopt, Delete, Start
from provisioner.planning.room_actions import base_of, earlier_key
from provisioner.rooms import DesiredRoom, RoomId

INTERRUPTED = "the run was interrupted before this was sent"
OUT_OF_TIME = "the time for this run was over before this was sent; apply again to go on"
_TIME_DOUBT = timedelta(seconds=2)
"""How far the estimated time of the service may be off."""
_SECOND_IS_OVER = timedelta(seconds=2)
"""After a time of the service, to the second: the second, and the doubt of our estimate of its clock."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a write of a room, and the intent to start that the room bears by it."""

    outcome: Outcome
    intent: RunIntent | None = None


class Announce(Enum):
    """What a write of a room says about a start of `live.run`."""

    NOTHING = "what the marker says stays"
    RUN = "it is about to be started; an earlier announcement of the same run goes on"
    RESTART_DUE = "its job is to be ended for what is written, and another started"
    RESTART = "its job is about to be ended, and another started; a restart of it that was begun goes on"


async def announced(
    context: Context, desired: DesiredRoom, room: ObservedRoom | None, announce: Announce, by_hand: str | None = None
) -> Runs:
    """The runs that a room's next marker bears: for a declared run that one alone, for one that is started by hand
    (`by_hand`: beside what) that and the last declared one.

    A new one begins after the last job that the room had; or, where this run was the last to be announced, with that
    announcement, so that a start which was on its way then is not overlooked. A restart begins with it too where it
    was begun already, so that what another apply has started in its course is neither ended nor started once more.
    """
    marker = room.marker if room is not None else None
    earlier = Runs(marker.intent, marker.by_hand) if marker is not None else Runs()
    if announce is Announce.NOTHING:
        return earlier
    if announce is Announce.RESTART_DUE:
        return replace(earlier, declared=await _due(context, desired.live.run, room, earlier.declared))
    last = earlier.latest
    is_same = last is not None and last.run == desired.live.run and (earlier.by_hand is None) == (by_hand is None)
    if last is not None and is_same and (announce is Announce.RUN or last.replaces):
        begun, restart = last.since, last.restart
    else:
        job = await _last_job(context, room)
        begun = _after(job, context.service_second() - _TIME_DOUBT)
        restart = _begun(job) if announce is Announce.RESTART else None
    if by_hand is None:
        return Runs(RunIntent(desired.live.run, begun, context.nonce(), restart=restart))
    return Runs(earlier.declared, HandIntent(desired.live.run, begun, context.nonce(), by_hand))


async def _due(context: Context, run: str, room: ObservedRoom | None, declared: RunIntent | None) -> RunIntent | None:
    """The declared run with a restart that is due; as it is where another run is to take its place, or where a restart
    was begun that has not come to a job yet.
    """
    if declared is None or declared.run != run:
        return declared
    if declared.replaces:
        job = await _last_job(context, room)
        if job is None or not since([job], declared.since):
            return declared
    return replace(declared, restart=Restarting.DUE)


async def _last_job(context: Context, room: ObservedRoom | None) -> SmartLiveJob | None:
    if room is None:
        return None
    page = await context.client.list_room_jobs(room.id, limit=1)
    return next(iter(page.jobs), None)


def _after(job: SmartLiveJob | None, moment: datetime) -> datetime:
    """A moment, or the second after a job if that is later: after all jobs that the room has had, where it is the last
    one, and before any that it will have.
    """
    texts = (job.create_time, job.start_time) if job is not None else ()
    known = (found + timedelta(seconds=1) for text in texts if (found := time_of(text)) is not None)
    return max(moment, *known, moment)


def _begun(job: SmartLiveJob | None) -> Restarting:
    is_waiting = job is not None and job.state in ON_AIR and job.start_time is None
    return Restarting.BEGUN_WAITING if is_waiting else Restarting.BEGUN


async def update(context: Context, action: Action, room_id: RoomId, announce: Announce) -> Written:
    """Makes a room what the manifest says, and looks whether it is."""
    put = await _put(context, action, room_id, announce)
    if not isinstance(put.outcome, Applied):
        return Written(put.outcome)
    return Written(await verified(context, put.outcome, put.updated, put.priv_data), put.intent)


async def announce_start(context: Context, action: Action, room_id: RoomId, announce: Announce) -> Written:
    """Writes that a run is about to be started. It is not read back: the start looks, right before it is sent."""
    put = await _put(context, action, room_id, announce)
    return Written(put.outcome, put.intent)


@dataclass(frozen=True, slots=True)
class _Put:
    """What became of an update, not yet read back. `updated` is the service's time of it, to the second; `priv_data`
    what was sent.
    """

    outcome: Outcome
    intent: RunIntent | None = None
    updated: datetime | None = None
    priv_data: str = ""


async def _put(context: Context, action: Action, room_id: RoomId, announce: Announce) -> _Put:
    """Writes a room's whole body over what it is now, if that is still what the plan saw."""
    desired = context.desired[action.key]
    async with context.turns.update:
        if context.stopping:
            return _Put(Skipped(action, INTERRUPTED, room_id))
        room = await read_one(context.client, room_id, context.seals)
        refusal = _refusal(context, action, room)
        if refusal or room is None:
            return _Put(Skipped(action, refusal, room_id, refused=True))
        by_hand = action.by_hand if isinstance(action, Start) else None
        runs = await announced(context, desired, room, announce, by_hand)
        intent = runs.latest
        nonce = room.marker.nonce if room.marker else context.nonce()
        body = room_body(desired, room, context.marker(desired, nonce, runs), context.secrets)
        write = await context.client.persist(Operation.UPDATE_ROOM, lambda: context.client.update_room(room_id, body))
    priv_data = str(body["priv_data"])
    found: ObservedRoom | None
    match write:
        case writes.Applied():
            updated = time_of(write.value.get("update_time")) or context.service_second()
            return _Put(Applied(action, room_id, write.request_id), intent, updated, priv_data)
        case writes.NotApplied():
            found = await _bearing(context, room_id, priv_data) if write.error.status is not None else None
            if found is None:
                return _Put(not_done(action, write, room_id))
            note = f"{write.error} Yet the room was found as it was written"
        case writes.Unknown():
            found = await context.until_seen(lambda: _bearing(context, room_id, priv_data))
            if found is None:
                return _Put(_unknown(action, write, room_id))
            note = "no usable answer came, and the room was found as it was written"
        case _:
            assert_never(write)
    return _Put(Applied(action, room_id, note=note), intent, found.updated, priv_data)


async def delete(context: Context, action: Delete) -> Outcome:
    """Deletes a room that is still as the plan saw it and has no job on air."""
    room_id = action.room_id or RoomId("")
    async with context.turns.delete:
        if context.stopping:
            return Skipped(action, INTERRUPTED, room_id)
        room = await read_one(context.client, room_id, context.seals)
        if room is None:
            return Unchanged(action, room_id, "it was gone already")
        refusal = _refusal(context, action, room) or await job_in(context, room_id)
        if refusal:
            return Skipped(action, refusal, room_id, refused=True)
        write = await context.client.persist(Operation.DELETE_ROOM, lambda: context.client.delete_room(room_id))
    if isinstance(write, writes.Applied):
        return Applied(action, room_id, write.request_id)
    if isinstance(write, writes.NotApplied):
        if isinstance(write.error, NotFound):
            return Unchanged(action, room_id, "it was gone already")
        if write.error.status is not None and await is_gone(context, room_id):
            return Applied(action, room_id, note=f"{write.error} Yet the room is gone")
        return not_done(action, write, room_id)
    if await context.until_seen(lambda: _gone(context, room_id)):
        return Applied(action, room_id, note="no usable answer came, and the room is gone")
    return _unknown(action, write, room_id)


async def _gone(context: Context, room_id: RoomId) -> bool | None:
    return await read_one(context.client, room_id, context.seals) is None or None


async def is_gone(context: Context, room_id: RoomId) -> bool:
    """Whether a room is known to be gone."""
    try:
        return bool(await _gone(context, room_id))
    except ServiceError:
        return False


async def _bearing(context: Context, room_id: RoomId, priv_data: str) -> ObservedRoom | None:
    """The room, if it bears the marker that was sent; None where it does not, or cannot be read."""
    try:
        room = await read_one(context.client, room_id, context.seals)
    except DeadlinePassed:
        raise
    except ServiceError:
        return None
    return room if room is not None and _bears(room, priv_data) else None


def _bears(room: ObservedRoom, priv_data: str) -> bool:
    return room.body is not None and room.body.get("priv_data") == priv_data


async def verified(context: Context, done: Applied, updated: datetime | None, priv_data: str | None = None) -> Applied:
    """Reads a written room back and compares it with the manifest. `updated` is the service's time of the write: what
    is read when its second is over is all of it. `priv_data` is what was written, where another's would show that
    somebody came after us.
    """
    desired = context.desired[done.action.key]
    if context.waits and updated is not None:
        await context.until(updated + _SECOND_IS_OVER)
    try:
        room = await read_one(context.client, done.room_id, context.seals)
    except ServiceError as error:
        return _noting(done, f"not read back: {error}")
    if room is None or room.spec is None:
        return _noting(done, "it is gone again", ("room_id",))
    if priv_data is not None and not _bears(room, priv_data):
        return _noting(done, "somebody else changed the room right after", ("priv_data",))
    left = differences(desired.spec, room.spec, desired.lifecycle.ignore)
    if left:
        paths = tuple(change.path for change in left)
        return _noting(done, "it was written, and the service shows it differently at " + ", ".join(paths[:5]), paths)
    context.found_right(room, spec_hash(desired))
    return done


def _noting(done: Applied, note: str, mismatch: tuple[str, ...] = ()) -> Applied:
    return replace(done, note=f"{done.note}; {note}" if done.note else note, mismatch=mismatch)


def _refusal(context: Context, action: Action, room: ObservedRoom | None) -> str:
    """Why a room must not be written now; empty when it may. Actions on jobs have no base: their room's own action
    comes before them and changes it.
    """
    if room is None:
        return "the room is gone; plan again"
    owner = (room.marker.workspace, room.marker.key) if room.marker is not None else None
    if room.marker is not None and owner not in {(context.workspace, key) for key in (action.key, earlier_key(action))}:
        return f"the room is managed by workspace {room.marker.workspace} as {room.marker.key} by now; plan again"
    if room.marker is None and not isinstance(action, Adopt):
        return "the room does not bear this workspace's marker any more; plan again"
    return changed_since_plan(action, room)


def changed_since_plan(action: Action, room: ObservedRoom) -> str:
    """That a room is not what the action relies on any more; empty where it is, or the action does not rely on it."""
    if action.base is None or base_of(room) == action.base:
        return ""
    moment = markers.format_time(room.updated) if room.updated else "an unknown time"
    return f"somebody changed the room at {moment}, after the plan was made; plan again"


async def job_in(context: Context, room_id: RoomId) -> str:
    """Why a room cannot be deleted: a job on air. Empty when there is none."""
    page = await context.client.list_room_jobs(room_id, states=sorted(ON_AIR))
    return f"job {page.jobs[0].job_id} is on air in it; stop it first" if page.jobs else ""


def not_done(action: Action, write: writes.NotApplied, room_id: RoomId | None = None) -> Failed | Skipped:
    """The outcome of a write that was refused, or not sent because the time was over."""
    if isinstance(write.error, DeadlinePassed):
        return Skipped(action, OUT_OF_TIME, room_id)
    if isinstance(write.error, Interrupted):
        return Skipped(action, INTERRUPTED, room_id)
    return Failed(action, str(write.error), room_id, write.error.request_id)


def _unknown(action: Action, write: writes.Unknown, room_id: RoomId | None) -> Unknown:
    message = f"{write.error} It may have been done, and may still be"
    return Unknown(action, message, room_id, write.error.request_id)
