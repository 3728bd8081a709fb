"""Which rules look at what: a scene, interaction rules, a whole room. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from provisioner.advice.parts import NEAREST, Body, Canvas, Part, WholeRoom
from provisioner.advice.rules import (
    background_too_small,
    bad_regex,
    callback_without_address,
    contradicting_condition,
    equal_layer_index,
    invalid_ssml,
    layer_off_canvas,
    not_for_air,
    paragraph_too_long,
    rotated_video,
    shadowed_rule,
    slow_regex,
    too_little_to_say,
    too_many_videos,
    too_much_to_say,
    unreadable_text_layer,
)
from provisioner.checking import Violation


def of_texts(scene: Part) -> Iterator[Violation]:
    """What is said of a scene's texts where they are written. Without a `<` in any there is nothing."""
    yield from invalid_ssml.found(scene)


def of_scene(scene: Part, canvases: Sequence[Canvas]) -> Iterator[Violation]:
    """What is said of the rest of a scene where it is written."""
    layers = scene.body.get("layer_config") or ()
    if not _stand_well(layers):
        yield from layer_off_canvas.in_scene(scene, canvases)
        yield from equal_layer_index.found(scene)
        yield from rotated_video.found(scene)
    if layers:
        yield from unreadable_text_layer.found(scene)
    if scene.body.get("background_config"):
        yield from background_too_small.found(scene, canvases)


def _stand_well(layers: Sequence[Body]) -> bool:
    """Whether no rule has anything to say of where layers stand, as a quick look tells of most: none is turned, each
    has a place of its own in the pile and its corner on any canvas.
    """
    indices = set()
    for layer in layers:
        if "rotation" in layer:
            return False
        position = layer.get("position")
        if position is not None:
            if not (0 <= position["dx"] < NEAREST and 0 <= position["dy"] < NEAREST):
                return False
            if position["layer_index"] in indices:
                return False
            indices.add(position["layer_index"])
    return True


def of_rules(rules: Sequence[Part], canvases: Sequence[Canvas]) -> Iterator[Violation]:
    """What is said of interaction rules where they are written."""
    for rule in rules:
        found = tuple(_of_rule(rule, canvases)) if not _SOUND.knows(rule.body, canvases) else ()
        if not found:
            _SOUND.add(rule.body, canvases)
        yield from found
    yield from shadowed_rule.found(rules)


def _of_rule(rule: Part, canvases: Sequence[Canvas]) -> Iterator[Violation]:
    yield from bad_regex.found(rule)
    yield from slow_regex.found(rule)
    yield from contradicting_condition.found(rule)
    yield from layer_off_canvas.in_rule(rule, canvases)


class _Sound:
    """Rules of which nothing is said: rooms of one template share those in which no value stands, as one object."""

    _MOST = 1_024

    def __init__(self) -> None:
        self._known: dict[tuple[int, Sequence[Canvas]], Body] = {}

    def knows(self, body: Body, canvases: Sequence[Canvas]) -> bool:
        return self._known.get((id(body), canvases)) is body

    def add(self, body: Body, canvases: Sequence[Canvas]) -> None:
        if len(self._known) >= self._MOST:
            self._known.clear()
        self._known[id(body), canvases] = body


_SOUND = _Sound()


def of_meeting(room: WholeRoom) -> Iterator[Violation]:
    """What is said of a room only because shared parts are in it, at the references to them."""
    shared = [scene for scene in room.scenes if scene.shared]
    for scene in shared:
        yield from layer_off_canvas.in_scene(scene, room.canvases)
        yield from background_too_small.found(scene, room.canvases)
    if any(rule.shared for rule in room.rules):
        for rule in room.rules:
            if rule.shared:
                yield from layer_off_canvas.in_rule(rule, room.canvases)
        yield from shadowed_rule.found(room.rules, across=True)


def of_broadcast(room: WholeRoom) -> Iterator[Violation]:
    """What would keep a valid room from going on air, or make it run badly there."""
    yield from not_for_air.found(room)
    for scene in room.scenes:
        yield from too_little_to_say.found(scene)
        yield from paragraph_too_long.found(scene)
    yield from too_much_to_say.found(room)
    yield from too_many_videos.found(room)
    yield from callback_without_address.found(room)
