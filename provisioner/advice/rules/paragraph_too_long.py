"""A paragraph is too long for a broadcast. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from provisioner.advice.parts import Part, route_of_text, texts
from provisioner.advice.rule import Rule
from provisioner.checking import Violation

_TAG = re.compile(r"<[^<>]*>")
_FEWER_THAN, _FEWER_THAN_WITH_TAGS = 2_000, 3_000

RULE = Rule(
    name="paragraph-too-long",
    title="A paragraph of a room on air is too long",
    why="On air a paragraph has fewer than 2,000 characters, or 3,000 with SSML tags. A change on air and a reply that "
    "waits for the end of a paragraph come late in a long one.",
    bad="shoot_scripts:\n  - text_config: {text: …}   # 2,600 characters",
    good="shoot_scripts:\n  - text_config: {text: …}   # 1,300 characters\n  - text_config: {text: …}   # the rest",
    source="Creating an Intelligent Livestreaming Room, table TextConfig",
)


def found(scene: Part) -> Iterator[Violation]:
    """One violation for each paragraph that is too long."""
    for position, text in texts(scene):
        if len(text) < _FEWER_THAN:
            continue
        limit = _FEWER_THAN_WITH_TAGS if _TAG.search(text) else _FEWER_THAN
        if len(text) >= limit:
            message = f"on air a paragraph has fewer than {limit:,} characters, and this one has {len(text):,}"
            yield RULE.broken(message, route_of_text(scene, position))
