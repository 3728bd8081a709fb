"""A manifest's text → the same as it should be laid out, or why it stays as it is. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from provisioner.formatting.cover import UnreadableError, covered
from provisioner.formatting.layout import laid_out
from provisioner.formatting.ordering import ordered
from provisioner.formatting.sameness import says_the_same

_CHANGES = "its layout carries meaning that a tidier one would change"


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text as it should stand. Where it cannot be told how, `why` says so for a line counted from 1, and the text is
    as it was.
    """

    text: str
    why: str = ""
    line: int = 1


def formatted(text: str) -> Formatted:
    """The text laid out; an empty one is left alone. Formatting it once more changes nothing."""
    if not text.strip():
        return Formatted(text)
    try:
        tidy = _tidy(_tidy(text))  # a comment may find its line only where that has moved
        if _tidy(tidy) != tidy or not says_the_same(text, tidy):
            return Formatted(text, _CHANGES)
    except UnreadableError as error:
        return Formatted(text, f"it cannot be read as YAML beneath its template tags: {error}", error.line)
    return Formatted(tidy)


def _tidy(text: str) -> str:
    return ordered("\n".join([*laid_out(covered(text)), ""]))
