"""Creating rooms: look, send once, find what was made, and see that it is the only one (reliability.md, section 1)."""

from __future__ import annotations

from provisioner.applying.bodies import room_body
from provisioner.applying.context import Context
from provisioner.applying.outcomes import Applied, Outcome, Skipped, Unchanged, Unknown
from provisioner.applying.settling import Settled, Settler
from provisioner.applying.writing import (
    INTERRUPTED,
    Announce,
    Written,
    announced,
    is_gone,
    job_in,
    not_done,
    verified,
)
from provisioner.errors import ServiceError
from provisioner.metastudio import outcome as writes
from provisioner.metastudio.operation import Operation
from provisioner.observe import read_one, scan
from provisioner.observed import ObservedRoom, by_key
from provisioner.planning.actions import Action, Create
from provisioner.rooms import DesiredRoom, RoomId

_UNSETTLED = "the run was interrupted before it was seen to be the only room of its key; plan again"


async def create(context: Context, settler: Settler, action: Create, announce: Announce) -> Written:
    """Makes a room, once. `announce` tells whether its marker bears the intent of a start."""
    desired = context.desired[action.key]
    nonce = context.nonce()
    async with context.turns.create:
        if context.stopping:
            return Written(Skipped(action, INTERRUPTED))
        if desired.key in by_key(await _named(context, desired), context.workspace):
            because = "a room with this key has appeared since the plan was made; plan again"
            return Written(Skipped(action, because, refused=True))
        runs = await announced(context, desired, None, announce)
        body = room_body(desired, None, context.marker(desired, nonce, runs), context.secrets)
        write = await context.client.persist(Operation.CREATE_ROOM, lambda: context.client.create_room(body))
    if isinstance(write, writes.NotApplied) and not await _is_made_anyway(context, desired, nonce, write):
        return Written(not_done(action, write))
    try:
        settled = await settler.settle(desired.key, nonce, write.value if isinstance(write, writes.Applied) else None)
    except ServiceError as error:
        return Written(_unsettled(action, write, str(error)))
    return Written(await _created(context, action, nonce, write, settled), runs.declared)


async def _named(context: Context, desired: DesiredRoom) -> tuple[ObservedRoom, ...]:
    """The rooms with the name of a desired room: the last look before a create, and the first after a refusal."""
    return await scan(context.client, context.seals, room_name=desired.name)


async def _is_made_anyway(context: Context, desired: DesiredRoom, nonce: str, write: writes.NotApplied) -> bool:
    """Whether a create that was refused is there all the same: an answer on the way may not be the service's."""
    if write.error.status is None:
        return False
    try:
        rooms = await _named(context, desired)
    except ServiceError:
        return False
    return any(room.marker is not None and room.marker.nonce == nonce for room in rooms)


async def _created(
    context: Context, action: Create, nonce: str, write: writes.Write[RoomId], settled: Settled
) -> Outcome:
    """The outcome of a create once the list has settled."""
    request_id = write.request_id if isinstance(write, writes.Applied) else None
    if not settled.made:
        return await _unlisted(context, action, write, is_final=settled.is_final)
    made, winner = settled.made[0], settled.rooms[0]
    if winner.id != made.id:
        is_copy = winner.marker is not None and winner.marker.nonce == nonce
        if is_copy or not settled.is_final or not await _taken_back(context, made):
            return _second(action, made, winner)
        note = f"another apply made {winner.id} for this key first; the room made here was deleted again"
        return Unchanged(action, winner.id, note)
    if len(settled.made) > 1:  # without an answer nobody can tell which of them is a copy
        return _second(action, settled.made[1], winner)
    if not settled.is_final:
        return Applied(action, winner.id, request_id, note=_UNSETTLED)
    note = "" if isinstance(write, writes.Applied) else "no usable answer came, and the room was found by its marker"
    return await verified(context, Applied(action, winner.id, request_id, note=note), winner.updated)


async def _unlisted(context: Context, action: Create, write: writes.Write[RoomId], *, is_final: bool) -> Outcome:
    if not isinstance(write, writes.Applied):
        return _unsettled(action, write, "the list does not show the room, and it may still appear")
    if not is_final:
        return Applied(action, write.value, write.request_id, note=_UNSETTLED)
    if await is_gone(context, write.value):
        return Applied(action, write.value, write.request_id, note="it is gone again", mismatch=("room_id",))
    message = f"the service answered with room {write.value}, and the list does not show it yet"
    return Unknown(action, f"{message}; it may still appear. Look before you apply again", write.value)


async def _taken_back(context: Context, made: ObservedRoom) -> bool:
    """Deletes what this run made itself and what lost to another room, if nobody has used it meanwhile."""
    try:
        room = await read_one(context.client, made.id, context.seals)
        if room is None:
            return True
        if room.updated != made.updated or await job_in(context, made.id) or context.stopping:
            return False
    except ServiceError:
        return False
    write = await context.client.persist(Operation.DELETE_ROOM, lambda: context.client.delete_room(made.id))
    return isinstance(write, writes.Applied) or await is_gone(context, made.id)


def _second(action: Action, made: ObservedRoom, winner: ObservedRoom) -> Skipped:
    because = (
        f"two rooms bear this key: {winner.id} is kept, {made.id} was made by this run; look at both and plan again"
    )
    return Skipped(action, because, made.id, refused=True)


def _unsettled(action: Action, write: writes.Write[RoomId], why: str) -> Unknown:
    if isinstance(write, writes.Applied):
        return Unknown(
            action, f"the room was made, and not whether it is the only one: {why}", write.value, write.request_id
        )
    return Unknown(action, f"{write.error} {why}", None, write.error.request_id)
