"""Live jobs: start, stop, and how they move on with the clock. Pages: StartSmartLive, StopSmartLive.

A job waits a few seconds, runs, and ends by itself when its `max_live_duration` or its script is over, by
`stop`, or by a fault. Nothing runs in the background: what is due by now happens before a request is looked at
(`settle`). Assumed, since no page says: a second job where `single_job_in_room` is true is refused with 400,
so is stopping a job that has ended, starting a template or a blocked room, and a room with rules that call
back when no `interaction_callback_url` is sent; a stopped job is `CANCELED` at once.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import cast

from provisioner.emulator import broadcast, rooms
from provisioner.emulator.answers import (
    Answer,
    JsonObject,
    invalid,
    job_exists,
    json_answer,
    no_such,
    to_json,
    wrong_state,
)
from provisioner.emulator.broadcast import Timeline
from provisioner.emulator.checking import check, without_nulls
from provisioner.emulator.defaults import view_mode
from provisioner.emulator.session import Session
from provisioner.metastudio.models import StartSmartLiveReq

_TOKEN_LIFE_MS = 24 * broadcast.HOUR_MS
_TIMELINE = "state, starts_ms, ends_ms, ends_as, started_ms, ended_ms"


@dataclass(frozen=True, slots=True)
class Doom:
    """How a job that is to fail ends: `after_ms` from its creation, as `state`, with this error."""

    state: str
    after_ms: int
    error_code: str
    error_msg: str


@dataclass(frozen=True, slots=True)
class Job:
    """A job as kept."""

    job_id: str
    room_id: str
    timeline: Timeline
    config: JsonObject


def settle(session: Session) -> None:
    """Lets everything happen that is due by now: jobs move on, TEMP rooms of ended jobs disappear."""
    due = session.tx.rows(
        f"SELECT job_id, room_id, {_TIMELINE} FROM jobs WHERE next_ms <= ? ORDER BY next_ms, seq",  # noqa: S608
        (session.now_ms,),
    )
    for job_id, room_id, *timeline in due:
        keep(session, job_id, room_id, broadcast.moved(Timeline(*timeline), session.now_ms))


def keep(session: Session, job_id: str, room_id: str, timeline: Timeline) -> None:
    """Keeps a job's new timeline; a TEMP room goes with its job."""
    updated_ms = timeline.ended_ms or timeline.started_ms or session.now_ms
    session.tx.run(
        "UPDATE jobs SET state = ?, starts_ms = ?, ends_ms = ?, ends_as = ?, started_ms = ?, ended_ms = ?,"
        " next_ms = ?, updated_ms = max(updated_ms, ?) WHERE job_id = ?",
        (*_values(timeline), timeline.next_ms, updated_ms, job_id),
    )
    if timeline.ended_ms is not None:
        kind = session.tx.one("SELECT room_type FROM rooms WHERE room_id = ?", (room_id,))
        if kind == ("TEMP",):
            rooms.remove(session, room_id)


def start(session: Session, room_id: str, body: JsonObject, *, base_url: str, doom: Doom | None) -> tuple[str, Answer]:
    """A new job; its id, and 202 with what a client needs to follow it."""
    check(StartSmartLiveReq, body)
    sent = cast("JsonObject", without_nulls(body))
    config = {**rooms.body_of(session, room_id), **sent}
    config["view_mode"] = view_mode(config)
    _refuse_start(session, room_id, config)
    job_id = session.new_id()
    rtc = _rtc_room(session, job_id, config)
    report_url = (
        f"{base_url}/v1/{session.project_id}/smart-live-rooms/{room_id}/smart-live-jobs/{job_id}/live-event-report"
    )
    _insert(session, Job(job_id, room_id, _planned(session, config, doom), config), doom, rtc, report_url)
    answer: JsonObject = {"job_id": job_id, "rtc_room_info": rtc, "live_event_report_url": report_url}
    if "live_event_callback_config" in sent:
        answer["live_event_callback_config"] = sent["live_event_callback_config"]
    answer |= {"live_warning_info": broadcast.risks(config), "limit_duration": broadcast.limit_duration(config)}
    return job_id, json_answer(202, answer)


def stop(session: Session, room_id: str, job_id: str) -> Answer:
    """200 with an empty object; the job is CANCELED."""
    job = find(session, room_id, job_id)
    if job.timeline.state not in broadcast.RUNNING:
        raise wrong_state(f"The job has ended: it is {job.timeline.state}")
    keep(session, job_id, room_id, broadcast.ended(job.timeline, broadcast.CANCELED, session.now_ms))
    return json_answer(200, {})


def fail(session: Session, job_id: str, doom: Doom) -> None:
    """Ends a running job the way the service does when something breaks."""
    row = session.tx.one("SELECT room_id FROM jobs WHERE job_id = ?", (job_id,))
    if row is None:
        raise no_such("job")
    job = find(session, row[0], job_id)
    if job.timeline.state not in broadcast.RUNNING:
        raise wrong_state(f"The job has ended: it is {job.timeline.state}")
    session.tx.run("UPDATE jobs SET error = ? WHERE job_id = ?", (_error(doom), job_id))
    keep(session, job_id, job.room_id, broadcast.ended(job.timeline, doom.state, session.now_ms))


def warnings(session: Session, room_id: str) -> Answer:
    """200 with the risks of going live with the room as it is (page ShowLiveWarningInfo)."""
    config = rooms.body_of(session, room_id)
    found = {"live_warning_info": broadcast.risks(config), "limit_duration": broadcast.limit_duration(config)}
    return json_answer(200, found)


def find(session: Session, room_id: str, job_id: str) -> Job:
    """A job of a room, whether the room still exists or not. Raises Refusal."""
    row = session.tx.one(
        f"SELECT config, {_TIMELINE} FROM jobs WHERE job_id = ? AND room_id = ?",  # noqa: S608
        (job_id, room_id),
    )
    if row is None:
        raise no_such("job")
    return Job(job_id, room_id, Timeline(*row[1:]), json.loads(row[0]))


def _refuse_start(session: Session, room_id: str, config: JsonObject) -> None:
    if config["room_type"] == "TEMPLATE":
        raise wrong_state("A template cannot go live")
    state = rooms.state_of(session, room_id)
    if state != rooms.ENABLE:
        raise wrong_state(f"The room cannot go live: it is {state}")
    running = "SELECT count(*) FROM jobs WHERE room_id = ? AND state IN ('WAITING', 'PROCESSING')"
    alone = config.get("job_run_config", {}).get("single_job_in_room", False)
    if alone and session.tx.number(running, (room_id,)):
        raise job_exists("The room has a running job and single_job_in_room is true")
    if broadcast.needs_callback_url(config) and not config.get("interaction_callback_url"):
        raise invalid("interaction_callback_url: a rule of the room replies by calling back")


def _planned(session: Session, config: JsonObject, doom: Doom | None) -> Timeline:
    starts = session.now_ms + session.start_delay_ms
    if doom is not None:
        return Timeline(broadcast.WAITING, starts, session.now_ms + doom.after_ms, doom.state)
    length = broadcast.length_ms(config)
    return Timeline(broadcast.WAITING, starts, None if length is None else starts + length)


def _insert(session: Session, job: Job, doom: Doom | None, rtc: JsonObject, report_url: str) -> None:
    timeline = job.timeline
    number = session.tx.run(
        f"INSERT INTO jobs (job_id, room_id, room_name, {_TIMELINE}, next_ms, created_ms, updated_ms, error, rtc,"  # noqa: S608
        " report_url, config) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(job.job_id, job.room_id, job.config["room_name"]),
            *_values(timeline),
            *(timeline.next_ms, session.now_ms, session.now_ms),
            *(doom and _error(doom), to_json(rtc), report_url, to_json(job.config)),
        ),
    )
    session.tx.run("UPDATE rooms SET last_job = ? WHERE room_id = ?", (number, job.room_id))


def _values(timeline: Timeline) -> tuple[object, ...]:
    return (
        *(timeline.state, timeline.starts_ms, timeline.ends_ms, timeline.ends_as),
        *(timeline.started_ms, timeline.ended_ms),
    )


def _rtc_room(session: Session, job_id: str, config: JsonObject) -> JsonObject:
    """Who may join the job's RTC room. The signatures open nothing, and are secrets as real ones are."""
    kinds = ["PLAYER"]
    if config.get("play_policy", {}).get("need_independent_capture_client"):
        kinds.insert(0, "CAPTURE")
    users = [
        {
            "user_type": kind,
            "user_id": f"{kind.lower()}_{job_id}",
            "signature": hashlib.sha256(f"{session.new_id()} {kind}".encode()).hexdigest(),
            "ctime": (session.now_ms + _TOKEN_LIFE_MS) // 1_000,
        }
        for kind in kinds
    ]
    return {"app_id": session.project_id, "room_id": job_id, "users": users}


def _error(doom: Doom) -> str:
    return to_json({"error_code": doom.error_code, "error_msg": doom.error_msg})
