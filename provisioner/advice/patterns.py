"""Regular expressions as a tree of the characters they take, whatever dialect they are written in. Pure.

The service does not say whose dialect it reads. So what is common is read here, and what some dialect has and this
does not know gives no tree: nothing is said about it then. No expression is ever run on a text.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import TypeAlias

MANY = 20
"""From this many repetitions on, a bounded quantifier is as slow as an unbounded one."""


class NotUnderstoodError(Exception):
    """The expression has something that has no tree here, such as a look-ahead or a reference back."""


@dataclass(frozen=True, slots=True)
class Take:
    """One character of a set, as an expression for it."""

    expression: str


@dataclass(frozen=True, slots=True)
class Row:
    """One after another."""

    items: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    items: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """Again and again. `empty`: or not at all. `loops`: so often that it counts as without end."""

    item: Tree
    empty: bool
    loops: bool


Tree: TypeAlias = Take | Row | Choice | Repeat

_QUANTIFIER = re.compile(r"[*+?]|\{([0-9]{1,6})(?:(,)([0-9]{0,6}))?\}")
_CLASS = re.compile(r"\[\^?\]?(?:[^\\\]\[]|\\.|\[(?=[^:.=]))*\]", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[pP]\{[^{}]*\}|[pP].|.)", re.DOTALL)
_OPENING = re.compile(r"\((?:\?(?::|P?<[A-Za-z_]\w*>|[a-zA-Z]*(?:-[a-zA-Z]+)?:))?")
_FLAGS = re.compile(r"\(\?[a-zA-Z]*(?:-[a-zA-Z]+)?\)")
_NOTHING = frozenset("bBAzZGR")
"""Escapes that take no character."""


def tree_of(pattern: str) -> Tree:
    """The tree of an expression. Raises NotUnderstoodError."""
    reader = _Reader(pattern)
    tree = reader.choice()
    if reader.at < len(pattern):
        raise NotUnderstoodError
    return tree


class _Reader:
    """Reads an expression from left to right."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self._depth = 0

    def choice(self) -> Tree:
        """Up to the end of the group."""
        self._depth += 1
        if self._depth > 50:
            raise NotUnderstoodError
        rows = [self._row()]
        while self.pattern.startswith("|", self.at):
            self.at += 1
            rows.append(self._row())
        self._depth -= 1
        return rows[0] if len(rows) == 1 else Choice(tuple(rows))

    def _row(self) -> Tree:
        items: list[Tree] = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            item = self._item()
            if item is not None:
                items.append(self._repeated(item))
        return Row(tuple(items))

    def _item(self) -> Tree | None:
        """What stands here; None for what takes no character."""
        flags = _FLAGS.match(self.pattern, self.at)
        if flags is not None:
            self.at = flags.end()
            return None
        match self.pattern[self.at]:
            case "(":
                return self._group()
            case "[":
                return Take(self._matched(_CLASS))
            case "\\":
                escape = self._matched(_ESCAPE)
                if escape[1] in "123456789kQE":
                    raise NotUnderstoodError
                return None if escape[1] in _NOTHING else Take(_known(escape))
            case "^" | "$":
                self.at += 1
                return None
            case "." | _ as character:
                self.at += 1
                return Take(character if character == "." else re.escape(character))

    def _group(self) -> Tree:
        opening = self._matched(_OPENING)
        if opening == "(" and self.pattern.startswith("?", self.at):
            raise NotUnderstoodError
        inside = self.choice()
        if not self.pattern.startswith(")", self.at):
            raise NotUnderstoodError
        self.at += 1
        return inside

    def _repeated(self, item: Tree) -> Tree:
        match = _QUANTIFIER.match(self.pattern, self.at)
        if match is None:
            return item
        self.at = match.end()
        if self.pattern.startswith("+", self.at):
            raise NotUnderstoodError  # it gives nothing back, or is written twice
        if self.pattern.startswith("?", self.at):
            self.at += 1
        least, most = _bounds(match)
        return Repeat(item, empty=least == 0, loops=most is None or most >= MANY)

    def _matched(self, expression: re.Pattern[str]) -> str:
        match = expression.match(self.pattern, self.at)
        if match is None:
            raise NotUnderstoodError
        self.at = match.end()
        return match.group()


def _bounds(match: re.Match[str]) -> tuple[int, int | None]:
    written = match.group()
    if written in "*+?":
        return (1 if written == "+" else 0), (1 if written == "?" else None)
    least = int(match[1])
    if match[2] is None:
        return least, least
    return least, int(match[3]) if match[3] else None


def _known(escape: str) -> str:
    """An escape as Python writes it; letters of any kind for the properties of Unicode."""
    return r"\w" if escape[1] in "pP" else r"[ \t]" if escape[1] in "hH" else escape


def compiled(expression: str, flags: int = 0) -> re.Pattern[str]:
    """The expression for Python's engine. What that would warn of, a later dialect of its own, is nobody's here.

    Raises re.error, RecursionError and OverflowError.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return re.compile(expression, flags)
