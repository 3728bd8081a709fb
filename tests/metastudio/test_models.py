"""What the models accept and refuse, field by field, and what they never print."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from provisioner.metastudio import models as m

INT32_MAX = 2**31 - 1

TEXT_LENGTHS = [
    # model, the rest of its body, field, least and greatest number of characters
    (m.CreateSmartLiveRoomReq, {}, "room_name", 1, 256),
    (m.CreateSmartLiveRoomReq, {"room_name": "r"}, "room_description", 0, 1024),
    (m.CreateSmartLiveRoomReq, {"room_name": "r"}, "priv_data", 0, 8192),
    (m.LiveVideoScriptInfo, {"shoot_scripts": []}, "script_name", 1, 256),
    (m.LiveVideoScriptInfo, {"shoot_scripts": [], "script_name": "s"}, "script_description", 0, 1024),
    (m.LiveVideoScriptInfo, {"shoot_scripts": [], "script_name": "s"}, "model_asset_id", 0, 64),
    (m.VoiceConfig, {}, "voice_asset_id", 1, 256),
    (m.LiveShootScriptItem, {}, "title", 0, 256),
    (m.ImageLayerConfig, {}, "image_url", 0, 2048),
    (m.TextLayerConfig, {}, "text_context", 0, 1024),
    (m.LiveEventCallBackConfig, {}, "live_event_type_callback_url", 0, 2048),
    (m.LiveEventCallBackConfig, {}, "key", 0, 32),
    (m.LiveRoomInteractionRuleInfo, {}, "rule_name", 0, 256),
    (m.HitConditionTag, {}, "value", 0, 1024),
    (m.SharedConfig, {}, "expire_time", 0, 20),
    (m.StartSmartLiveReq, {}, "interaction_callback_url", 0, 2048),
]

COUNTS = [
    # model, the rest of its body, field, an item, greatest number of items
    (m.CreateSmartLiveRoomReq, {"room_name": "r"}, "output_urls", "rtmp://push.example.com/live", 1),
    (m.CreateSmartLiveRoomReq, {"room_name": "r"}, "stream_keys", "key", 1),
    (m.CreateSmartLiveRoomReq, {"room_name": "r"}, "backup_model_asset_ids", "asset", 5),
    (m.StartSmartLiveReq, {}, "output_urls", "rtmp://push.example.com/live", 1),
    (m.StartSmartLiveReq, {}, "stream_keys", "key", 1),
    (m.TriggerProcess, {}, "reply_texts", "hello", 5),
    (m.TriggerProcess, {}, "reply_audios", {"audio_url": "https://cdn.example.com/a.mp3"}, 5),
    (m.LiveRoomInteractionRuleInfo, {}, "enabled_scenes", "Opening", 100),
    (m.SharedConfig, {}, "allowed_project_ids", "0123456789abcdef", 100),
]

VIDEO = {"bitrate": 4000, "width": 1080, "height": 1920}
POSITION = {"dx": 0, "dy": 0, "layer_index": 1}
BACKGROUND = {"dx": 0, "dy": 0, "width": 1920, "height": 1920}

RANGES = [
    # model, the rest of its body, field, least and greatest number
    (m.VoiceConfig, {"voice_asset_id": "v"}, "speed", 50, 200),
    (m.VoiceConfig, {"voice_asset_id": "v"}, "pitch", 50, 200),
    (m.VoiceConfig, {"voice_asset_id": "v"}, "volume", 90, 240),
    (m.VideoConfig, VIDEO, "bitrate", 40, 30_000),
    (m.VideoConfig, VIDEO, "dx", 0, INT32_MAX),
    (m.LayerPositionConfig, POSITION, "layer_index", 1, INT32_MAX),
    (m.LayerPositionConfig, POSITION, "dx", -INT32_MAX - 1, INT32_MAX),
    (m.LayerRotationConfig, {}, "angle", 0, 360),
    (m.VideoLayerConfig, {}, "loop_count", -1, INT32_MAX),
    (m.VideoLayerConfig, {}, "video_sound", 0, 100),
    (m.TextLayerConfig, {}, "font_size", 4, 120),
    (m.SmartTextLayerConfig, {}, "font_size", 4, 120),
    (m.SubtitleConfig, {}, "font_size", 4, 120),
    (m.HitCondition, {}, "priority", 0, 999),
    (m.TriggerProcess, {}, "time_window", -1, INT32_MAX),
    (m.PlayPolicy, {}, "repeat_count", -1, INT32_MAX),
    (m.LiveExitConfig, {}, "max_live_duration", 0, 168),
    (m.LiveExitConfig, {}, "max_exception_waiting_duration", 0, 60),
]

CHOICES: list[tuple[type[BaseModel], dict[str, Any], str, list[object], list[object]]] = [
    # model, the rest of its body, field, all that is accepted, some of what is refused
    (m.LiveRoomInteractionRuleInfo, {}, "event_type", [1, 2, 3, 4, 10], [0, 5, 9, 11, True, 1.0, "1"]),
    (m.HitCondition, {}, "relation", ["AND", "OR", "RESERVED"], ["And", "or", ""]),
    (
        m.LiveEventCallBackConfig,
        {},
        "auth_type",
        ["NONE", "MSS_A", "MSS_A_HEAD", "MEITUAN_DEFAULT"],
        ["None", "none", ""],
    ),
    (m.CreateSmartLiveRoomReq, {"room_name": "r"}, "room_type", ["NORMAL", "TEMP", "TEMPLATE"], ["normal"]),
    (m.CreateSmartLiveRoomReq, {"room_name": "r"}, "view_mode", ["LANDSCAPE", "VERTICAL"], ["PORTRAIT"]),
    (m.VideoConfig, VIDEO, "codec", ["H264", "VP8", "QTRLE"], ["h264", "H265"]),
    (m.VideoConfig, VIDEO, "clip_mode", ["RESIZE", "CROP"], ["crop"]),
    (m.LayerConfig, {}, "layer_type", ["HUMAN", "IMAGE", "VIDEO", "TEXT"], ["AUDIO"]),
    (m.SmartLayerConfig, {}, "layer_type", ["IMAGE", "VIDEO", "TEXT"], ["HUMAN"]),
    (m.PlayPolicy, {}, "play_mode", ["TEXT", "AUDIO", "NO_PRESET"], ["text"]),
    (m.LiveExitConfig, {}, "auto_stop_mode", ["FORCE_EXIT", "SEGMENT_END", "SCENE_END", "SCRIPT_END"], ["NOW"]),
    (m.LiveRoomInteractionConfig, {}, "play_type", ["APPEND", "INSERT", "PLAY_NOW"], ["NOW"]),
    (m.LiveJobRunConfig, {}, "allow_resource_type", ["PERIOD", "ONDEMAND", "UNLIMITED", "ONE_TIME"], ["FREE"]),
    (m.ControlSmartLiveReq, {}, "command", ["REWRITE_PLAY_SCRIPT", "RESET_EXIT_CONFIG"], ["STOP"]),
]

ROOM: dict[str, Any] = {
    "room_name": "Spring sale",
    "room_description": "Shoes",
    "scene_scripts": [
        {
            "script_name": "Opening —",
            "model_asset_id": "a5d295cdb345c11bd9f36bc22ced3a7a",
            "voice_config": {"voice_asset_id": "a5d295cdb345c11bd9f36bc22ced3a7a"},
            "background_config": [
                {"background_type": "IMAGE", "background_config": "978f893e1de4553c183b7a805e6290f5"}
            ],
            "shoot_scripts": [{"sequence_no": 1, "text_config": {"text": "Welcome, I am Mia."}}],
        }
    ],
    "live_event_callback_config": {
        "live_event_type_callback_url": "https://shop.example.com/hook?token=abc",
        "auth_type": "NONE",
        "callback_event_type": ["SHOOT_SCRIPT_SWITCH"],
    },
}
"""The same fields as the example body on the API page."""


def accepts(model: type[BaseModel], body: object) -> bool:
    try:
        model.model_validate(body, extra="forbid")
    except ValidationError:
        return False
    return True


def errors(model: type[BaseModel], body: object) -> list[tuple[tuple[str | int, ...], str]]:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(body, extra="forbid")
    return [(error["loc"], error["type"]) for error in caught.value.errors(include_input=False)]


def test_a_room_like_the_documented_example_validates() -> None:
    room = m.CreateSmartLiveRoomReq.model_validate(ROOM, extra="forbid")
    assert room.model_dump(exclude_unset=True) == ROOM


@pytest.mark.parametrize(("model", "rest", "field", "least", "greatest"), TEXT_LENGTHS)
def test_texts_are_accepted_up_to_their_greatest_length(
    model: type[BaseModel], rest: dict[str, Any], field: str, least: int, greatest: int
) -> None:
    for length in {least, greatest}:
        assert accepts(model, {**rest, field: "A" * length})
    assert not accepts(model, {**rest, field: "A" * (greatest + 1)})
    assert least == 0 or not accepts(model, {**rest, field: "A" * (least - 1)})


@pytest.mark.parametrize(("model", "rest", "field", "item", "greatest"), COUNTS)
def test_lists_hold_at_most_so_many_items(
    model: type[BaseModel], rest: dict[str, Any], field: str, item: object, greatest: int
) -> None:
    assert accepts(model, {**rest, field: []})
    assert accepts(model, {**rest, field: [item] * greatest})
    assert errors(model, {**rest, field: [item] * (greatest + 1)}) == [((field,), "too_long")]


@pytest.mark.parametrize(("model", "rest", "field", "least", "greatest"), RANGES)
def test_numbers_stay_in_their_range(
    model: type[BaseModel], rest: dict[str, Any], field: str, least: int, greatest: int
) -> None:
    assert accepts(model, {**rest, field: least})
    assert accepts(model, {**rest, field: greatest})
    assert errors(model, {**rest, field: least - 1}) == [((field,), "greater_than_equal")]
    assert errors(model, {**rest, field: greatest + 1}) == [((field,), "less_than_equal")]


@pytest.mark.parametrize(("model", "rest", "field", "accepted", "refused"), CHOICES)
def test_choices_are_exact(
    model: type[BaseModel], rest: dict[str, Any], field: str, accepted: list[object], refused: list[object]
) -> None:
    for choice in accepted:
        assert accepts(model, {**rest, field: choice}), choice
    for choice in refused:
        assert not accepts(model, {**rest, field: choice}), choice


@pytest.mark.parametrize(
    ("model", "body"),
    [
        (m.CreateSmartLiveRoomReq, {"room_name": 5}),
        (m.VoiceConfig, {"voice_asset_id": "v", "speed": "100"}),
        (m.VoiceConfig, {"voice_asset_id": "v", "speed": True}),
        (m.VoiceConfig, {"voice_asset_id": "v", "speed": 100.0}),
        (m.LiveRoomInteractionRuleInfo, {"enabled": "yes"}),
        (m.LiveRoomInteractionRuleInfo, {"enabled": 1}),
        (m.VideoConfig, {**VIDEO, "frame_rate": 25}),
        (m.SubtitleConfig, {"opacity": "0.5"}),
        (m.SubtitleConfig, {"opacity": True}),
        (m.CreateSmartLiveRoomReq, {"room_name": "r", "stream_keys": "key"}),
        (m.CreateSmartLiveRoomReq, {"room_name": "r", "stream_keys": [123]}),
    ],
)
def test_nothing_is_coerced(model: type[BaseModel], body: dict[str, Any]) -> None:
    assert not accepts(model, body)


def test_fractions_keep_their_range() -> None:
    assert accepts(m.SubtitleConfig, {"opacity": 0, "stroke_thickness": 50})
    assert accepts(m.SubtitleConfig, {"opacity": 1.0, "stroke_thickness": 0.5})
    assert not accepts(m.SubtitleConfig, {"opacity": 1.01})
    assert not accepts(m.SubtitleConfig, {"stroke_thickness": 50.1})
    assert not accepts(m.SubtitleConfig, {"opacity": float("nan")})


def test_unknown_fields_are_named_where_people_write_and_ignored_otherwise() -> None:
    body = {"room_name": "r", "scene_scripts": [{"script_name": "s", "shoot_scripts": [], "colour": "red"}]}
    assert errors(m.CreateSmartLiveRoomReq, body) == [(("scene_scripts", 0, "colour"), "extra_forbidden")]
    assert m.CreateSmartLiveRoomReq.model_validate(body).room_name == "r"


@pytest.mark.parametrize(
    ("body", "accepted"),
    [
        ({"background_type": "IMAGE", "background_config": "https://cdn.example.com/a.png"}, True),
        ({"background_type": "IMAGE", "background_asset_id": "a"}, True),
        ({"background_type": "IMAGE"}, False),
        ({"background_type": "IMAGE", "background_color_config": "#FFFFFF"}, False),
        ({"background_type": "COLOR", "background_color_config": "#FFFFFF"}, True),
        ({"background_type": "COLOR", "background_asset_id": "a"}, False),
        ({"background_type": "VIDEO"}, True),
        ({"background_type": "AUDIO"}, True),
        ({"background_type": "IMAGE_2D"}, True),
    ],
)
def test_a_background_says_what_to_show(body: dict[str, Any], accepted: bool) -> None:
    assert accepts(m.BackgroundConfigInfo, body) is accepted


@pytest.mark.parametrize(
    ("changes", "accepted"),
    [
        ({}, True),
        ({"width": 1920, "height": 1080}, True),
        ({"width": 1080, "height": 1920}, True),
        ({"dx": -100, "width": 2020, "height": 1080}, True),
        ({"dx": -1, "width": 1920, "height": 1080}, False),
        ({"width": 1080, "height": 1080}, False),
        ({"dx": 1}, False),
        ({"dy": 1}, False),
        ({"width": 1079}, False),
    ],
)
def test_a_background_picture_covers_a_canvas(changes: dict[str, int], accepted: bool) -> None:
    assert accepts(m.BackgroundImageConfig, {**BACKGROUND, **changes}) is accepted


@pytest.mark.parametrize(
    ("changes", "accepted"),
    [
        *(({"width": width, "height": height}, True) for width, height in m.RESOLUTIONS),
        ({"width": 1920, "height": 1920}, False),
        ({"width": 1920, "height": 1920, "clip_mode": "RESIZE"}, False),
        ({"width": 1920, "height": 1920, "clip_mode": "CROP", "dx": 0, "dy": 0}, True),
    ],
)
def test_resize_takes_known_resolutions_only(changes: dict[str, Any], accepted: bool) -> None:
    assert accepts(m.VideoConfig, {**VIDEO, **changes}) is accepted


def test_an_intelligent_reply_needs_its_robot() -> None:
    assert accepts(m.TriggerProcess, {"reply_mode": "INTELLIGENT_REPLY", "robot_id": "r"})
    assert errors(m.TriggerProcess, {"reply_mode": "INTELLIGENT_REPLY"}) == [((), "robot_missing")]
    assert accepts(m.TriggerProcess, {"reply_mode": "CALLBACK"})


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("字" * 10_000, True),
        ("字" * 10_001, False),
        ('<break time="1s"/>' * 5000 + "字" * 10_000, True),
        ('<break time="1s"/>' * 5000 + "字" * 10_001, False),
        ("<" + "a" * 131_070 + ">", True),
        ("<" + "a" * 131_071 + ">", False),
        ("<" * 10_001, False),
        ("", True),
    ],
)
def test_a_paragraph_is_limited_with_and_without_its_tags(text: str, accepted: bool) -> None:
    assert accepts(m.TextConfig, {"text": text}) is accepted


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        (base64.b64encode("直播间".encode()).decode(), True),
        ("YQ==", True),
        ("YQ", True),
        ("", True),
        ("Sale today!", False),
        ("直播间", False),
        ("YQ=", False),
        ("/w==", False),
        ("Y", False),
        ("YQ==YQ==", False),
    ],
)
def test_words_of_a_layer_are_base64_of_utf8(text: str, accepted: bool) -> None:
    assert accepts(m.TextLayerConfig, {"text_context": text}) is accepted


def test_words_of_a_rule_s_layer_are_plain() -> None:
    assert accepts(m.SmartTextLayerConfig, {"text_context": "Sale today! 直播间"})


def test_a_platform_s_broadcast_has_a_plain_id() -> None:
    assert accepts(m.PlatformLiveInfo, {"platform_id": "p", "live_id": "a-B_9"})
    assert not accepts(m.PlatformLiveInfo, {"platform_id": "p", "live_id": "a b"})
    assert not accepts(m.PlatformLiveInfo, {"platform_id": "p", "live_id": "a\n"})


@pytest.mark.parametrize("model", [model for model in vars(m).values() if isinstance(model, type)])
def test_every_model_names_its_source_and_describes_every_field(model: type[BaseModel]) -> None:
    assert model.__doc__
    if model not in (m.ApiModel, m.AnswerModel):
        assert re.search(r"API page: [A-Z]|Vendor SDK: [A-Z]", model.__doc__)
    undescribed = [name for name, field in model.model_fields.items() if not field.description]
    assert undescribed == []


def test_ranges_and_choices_reach_the_json_schema() -> None:
    """Editors check manifests by it, so a constraint hidden in code would be lost there."""
    defined = m.CreateSmartLiveRoomReq.model_json_schema()["$defs"]
    speed = defined["VoiceConfig"]["properties"]["speed"]["anyOf"][0]
    assert (speed["minimum"], speed["maximum"]) == (50, 200)
    event_type = defined["LiveRoomInteractionRuleInfo"]["properties"]["event_type"]["anyOf"][0]
    assert event_type["enum"] == [1, 2, 3, 4, 10]
    texts = defined["TriggerProcess"]["properties"]["reply_texts"]["anyOf"][0]
    assert (texts["maxItems"], texts["items"]["maxLength"]) == (5, 1024)
    words = defined["TextLayerConfig"]["properties"]["text_context"]["anyOf"][0]
    assert words["maxLength"] == 1024


SECRET = "s3cr3t-value"
CALLBACK = {"key": SECRET, "live_event_type_callback_url": f"https://u:{SECRET}@h/?t={SECRET}"}


@pytest.mark.parametrize(
    ("model", "body"),
    [
        (
            m.CreateSmartLiveRoomReq,
            {
                "room_name": "r",
                "stream_keys": [SECRET],
                "output_urls": [f"rtmp://u:{SECRET}@h/live"],
                "live_event_callback_config": CALLBACK,
                "video_config": {**VIDEO, "output_external_url": f"https://h/?sign={SECRET}"},
            },
        ),
        (
            m.StartSmartLiveReq,
            {
                "stream_keys": [SECRET],
                "output_urls": [f"rtmp://u:{SECRET}@h/live"],
                "interaction_callback_url": f"https://h/?t={SECRET}",
                "live_event_callback_config": CALLBACK,
            },
        ),
        (m.ControlSmartLiveReq, {"command": "REFRESH_OUTPUT_URL", "params": {"stream_keys": [SECRET]}}),
        (
            m.StartSmartLiveResponse,
            {
                "job_id": "j",
                "live_event_report_url": f"https://h/?t={SECRET}",
                "live_event_callback_config": CALLBACK,
                "rtc_room_info": {"users": [{"user_id": "u", "signature": SECRET}]},
            },
        ),
        (
            m.SmartLiveJob,
            {
                "job_id": "j",
                "live_event_report_url": f"https://h/?t={SECRET}",
                "live_event_callback_config": CALLBACK,
                "rtc_room_info": {"users": [{"user_id": "u", "signature": SECRET}]},
                "live_job_log": {"interaction_records_url": f"https://h/?t={SECRET}"},
            },
        ),
        (m.ExecuteSmartLiveCommandResponse, {"result": SECRET}),
    ],
)
def test_no_secret_is_printed(model: type[BaseModel], body: dict[str, Any]) -> None:
    """Neither by the model nor by the error about something beside it."""
    value = model.model_validate(body)
    assert SECRET not in repr(value)
    assert SECRET not in str(value)
    with pytest.raises(ValidationError) as caught:
        model.model_validate({**body, "unknown": SECRET, "job_id": None, "room_id": None}, extra="forbid")
    assert SECRET not in str(caught.value)


def test_the_error_about_a_secret_does_not_contain_it() -> None:
    with pytest.raises(ValidationError) as caught:
        m.CreateSmartLiveRoomReq.model_validate({"room_name": "r", "stream_keys": SECRET})
    assert SECRET not in str(caught.value)
    assert SECRET not in repr(caught.value)


def test_an_answer_with_news_still_reads() -> None:
    page = m.ListSmartLiveRoomsResponse.model_validate(
        {
            "count": 1,
            "page_token": "new",
            "smart_live_rooms": [
                {
                    "room_id": "r1",
                    "room_state": "HIBERNATED",
                    "last_job_status": "DREAMING",
                    "error_info": {"error_code": 42, "error_msg": None, "hint": "new"},
                    "shared_config": {"shared_type": "EVERYBODY"},
                    "model_infos": [{"asset_name": "Mia", "height": 180}],
                }
            ],
        }
    )
    (room,) = page.smart_live_rooms
    assert room.room_state == "HIBERNATED"
    assert room.error_info is not None
    assert room.error_info.error_code == "42"


def test_lists_that_are_null_or_left_out_are_empty() -> None:
    assert m.ListSmartLiveRoomsResponse.model_validate({"count": 0, "smart_live_rooms": None}).smart_live_rooms == []
    assert m.ListSmartLiveJobsResponse.model_validate({"count": 0}).smart_live_jobs == []
    assert m.StartSmartLiveResponse.model_validate({"job_id": "j"}).live_warning_info == []


@pytest.mark.parametrize(
    ("model", "body"),
    [
        (m.ListSmartLiveRoomsResponse, {}),
        (m.ListSmartLiveRoomsResponse, {"count": "1", "smart_live_rooms": []}),
        (m.ListSmartLiveRoomsResponse, {"count": True, "smart_live_rooms": []}),
        (m.ListSmartLiveRoomsResponse, {"count": 1, "smart_live_rooms": [{"room_name": "no id"}]}),
        (m.CreateSmartLiveRoomResponse, {}),
        (m.CreateSmartLiveRoomResponse, {"room_id": ""}),
        (m.CreateSmartLiveRoomResponse, {"room_id": 5}),
        (m.CreateSmartLiveRoomResponse, {"room_id": None}),
        (m.CreateSmartLiveRoomResponse, []),
        (m.StartSmartLiveResponse, {"job_id": ["j"]}),
    ],
)
def test_an_answer_without_what_it_is_for_does_not_read(model: type[BaseModel], body: object) -> None:
    with pytest.raises(ValidationError):
        model.model_validate(body)
