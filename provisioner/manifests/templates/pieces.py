"""What a template renders to before it is text: pieces that know where they come from. Pure.

    Literal    text of a template: structure
    Bound      a value that an expression printed: data
    Structure  what a macro, a captured block, a call block or a filter block rendered: pieces in order
    Nested     a Structure or an include in its place, with the place that put it there

Structure and data are told apart by these types alone, so nothing that a value holds can make it structure. The
classes are not frozen, unlike other values here: a room has hundreds, and freezing triples what making one costs.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from provisioner.diagnostics import Span
from provisioner.manifests.templates.source import Source
from provisioner.manifests.templates.texts import join_texts, secret_refused, text_of
from provisioner.rooms import Value
from provisioner.secrets import SecretText


@dataclass(slots=True, eq=False)
class Site:
    """A `{{ }}` or `{% %}` in a template. `label` says what it does to what it prints, as in "called from"."""

    source: Source
    start: int
    end: int
    label: str

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.source.span(self.start, self.end)


@dataclass(slots=True, eq=False)
class Literal:
    """Text of a template, never empty. `marks` pair positions in `text` with offsets in the source, in order."""

    text: str
    source: Source
    marks: tuple[tuple[int, int], ...]
    may_separate: bool = field(init=False)
    """Whether it may be part of a line that separates documents."""
    _cuts: dict[int, tuple[Literal, Literal]] = field(init=False, default_factory=dict)
    _indented: dict[tuple[str, bool, bool], Literal] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        text = self.text
        self.may_separate = "---" in text or "..." in text or text[0] in "-." or text[-1] in "-."

    def offset(self, position: int) -> int:
        """Where in the source the character at `position` comes from."""
        index = bisect_right(self.marks, position, key=_position) - 1
        start, offset = self.marks[index]
        found = offset + position - start
        # what `indent` put in has no place of its own: it is where its line starts
        return min(found, self.marks[index + 1][1]) if index + 1 < len(self.marks) else found

    def cut(self, position: int) -> tuple[Literal, Literal]:
        """The text before a position and the rest; neither may be empty. Made once, however often it is needed."""
        if position not in self._cuts:
            before = tuple(mark for mark in self.marks if mark[0] < position)
            after = tuple((at - position, offset) for at, offset in self.marks if at > position)
            self._cuts[position] = (
                Literal(self.text[:position], self.source, before),
                Literal(self.text[position:], self.source, ((0, self.offset(position)), *after)),
            )
        return self._cuts[position]

    def changed(self, change: Callable[[str], str]) -> Literal:
        """The text with its characters changed; places stay exact while the length does."""
        return Literal(change(self.text), self.source, self.marks)

    def indented(self, pad: str, *, at_line_start: bool, blank: bool) -> Literal:
        """The text with `pad` before its lines; before the first only where it starts one. Made once."""
        key = (pad, at_line_start, blank)
        if key not in self._indented:
            self._indented[key] = self._padded(pad, at_line_start, blank)
        return self._indented[key]

    def _padded(self, pad: str, at_line_start: bool, blank: bool) -> Literal:
        parts: list[str] = []
        marks: list[tuple[int, int]] = []
        length = 0
        for line in _LINES.finditer(self.text):
            start, end = line.span()
            if (start or at_line_start) and (blank or line.group() != "\n"):
                marks.append((length, self.offset(start)))
                parts.append(pad)
                length += len(pad)
            marks.append((length, self.offset(start)))
            marks += [(length + at - start, offset) for at, offset in self.marks if start < at < end]
            parts.append(line.group())
            length += end - start
        return Literal("".join(parts), self.source, tuple(marks))


_LINES = re.compile(r"[^\n]*\n|[^\n]+")


def _position(mark: tuple[int, int]) -> int:
    return mark[0]


@dataclass(slots=True, eq=False)
class Bound:
    """A value and the expression that printed it."""

    value: Value
    site: Site


@dataclass(slots=True, eq=False)
class Nested:
    """Pieces and the place that put them where they are."""

    site: Site
    pieces: list[Piece]


class Structure:
    """Rendered pieces as a template's expressions see them.

    Printed, it stays structure. Whatever else is done with it, such as a comparison or `~`, is done with its text,
    in which values stand in their places; what comes out of that is data.
    """

    __slots__ = ("pieces",)

    def __init__(self, pieces: Iterable[Piece] = ()) -> None:
        self.pieces: list[Piece] = pieces if isinstance(pieces, list) else list(pieces)

    def text(self) -> str | SecretText:
        """Its text with values in their places. Raises Refused for a value that has no text."""
        return join_texts(
            atom.text if isinstance(atom, Literal) else text_of(atom.value) for atom in _atoms(self.pieces)
        )

    def indented(self, pad: str, *, first: bool, blank: bool) -> Structure:
        """With `pad` before every line but the first, which has it if asked for. Values keep their line breaks."""
        indenting = _Indenting(pad, blank, at_line_start=first)
        return Structure(indenting.run(self.pieces))

    def trimmed(self) -> Structure:
        """Without white space at both ends; what values begin or end with stays."""
        return Structure(_without_end(_without_start(self.pieces)))

    def changed(self, change: Callable[[str], str]) -> Structure:
        """With the characters of its literal text and of its values' text changed; other values stay."""
        return Structure(_changed(self.pieces, change))

    def __str__(self) -> str:
        text = self.text()
        if isinstance(text, SecretText):
            raise secret_refused("this")
        return text

    def __eq__(self, other: object) -> bool:
        return self.text() == (other.text() if isinstance(other, Structure) else other)

    def __hash__(self) -> int:
        return hash(self.text())

    def __bool__(self) -> bool:
        return any(isinstance(atom, Literal) or atom.value != "" for atom in _atoms(self.pieces))

    def __len__(self) -> int:
        return len(str(self))

    def __iter__(self) -> Iterator[str]:
        return iter(str(self))

    def __contains__(self, other: object) -> bool:
        return str(other) in str(self)

    def __getitem__(self, index: int | slice) -> str:
        return str(self)[index]


Piece: TypeAlias = Literal | Bound | Nested | Structure


def _atoms(pieces: list[Piece]) -> Iterator[Literal | Bound]:
    stack = [iter(pieces)]
    while stack:
        for piece in stack[-1]:
            if isinstance(piece, Literal | Bound):
                yield piece
            else:
                stack.append(iter(piece.pieces))
                break
        else:
            stack.pop()


def _with(piece: Nested | Structure, pieces: list[Piece]) -> Piece:
    return Nested(piece.site, pieces) if isinstance(piece, Nested) else Structure(pieces)


@dataclass(slots=True)
class _Indenting:
    """Indents piece after piece: whether the next one starts a line depends on those before it."""

    pad: str
    blank: bool
    at_line_start: bool

    def run(self, pieces: list[Piece]) -> list[Piece]:
        result: list[Piece] = []
        for piece in pieces:
            match piece:
                case Literal():
                    result.append(piece.indented(self.pad, at_line_start=self.at_line_start, blank=self.blank))
                    self.at_line_start = piece.text.endswith("\n")
                case Bound():
                    if self.at_line_start and self.pad:
                        result.append(Literal(self.pad, piece.site.source, ((0, piece.site.start),)))
                    result.append(piece)
                    self.at_line_start = False
                case _:
                    result.append(_with(piece, self.run(piece.pieces)))
        return result


def _without_start(pieces: list[Piece]) -> list[Piece]:
    for index, piece in enumerate(pieces):
        match piece:
            case Literal():
                spaces = len(piece.text) - len(piece.text.lstrip())
                if spaces < len(piece.text):
                    return [piece.cut(spaces)[1] if spaces else piece, *pieces[index + 1 :]]
            case Bound():
                return pieces[index:]
            case _:
                inner = _without_start(piece.pieces)
                if inner:
                    return [_with(piece, inner), *pieces[index + 1 :]]
    return []


def _without_end(pieces: list[Piece]) -> list[Piece]:
    for index in range(len(pieces) - 1, -1, -1):
        match pieces[index]:
            case Literal() as piece:
                kept = len(piece.text.rstrip())
                if kept:
                    return [*pieces[:index], piece.cut(kept)[0] if kept < len(piece.text) else piece]
            case Bound():
                return pieces[: index + 1]
            case piece:
                inner = _without_end(piece.pieces)
                if inner:
                    return [*pieces[:index], _with(piece, inner)]
    return []


def _changed(pieces: list[Piece], change: Callable[[str], str]) -> list[Piece]:
    result: list[Piece] = []
    for piece in pieces:
        match piece:
            case Literal():
                result.append(piece.changed(change))
            case Bound():
                result.append(Bound(change(piece.value), piece.site) if isinstance(piece.value, str) else piece)
            case _:
                result.append(_with(piece, _changed(piece.pieces, change)))
    return result
