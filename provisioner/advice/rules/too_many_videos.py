"""A room shows more films than a broadcast can. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from provisioner.advice.parts import WholeRoom, mappings
from provisioner.advice.rule import Rule
from provisioner.checking import Violation

_MOST = 3

RULE = Rule(
    name="too-many-videos",
    title="A room on air shows too many videos",
    why="On air the service shows at most three video layers in all the scenes of a room.",
    bad="layer_config:\n  - layer_type: VIDEO   # four of them in the room",
    good="layer_config:\n  - layer_type: IMAGE   # a still picture instead of one of the films",
    source="Creating an Intelligent Livestreaming Room, table LayerConfig",
)


def found(room: WholeRoom) -> Iterator[Violation]:
    """Counts the video layers of all scenes."""
    layers = (layer for scene in room.scenes for _, layer in mappings(scene.body, "layer_config"))
    videos = sum(layer.get("layer_type") == "VIDEO" for layer in layers)
    if videos > _MOST:
        message = f"on air a room shows at most {_MOST} videos, and this one has {videos}"
        yield RULE.broken(message, ("spec", "scene_scripts"))
