"""A video layer is to be turned, which videos cannot be. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from provisioner.advice.parts import Part, below, mappings
from provisioner.advice.rule import Rule
from provisioner.checking import Violation

RULE = Rule(
    name="rotated-video",
    title="A video layer is turned",
    why="rotation is for pictures, words and the person; the service does not turn videos.",
    bad="- layer_type: VIDEO\n  rotation: {angle: 90}",
    good="- layer_type: VIDEO   # turn the film itself before it is uploaded",
    source="Vendor SDK: LayerRotationConfig",
)


def found(scene: Part) -> Iterator[Violation]:
    """One violation for each video layer with an angle."""
    for position, layer in mappings(scene.body, "layer_config"):
        if layer.get("layer_type") == "VIDEO" and below(layer, "rotation").get("angle"):
            message = "videos cannot be turned; turn the film itself, and remove `rotation`"
            yield RULE.broken(message, (*scene.route, "layer_config", position, "rotation"))
