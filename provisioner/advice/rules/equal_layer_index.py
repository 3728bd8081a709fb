"""Two layers of a scene have one place in the pile. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from provisioner.advice.parts import Body, Part, below, mappings
from provisioner.advice.rule import Rule
from provisioner.checking import Violation

RULE = Rule(
    name="equal-layer-index",
    title="Two layers that overlap have the same layer_index",
    why="layer_index says which layer is in front. Where it is equal the service draws them in any order, so that a "
    "caption may be in front in one broadcast and hidden in the next.",
    bad="- layer_type: HUMAN\n  position: {dx: 0, dy: 0, layer_index: 1}\n"
    "- layer_type: IMAGE\n  position: {dx: 90, dy: 90, layer_index: 1}",
    good="- layer_type: HUMAN\n  position: {dx: 0, dy: 0, layer_index: 1}\n"
    "- layer_type: IMAGE\n  position: {dx: 90, dy: 90, layer_index: 2}",
    source="Creating an Intelligent Livestreaming Room, table LayerPositionConfig",
)


def found(scene: Part) -> Iterator[Violation]:
    """One violation for each layer that overlaps with an earlier one of its index, as far as sizes tell."""
    positions = [below(layer, "position") for _, layer in mappings(scene.body, "layer_config")]
    indices = [position["layer_index"] for position in positions if position]
    if len(set(indices)) == len(indices):
        return
    earlier: dict[int, list[Body]] = {}
    for number, layer in mappings(scene.body, "layer_config"):
        position = below(layer, "position")
        if not position:
            continue
        index = position["layer_index"]
        others = earlier.setdefault(index, [])
        if any(_meet(layer, other) for other in others[:_MOST_OTHERS]):
            message = f"a layer before this one has the `layer_index` {index} too, so either may be in front"
            yield RULE.broken(message, (*scene.route, "layer_config", number, "position", "layer_index"))
        others.append(layer)


_MOST_OTHERS = 20


def _meet(one: Body, other: Body) -> bool:
    """Whether two layers may be seen over each other: at the same time, with a pixel in common."""
    times = one.get("sequence_no"), other.get("sequence_no")
    if None not in times and times[0] != times[1]:
        return False
    if any(below(layer, "rotation").get("angle") for layer in (one, other)):
        return True
    return all(_reach(first, second) for first, second in ((one, other), (other, one)))


def _reach(first: Body, second: Body) -> bool:
    """Whether the first layer does not end before the second begins; one without a size never ends."""
    size = below(first, "size")
    return all(
        length not in size or first["position"][start] + size[length] > second["position"][start]
        for start, length in (("dx", "width"), ("dy", "height"))
    )
