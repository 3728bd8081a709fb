"""What the service adds to a room's body: ids, numbers and defaults. Pure but for the ids it is handed.

From api.md ("What a room must satisfy") and the field texts of the create call. Objects that were not sent
are not made up, `rtc_callback_config` excepted, whose page says what holds without it. A layer's
`sequence_no` names the paragraph it is shown with, so it is left as it was sent: a number made up here would
hide the layer elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from provisioner.emulator.answers import JsonObject
from provisioner.emulator.session import NewId

VERTICAL = "VERTICAL"
LANDSCAPE = "LANDSCAPE"
_VOICE = {"speed": 100, "pitch": 100, "volume": 140}
_VIDEO = {"clip_mode": "RESIZE", "is_subtitle_enable": False}
_PLAY = {"play_mode": "TEXT", "is_rewrite_delay": False}
_VIDEO_LAYER = {"video_sound": 0, "is_play_the_entire_video": False}


def fill_room(body: JsonObject, new_id: NewId) -> None:
    """Completes a room's body in place. It has passed the request model and has no nulls."""
    body.setdefault("room_type", "NORMAL")
    body["view_mode"] = view_mode(body)
    body.setdefault("rtc_callback_config", {"rtc_callback_event_type": ["LIVE_PROGRESS"]})
    _set_defaults(body.get("video_config"), _VIDEO)
    _set_defaults(body.get("play_policy"), _PLAY)
    _set_defaults(body.get("co_streamer_config", {}).get("voice_config"), _VOICE)
    fill_scenes(body.get("scene_scripts", []), new_id)
    fill_rules(body.get("interaction_rules", []), new_id)


def fill_scenes(scenes: list[JsonObject], new_id: NewId) -> None:
    """Gives scenes their `script_id`, voices their defaults, and paragraphs their numbers from 1."""
    for scene in scenes:
        scene.setdefault("script_id", new_id())
        _set_defaults(scene.get("voice_config"), _VOICE)
        number = 0
        for paragraph in scene.get("shoot_scripts", []):
            number = paragraph.setdefault("sequence_no", number + 1)
        for layer in scene.get("layer_config", []):
            _set_defaults(layer.get("video_config"), _VIDEO_LAYER)


def fill_rules(rules: list[JsonObject], new_id: NewId) -> None:
    """Gives rules their `rule_index`, conditions their priority, and replies their role."""
    for rule in rules:
        rule.setdefault("rule_index", new_id())
        _set_defaults(rule.get("hit_condition"), {"priority": 500})
        _set_defaults(rule.get("trigger"), {"reply_role": "STREAMER"})


def view_mode(body: JsonObject) -> str:
    """Decided by the resolution where there is one, else as sent, else upright."""
    video = body.get("video_config")
    if video is None:
        return str(body.get("view_mode", VERTICAL))
    return LANDSCAPE if video["width"] > video["height"] else VERTICAL


def masked(body: JsonObject) -> JsonObject:
    """A copy that shows asterisks for stream keys and callback keys."""
    shown = dict(body)
    if "stream_keys" in shown:
        shown["stream_keys"] = ["******" for _ in shown["stream_keys"]]
    callback = shown.get("live_event_callback_config")
    if callback and "key" in callback:
        shown["live_event_callback_config"] = {**callback, "key": "******"}
    return shown


def model_infos(body: JsonObject) -> list[JsonObject]:
    """The models of a room's scenes as lists show them, each once."""
    backups = body.get("backup_model_asset_ids")
    more = {"backup_model_asset_ids": backups} if backups else {}
    return [{"model_asset_id": asset, **more} for asset in dict.fromkeys(scene_values(body, "model_asset_id"))]


def scene_values(body: JsonObject, name: str) -> Iterator[str]:
    """What the scenes say in one field."""
    return (scene[name] for scene in body.get("scene_scripts", []) if scene.get(name))


def _set_defaults(target: Any, defaults: JsonObject) -> None:
    if target is not None:
        for name, value in defaults.items():
            target.setdefault(name, value)
