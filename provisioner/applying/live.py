"""Starting, stopping and commanding live jobs (reliability.md, section 1, "Start")."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias, assert_never

from provisioner.applying.bodies import command_params, start_body
from provisioner.applying.context import LOOKS_S, Context
from provisioner.applying.outcomes import Applied, Failed, Outcome, Skipped, Unchanged, Unknown
from provisioner.applying.writing import INTERRUPTED, Announce, announce_start, changed_since_plan, not_done
from provisioner.errors import ServiceError
from provisioner.marker import Restarting, RunIntent
from provisioner.metastudio import outcome as writes
from provisioner.metastudio.models import SmartLiveJob, StartSmartLiveResponse
from provisioner.metastudio.operation import Operation
from provisioner.metastudio.remote_text import printable
from provisioner.observe import read_one, risks_of, since
from provisioner.observed import ON_AIR
from provisioner.planning.actions import Action, Restart, Rewrite, Start, Stop
from provisioner.planning.risks import NOT_SAID, service_warns
from provisioner.rooms import JobId, Require, RoomId

Started: TypeAlias = writes.Write[StartSmartLiveResponse]
_CLOCK_DOUBT = timedelta(seconds=1)
"""How far the service's clock may be behind our estimate of it: a job that was created a moment too early would not
count for its run.
"""
_FOUND = "no usable answer came, and the job was found"


async def held_back(context: Context, action: Start | Restart, room_id: RoomId) -> Skipped | None:
    """Why a room does not go on air, where its manifest takes no warnings: what the service warns of by now."""
    if context.desired[action.key].live.require is not Require.NO_WARNINGS:
        return None
    found = (await risks_of(context.client, (room_id,)))[room_id]
    if found == ():
        return None
    said = NOT_SAID if found is None else service_warns(found)
    return Skipped(action, f"live.require is no_warnings, and {said}", room_id, refused=True)


async def start(context: Context, action: Start | Restart, room_id: RoomId, intent: RunIntent) -> Outcome:
    """Goes live for the run that the room's marker announces, unless that was done or is being done by another."""
    await context.until(intent.since + _CLOCK_DOUBT)
    async with context.turns.start:
        if context.stopping:
            return Skipped(action, INTERRUPTED, room_id)
        if action.until is not None and context.client.service_time >= action.until:
            return Skipped(
                action, f"the window of run {action.run} is closed by now; plan again", room_id, refused=True
            )
        room = await read_one(context.client, room_id, context.seals)
        announced = room.marker.announced if room is not None and room.marker else None
        if announced is None or announced.run != intent.run:
            because = f"the room does not announce run {intent.run} any more; plan again"
            return Skipped(action, because, room_id, refused=True)
        is_ours = announced.nonce == intent.nonce
        if is_ours:
            found = await _job_of_run(context, action, room_id, intent)
            if found is not None:
                return found
            write = await _send_start(context, action, room_id)
    if is_ours:
        return await _started(context, action, room_id, intent, write)
    if isinstance(action, Restart) and announced.restart is Restarting.DUE:
        # A write from before this restart came late and took its announcement back; nobody else is starting the job.
        again = await announce_start(context, action, room_id, Announce.RESTART)
        return await start(context, action, room_id, again.intent) if again.intent is not None else again.outcome
    return await _made_by_another(context, action, room_id, announced)


async def stop(context: Context, action: Stop | Restart, room_id: RoomId, *, before: datetime | None = None) -> Outcome:
    """Ends every job that is on air in the room, or of those the ones made `before`, and waits until it has ended."""
    outcome: Outcome = Unchanged(action, room_id, "no job was on air any more")
    async with context.turns.stop:
        if context.stopping:
            return Skipped(action, INTERRUPTED, room_id)
        page = await context.client.list_room_jobs(room_id, states=sorted(ON_AIR))
        kept = since(page.jobs, before) if before is not None else ()
        jobs = [JobId(job.job_id) for job in page.jobs if job not in kept]
        told = [(job_id, await _send_stop(context, room_id, job_id)) for job_id in jobs]
    for job_id, write in told:
        outcome = await _stopped(context, action, room_id, job_id, write)
        if not isinstance(outcome, Applied | Unchanged):
            return outcome
    return outcome


async def rewrite(context: Context, action: Rewrite, room_id: RoomId) -> Outcome:
    """Brings what the manifest says to the job that is on air, command by command. The room is written after that, so
    that the next plan finds it still to be done if it was not. For a job that waits yet it waits about a minute: no
    page says that such a job takes commands.
    """
    for pause in LOOKS_S:
        await context.stopping.pause(pause)
        async with context.turns.command:
            if context.stopping:
                return Skipped(action, INTERRUPTED, room_id)
            page = await context.client.list_room_jobs(room_id, states=sorted(ON_AIR))
            if not page.jobs:
                return Unchanged(action, room_id, "no job is on air any more")
            job = page.jobs[0]
            if len(page.jobs) > 1:
                others = ", ".join(printable(other.job_id, 64) for other in page.jobs)
                because = f"several jobs are on air ({others}), and one was declared; stop the others in the console"
                return Skipped(action, because, room_id, refused=True)
            if job.state == "PROCESSING":
                room = await read_one(context.client, room_id, context.seals)
                because = changed_since_plan(action, room) if room is not None else "the room is gone; plan again"
                if because:
                    return Skipped(action, because, room_id, refused=True)
                return await _commanded(context, action, room_id, JobId(job.job_id))
    return _not_told(action, room_id, job)


def _not_told(action: Rewrite, room_id: RoomId, job: SmartLiveJob) -> Failed:
    job_id, state = printable(job.job_id, 64), printable(job.state or "", 64)
    message = (
        f"job {job_id} is still {state}, and takes commands only when it is on air. Neither the job nor its room was "
        "changed; apply again then"
    )
    return Failed(action, message, room_id, job_id=JobId(job.job_id), job_state=state)


async def _commanded(context: Context, action: Rewrite, room_id: RoomId, job_id: JobId) -> Outcome:
    outcome: Outcome = Unchanged(action, room_id)
    for command in action.commands:
        body = {"command": command, "params": command_params(context.desired[action.key], command, context.secrets)}
        send = partial(context.client.command_job, room_id, job_id, body)
        write = await context.client.persist(Operation.COMMAND_JOB, send)
        match write:
            case writes.Applied():
                outcome = Applied(action, room_id, write.request_id, job_id)
            case writes.NotApplied():
                failed = not_done(action, write, room_id)
                return _rest_undone(action, outcome, f"{command}: {write.error}") or failed
            case writes.Unknown():
                message = f"{command}: {write.error} What is on air may or may not have changed"
                return Unknown(action, message, room_id, write.error.request_id)
            case _:
                assert_never(write)
    return outcome


def _rest_undone(action: Rewrite, outcome: Outcome, why: str) -> Applied | None:
    """Some commands reached the job and the others did not; None where none did."""
    if not isinstance(outcome, Applied):
        return None
    return replace(outcome, note=f"not every command was carried out: {why}", mismatch=action.commands)


async def _job_of_run(
    context: Context, action: Action, room_id: RoomId, intent: RunIntent, note: str = ""
) -> Outcome | None:
    """What the room's jobs say of the run: on air means done, ended means used up, none means open. What is on air
    since before the run is left alone, and the run is not started beside it.
    """
    page = await context.client.list_room_jobs(room_id)
    jobs = since(page.jobs, intent.since)
    on_air = next((job for job in jobs if job.state in ON_AIR), None)
    if on_air is not None:
        return Applied(action, room_id, job_id=JobId(on_air.job_id), note=note or "it was on air already")
    if jobs:
        said = f"run {intent.run} was broadcast by job {jobs[0].job_id}, which ended as {jobs[0].state}"
        return Unchanged(action, room_id, f"{said}; set live.run to another name to go on air again")
    earlier = next((job for job in page.jobs if job.state in ON_AIR), None)
    if earlier is not None:
        said = f"job {printable(earlier.job_id, 64)} is on air, which was not started for run {intent.run}"
        because = f"{said}; wait until it ends, or stop it in the console, then plan again"
        return Skipped(action, because, room_id, refused=True)
    return None


async def _made_by_another(context: Context, action: Start | Restart, room_id: RoomId, announced: RunIntent) -> Outcome:
    """Another apply announced this start after us, so it is the one that makes it."""
    found: Outcome | None = await context.until_seen(lambda: _job_of_run(context, action, room_id, announced))
    if found is None:
        because = "another apply has announced this start, and its job is not there yet; plan again"
        return Skipped(action, because, room_id)
    if isinstance(found, Applied):
        return Unchanged(action, room_id, f"another apply has started it as job {found.job_id}")
    return found


async def _send_start(context: Context, action: Start | Restart, room_id: RoomId) -> Started:
    body = start_body(context.desired[action.key], context.secrets)
    return await context.client.persist(Operation.START_JOB, partial(context.client.start_job, room_id, body))


async def _started(
    context: Context, action: Start | Restart, room_id: RoomId, intent: RunIntent, write: Started
) -> Outcome:
    """The outcome of a start. Without a usable answer looks for the job, and sends it once more if none comes to be."""
    lost: writes.Unknown | None = None
    if isinstance(write, writes.Unknown):
        lost = write
        found = await _found_after(context, action, room_id, intent)
        if found is not None:
            return found
        if context.stopping:
            return _unknown(action, lost, room_id)
        async with context.turns.start:
            try:
                found = await _job_of_run(context, action, room_id, intent, _FOUND)
            except ServiceError:
                return _unknown(action, lost, room_id)
            if found is not None:
                return found
            write = await _send_start(context, action, room_id)
    match write:
        case writes.Applied():
            warnings = tuple(item.warning_type for item in write.value.live_warning_info if item.warning_type)
            note = service_warns(warnings) if warnings else ""
            return Applied(action, room_id, write.request_id, JobId(write.value.job_id), note)
        case writes.NotApplied():
            found = await _job_anyway(context, action, room_id, intent, write)
            return found or (_unknown(action, lost, room_id) if lost else not_done(action, write, room_id))
        case writes.Unknown():
            return await _found_after(context, action, room_id, intent) or _unknown(action, write, room_id)
        case _:
            assert_never(write)


async def _found_after(context: Context, action: Start | Restart, room_id: RoomId, intent: RunIntent) -> Outcome | None:
    return await context.until_seen(lambda: _job_of_run(context, action, room_id, intent, _FOUND))


async def _job_anyway(
    context: Context, action: Start | Restart, room_id: RoomId, intent: RunIntent, write: writes.NotApplied
) -> Outcome | None:
    """What the jobs say after a refusal, which another's job may have caused; nothing where they cannot be read."""
    if write.error.status is None:
        return None
    try:
        return await _job_of_run(context, action, room_id, intent)
    except ServiceError:
        return None


def _unknown(action: Action, write: writes.Unknown, room_id: RoomId) -> Unknown:
    message = f"{write.error} No job is there yet, and one may still come to be"
    return Unknown(action, message, room_id, write.error.request_id, "provisioner status")


async def _send_stop(context: Context, room_id: RoomId, job_id: JobId) -> writes.Write[None]:
    return await context.client.persist(Operation.STOP_JOB, partial(context.client.stop_job, room_id, job_id))


async def _stopped(
    context: Context, action: Action, room_id: RoomId, job_id: JobId, write: writes.Write[None]
) -> Outcome:
    """The outcome of a stop, once the job has ended."""
    if isinstance(write, writes.NotApplied) and write.error.status is None:
        return not_done(action, write, room_id)
    last: list[SmartLiveJob] = []

    async def ended() -> SmartLiveJob | None:
        last[:] = [await context.client.show_job(room_id, job_id)]
        return last[0] if last[0].state not in ON_AIR or isinstance(write, writes.NotApplied) else None

    job: SmartLiveJob | None = await context.until_seen(ended)
    if isinstance(write, writes.NotApplied):
        if job is None or job.state in ON_AIR:
            return not_done(action, write, room_id)
        return Unchanged(action, room_id, f"job {job_id} had ended as {job.state}")
    request_id = write.request_id if isinstance(write, writes.Applied) else None
    if job is not None:
        return Applied(action, room_id, request_id, job_id)
    state = last[0].state if last else "in an unknown state"
    message = f"job {job_id} was told to stop and is still {state}"
    return Unknown(action, message, room_id, request_id, "provisioner status")
