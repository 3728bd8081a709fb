"""The list of rooms: base information, pages, filters."""

from __future__ import annotations

import time

import pytest

from provisioner.emulator import Emulator, rooms
from tests.emulator.support import Caller, Json, Machine, room, small_room


def test_a_list_shows_base_information_only(caller: Caller) -> None:
    room_id = caller.create(room())
    (listed,) = caller.page()["smart_live_rooms"]
    assert listed == {
        "room_id": room_id,
        "project_id": caller.emulator.project_id,
        "room_name": "Spring sale",
        "room_description": "Shoes",
        "room_type": "NORMAL",
        "room_state": "ENABLE",
        "view_mode": "LANDSCAPE",
        "model_infos": [{"model_asset_id": "model-anna"}],
        "create_time": "2026-11-21T09:00:00Z",
        "update_time": "2026-11-21T09:00:00Z",
        "priv_data": room()["priv_data"],
    }


def test_pages_have_ten_rooms_unless_told_and_count_says_all(caller: Caller) -> None:
    for number in range(25):
        caller.create(small_room(f"room {number:02}"))
    first = caller.page()
    assert (first["count"], len(first["smart_live_rooms"])) == (25, 10)
    assert caller.names() == [f"room {number:02}" for number in range(24, 14, -1)]  # the newest first
    assert caller.names(offset=20, limit=100) == [f"room {number:02}" for number in range(4, -1, -1)]
    assert caller.page(offset=25) == {"count": 25, "smart_live_rooms": []}
    assert caller.page(offset=2_147_483_647)["smart_live_rooms"] == []
    assert len(caller.names(limit=1)) == 1


@pytest.mark.parametrize(
    "params",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": -1},
        {"limit": "ten"},
        {"limit": "1.0"},
        {"offset": -1},
        {"offset": 2_147_483_648},
        {"offset": "9" * 5_000},
        {"live_state": "SUCCEED"},
        {"live_state": "PROCESSING,AWAKE"},
        {"room_type": "OTHER"},
        {"template_own_type": "SHARED_TO_OTHERS"},
        {"confirm_state": "MAYBE"},
        {"start_time": "2021-01-10"},
        {"end_time": "yesterday"},
    ],
    ids=str,
)
def test_a_parameter_out_of_range_is_refused(caller: Caller, params: Json) -> None:
    answer = caller.send("GET", "/smart-live-rooms", params=params)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "MSS.00000003")
    assert next(iter(params)) in answer.json()["error_msg"]


def test_rooms_are_found_by_parts_of_names_people_and_models(caller: Caller) -> None:
    caller.create(room(room_name="Spring sale 100%"))
    caller.create(small_room("Summer_sale"))
    caller.create(small_room("直播间"))
    assert caller.names(room_name="sale") == ["Summer_sale", "Spring sale 100%"]
    assert caller.names(room_name="播") == ["直播间"]
    assert caller.names(room_name="%") == ["Spring sale 100%"]
    assert caller.names(room_name="_") == ["Summer_sale"]
    assert caller.names(room_name="SALE") == []
    assert caller.names(dh_id="anna") == ["Spring sale 100%"]
    assert caller.names(dh_id="ann") == []
    assert caller.names(model_name="ann") == ["Spring sale 100%"]
    assert caller.page(room_name="sale", limit=1)["count"] == 2


def test_templates_are_found_by_who_owns_them(caller: Caller) -> None:
    caller.create(small_room("room"))
    caller.create(small_room("mine", room_type="TEMPLATE"))
    caller.create(small_room("ours", room_type="TEMPLATE", shared_config={"shared_type": "SHARED"}))
    caller.create(small_room("everybody's", room_type="TEMPLATE", shared_config={"shared_type": "PUBLIC"}))
    assert caller.names(room_type="TEMPLATE", template_own_type="OWNED") == ["mine"]
    assert caller.names(template_own_type="SHARED_TO_OHTERS") == ["ours"]
    assert caller.names(template_own_type="SHARED_FROM_OHTERS") == []
    assert caller.names(template_own_type="PUBLIC") == ["everybody's"]
    assert caller.names(confirm_state="unconfirm") == []


def test_rooms_are_found_by_their_latest_job(caller: Caller, emulator: Emulator, machine: Machine) -> None:
    caller.create(small_room("idle"))
    busy, done = caller.create(small_room("busy")), caller.create(small_room("done"))
    exit_after_an_hour = {"play_policy": {"live_exit_config": {"max_live_duration": 1}}}
    caller.start(done, exit_after_an_hour)
    emulator.advance(3_700)
    caller.start(busy)
    emulator.advance(10)

    assert caller.names(live_state="NULL") == ["idle"]
    assert caller.names(live_state="SUCCESS") == ["done"]
    assert caller.names(live_state="PROCESSING,NULL") == ["busy", "idle"]
    assert caller.names(start_time="2026-11-21T09:30:00Z") == ["busy"]
    assert caller.names(end_time="2026-11-21T10:30:00+00:00") == ["done"]
    listed = {found["room_name"]: found for found in caller.page()["smart_live_rooms"]}
    assert "last_job_status" not in listed["idle"]
    assert listed["done"]["last_job_status"] == "SUCCEED"
    assert listed["done"]["last_job_start_time"] == "2026-11-21T09:00:03Z"
    assert listed["done"]["last_job_end_time"] == "2026-11-21T10:00:03Z"
    assert listed["busy"]["last_job_status"] == "PROCESSING"
    assert "last_job_end_time" not in listed["busy"]


def test_a_list_can_lag_behind(caller: Caller, emulator: Emulator, machine: Machine) -> None:
    old = caller.create(small_room("old"))
    machine.pass_s(60)
    emulator.faults.list_lag_s = 30
    new = caller.create(small_room("new"))
    assert caller.names() == ["old"]
    assert caller.show(new)["room_name"] == "new"
    machine.pass_s(31)
    assert caller.page()["count"] == 2
    assert caller.show(old)


def test_ten_thousand_rooms_are_listed_quickly(caller: Caller, emulator: Emulator) -> None:
    """Lists read no bodies: a page at the far end costs milliseconds."""
    with emulator.session() as session:
        for number in range(10_000):
            rooms.create(session, small_room(f"r{number}", priv_data="x" * 500))
    started = time.perf_counter()
    page = caller.page(limit=100, offset=9_900)
    took_s = time.perf_counter() - started
    assert [found["room_name"] for found in page["smart_live_rooms"][-2:]] == ["r1", "r0"]
    assert took_s < 0.5
