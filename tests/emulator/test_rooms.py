"""Rooms: what comes back is what was sent plus what the service fills in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provisioner.emulator import Emulator
from tests.emulator.support import ROOM, Caller, Json, Machine, room, small_room


def without_additions(sent: Any, shown: Any) -> Any:
    """`shown` cut down to the fields that `sent` has."""
    match sent, shown:
        case dict(), dict():
            return {name: without_additions(value, shown[name]) for name, value in sent.items() if name in shown}
        case list(), list():
            return [without_additions(left, right) for left, right in zip(sent, shown, strict=True)]
        case _:
            return shown


def test_everything_sent_comes_back_as_it_was(caller: Caller) -> None:
    shown = caller.show(caller.create(room()))
    assert json.dumps(without_additions(ROOM, shown)) == json.dumps(ROOM)


def test_what_the_service_fills_in(caller: Caller) -> None:
    shown = caller.show(caller.create(room()))
    opening, offers = shown["scene_scripts"]
    assert opening["script_id"]
    assert offers["script_id"] == "kept-id"
    assert opening["voice_config"] == {"voice_asset_id": "voice-1", "speed": 120, "pitch": 100, "volume": 140}
    assert [paragraph["sequence_no"] for paragraph in opening["shoot_scripts"]] == [1, 7, 8]
    assert "sequence_no" not in opening["layer_config"][0]
    rule = shown["interaction_rules"][0]
    assert rule["rule_index"]
    assert rule["hit_condition"]["priority"] == 500
    assert rule["trigger"]["reply_role"] == "STREAMER"
    assert shown["video_config"]["clip_mode"] == "RESIZE"
    assert shown["video_config"]["is_subtitle_enable"] is False
    assert shown["play_policy"]["play_mode"] == "TEXT"
    assert shown["rtc_callback_config"] == {"rtc_callback_event_type": ["LIVE_PROGRESS"]}
    assert shown["room_type"] == "NORMAL"
    assert shown["room_state"] == "ENABLE"
    assert shown["view_mode"] == "LANDSCAPE"
    assert shown["create_time"] == shown["update_time"] == "2026-11-21T09:00:00Z"


@pytest.mark.parametrize(
    ("body", "mode"),
    [
        ({}, "VERTICAL"),
        ({"view_mode": "LANDSCAPE"}, "LANDSCAPE"),
        ({"video_config": {"codec": "H264", "bitrate": 4000, "width": 1080, "height": 1920}}, "VERTICAL"),
        (
            {
                "view_mode": "VERTICAL",
                "video_config": {"codec": "H264", "bitrate": 4000, "width": 1920, "height": 1080},
            },
            "LANDSCAPE",
        ),
    ],
)
def test_the_resolution_decides_the_view_mode(caller: Caller, body: Json, mode: str) -> None:
    assert caller.show(caller.create(small_room(**body)))["view_mode"] == mode


def test_a_null_counts_as_not_sent(caller: Caller) -> None:
    shown = caller.show(caller.create(small_room(room_type=None, priv_data=None, play_policy={"play_mode": None})))
    assert shown["room_type"] == "NORMAL"
    assert "priv_data" not in shown
    assert shown["play_policy"]["play_mode"] == "TEXT"


def test_an_update_replaces_the_whole_body(caller: Caller, machine: Machine) -> None:
    room_id = caller.create(room())
    before = caller.show(room_id)
    machine.pass_s(5)
    answer = caller.send("PUT", f"/smart-live-rooms/{room_id}", small_room("now small"))
    assert answer.status_code == 200
    after = caller.show(room_id)
    assert answer.json() == after
    assert "scene_scripts" not in after
    assert "priv_data" not in after
    assert after["view_mode"] == "VERTICAL"
    assert after["create_time"] == before["create_time"]
    assert after["update_time"] == "2026-11-21T09:00:05Z"
    assert int(after["script_version"]) > int(before["script_version"])


def test_a_script_id_that_is_sent_back_stays(caller: Caller) -> None:
    room_id = caller.create(room())
    ids = [scene["script_id"] for scene in caller.show(room_id)["scene_scripts"]]
    scenes = [{**scene, "script_id": known} for scene, known in zip(ROOM["scene_scripts"], ids, strict=True)]
    caller.send("PUT", f"/smart-live-rooms/{room_id}", room(scene_scripts=scenes))
    assert [scene["script_id"] for scene in caller.show(room_id)["scene_scripts"]] == ids


def test_the_version_moves_on_within_one_millisecond(caller: Caller) -> None:
    room_id = caller.create()
    versions = [
        int(caller.send("PUT", f"/smart-live-rooms/{room_id}", small_room()).json()["script_version"]) for _ in range(3)
    ]
    assert versions == sorted(set(versions))


def test_a_deleted_room_is_gone(caller: Caller) -> None:
    room_id = caller.create()
    answer = caller.send("DELETE", f"/smart-live-rooms/{room_id}")
    assert (answer.status_code, answer.content) == (204, b"")
    for method in ("GET", "DELETE"):
        assert caller.send(method, f"/smart-live-rooms/{room_id}").status_code == 404
    assert caller.send("PUT", f"/smart-live-rooms/{room_id}", small_room()).status_code == 404
    assert caller.page()["count"] == 0


@settings(max_examples=60, deadline=None)
@given(priv_data=st.text(st.characters(exclude_categories=["Cs"]), max_size=8192))
def test_private_data_comes_back_byte_for_byte(priv_data: str) -> None:
    with Emulator.open(":memory:") as emulator:
        caller = Caller(emulator)
        room_id = caller.create(small_room(priv_data=priv_data))
        assert caller.show(room_id)["priv_data"] == priv_data
        assert caller.page()["smart_live_rooms"][0]["priv_data"] == priv_data


SCENE: Json = {"script_name": "s", "shoot_scripts": [{"text_config": {"text": "t"}}]}
VOICE: Json = {"voice_asset_id": "v"}
RULE: Json = {"rule_name": "r"}
VIDEO: Json = {"codec": "H264", "bitrate": 4000, "width": 1920, "height": 1080}

WRONG: dict[str, tuple[Json, str]] = {
    "no name": ({"room_name": None}, "room_name"),
    "empty name": ({"room_name": ""}, "room_name"),
    "long name": ({"room_name": "x" * 257}, "room_name"),
    "number as name": ({"room_name": 5}, "room_name"),
    "unknown field": ({"colour": "red"}, "colour"),
    "unknown nested field": ({"scene_scripts": [{**SCENE, "colour": 1}]}, "scene_scripts[0].colour"),
    "wrong word": ({"room_type": "normal"}, "room_type"),
    "long private data": ({"priv_data": "x" * 8193}, "priv_data"),
    "scenes as object": ({"scene_scripts": {}}, "scene_scripts"),
    "scene without paragraphs": ({"scene_scripts": [{"script_name": "s"}]}, "scene_scripts[0].shoot_scripts"),
    "speed too high": (
        {"scene_scripts": [{**SCENE, "voice_config": {**VOICE, "speed": 201}}]},
        "scene_scripts[0].voice_config.speed",
    ),
    "volume as text": (
        {"scene_scripts": [{**SCENE, "voice_config": {**VOICE, "volume": "140"}}]},
        "scene_scripts[0].voice_config.volume",
    ),
    "two push addresses": ({"output_urls": ["rtmp://a/b", "rtmp://c/d"]}, "output_urls"),
    "priority too high": (
        {"interaction_rules": [{**RULE, "hit_condition": {"priority": 1000}}]},
        "interaction_rules[0].hit_condition.priority",
    ),
    "unknown event": ({"interaction_rules": [{**RULE, "event_type": 5}]}, "interaction_rules[0].event_type"),
    "scene that is not there": (
        {"scene_scripts": [SCENE], "interaction_rules": [{**RULE, "enabled_scenes": ["other"]}]},
        "interaction_rules[0].enabled_scenes",
    ),
    "bitrate too low": ({"video_config": {**VIDEO, "bitrate": 39}}, "video_config.bitrate"),
    "odd resolution": ({"video_config": {**VIDEO, "width": 1921}}, "video_config"),
    "a truth value as number": ({"play_policy": {"repeat_count": True}}, "play_policy.repeat_count"),
    "a week and an hour": (
        {"play_policy": {"live_exit_config": {"max_live_duration": 169}}},
        "play_policy.live_exit_config.max_live_duration",
    ),
}


@pytest.mark.parametrize(("changes", "path"), WRONG.values(), ids=WRONG)
def test_a_wrong_body_is_refused_with_its_path(caller: Caller, changes: Json, path: str) -> None:
    for method, address in (("POST", "/smart-live-rooms"), ("PUT", f"/smart-live-rooms/{caller.create()}")):
        answer = caller.send(method, address, small_room() | changes)
        assert (answer.status_code, answer.json()["error_code"]) == (400, "MSS.00000003")
        assert f"Invalid parameter: {path}:" in answer.json()["error_msg"]


def test_a_refusal_does_not_repeat_the_input(caller: Caller) -> None:
    secret = "s3cr3t-key"
    answer = caller.send("POST", "/smart-live-rooms", small_room(stream_keys=[secret, secret], room_type=secret))
    assert answer.status_code == 400
    assert secret not in answer.text


NOT_JSON: dict[str, bytes] = {
    "cut off": b'{"room_name": "x"',
    "not an object": b'["room_name"]',
    "not UTF-8": b'{"room_name": "\xff"}',
    "not a number": b'{"room_name": "x", "play_policy": {"repeat_count": NaN}}',
    "half a character": b'{"room_name": "\\ud800"}',
    "too deep": b'{"room_name":' + b"[" * 100_000,
    "endless number": b'{"room_name": "x", "a": ' + b"9" * 5_000 + b"}",
}


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
def test_what_is_not_json_is_refused(caller: Caller, body: bytes) -> None:
    answer = caller.send("POST", "/smart-live-rooms", body)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "MSS.00000003")


def test_a_huge_body_is_refused(caller: Caller) -> None:
    assert caller.send("POST", "/smart-live-rooms", b" " * (16 * 1024 * 1024 + 1)).status_code == 413


def test_secrets_can_be_hidden(machine: Machine) -> None:
    callback = {"live_event_type_callback_url": "https://a/b", "key": "callback-key"}
    body = room(live_event_callback_config=callback)
    with Emulator.open(":memory:", now=machine, hide_secrets=True) as emulator:
        caller = Caller(emulator)
        shown = caller.show(caller.create(body))
        assert shown["stream_keys"] == ["******"]
        assert shown["live_event_callback_config"] == {**callback, "key": "******"}


def test_a_room_blocked_by_review_says_why(emulator: Emulator, caller: Caller) -> None:
    room_id = caller.create()
    emulator.block_room(room_id, reason="not allowed")
    assert caller.show(room_id)["room_state"] == "BLOCKED"
    listed = caller.page()["smart_live_rooms"][0]
    assert (listed["room_state"], listed["error_info"]["error_msg"]) == ("BLOCKED", "not allowed")
    caller.send("PUT", f"/smart-live-rooms/{room_id}", small_room("again"))
    assert caller.show(room_id)["room_state"] == "BLOCKED"
    emulator.block_room(room_id, "ENABLE")
    assert "error_info" not in caller.show(room_id)
