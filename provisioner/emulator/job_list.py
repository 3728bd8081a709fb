"""Jobs as the API shows them: one, a room's, all. Pages: ShowSmartLive, ListSmartLive, ListSmartLiveJobs.

The jobs of a room that is gone can still be read: otherwise nobody could learn how a TEMP room's job ended
(assumed). `sort_key` is `create_time`; the newer pages name two more, whose meaning is unknown, so they are
refused.
"""

from __future__ import annotations

import json

from provisioner.emulator import broadcast
from provisioner.emulator.answers import Answer, JsonObject, json_answer, no_such
from provisioner.emulator.defaults import masked
from provisioner.emulator.moments import rfc3339
from provisioner.emulator.queries import Query, choice, choices, moment, page
from provisioner.emulator.session import Session
from provisioner.emulator.store import Row

_COLUMNS = (
    "job_id, room_id, room_name, state, created_ms, updated_ms, started_ms, ended_ms, error, rtc, report_url, config"
)
_SHOWN_CONFIG = (
    "live_event_callback_config",
    "rtc_callback_config",
    "co_streamer_config",
    "relation_live_platform_info",
)


def show_job(session: Session, room_id: str, job_id: str) -> Answer:
    """200 with the job."""
    row = session.tx.one(f"SELECT {_COLUMNS} FROM jobs WHERE job_id = ? AND room_id = ?", (job_id, room_id))  # noqa: S608
    if row is None:
        raise no_such("job")
    return json_answer(200, _job(session, row))


def list_room_jobs(session: Session, room_id: str, query: Query) -> Answer:
    """200 with `count` and one page of the room's `smart_live_jobs`."""
    answer = _page(session, query, ["room_id = ?"], [room_id])
    known = "SELECT count(*) FROM (SELECT room_id FROM rooms UNION SELECT room_id FROM jobs) WHERE room_id = ?"
    if not session.tx.number(known, (room_id,)):
        raise no_such("room")
    return answer


def list_jobs(session: Session, query: Query) -> Answer:
    """200 with `count` and one page of all `smart_live_jobs`; `room_name` matches parts of names."""
    name = query.get("room_name")
    return _page(session, query, ["instr(room_name, ?)"], [name]) if name else _page(session, query, [], [])


def all_jobs(session: Session) -> list[JsonObject]:
    """Every job, oldest first."""
    return [_job(session, row) for row in session.tx.rows(f"SELECT {_COLUMNS} FROM jobs ORDER BY seq")]  # noqa: S608


def _page(session: Session, query: Query, conditions: list[str], values: list[object]) -> Answer:
    offset, limit = page(query)
    choice(query, "sort_key", ("create_time",))
    order = choice(query, "sort_dir", ("asc", "desc")) or "asc"
    if states := choices(query, "state", broadcast.STATES):
        conditions.append(f"state IN ({', '.join('?' * len(states))})")
        values.extend(states)
    for name, comparison in (("create_since", ">="), ("create_until", "<=")):
        if (bound := moment(query, name)) is not None:
            conditions.append(f"created_ms / 1000 {comparison} ?")  # times are shown in whole seconds
            values.append(bound // 1000)
    where = f"FROM jobs WHERE {' AND '.join(['1', *conditions])}"
    count = session.tx.number(f"SELECT count(*) {where}", values)
    rows = session.tx.rows(
        f"SELECT {_COLUMNS} {where} ORDER BY created_ms {order}, seq {order} LIMIT ? OFFSET ?",
        (*values, limit, offset),
    )
    return json_answer(200, {"count": count, "smart_live_jobs": [_job(session, row) for row in rows]})


def _job(session: Session, row: Row) -> JsonObject:
    job_id, room_id, room_name, state, created, updated, started, ended, error, rtc, report_url, config = row
    job: JsonObject = {"job_id": job_id, "room_id": room_id, "room_name": room_name, "state": state}
    kept = json.loads(config)
    if started is not None:
        job["start_time"] = rfc3339(started)
        job["duration"] = (session.now_ms if ended is None else ended) // 1_000 - started // 1_000
        job["stream_duration"] = job["duration"] if kept.get("output_urls") else 0
    if ended is not None:
        job["end_time"] = rfc3339(ended)
    if error is not None and state in (broadcast.FAILED, broadcast.BLOCKED):
        job["error_info"] = json.loads(error)
        if state == broadcast.BLOCKED:
            job["block_reason"] = job["error_info"]["error_msg"]
    job |= {"create_time": rfc3339(created), "lastupdate_time": rfc3339(updated)}
    job |= {"rtc_room_info": json.loads(rtc), "live_event_report_url": report_url}
    shown = masked(kept) if session.hide_secrets else kept
    return job | {name: shown[name] for name in _SHOWN_CONFIG if name in shown}
