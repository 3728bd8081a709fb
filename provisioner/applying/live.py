"""Starting, stopping and commanding live jobs (reliability.md, section 1, "Start")."""

from __future__ import annotations

from typing import Any, assert_never

from provisioner.applying.bodies import start_body
from provisioner.applying.context import LOOKS_S, Context
from provisioner.applying.outcomes import Applied, Failed, Outcome, Skipped, Unchanged, Unknown
from provisioner.applying.writing import INTERRUPTED
from provisioner.marker import RunIntent
from provisioner.metastudio import outcome as writes
from provisioner.metastudio.models import SmartLiveJob
from provisioner.metastudio.operation import Operation
from provisioner.observe import ON_AIR, jobs_since, read_one
from provisioner.planning.actions import Action, Restart, Rewrite, Start, Stop
from provisioner.planning.compare import public
from provisioner.rooms import JobId, RoomId
from provisioner.secrets import resolve


async def start(context: Context, action: Start | Restart, room_id: RoomId, intent: RunIntent) -> Outcome:
    """Goes live for the run that the room's marker announces, unless that was done or is being done by another."""
    async with context.turn("live"):
        if context.stopping:
            return Skipped(action, INTERRUPTED, room_id)
        room = await read_one(context.client, room_id, context.seals)
        announced = room.marker.intent if room is not None and room.marker else None
        if announced is None or announced.nonce != intent.nonce:
            note = "another apply has announced this start and makes it"
            return Unchanged(action, room_id, note)
        await context.until(intent.since)
        found = await _job_of_run(context, action, room_id, intent)
        if found is not None:
            return found
        return await _started(context, action, room_id, intent)


async def stop(context: Context, action: Stop | Restart, room_id: RoomId) -> Outcome:
    """Ends every job that is on air in the room, and waits until it has ended."""
    async with context.turn("live"):
        if context.stopping:
            return Skipped(action, INTERRUPTED, room_id)
        page = await context.client.list_room_jobs(room_id, states=tuple(sorted(ON_AIR)))
        outcome: Outcome = Unchanged(action, room_id, "no job was on air any more")
        for job in page.jobs:
            outcome = await _stop_job(context, action, room_id, JobId(job.job_id))
            if not isinstance(outcome, Applied | Unchanged):
                return outcome
        return outcome


async def rewrite(context: Context, action: Rewrite, room_id: RoomId) -> Outcome:
    """Brings the room's new state to the job that is on air, command by command."""
    async with context.turn("live"):
        if context.stopping:
            return Skipped(action, INTERRUPTED, room_id)
        page = await context.client.list_room_jobs(room_id, states=("PROCESSING",))
        if not page.jobs:
            return Unchanged(action, room_id, "no job is on air any more")
        job_id = JobId(page.jobs[0].job_id)
        outcome: Outcome = Unchanged(action, room_id)
        for command in action.commands:
            body = {"command": command, "params": _params(context, action, command)}
            write = await context.client.persist(
                Operation.COMMAND_JOB,
                lambda body=body: context.client.command_job(room_id, job_id, body),  # type: ignore[misc]
            )
            match write:
                case writes.Applied():
                    outcome = Applied(action, room_id, write.request_id, job_id)
                case writes.NotApplied():
                    return Failed(action, f"{command}: {write.error}", room_id, write.error.request_id)
                case writes.Unknown():
                    message = f"{command}: {write.error} What is on air may or may not have changed"
                    return Unknown(action, message, room_id, write.error.request_id)
                case _:
                    assert_never(write)
        return outcome


def _params(context: Context, action: Action, command: str) -> dict[str, Any]:
    """What a command carries: the room's new value of the fields that it rewrites."""
    spec = resolve(context.desired[action.key].spec, context.secrets)
    assert isinstance(spec, dict)  # noqa: S101 - a spec is a mapping
    fields: dict[str, tuple[str, ...]] = {
        "REWRITE_PLAY_SCRIPT": ("scene_scripts",),
        "REWRITE_INTERACTION_RULES": ("interaction_rules",),
        "REFRESH_OUTPUT_URL": ("output_urls", "stream_keys"),
    }
    if command == "RESET_EXIT_CONFIG":
        return {"live_exit_config": spec.get("play_policy", {}).get("live_exit_config", {})}
    return {name: spec[name] for name in fields[command] if name in spec}


async def _job_of_run(
    context: Context, action: Action, room_id: RoomId, intent: RunIntent, note: str = ""
) -> Outcome | None:
    """What the room's jobs say of the run: on air means done, ended means used up, none means open."""
    jobs = await jobs_since(context.client, room_id, intent.since)
    on_air = next((job for job in jobs if job.state in ON_AIR), None)
    if on_air is not None:
        return Applied(action, room_id, job_id=JobId(on_air.job_id), note=note or "it was on air already")
    if jobs:
        said = f"run {intent.run} was broadcast by job {jobs[0].job_id}, which ended as {jobs[0].state}"
        return Unchanged(action, room_id, f"{said}; set live.run to another name to go on air again")
    return None


async def _started(context: Context, action: Start | Restart, room_id: RoomId, intent: RunIntent) -> Outcome:
    """Sends the start; without a usable answer looks for the job, and sends it once more if none comes to be."""
    body = start_body(context.desired[action.key], context.secrets)
    outcome: Outcome | None = None
    for last in (False, True):
        write = await context.client.persist(Operation.START_JOB, lambda: context.client.start_job(room_id, body))
        match write:
            case writes.Applied():
                return Applied(action, room_id, write.request_id, JobId(write.value.job_id))
            case writes.NotApplied():
                found = await _job_of_run(context, action, room_id, intent)
                return found or Failed(action, str(write.error), room_id, write.error.request_id)
            case writes.Unknown():
                note = "no usable answer came, and the job was found"
                outcome = await _awaited(context, action, room_id, intent, note)
                if outcome is not None:
                    return outcome
                if last or context.stopping:
                    message = f"{write.error} No job is there yet, and one may still come to be"
                    return Unknown(action, message, room_id, write.error.request_id, "provisioner status")
            case _:
                assert_never(write)
    raise AssertionError(action)


async def _awaited(context: Context, action: Action, room_id: RoomId, intent: RunIntent, note: str) -> Outcome | None:
    for pause in LOOKS_S:
        await context.stopping.pause(pause)
        found = await _job_of_run(context, action, room_id, intent, note)
        if found is not None:
            return found
    return None


async def _stop_job(context: Context, action: Action, room_id: RoomId, job_id: JobId) -> Outcome:
    write = await context.client.persist(Operation.STOP_JOB, lambda: context.client.stop_job(room_id, job_id))
    job: SmartLiveJob | None = None
    for pause in LOOKS_S:
        await context.stopping.pause(pause)
        job = await context.client.show_job(room_id, job_id)
        if job.state not in ON_AIR:
            request_id = write.request_id if isinstance(write, writes.Applied) else None
            if isinstance(write, writes.NotApplied):
                return Unchanged(action, room_id, f"job {job_id} had ended as {job.state}")
            return Applied(action, room_id, request_id, job_id)
        if isinstance(write, writes.NotApplied):
            return Failed(action, str(write.error), room_id, write.error.request_id)
    state = public(job.state) if job else "unknown"
    message = f"job {job_id} was told to stop and is still {state}"
    request_id = write.error.request_id if isinstance(write, writes.Unknown) else None
    return Unknown(action, message, room_id, request_id, "provisioner status")
