"""The list of rooms (page ListSmartLiveRooms): filters, order, pages.

Assumed where the page is silent: the newest room comes first and the order is stable; `room_name` is found
as it is written, upper and lower case apart; `model_name` is looked for in model asset ids;
`start_time` and `end_time` bound the latest job's start and end. A room's latest status
is called `SUCCESS` in the filter and `SUCCEED` in the answer, as the real one does.
"""

from __future__ import annotations

import json

from provisioner.emulator import broadcast
from provisioner.emulator.answers import Answer, JsonObject, json_answer
from provisioner.emulator.moments import rfc3339
from provisioner.emulator.queries import Query, choice, choices, moment, page
from provisioner.emulator.session import Session

_LIVE_STATES = {
    "WAITING": broadcast.WAITING,
    "PROCESSING": broadcast.PROCESSING,
    "SUCCESS": broadcast.SUCCEED,
    "FAILED": broadcast.FAILED,
    "CANCELED": broadcast.CANCELED,
}
_NO_JOB = "NULL"
_ROOM_TYPES = ("NORMAL", "TEMP", "TEMPLATE")
_CONFIRM_STATES = ("UNCONFIRM", "CONFIRMED", "REJECT")
_TEMPLATES = {
    "OWNED": "coalesce(r.shared_type, 'PRIVATE') = 'PRIVATE'",
    "SHARED_TO_OHTERS": "r.shared_type = 'SHARED'",
    "SHARED_FROM_OHTERS": "0",
    "PUBLIC": "r.shared_type = 'PUBLIC'",
}
_FROM = "FROM rooms r LEFT JOIN jobs j ON j.seq = r.last_job WHERE "


def list_rooms(session: Session, query: Query, *, lag_ms: int = 0) -> Answer:
    """200 with `count` (all that match) and one page of `smart_live_rooms`.

    Rooms created less than `lag_ms` ago are not in it yet.
    """
    offset, limit = page(query)
    where, values = _filters(query)
    if lag_ms:
        where += " AND r.created_ms <= ?"
        values.append(session.now_ms - lag_ms)
    count = session.tx.number(f"SELECT count(*) {_FROM}{where}", values)
    rows = session.tx.rows(
        f"SELECT r.base, j.state, j.started_ms, j.ended_ms {_FROM}{where}"
        " ORDER BY r.created_ms DESC, r.seq DESC LIMIT ? OFFSET ?",
        (*values, limit, offset),
    )
    return json_answer(200, {"count": count, "smart_live_rooms": [_room(*row) for row in rows]})


def _room(base: str, state: str | None, started_ms: int | None, ended_ms: int | None) -> JsonObject:
    room: JsonObject = json.loads(base)
    if state is not None:
        room["last_job_status"] = state
    if started_ms is not None:
        room["last_job_start_time"] = rfc3339(started_ms)
    if ended_ms is not None:
        room["last_job_end_time"] = rfc3339(ended_ms)
    return room


def _filters(query: Query) -> tuple[str, list[object]]:
    """The condition and its values. Every word of the condition is this module's."""
    conditions = ["1"]
    values: list[object] = []

    def add(condition: str, *found: object) -> None:
        conditions.append(condition)
        values.extend(found)

    if name := query.get("room_name"):
        add("instr(r.room_name, ?)", name)
    if person := query.get("dh_id"):
        add("EXISTS (SELECT 1 FROM json_each(r.dh_ids) WHERE value = ?)", person)
    if model := query.get("model_name"):
        add("EXISTS (SELECT 1 FROM json_each(r.model_ids) WHERE instr(value, ?))", model)
    if room_type := choice(query, "room_type", _ROOM_TYPES):
        add("r.room_type = ?", room_type)
    if owner := choice(query, "template_own_type", _TEMPLATES):
        add(f"r.room_type = 'TEMPLATE' AND {_TEMPLATES[owner]}")
    if choice(query, "confirm_state", _CONFIRM_STATES):
        add("0")  # this tenant is not one of those whose rooms are confirmed
    if (start := moment(query, "start_time")) is not None:
        add("j.started_ms >= ?", start)
    if (end := moment(query, "end_time")) is not None:
        add("j.ended_ms <= ?", end)
    if wanted := choices(query, "live_state", (*_LIVE_STATES, _NO_JOB)):
        states = [_LIVE_STATES[word] for word in wanted if word != _NO_JOB]
        none = "j.state IS NULL OR " if _NO_JOB in wanted else ""
        add(f"({none}j.state IN ({', '.join('?' * len(states))}))", *states)
    return " AND ".join(conditions), values
