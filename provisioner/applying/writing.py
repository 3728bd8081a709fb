"""Creating, updating and deleting rooms: look, write once, look again (reliability.md, section 1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from provisioner import marker as markers
from provisioner.applying.bodies import Stamp, room_body
from provisioner.applying.context import LOOKS_S, Context
from provisioner.applying.outcomes import Applied, Failed, Outcome, Skipped, Unchanged, Unknown
from provisioner.applying.settling import Settled, Settler
from provisioner.errors import ServiceError
from provisioner.marker import RunIntent
from provisioner.metastudio import outcome as writes
from provisioner.metastudio.models import SmartLiveJob
from provisioner.metastudio.operation import Operation
from provisioner.observe import ObservedRoom, by_key, read_one, scan, time_of
from provisioner.planning.actions import Action, Adopt, Create, Delete, Update
from provisioner.planning.compare import differences
from provisioner.planning.fingerprint import spec_hash
from provisioner.planning.room_actions import base_of
from provisioner.rooms import DesiredRoom, RoomId

INTERRUPTED = "the run was interrupted before this was sent"
_TIME_DOUBT = timedelta(seconds=2)
"""How far the estimated time of the service may be off."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a write of a room, and the run whose start it announced."""

    outcome: Outcome
    intent: RunIntent | None = None

    @property
    def room_id(self) -> RoomId | None:
        """The room, where there is one."""
        return self.outcome.room_id


async def announce(context: Context, desired: DesiredRoom, room_id: RoomId | None) -> RunIntent:
    """The intent to start `live.run` now: it begins after the last job that the room had."""
    since = context.service_second() - _TIME_DOUBT
    if room_id is not None:
        page = await context.client.list_room_jobs(room_id, limit=1)
        for job in page.jobs:
            since = max(since, *(moment + timedelta(seconds=1) for moment in _moments(job)))
    return RunIntent(desired.live.run, since, context.nonce())


def _moments(job: SmartLiveJob) -> tuple[datetime, ...]:
    return tuple(moment for text in (job.create_time, job.start_time) if (moment := time_of(text)) is not None)


async def create(context: Context, settler: Settler, action: Create, *, announces: bool) -> Written:
    """Makes a room, once. `announces` puts the intent of a start into its marker."""
    desired = context.desired[action.key]
    nonce = context.nonce()
    async with context.turn("create"):
        if context.stopping:
            return Written(Skipped(action, INTERRUPTED))
        if await _is_there(context, desired):
            because = "a room with this key has appeared since the plan was made; plan again"
            return Written(Skipped(action, because, refused=True))
        intent = await announce(context, desired, None) if announces else None
        body = room_body(desired, None, _stamp(context, nonce, intent))
        write = await context.client.persist(Operation.CREATE_ROOM, lambda: context.client.create_room(body))
    if isinstance(write, writes.NotApplied):
        return Written(_failed(action, write))
    try:
        settled = await settler.settle(desired.key, nonce)
    except ServiceError as error:
        return Written(_unsettled(action, write, str(error)))
    return Written(await _created(context, action, write, settled), intent)


async def update(
    context: Context, action: Action, room_id: RoomId, *, announces: bool, checks_base: bool = True
) -> Written:
    """Makes a room what the manifest says, by writing its whole body over what it is now."""
    desired = context.desired[action.key]
    async with context.turn("update"):
        if context.stopping:
            return Written(Skipped(action, INTERRUPTED, room_id))
        room = await read_one(context.client, room_id, context.seals)
        refusal = _refusal(context, action, room, checks_base=checks_base)
        if refusal or room is None:
            return Written(Skipped(action, refusal, room_id, refused=True))
        kept = room.marker.intent if room.marker else None
        intent = await announce(context, desired, room_id) if announces else kept
        nonce = room.marker.nonce if room.marker else context.nonce()
        body = room_body(desired, room, _stamp(context, nonce, intent))
        write = await context.client.persist(Operation.UPDATE_ROOM, lambda: context.client.update_room(room_id, body))
    match write:
        case writes.NotApplied():
            return Written(_failed(action, write, room_id))
        case writes.Applied():
            return Written(await _verified(context, action, room_id, write.request_id, str(body["priv_data"])), intent)
        case writes.Unknown():
            return Written(await _looked_up(context, action, room_id, write, str(body["priv_data"])), intent)
        case _:
            assert_never(write)


async def delete(context: Context, action: Delete) -> Outcome:
    """Deletes a room that is still as the plan saw it and has no job on air."""
    room_id = action.room_id or RoomId("")
    async with context.turn("delete"):
        if context.stopping:
            return Skipped(action, INTERRUPTED, room_id)
        room = await read_one(context.client, room_id, context.seals)
        if room is None:
            return Unchanged(action, room_id, "it was gone already")
        refusal = _refusal(context, action, room, checks_base=True) or await _job_in(context, room_id)
        if refusal:
            return Skipped(action, refusal, room_id, refused=True)
        write = await context.client.persist(Operation.DELETE_ROOM, lambda: context.client.delete_room(room_id))
    match write:
        case writes.Applied():
            return Applied(action, room_id, write.request_id)
        case writes.NotApplied():
            return _failed(action, write, room_id)
        case writes.Unknown():
            for pause in LOOKS_S:
                await context.stopping.pause(pause)
                if await read_one(context.client, room_id, context.seals) is None:
                    return Applied(action, room_id, note="no answer came, and the room is gone")
            return _unknown(action, write, room_id)
        case _:
            assert_never(write)


async def _is_there(context: Context, desired: DesiredRoom) -> bool:
    """Whether a room with the key exists by now: the last look before a create, by name."""
    rooms = await scan(context.client, context.seals, room_name=desired.name)
    return desired.key in by_key(rooms, context.workspace)


async def _created(context: Context, action: Create, write: writes.Write[RoomId], settled: Settled) -> Outcome:
    """The outcome of a create once the list has settled."""
    if settled.made is None:
        if isinstance(write, writes.Applied):
            message = f"the service answered with room {write.value}, and the list does not show it yet"
            return Unknown(action, f"{message}; it may still appear. Look before you apply again", write.value)
        return _unsettled(action, write, "the list does not show the room, and it may still appear")
    made, winner = settled.made, settled.rooms[0]
    request_id = write.request_id if isinstance(write, writes.Applied) else None
    note = "" if isinstance(write, writes.Applied) else "no usable answer came, and the room was found by its marker"
    if winner.id != made.id:
        return await _lost(context, action, made, winner)
    return await _verified(context, action, made.id, request_id, None, note=note)


async def _lost(context: Context, action: Create, made: ObservedRoom, winner: ObservedRoom) -> Outcome:
    """Somebody else's room with this key came first: what this run made itself, it takes back."""
    room = await read_one(context.client, made.id, context.seals)
    is_untouched = room is not None and room.updated == made.updated
    if room is None or (is_untouched and not await _job_in(context, made.id)):
        write = await context.client.persist(Operation.DELETE_ROOM, lambda: context.client.delete_room(made.id))
        if isinstance(write, writes.Applied) or await read_one(context.client, made.id, context.seals) is None:
            note = f"another apply made {winner.id} for this key first; the room made here was deleted again"
            return Unchanged(action, winner.id, note)
    because = f"a second room: another apply made {winner.id} for this key first; plan again, then delete {made.id}"
    return Skipped(action, because, made.id, refused=True)


async def _looked_up(
    context: Context, action: Action, room_id: RoomId, write: writes.Unknown, priv_data: str
) -> Outcome:
    """After an update without a usable answer: done when the room bears the marker that was sent."""
    for pause in LOOKS_S:
        await context.stopping.pause(pause)
        room = await read_one(context.client, room_id, context.seals)
        if room is not None and room.body is not None and room.body.get("priv_data") == priv_data:
            note = "no usable answer came, and the room was found as it was written"
            return await _verified(context, action, room_id, None, priv_data, note=note)
    return _unknown(action, write, room_id)


async def _verified(
    context: Context,
    action: Action,
    room_id: RoomId,
    request_id: str | None,
    priv_data: str | None,
    *,
    note: str = "",
) -> Outcome:
    """Reads a written room back and compares it with the manifest."""
    desired = context.desired[action.key]
    try:
        room = await read_one(context.client, room_id, context.seals)
        if context.waits and room is not None:
            await context.until_second_is_over(room.updated)
            room = await read_one(context.client, room_id, context.seals) or room
    except ServiceError as error:
        return Applied(action, room_id, request_id, note=f"{note} not read back: {error}".strip())
    if room is None or room.body is None:
        return Applied(action, room_id, request_id, note=f"{note} it is gone again".strip(), mismatch=("room_id",))
    if priv_data is not None and room.body.get("priv_data") != priv_data:
        return Applied(
            action, room_id, request_id, note="somebody else changed the room right after", mismatch=("priv_data",)
        )
    left = differences(desired.spec, {**room.body, "priv_data": room.user_data}, desired.lifecycle.ignore)
    if left:
        paths = tuple(change.path for change in left)
        note = "it was written, and the service shows it differently at " + ", ".join(paths[:5])
        return Applied(action, room_id, request_id, note=note, mismatch=paths)
    context.found_right(room, spec_hash(desired))
    return Applied(action, room_id, request_id, note=note)


def _refusal(context: Context, action: Action, room: ObservedRoom | None, *, checks_base: bool) -> str:
    """Why a room must not be written now; empty when it may."""
    if room is None:
        return "the room is gone; plan again"
    if room.marker is not None and (room.marker.workspace, room.marker.key) != (context.workspace, action.key):
        return f"the room is managed by workspace {room.marker.workspace} as {room.marker.key} by now; plan again"
    if room.marker is None and not isinstance(action, Adopt):
        return "the room does not bear this workspace's marker any more; plan again"
    if checks_base and action.base is not None and base_of(room) != action.base:
        since = markers.format_time(room.updated) if room.updated else "an unknown time"
        return f"somebody changed the room at {since}, after the plan was made; plan again"
    return ""


async def _job_in(context: Context, room_id: RoomId) -> str:
    """Why a room cannot be deleted: a job on air. Empty when there is none."""
    page = await context.client.list_room_jobs(room_id, states=("WAITING", "PROCESSING"))
    return f"job {page.jobs[0].job_id} is on air in it; stop it first" if page.jobs else ""


def _stamp(context: Context, nonce: str, intent: RunIntent | None) -> Stamp:
    return Stamp(
        workspace=context.workspace,
        project_id=context.seals.project_id,
        nonce=nonce,
        written=context.service_second(),
        keys=context.marker_keys,
        secrets=context.secrets,
        commit=context.commit,
        intent=intent,
    )


def _failed(action: Action, write: writes.NotApplied, room_id: RoomId | None = None) -> Failed:
    return Failed(action, str(write.error), room_id, write.error.request_id)


def _unknown(action: Action, write: writes.Unknown, room_id: RoomId | None) -> Unknown:
    message = f"{write.error} It may have been done, and may still be"
    return Unknown(action, message, room_id, write.error.request_id)


def _unsettled(action: Action, write: writes.Write[RoomId], why: str) -> Unknown:
    request_id = write.request_id if isinstance(write, writes.Applied) else None
    request_id = write.error.request_id if isinstance(write, writes.Unknown) else request_id
    room_id = write.value if isinstance(write, writes.Applied) else None
    said = "" if isinstance(write, writes.Applied | writes.NotApplied) else f"{write.error} "
    return Unknown(action, f"{said}{why}", room_id, request_id)


WRITES = (Create, Adopt, Update)
"""The actions that write a whole room."""
