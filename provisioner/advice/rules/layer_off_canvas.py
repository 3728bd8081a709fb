"""A layer lies where nobody sees it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from provisioner.advice.parts import EITHER, NEAREST, Body, Canvas, Part, below, mappings
from provisioner.advice.rule import Rule
from provisioner.checking import Violation
from provisioner.yaml_source import Route

RULE = Rule(
    name="layer-off-canvas",
    title="A layer lies outside the canvas",
    why="The canvas measures 1920x1080 in landscape and 1080x1920 in portrait, whatever the resolution of the output. "
    "A layer beyond its edges is drawn and never seen, most often after a room was turned.",
    bad="video_config: {width: 1080, height: 1920, bitrate: 4000}\n…\nposition: {dx: 1200, dy: 100, layer_index: 2}",
    good="position: {dx: 300, dy: 100, layer_index: 2}",
    source="Creating an Intelligent Livestreaming Room, table LayerPositionConfig",
)


def in_scene(scene: Part, canvases: Sequence[Canvas]) -> Iterator[Violation]:
    """The layers of a scene that are off each of the canvases.

    Of a shared scene only those that another canvas would show: the others are said of the Script itself.
    """
    for position, layer in mappings(scene.body, "layer_config"):
        if scene.shared and _is_off(layer, EITHER):
            continue
        yield from _found(layer, (*scene.route, "layer_config", position), canvases)


def in_rule(rule: Part, canvases: Sequence[Canvas]) -> Iterator[Violation]:
    """The same of the layers that an interaction rule shows."""
    for name in ("layer_config", "extra_layer_config"):
        layer = below(below(rule.body, "trigger"), name)
        if layer and not (rule.shared and _is_off(layer, EITHER)):
            yield from _found(layer, (*rule.route, "trigger", name), canvases)


def _found(layer: Body, route: Route, canvases: Sequence[Canvas]) -> Iterator[Violation]:
    if _is_off(layer, canvases):
        number = layer["position"]["layer_index"]
        shown = " and ".join(map(str, canvases))
        message = f"the layer with layer_index {number} lies outside the canvas of {shown}; move it to where it is seen"
        yield RULE.broken(message, (*route, "position"))


def _is_off(layer: Body, canvases: Sequence[Canvas]) -> bool:
    """Whether no pixel of a layer lies on any of the canvases. One that is turned may reach onto it, so it does not
    count; one without a size begins where it says.
    """
    position, size = below(layer, "position"), below(layer, "size")
    if not position:
        return False
    left, top = position["dx"], position["dy"]
    if 0 <= left < NEAREST and 0 <= top < NEAREST:
        return False
    if below(layer, "rotation").get("angle"):
        return False
    is_left = "width" in size and left + size["width"] <= 0
    is_above = "height" in size and top + size["height"] <= 0
    return is_left or is_above or all(left >= canvas.width or top >= canvas.height for canvas in canvases)
