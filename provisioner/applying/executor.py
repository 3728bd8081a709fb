"""Plan → Outcomes: rooms side by side, the actions of one room one after the other.

Each operation has its own pace, so creates, updates, starts and stops overlap. A room that fails does not hold up
the others; what depends on it is skipped with the reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from provisioner.applying import creating, live, writing
from provisioner.applying.context import Context
from provisioner.applying.outcomes import Applied, Failed, Outcome, Report, Skipped, Unchanged
from provisioner.applying.settling import Settler
from provisioner.applying.writing import Announce, Written
from provisioner.errors import ProvisionerError
from provisioner.marker import RunIntent
from provisioner.metastudio.errors import CallError, DeadlinePassed
from provisioner.planning.actions import (
    Action,
    Adopt,
    Blocked,
    Create,
    Delete,
    NoOp,
    Plan,
    Restart,
    Rewrite,
    Start,
    Stop,
    Update,
)
from provisioner.planning.due import Planned
from provisioner.rooms import RoomId


async def apply_plan(
    plan: Plan, context: Context, *, on_outcome: Callable[[Outcome], None] = lambda _outcome: None
) -> Report:
    """Carries out a plan. `on_outcome` hears of each action as it ends. What this program raises on purpose becomes
    an outcome; anything else is a defect, and ends the run.
    """
    context.stopping.at_once(context.client.stop_writing)
    context = replace(context, desired=Planned(context.desired, plan))
    settler = Settler(context)
    by_room: dict[tuple[str, RoomId | None], list[Action]] = {}
    for action in plan.changes:
        # A second room with the same key is a room of its own.
        alone = isinstance(action, Delete | Blocked)
        by_room.setdefault((action.key, action.room_id if alone else None), []).append(action)
    tasks = [asyncio.create_task(_room(context, settler, actions, on_outcome)) for actions in by_room.values()]
    try:
        done = [outcome for outcomes in await asyncio.gather(*tasks) for outcome in outcomes]
    finally:
        settler.close()
        for task in tasks:
            task.cancel()
    places = {id(action): place for place, action in enumerate(plan.changes)}
    done.sort(key=lambda outcome: places[id(outcome.action)])
    return Report(plan, tuple(done), context.stopping.by)


async def _room(
    context: Context, settler: Settler, actions: list[Action], on_outcome: Callable[[Outcome], None]
) -> list[Outcome]:
    """The actions of one room, in order."""
    outcomes: list[Outcome] = []
    room_id = next((action.room_id for action in actions if action.room_id), None)
    announce = _announced_with(actions)
    intent: RunIntent | None = None
    because = ""
    for action in actions:
        outcome: Outcome
        if because and not isinstance(action, Blocked):
            outcome = Skipped(action, because, room_id)
        else:
            try:
                written = await _one(context, settler, action, room_id, intent, announce)
            except DeadlinePassed:
                written = Written(Skipped(action, writing.OUT_OF_TIME, room_id))
            except ProvisionerError as error:
                written = Written(_failed(action, error, room_id))
            outcome, intent = written.outcome, written.intent or intent
        room_id = outcome.room_id or room_id
        if not _is_done(outcome) and not because:
            because = f"the {action.name} before it was not done" if not context.stopping else writing.INTERRUPTED
        outcomes.append(outcome)
        on_outcome(outcome)
    return outcomes


def _announced_with(actions: list[Action]) -> Announce:
    """What a write of a room says of what its later actions do to its job."""
    if any(isinstance(action, Start) for action in actions):
        return Announce.RUN
    return Announce.RESTART_DUE if any(isinstance(action, Restart) for action in actions) else Announce.NOTHING


def _is_done(outcome: Outcome) -> bool:
    """Whether what comes after it may be done. A room whose job was told a part of what is new stays as it is, so that
    the next plan tells all of it.
    """
    is_partial = isinstance(outcome, Applied) and isinstance(outcome.action, Rewrite) and bool(outcome.mismatch)
    return isinstance(outcome, Applied | Unchanged) and not is_partial


async def _one(
    context: Context,
    settler: Settler,
    action: Action,
    room_id: RoomId | None,
    intent: RunIntent | None,
    announce: Announce,
) -> Written:
    """Carries out one action. `intent` is what an earlier write of the room announced; `announce`, what a write of it
    is to announce.
    """
    known = room_id or RoomId("")
    match action:
        case Create():
            return await creating.create(context, settler, action, announce)
        case Adopt() | Update():
            return await writing.update(context, action, known, announce)
        case Delete():
            return Written(await writing.delete(context, action))
        case Start():
            return await _start(context, action, known, intent)
        case Stop():
            return Written(await live.stop(context, action, known))
        case Restart():
            return await _restart(context, action, known)
        case Rewrite():
            return Written(await live.rewrite(context, action, known))
        case Blocked():
            return Written(Skipped(action, action.reason, action.room_id, refused=True))
        case NoOp():
            return Written(Unchanged(action, action.room_id))
        case _:
            assert_never(action)


async def _start(context: Context, action: Start, room_id: RoomId, intent: RunIntent | None) -> Written:
    held_back = await live.held_back(context, action, room_id)
    if held_back is not None:
        return Written(held_back)
    if intent is None:
        announced = await writing.announce_start(context, action, room_id, Announce.RUN)
        if announced.intent is None or not isinstance(announced.outcome, Applied):
            return announced
        intent = announced.intent
    return Written(await live.start(context, action, room_id, intent))


async def _restart(context: Context, action: Restart, room_id: RoomId) -> Written:
    held_back = await live.held_back(context, action, room_id)
    if held_back is not None:
        return Written(held_back)
    # The run goes on in another job. That is announced before the first is ended: whoever plans after a crash sees
    # that one is to end, or that another is to start, and neither counts for the other.
    announced = await writing.announce_start(context, action, room_id, Announce.RESTART)
    if announced.intent is None or not isinstance(announced.outcome, Applied):
        return announced
    stopped = await live.stop(context, action, room_id, before=announced.intent.since)
    if not isinstance(stopped, Applied | Unchanged):
        return Written(stopped)
    try:
        started = await live.start(context, action, room_id, announced.intent)
    except ProvisionerError as error:
        return Written(_half_done(action, room_id, stopped, _failed(action, error, room_id)))
    return Written(_half_done(action, room_id, stopped, started))


def _failed(action: Action, error: ProvisionerError, room_id: RoomId | None) -> Failed:
    """The outcome of an action that an error ended before anything was written."""
    return Failed(action, str(error), room_id, error.request_id if isinstance(error, CallError) else None)


def _half_done(action: Restart, room_id: RoomId, stopped: Outcome, then: Outcome) -> Outcome:
    """A restart whose job was ended by this run and which did not come up again was applied in part."""
    if not isinstance(stopped, Applied) or not isinstance(then, Failed | Skipped):
        return then
    why = then.message if isinstance(then, Failed) else then.because
    note = f"the job on air was ended, and no new one was started, which the next plan does: {why}"
    return Applied(action, room_id, stopped.request_id, note=note, mismatch=("live",))
