"""Whether two texts say the same as YAML, and with the same tags and comments. Pure.

That their templates also make the same of it is for whoever renders them.
"""

from __future__ import annotations

import hashlib
from collections import Counter

from provisioner.formatting.cover import covered, documents, replaced, with_indents
from provisioner.manifests.templates.tags import Tag


def says_the_same(before: str, after: str) -> bool:
    """Raises UnreadableError where one of them cannot be read."""
    return _says(before) == _says(after) and _remarks(before) == _remarks(after)


def _says(text: str) -> object:
    return [document.value() for document in documents(replaced(text, _word))]


def _word(tag: Tag) -> str:
    """A word that stands for what a tag says, at whichever column."""
    words = with_indents(" ".join(tag.words.split()), lambda _: 0)
    return f"x{hashlib.sha256(words.encode()).hexdigest()}"


def _remarks(text: str) -> Counter[str]:
    """What stands behind each `#`, and the tags in order of their kinds."""
    beneath = covered(text)
    found = Counter("".join(line.partition("#")[2].split()) for line in beneath.lines if "#" in line)
    found.update(f"{tag.kind} {' '.join(tag.words.split())}" for tag in beneath.tags if tag.kind != "expression")
    return found
