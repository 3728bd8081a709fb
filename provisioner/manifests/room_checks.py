"""What only the whole room shows, once its scenes and rules are in place. Pure.

Errors are what this tool cannot manage; warnings are what the service wants of a room that goes on air (api.md,
"What a room must satisfy").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from provisioner.diagnostics import Severity
from provisioner.manifests.policy import Violation
from provisioner.yaml_source import Route

_TAG = re.compile(r"<[^<>]*>")
_SCENE_MIN = 200
_PARAGRAPH_LIMIT, _MARKED_PARAGRAPH_LIMIT = 2_000, 3_000
_ROOM_LIMIT = 300_000
_VIDEO_LIMIT = 3
VIDEO_FIELDS = ("width", "bitrate", "is_subtitle_enable", "frame_rate")
"""The fields of a `video_config` that `advice` speaks of."""
_ON_AIR_SIZES = frozenset({(1080, 1920), (1920, 1080)})


@dataclass(frozen=True, slots=True)
class Part:
    """A scene or a rule of a room, and the route at which the room's manifest says it."""

    route: Route
    body: dict[str, Any]


def cross_checks(scenes: Sequence[Part], rules: Sequence[Part]) -> Iterator[Violation]:
    """Scenes are told apart by their names, so names are unique; rules may be for scenes of this room only."""
    names: set[str] = set()
    for scene in scenes:
        name = scene.body.get("script_name")
        if not isinstance(name, str):
            continue
        if name in names:
            message = "two scenes of the room have this `script_name`; scenes are told apart by it, so rename one"
            yield Violation("duplicate-scene", message, (*scene.route, "script_name"))
        names.add(name)
    for rule in rules:
        enabled = rule.body.get("enabled_scenes")
        for position, name in enumerate(enabled if isinstance(enabled, list) else ()):
            if isinstance(name, str) and name not in names:
                message = "`enabled_scenes` names a scene that the room does not have; use a scene's `script_name`"
                yield Violation("unknown-scene", message, (*rule.route, "enabled_scenes", position))


def advice(spec: dict[str, Any], start: dict[str, Any], scenes: Sequence[Part]) -> Iterator[Violation]:
    """What would keep a valid room from going on air, or make it run badly there."""
    in_start = isinstance(start.get("video_config"), dict)
    video = start["video_config"] if in_start else spec.get("video_config")
    if isinstance(video, dict):
        yield from _video(video, (*(("live", "start") if in_start else ("spec",)), "video_config"))
    total = videos = 0
    for scene in scenes:
        texts = list(_texts(scene))
        length = sum(len(text) for _, text in texts)
        total += length
        videos += sum(layer.get("layer_type") == "VIDEO" for layer in _mappings(scene.body.get("layer_config")))
        is_read_out = bool(texts) and not any(
            "audio_config" in item for item in _mappings(scene.body.get("shoot_scripts"))
        )
        if is_read_out and length <= _SCENE_MIN:
            message = f"on air a scene needs more than {_SCENE_MIN} characters to say, and this one has {length}"
            yield _warning("too-little-to-say", message, scene.route)
        yield from _long_paragraphs(texts)
    if total >= _ROOM_LIMIT:
        message = f"on air a room has fewer than {_ROOM_LIMIT:,} characters to say, and this one has {total:,}"
        yield _warning("too-much-to-say", message, ("spec", "scene_scripts"))
    if videos > _VIDEO_LIMIT:
        message = f"on air a room shows at most {_VIDEO_LIMIT} videos, and this one has {videos}"
        yield _warning("too-many-videos", message, ("spec", "scene_scripts"))


def _video(video: dict[str, Any], route: Route) -> Iterator[Violation]:
    if (video.get("width"), video.get("height")) not in _ON_AIR_SIZES:
        yield _warning("not-for-air", "broadcasts are 1080x1920 or 1920x1080", (*route, "width"))
    bitrate = video.get("bitrate")
    if isinstance(bitrate, int) and not 1_000 <= bitrate <= 8_000:
        yield _warning("not-for-air", "the bitrate of a broadcast is 1,000 to 8,000 kbit/s", (*route, "bitrate"))
    if video.get("is_subtitle_enable") is True:
        message = "broadcasts have no subtitles; remove `is_subtitle_enable`"
        yield _warning("not-for-air", message, (*route, "is_subtitle_enable"))
    if video.get("frame_rate", "25") != "25":
        yield _warning("not-for-air", 'broadcasts have 25 frames a second; write "25"', (*route, "frame_rate"))


def _long_paragraphs(texts: list[tuple[Route, str]]) -> Iterator[Violation]:
    for route, text in texts:
        if len(text) < _PARAGRAPH_LIMIT:
            continue
        limit = _MARKED_PARAGRAPH_LIMIT if _TAG.search(text) else _PARAGRAPH_LIMIT
        if len(text) >= limit:
            message = f"on air a paragraph has fewer than {limit:,} characters, and this one has {len(text):,}"
            yield _warning("paragraph-too-long", message, route)


def _texts(scene: Part) -> Iterator[tuple[Route, str]]:
    for position, item in enumerate(_list(scene.body.get("shoot_scripts"))):
        config = item.get("text_config") if isinstance(item, dict) else None
        text = config.get("text") if isinstance(config, dict) else None
        if isinstance(text, str):
            yield (*scene.route, "shoot_scripts", position, "text_config", "text"), text


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _mappings(value: object) -> list[dict[str, Any]]:
    return [item for item in _list(value) if isinstance(item, dict)]


def _warning(rule: str, message: str, route: Route) -> Violation:
    return Violation(rule, message, route, Severity.WARNING)
