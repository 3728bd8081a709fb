"""The markup of a text is not what the service reads. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from provisioner.advice.parts import Part, route_of_text, texts
from provisioner.advice.rule import Rule
from provisioner.advice.ssml import flaw_in, position
from provisioner.checking import Violation

RULE = Rule(
    name="invalid-ssml",
    title="The SSML of a text is not valid",
    why="A text in <speak> is read as SSML: break, phoneme, say-as, sub, prosody, word, emotion and insert-action, "
    "each closed and with its own attributes. Otherwise the service refuses it, or reads the brackets out. "
    "The message says where in the text the first flaw is, by line and column.",
    bad='text: <speak>Wait<break time="1m"/> for <sub>24#</speak>',
    good='text: <speak>Wait<break time="1s"/> for <sub alias="number 24">24#</sub></speak>',
    source="SSML Definition of Text Control",
)


def found(scene: Part) -> Iterator[Violation]:
    """One violation for each text: its first flaw."""
    for number, text in texts(scene):
        flaw = flaw_in(text) if "<" in text else None
        if flaw is not None:
            line, column = position(text, flaw.offset)
            yield RULE.broken(
                f"at line {line}, column {column} of this text: {flaw.message}", route_of_text(scene, number)
            )
