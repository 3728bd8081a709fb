"""A scene is too short for a broadcast. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from provisioner.advice.parts import Part, mappings, texts
from provisioner.advice.rule import Rule
from provisioner.checking import Violation

_MORE_THAN = 200

RULE = Rule(
    name="too-little-to-say",
    title="A scene of a room on air has too little to say",
    why="On air the service wants more than 200 characters in each scene that is read out, tags included. With less "
    "the host repeats itself, and the service warns (TOO_LESSS_SCRIPT_ITEMS, TOO_SHORT_SCRIPT_TIME).",
    bad='scene_scripts:\n  - script_name: Welcome\n    shoot_scripts: [{text_config: {text: "Hi!"}}]',
    good="scene_scripts:\n  - script_name: Welcome\n    shoot_scripts:\n"
    '      - text_config: {text: "Hello and welcome …"}   # more than 200 characters in all',
    source="Getting live warnings (live_warning_info); Creating an Intelligent Livestreaming Room",
)


def found(scene: Part) -> Iterator[Violation]:
    """Scenes with recordings last as long as those do, so only what is read out is counted."""
    lengths = [len(text) for _, text in texts(scene)]
    if any("audio_config" in item for _, item in mappings(scene.body, "shoot_scripts")):
        return
    if lengths and sum(lengths) <= _MORE_THAN:
        message = f"on air a scene needs more than {_MORE_THAN} characters to say, and this one has {sum(lengths)}"
        yield RULE.broken(message, scene.route)
