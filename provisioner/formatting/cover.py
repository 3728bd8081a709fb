"""A manifest with its Jinja tags covered, so that YAML can be read beneath them, each place where it is. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from provisioner.manifests.templates.tags import Tag, tags
from provisioner.yaml_source import Document, parse_documents

_SILENT = ("statement", "comment")
_BEARABLE = "yaml-duplicate-key"
"""Both branches of a statement may say the same field."""
_INDENT = re.compile(r"(\|\s*indent\(\s*(?:width\s*=\s*)?)(\d+)")
"""The filter that says at which column the lines of a macro begin."""


class UnreadableError(ValueError):
    """The text cannot be read beneath its tags. `line` counts from 1."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Covered:
    """The lines of a text, the same with words in the place of tags, and its documents.

    `kept` are lines of statements that stand alone, counted from 0: they stay where they are, since what is before
    them is printed too.
    """

    lines: list[str]
    covered: list[str]
    documents: tuple[Document, ...]
    tags: tuple[Tag, ...]
    kept: frozenset[int]


def covered(text: str) -> Covered:
    """Raises UnreadableError where the text is no template or, beneath its tags, no YAML."""
    found = _tags(text)
    lines = text.split("\n")
    kept: set[int] = set()
    pieces: list[str] = []
    at = last = 0
    for tag, alone in zip(found, _are_alone(found, text), strict=True):
        first = last + text.count("\n", at, tag.start)
        last = first + text.count("\n", tag.start, tag.end)
        if alone:
            kept.update(range(first, last + 1))
        pieces += [text[at : tag.start], _word(text[tag.start : tag.end], is_comment=alone)]
        at = tag.end
    beneath = "".join([*pieces, text[at:]])
    return Covered(lines, beneath.split("\n"), documents(beneath), found, frozenset(kept))


def documents(text: str) -> tuple[Document, ...]:
    """The documents of a covered text. Raises UnreadableError."""
    parsed = parse_documents(text, "")
    for finding in parsed.findings:
        if finding.rule != _BEARABLE:
            raise UnreadableError(finding.message, finding.span.line if finding.span else 1)
    return parsed.documents


def replaced(text: str, word: Callable[[Tag], str]) -> str:
    """The text with a word in the place of each tag that prints; what prints nothing and stands alone is left out."""
    found = _tags(text)
    pieces: list[str] = []
    at = 0
    for tag, alone in zip(found, _are_alone(found, text), strict=True):
        pieces += [text[at : tag.start], "#" if alone else word(tag)]
        at = tag.end
    return "".join([*pieces, text[at:]])


def with_indents(text: str, change: Callable[[int], int]) -> str:
    """The text with other numbers in its `indent` filters."""
    return _INDENT.sub(lambda match: f"{match[1]}{change(int(match[2]))}", text)


def _tags(text: str) -> tuple[Tag, ...]:
    try:
        return tags(text)
    except ValueError as error:
        raise UnreadableError("this is no template that Jinja can read") from error


def _are_alone(found: tuple[Tag, ...], text: str) -> Iterator[bool]:
    """Of each tag, whether it prints nothing and nothing but such tags stands in its lines, so that YAML may read a
    comment.
    """
    pieces: list[str] = []
    at = 0
    for tag in found:
        if tag.kind in _SILENT:
            pieces += [text[at : tag.start], " " * (tag.end - tag.start)]
            at = tag.end
    without = "".join([*pieces, text[at:]])
    for tag in found:
        start, end = text.rfind("\n", 0, tag.start) + 1, text.find("\n", tag.end)
        yield tag.kind in _SILENT and not without[start : len(text) if end < 0 else end].strip()


def _word(tag: str, *, is_comment: bool) -> str:
    """As long as the tag, with the line feeds where they are."""
    if not is_comment:
        return re.sub(r"[^\n]", "x", tag)
    return "\n".join(re.sub(r"\S.*", lambda rest: "#" + "x" * (len(rest[0]) - 1), line) for line in tag.split("\n"))
