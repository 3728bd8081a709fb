"""The words of a text layer are Base64 of what nobody can read. Pure."""

from __future__ import annotations

import binascii
from collections.abc import Iterator
from functools import lru_cache

from provisioner.advice.parts import Part, below, mappings
from provisioner.advice.rule import Rule
from provisioner.checking import Violation

RULE = Rule(
    name="unreadable-text-layer",
    title="The words of a text layer cannot be read once they are decoded",
    why="text_context of a scene's text layer is Base64 of UTF-8. Words are written plain and encoded by the filter "
    "b64; what is written without it and is no Base64 is an error (base64). Some plain words are Base64 by "
    "accident, and viewers would see what they decode to, which has characters that cannot be printed.",
    bad='text_config: {text_context: "AAAA"}',
    good='text_config: {text_context: {{ "AAAA" | b64 }}}',
    source="Creating an Intelligent Livestreaming Room, table TextLayerConfig",
)


def found(scene: Part) -> Iterator[Violation]:
    """One violation for each text layer with characters that are no text."""
    for position, layer in mappings(scene.body, "layer_config"):
        words = below(layer, "text_config").get("text_context") if "text_config" in layer else None
        if isinstance(words, str) and not _is_readable(words):
            message = 'this is Base64 of characters that cannot be read; if it is plain, write {{ "…" | b64 }}'
            yield RULE.broken(message, (*scene.route, "layer_config", position, "text_config", "text_context"))


@lru_cache(maxsize=4096)
def _is_readable(words: str) -> bool:
    decoded = binascii.a2b_base64(words + "=" * (-len(words) % 4)).decode(errors="replace")
    return all(character.isprintable() or character in "\t\r\n\u200d\ufe0f\u3000\u00a0" for character in decoded)
