"""The picture of a room on air is one that broadcasts do not have. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from provisioner.advice.parts import WholeRoom
from provisioner.advice.rule import Rule
from provisioner.checking import Violation

FIELDS = ("width", "bitrate", "is_subtitle_enable", "frame_rate")
"""The fields of a `video_config` that are spoken of."""
_SIZES = frozenset({(1080, 1920), (1920, 1080)})

RULE = Rule(
    name="not-for-air",
    title="The picture is none for a broadcast",
    why="The fields of video_config take more than broadcasts do: these are 1080x1920 or 1920x1080, with 25 frames a "
    "second, 1,000 to 8,000 kbit/s and no subtitles.",
    bad="video_config: {width: 720, height: 1280, bitrate: 600}",
    good='video_config: {width: 1080, height: 1920, bitrate: 4000, frame_rate: "25"}',
    source="Starting a Virtual Human Intelligent Livestreaming Task, table VideoConfig",
)


def found(room: WholeRoom) -> Iterator[Violation]:
    """What is said at the start counts; where nothing is, what the room says."""
    if room.video is None:
        return
    route, video = room.video
    if (video.get("width"), video.get("height")) not in _SIZES:
        yield RULE.broken("broadcasts are 1080x1920 or 1920x1080", (*route, "width"))
    bitrate = video.get("bitrate")
    if isinstance(bitrate, int) and not 1_000 <= bitrate <= 8_000:
        yield RULE.broken("the bitrate of a broadcast is 1,000 to 8,000 kbit/s", (*route, "bitrate"))
    if video.get("is_subtitle_enable") is True:
        yield RULE.broken("broadcasts have no subtitles; remove `is_subtitle_enable`", (*route, "is_subtitle_enable"))
    if video.get("frame_rate", "25") != "25":
        yield RULE.broken('broadcasts have 25 frames a second; write "25"', (*route, "frame_rate"))
