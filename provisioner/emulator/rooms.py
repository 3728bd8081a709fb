"""Rooms: create, show, update, delete. Pages: CreateSmartLiveRoom, ShowSmartLiveRoom, UpdateSmartLiveRoom,
DeleteSmartLiveRoom.

An update replaces the whole body: what is not sent falls back to its default. What was sent comes back as it
was, character by character; a null counts as not sent. Assumed, since no page says: a room with a running job
cannot be deleted, and `enabled_scenes` that name no scene of the room are refused.
"""

from __future__ import annotations

import json
from typing import cast

from provisioner.emulator.answers import Answer, JsonObject, invalid, job_exists, json_answer, no_such, to_json
from provisioner.emulator.checking import check, without_nulls
from provisioner.emulator.defaults import fill_room, masked, model_infos, scene_values
from provisioner.emulator.moments import rfc3339
from provisioner.emulator.session import Session
from provisioner.metastudio.models import CreateSmartLiveRoomReq

ENABLE = "ENABLE"
_BASE_FIELDS = ("room_name", "room_type", "view_mode", "shared_config", "room_description")
_SHOWN_ONCE = ("room_state", "error_info", "create_time", "update_time")


def create(session: Session, body: JsonObject) -> tuple[str, Answer]:
    """A new room; its id, and 200 with `room_id`."""
    room = _checked(session, body)
    room_id = session.new_id()
    stamp = rfc3339(session.now_ms)
    base = _base(session, room_id, room, {"room_state": ENABLE, "create_time": stamp, "update_time": stamp})
    session.tx.run(
        "INSERT INTO rooms (room_id, created_ms, script_version, room_name, room_type, shared_type, dh_ids,"
        " model_ids, base, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (room_id, session.now_ms, session.now_ms, *_columns(room), to_json(base), to_json(room)),
    )
    return room_id, json_answer(200, {"room_id": room_id})


def show(session: Session, room_id: str) -> Answer:
    """200 with the whole room."""
    return json_answer(200, whole(session, room_id))


def update(session: Session, room_id: str, body: JsonObject) -> Answer:
    """200 with the whole room; `script_version` and `update_time` move on."""
    base, _, version = _kept(session, room_id)
    room = _checked(session, body)
    facts = {name: base[name] for name in _SHOWN_ONCE if name in base}
    facts["update_time"] = rfc3339(session.now_ms)
    session.tx.run(
        "UPDATE rooms SET script_version = ?, room_name = ?, room_type = ?, shared_type = ?, dh_ids = ?,"
        " model_ids = ?, base = ?, body = ? WHERE room_id = ?",
        (
            max(version + 1, session.now_ms),
            *_columns(room),
            to_json(_base(session, room_id, room, facts)),
            to_json(room),
            room_id,
        ),
    )
    return show(session, room_id)


def delete(session: Session, room_id: str) -> Answer:
    """204. Its jobs stay in the lists of jobs."""
    _kept(session, room_id)
    running = "SELECT count(*) FROM jobs WHERE room_id = ? AND state IN ('WAITING', 'PROCESSING')"
    if session.tx.number(running, (room_id,)):
        raise job_exists("The room has a running job; stop it before deleting the room")
    remove(session, room_id)
    return Answer(204)


def remove(session: Session, room_id: str) -> None:
    """Takes a room away without asking, as the end of a job does with a TEMP room."""
    session.tx.run("DELETE FROM rooms WHERE room_id = ?", (room_id,))


def block(session: Session, room_id: str, state: str, reason: str) -> None:
    """Sets `room_state` as the service's own review does, with the reason in `error_info`."""
    base, _, _ = _kept(session, room_id)
    base.pop("error_info", None)
    base["room_state"] = state
    if state != ENABLE:
        base["error_info"] = {"error_code": "MSS.00000004", "error_msg": reason}
    session.tx.run("UPDATE rooms SET base = ? WHERE room_id = ?", (to_json(base), room_id))


def body_of(session: Session, room_id: str) -> JsonObject:
    """A room's body as kept, secrets included. Raises Refusal."""
    return _kept(session, room_id)[1]


def state_of(session: Session, room_id: str) -> str:
    """A room's `room_state`. Raises Refusal."""
    return str(_kept(session, room_id)[0]["room_state"])


def whole(session: Session, room_id: str) -> JsonObject:
    """A room as `show` answers it. Raises Refusal."""
    base, body, version = _kept(session, room_id)
    shown = masked(body) if session.hide_secrets else body
    facts = {name: base[name] for name in _SHOWN_ONCE if name in base}
    return {"room_id": room_id, **shown, **facts, "script_version": str(version)}


def _kept(session: Session, room_id: str) -> tuple[JsonObject, JsonObject, int]:
    row = session.tx.one("SELECT base, body, script_version FROM rooms WHERE room_id = ?", (room_id,))
    if row is None:
        raise no_such("room")
    return json.loads(row[0]), json.loads(row[1]), row[2]


def _checked(session: Session, body: JsonObject) -> JsonObject:
    check(CreateSmartLiveRoomReq, body)
    room = cast("JsonObject", without_nulls(body))
    fill_room(room, session.new_id)
    scenes = {*scene_values(room, "script_name"), *scene_values(room, "script_id")}
    for index, rule in enumerate(room.get("interaction_rules", [])):
        if not scenes.issuperset(rule.get("enabled_scenes", [])):
            raise invalid(f"interaction_rules[{index}].enabled_scenes: names a scene that the room does not have")
    return room


def _base(session: Session, room_id: str, room: JsonObject, facts: JsonObject) -> JsonObject:
    """What lists show of a room: api.md, "list rooms"; page ListSmartLiveRooms, SmartLiveRoomBaseInfo."""
    base: JsonObject = {"room_id": room_id, "project_id": session.project_id}
    base |= {name: room[name] for name in _BASE_FIELDS if name in room}
    base |= {"model_infos": model_infos(room), **facts}
    if "priv_data" in room:
        base["priv_data"] = room["priv_data"]
    return base


def _columns(room: JsonObject) -> tuple[object, ...]:
    """What lists are filtered by, in the order of the columns."""
    shared = room.get("shared_config", {}).get("shared_type")
    people = to_json(list(scene_values(room, "dh_id")))
    models = to_json(list(scene_values(room, "model_asset_id")))
    return room["room_name"], room["room_type"], shared, people, models
