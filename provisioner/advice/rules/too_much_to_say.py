"""A room has more to say than a broadcast takes. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from provisioner.advice.parts import WholeRoom, texts
from provisioner.advice.rule import Rule
from provisioner.checking import Violation

_FEWER_THAN = 300_000

RULE = Rule(
    name="too-much-to-say",
    title="A room on air has too much to say",
    why="On air the service takes fewer than 300,000 characters in all the scenes of a room, tags included.",
    bad="scene_scripts: …   # 310,000 characters in 40 scenes",
    good="scene_scripts: …   # the rest in a second room, or in the next broadcast",
    source="Creating an Intelligent Livestreaming Room, table LiveVideoScriptInfo",
)


def found(room: WholeRoom) -> Iterator[Violation]:
    """Counts everything that is read out."""
    total = sum(len(text) for scene in room.scenes for _, text in texts(scene))
    if total >= _FEWER_THAN:
        message = f"on air a room has fewer than {_FEWER_THAN:,} characters to say, and this one has {total:,}"
        yield RULE.broken(message, ("spec", "scene_scripts"))
