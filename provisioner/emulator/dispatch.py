"""One call → what it does and what it answers, inside one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from provisioner.emulator import commands, job_list, jobs, library, room_list, rooms
from provisioner.emulator.answers import Answer, Refusal
from provisioner.emulator.calls import Call
from provisioner.emulator.checking import parse_object
from provisioner.emulator.faults import Faults
from provisioner.emulator.operations import Operation
from provisioner.emulator.session import Session


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a call. `room_id` and `job_id` are new ones that it made."""

    answer: Answer
    applied: bool = False
    error_code: str | None = None
    room_id: str = ""
    job_id: str = ""


def perform(session: Session, call: Call, faults: Faults) -> Done:
    """Carries out a call; a refusal is an answer like any other."""
    try:
        return _carry_out(session, call, faults)
    except Refusal as refusal:
        return Done(refusal.answer(), error_code=refusal.code)


def room_names(session: Session, call: Call) -> tuple[str, ...]:
    """The id and name of the room that a call is about, as far as they are known."""
    if call.room_id:
        row = session.tx.one("SELECT room_name FROM rooms WHERE room_id = ?", (call.room_id,))
        return (call.room_id, *(row or ()))
    if call.operation is not Operation.CREATE_ROOM:
        return ()
    try:
        name = parse_object(call.body).get("room_name")
    except Refusal:
        return ()
    return (name,) if isinstance(name, str) else ()


def _carry_out(session: Session, call: Call, faults: Faults) -> Done:
    """Raises Refusal."""
    match call.operation:
        case Operation.CREATE_ROOM:
            room_id, answer = rooms.create(session, parse_object(call.body))
            return Done(answer, applied=True, room_id=room_id)
        case Operation.UPDATE_ROOM:
            return Done(rooms.update(session, call.room_id, parse_object(call.body)), applied=True)
        case Operation.DELETE_ROOM:
            return Done(rooms.delete(session, call.room_id), applied=True)
        case Operation.START_JOB:
            doom = faults.doom(room_names(session, call))
            body = parse_object(call.body)
            job_id, answer = jobs.start(session, call.room_id, body, base_url=call.base_url, doom=doom)
            return Done(answer, applied=True, job_id=job_id)
        case Operation.STOP_JOB:
            return Done(jobs.stop(session, call.room_id, call.job_id), applied=True)
        case Operation.COMMAND_JOB:
            body = parse_object(call.body)
            return Done(commands.execute(session, call.room_id, call.job_id, body), applied=True)
        case (
            Operation.LIST_ROOMS
            | Operation.SHOW_ROOM
            | Operation.SHOW_JOB
            | Operation.LIST_ROOM_JOBS
            | Operation.LIST_JOBS
            | Operation.LIVE_WARNINGS
            | Operation.LIST_ASSETS
        ):
            return Done(_look_up(session, call, round(faults.list_lag_s * 1_000)))
        case _:
            assert_never(call.operation)


def _look_up(session: Session, call: Call, lag_ms: int) -> Answer:
    match call.operation:
        case Operation.LIST_ROOMS:
            return room_list.list_rooms(session, call.query, lag_ms=lag_ms)
        case Operation.SHOW_ROOM:
            return rooms.show(session, call.room_id)
        case Operation.SHOW_JOB:
            return job_list.show_job(session, call.room_id, call.job_id)
        case Operation.LIST_ROOM_JOBS:
            return job_list.list_room_jobs(session, call.room_id, call.query)
        case Operation.LIST_JOBS:
            return job_list.list_jobs(session, call.query)
        case Operation.LIST_ASSETS:
            return library.list_assets(session.project_id, session.assets, call.query)
        case _:
            return jobs.warnings(session, call.room_id)
