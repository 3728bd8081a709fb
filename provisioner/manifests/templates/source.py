"""The text of one template and places in it. Pure.

Jinja knows lines only. Here its tokens carry the offset of their first character instead of a line number, so
every node of its tree, every syntax error and every line of compiled code leads back to a line and a column.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from jinja2 import TemplateSyntaxError
from jinja2.lexer import Lexer, Token, TokenStream

from provisioner.diagnostics import Span

_OPENS = frozenset({"variable_begin", "block_begin"})
_CLOSES = frozenset({"variable_end", "block_end"})


@dataclass(slots=True)
class Source:
    """A template as written. `file` is relative to the workspace; line ends in `text` are line feeds."""

    file: str
    text: str
    tags: list[tuple[int, int]] = field(default_factory=list)
    """Where each `{{ }}` and `{% %}` starts and ends, in order; filled while the text is tokenized."""

    def span(self, start: int, end: int | None = None) -> Span:
        """The stretch between two offsets."""
        line, column = self._place(start)
        if end is None:
            return Span(self.file, line, column)
        return Span(self.file, line, column, *self._place(end))

    def tag_at(self, offset: int) -> tuple[int, int]:
        """Start and end of the tag around an offset; the offset itself where there is none."""
        index = bisect_right(self.tags, (offset, len(self.text))) - 1
        return self.tags[index] if index >= 0 else (offset, offset)

    def words(self, tag: tuple[int, int]) -> str:
        """What is written in a tag, without its braces."""
        start, end = tag
        return self.text[start + 2 : end - 2].strip("-+ \t\n")

    def _place(self, offset: int) -> tuple[int, int]:
        return self.text.count("\n", 0, offset) + 1, offset - self.text.rfind("\n", 0, offset)


def tokenize(lexer: Lexer, source: Source) -> TokenStream:
    """Jinja's tokens, numbered by offset + 1 (0 would mean "no place" to Jinja)."""
    return TokenStream(_tokens(lexer, source), source.file, source.file)


def offset_of(number: int) -> int:
    """The offset that a number of `tokenize` stands for."""
    return max(number - 1, 0)


def _tokens(lexer: Lexer, source: Source) -> Iterator[Token]:
    return lexer.wrap(_numbered(lexer, source), source.file, source.file)


def _numbered(lexer: Lexer, source: Source) -> Iterator[tuple[int, str, str]]:
    text, position, opened = source.text, 0, 0
    try:
        for _, kind, written in lexer.tokeniter(text, source.file):
            start = text.index(written, position)  # beyond white space that a `-` took away
            position = start + len(written)
            if kind in _OPENS:
                opened = start
            elif kind in _CLOSES:
                source.tags.append((opened, start + len(written.rstrip())))
            yield start + 1, kind, written
    except TemplateSyntaxError as error:
        message = (error.message or "").partition(" at ")[0]
        raise TemplateSyntaxError(message, position + 1, source.file, source.file) from error
