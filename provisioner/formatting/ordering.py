"""The order in which a document says what it is: the one in which people read it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from provisioner.formatting.cover import Covered, covered
from provisioner.yaml_source import Document, Mapping

ORDER = ("kind", "key", "labels", "spec", "rules", "live", "lifecycle", "adopt")
"""The fields of manifests. Within `spec` the order is the author's."""


def ordered(text: str) -> str:
    """The text with the fields of each document in order, each with the comments above it.

    A document with a statement behind its first field keeps its order, and one with fields that no manifest has.
    """
    beneath = covered(text)
    lines = list(beneath.lines)
    for document in reversed(beneath.documents):
        _order(lines, document, beneath)
    return "\n".join(lines)


def _order(lines: list[str], document: Document, text: Covered) -> None:
    root = document.root
    if not isinstance(root, Mapping) or not root.pairs:
        return
    starts = [key.start.line for key, _ in root.pairs]
    names = [key.text for key, _ in root.pairs]
    end = _end(text.covered, starts[-1])
    wanted = sorted(names, key=lambda name: ORDER.index(name) if name in ORDER else -1)
    if names == wanted or len(set(names)) < len(names) or not set(names) <= set(ORDER):
        return
    if any(key.start.column for key, _ in root.pairs) or _has_statement(text, range(starts[0], end)):
        return
    begins = [starts[0], *(_with_remarks(text.covered, start) for start in starts[1:])]
    parts = {
        name: _Part(lines[begin:stop]) for name, begin, stop in zip(names, begins, [*begins[1:], end], strict=True)
    }
    lines[starts[0] : end] = [line for name in wanted for line in parts[name].behind(name == wanted[0])]


class _Part:
    """The lines of a field, and whether a blank one parts it from what is above."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._is_apart = not lines[0].strip()
        self._lines = [*lines[1:]] if self._is_apart else [*lines]

    def behind(self, is_first: bool) -> list[str]:
        """The lines where they follow others, or come first."""
        return [""] * (self._is_apart and not is_first) + self._lines


def _with_remarks(lines: Sequence[str], start: int) -> int:
    """Where the comments right above a field begin, with the blank line above them."""
    begin = start
    while lines[begin - 1].startswith("#"):
        begin -= 1
    return begin - (not lines[begin - 1].strip())


def _end(lines: Sequence[str], start: int) -> int:
    """The line behind a document's last field: comments that a blank line parts from it stay where they are."""
    end = start + 1
    while end < len(lines) and not lines[end].startswith(("---", "...")):
        end += 1
    at = end
    while at > start + 1 and (not lines[at - 1].strip() or lines[at - 1].startswith("#")):
        at -= 1
    while at < end and lines[at].strip():
        at += 1
    return at


def _has_statement(text: Covered, lines: range) -> bool:
    whole = "\n".join(text.lines)
    return any(tag.kind != "expression" and whole.count("\n", 0, tag.start) in lines for tag in text.tags)
