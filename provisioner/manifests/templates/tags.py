"""Where a manifest speaks Jinja: its expressions, statements and comments, as stretches of its text. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, TemplateSyntaxError
from jinja2.lexer import Lexer

_BEGINS = {"variable_begin": "expression", "block_begin": "statement", "comment_begin": "comment", "raw_begin": "raw"}
_ENDS = frozenset({"variable_end", "block_end", "comment_end", "raw_end"})


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag from `start` up to `end`. `kind` is expression, statement, comment or raw; `words` is what is in it."""

    start: int
    end: int
    kind: str
    words: str


def tags(text: str) -> tuple[Tag, ...]:
    """The tags of a text whose line ends are line feeds. Raises ValueError where it is no template."""
    found: list[Tag] = []
    position = start = 0
    kind = ""
    try:
        for _, token, written in _lexer().tokeniter(text, None):
            here = text.index(written, position)
            position = here + len(written)
            if token in _BEGINS:
                start, kind = here, _BEGINS[token]
            elif token in _ENDS:
                end = here + len(written.rstrip())
                found.append(Tag(start, end, kind, text[start + 2 : end - 2].strip("-+ \t\n")))
    except TemplateSyntaxError as error:
        raise ValueError("this is no template") from error
    return tuple(found)


@cache
def _lexer() -> Lexer:
    return Environment(keep_trailing_newline=True, autoescape=False).lexer  # noqa: S701 - nothing is rendered
