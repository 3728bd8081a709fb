"""The parts of a report in GitHub's Markdown, and how they are kept within a size. Pure.

What strangers wrote stands in code only: GitHub makes neither markup nor links nor mentions of it there. A sentence may
stand outside as far as it is plain words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate, groupby

from provisioner.metastudio.remote_text import printable
from provisioner.reports.log_lines import no_command
from provisioner.reports.numbers import counted
from provisioner.reports.places import Phrase, Quoted

MOST_UNITS = 60_000
"""UTF-16 code units of one report. GitHub takes 65,536 characters in a comment, and a workflow adds a line or two; a
step summary takes 1 MiB, which so many units never reach."""

ELSEWHERE = "Other reports of the plan (--report FILE.html, FILE.json) have everything."

_BACKTICKS = re.compile("`+")
_LONGEST = 300
_WORD = re.compile(r"\(?(?:[A-Za-z]+(?:'[a-z]+)?|[0-9]{1,4}%?)[,.;:?!]?\)?[,.;:]?")
_HASH = re.compile(r"[0-9a-f]{7,}")


def units(text: str) -> int:
    """The size of a text in UTF-16 code units: never less than GitHub counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def code(text: str, limit: int = _LONGEST) -> str:
    """A text as a code span: one visible line between more or fewer backticks than it holds in a row.

    The parser knows a longest fence, so it is the shortest that will do and not one longer than all.
    """
    shown = printable(text, limit) or " "
    runs = {len(run) for run in _BACKTICKS.findall(shown)}
    fence = "`" * next(length for length in range(1, len(runs) + 2) if length not in runs)
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def prose(text: str, limit: int = 1000) -> str:
    """A sentence that may quote anything: plain words stand as they are, and all else is code."""
    runs = [(plain, " ".join(words)) for plain, words in groupby(printable(text, limit).split(" "), _is_plain)]
    words = [run if plain else _quoted(run) for plain, run in runs]
    return " ".join(word for word in words if word)


def _quoted(text: str) -> str:
    """A stretch of a sentence as code; what ends the stretch stands behind it."""
    inner = text.rstrip(",.;")
    return f"{code(inner, 2000)}{text[len(inner) :]}" if inner else code(text)


def phrase(parts: Phrase) -> str:
    """Our words with what they quote as code."""
    return "".join(code(part.text) if isinstance(part, Quoted) else part for part in parts)


def html_phrase(parts: Phrase) -> str:
    """The same inside of an HTML element, where no Markdown is read."""
    return "".join(html_code(part.text) if isinstance(part, Quoted) else escape(part) for part in parts)


def html_code(text: str) -> str:
    """A text as code inside of an HTML element."""
    return f"<code>{escape(printable(text))}</code>"


def block(lines: Iterable[str], language: str = "diff") -> str:
    """Lines as a code block behind a fence longer than any in them, and none a command in a log."""
    body = "\n".join(no_command(line) for line in lines)
    longest = max((len(run) for run in _BACKTICKS.findall(body)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{body}\n{fence}"


def folded(summary: str, body: str, *, is_open: bool = False) -> str:
    """A part that can be folded away. `summary` is HTML on one line, `body` Markdown."""
    return f"<details{' open' if is_open else ''}>\n<summary>{summary}</summary>\n\n{body}\n\n</details>"


def listed(keys: Sequence[str], most: int) -> str:
    """Names as code, the first ones, and how many more."""
    more = len(keys) - most
    return ", ".join(code(key, 120) for key in keys[:most]) + (f" and {more:,} more" if more > 0 else "")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report, which tells of so many rooms: in full, or in one line where there is no space for that."""

    brief: str
    full: str
    rooms: int = 1


@dataclass(frozen=True, slots=True)
class Fitted:
    """What of some sections there was space for, and what it cost; `named` are those that are in brief."""

    texts: tuple[str, ...]
    cost: int
    named: tuple[Section, ...]


def fitted(sections: Sequence[Section], space: int) -> Fitted:
    """The sections within `space` units: the first ones are named in up to half of it, then of these the first that fit
    are in full, and what is still left names further ones.

    Each section costs a line break more than its text.
    """
    first = _nameable(sections, space // 2)
    left = space - sum(_cost(section.brief) for section in first)
    texts: list[str] = []
    in_brief: list[Section] = []
    for section in first:
        more = units(section.full) - units(section.brief)
        if more > left:
            in_brief.append(section)
            texts.append(section.brief)
        else:
            left -= more
            texts.append(section.full)
    rest = _nameable(sections[len(first) :], left)
    left -= sum(_cost(section.brief) for section in rest)
    return Fitted((*texts, *(section.brief for section in rest)), space - left, (*in_brief, *rest))


def _nameable(sections: Sequence[Section], space: int) -> list[Section]:
    """The first sections that fit when they are in brief."""
    ends = accumulate(_cost(section.brief) for section in sections)
    return [section for section, end in zip(sections, ends, strict=True) if end <= space]


def _cost(text: str) -> int:
    return units(text) + 2


def left_out(named: Sequence[Section], rooms: int, groups: int, elsewhere: str) -> str:
    """What there was no space for, in numbers: sections that are in brief, and rooms of groups that are not shown.

    `elsewhere` is a sentence that says where all of it is.
    """
    says = []
    if named:
        count = counted(sum(section.rooms for section in named), "room")
        says.append(f"{count} in {counted(len(named), 'group')} only named")
    if groups:
        says.append(f"{counted(rooms, 'more room')} in {counted(groups, 'group')} not shown at all")
    return f"> Left out for want of space: {'; '.join(says)}. {elsewhere}" if says else ""


def _is_plain(word: str) -> bool:
    return not word or (bool(_WORD.fullmatch(word)) and not _HASH.fullmatch(word.strip("(),.;:?!").lower()))
