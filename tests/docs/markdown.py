"""Texts of the code as Markdown. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_IN_CODE = re.compile(r"(`[^`]*`)")
_MARKUP = re.compile(r"([\\*_<\[\]])")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


def words(text: str) -> str:
    """A sentence whose backquotes mean code, and in which nothing else is markup."""
    parts = _IN_CODE.split(" ".join(text.split()))
    return "".join(part if part.startswith("`") else _MARKUP.sub(r"\\\1", part) for part in parts)


def code(text: str) -> str:
    """A text in code."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"
