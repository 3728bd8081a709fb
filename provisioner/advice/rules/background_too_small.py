"""A background picture leaves a part of the canvas bare. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from provisioner.advice.parts import Canvas, Part, below, mappings
from provisioner.advice.rule import Rule
from provisioner.checking import Violation

RULE = Rule(
    name="background-too-small",
    title="A background picture does not cover the canvas",
    why="background_image_config places the picture behind the person, and it has to cover the whole canvas: in "
    "landscape up to 1920 and 1080, in portrait up to 1080 and 1920. One that was cut for the other way round "
    "leaves a bare edge.",
    bad="video_config: {width: 1920, height: 1080, bitrate: 4000}\n…\n"
    "background_image_config: {dx: 0, dy: 0, width: 1080, height: 1920}",
    good="background_image_config: {dx: 0, dy: 0, width: 1920, height: 1080}",
    source="Creating an Intelligent Livestreaming Room, table BackgroundConfigInfo; vendor SDK: BackgroundImageConfig",
)


def found(scene: Part, canvases: Sequence[Canvas]) -> Iterator[Violation]:
    """The backgrounds that cover none of the canvases that the room may have."""
    for position, background in mappings(scene.body, "background_config"):
        placed = below(background, "background_image_config")
        if not placed:
            continue
        right, bottom = placed["dx"] + placed["width"], placed["dy"] + placed["height"]
        if all(right < canvas.width or bottom < canvas.height for canvas in canvases):
            shown = " or ".join(map(str, canvases))
            message = f"the picture reaches {right},{bottom} and the canvas is {shown}; enlarge or move it"
            yield RULE.broken(message, (*scene.route, "background_config", position, "background_image_config"))
