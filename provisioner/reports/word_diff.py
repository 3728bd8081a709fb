"""Two versions of a text, word by word: what is kept, what goes, what comes. Pure.

Every format shows the same stretches. Words of languages with spaces are compared whole, Chinese and Japanese character
by character, and characters that are drawn as one (an emoji with its skin tone) are never torn apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TypeAlias

_MOST_TOKENS = 800
"""Words of one text that are compared one by one; the comparison takes the square of it."""
_MOST_WORK = 40_000_000
"""Pairs of words that one report compares, of all its texts together: a few seconds at the worst."""
_SMALLEST_ISLAND = 3
"""Unchanged text shorter than this between two changes is shown as changed with them."""
_LEAST_ALIKE = 0.3
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uf900-\ufaff\U00020000-\U0003ffff"
_JOINED = r"(?:[\u0300-\u036f\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]|\u200d.)*"
_TOKEN = re.compile(rf"(?:[^\W{_UNSPACED}]|['’])+|\s+|.{_JOINED}", re.DOTALL)


class Part(StrEnum):
    """What becomes of a stretch of text."""

    KEPT = "kept"
    GONE = "gone"
    NEW = "new"


Stretch: TypeAlias = tuple[Part, str]
Pairs: TypeAlias = tuple[Stretch, ...]


class Comparisons:
    """Compares the texts of one report and remembers them: many rooms change in the same words.

    All together take bounded work. What is beyond it is compared by its beginning and end only, which is true and
    coarser.
    """

    def __init__(self, most_work: int = _MOST_WORK) -> None:
        self._left = most_work
        self._known: dict[tuple[str, str], Pairs] = {}

    def stretches(self, before: str, after: str) -> Pairs:
        """Both texts as stretches, in reading order; what goes stands before what comes in its place.

        Kept and gone stretches together are `before`, kept and new ones `after`.
        """
        known = self._known.get((before, after))
        if known is None:
            known = self._known[before, after] = tuple(self._compared(before, after))
        return known

    def worth_showing(self, before: str, after: str) -> Pairs | None:
        """The same, or None where so little stays that both texts are better read whole."""
        found = self.stretches(before, after)
        kept = sum(len(words) for part, words in found if part is Part.KEPT)
        return found if kept >= _LEAST_ALIKE * max(len(before), len(after)) else None

    def _compared(self, before: str, after: str) -> Iterator[Stretch]:
        old, new = _TOKEN.findall(before), _TOKEN.findall(after)
        head = _common(old, new)
        tail = _common(old[head:][::-1], new[head:][::-1])
        old_core, new_core = old[head : len(old) - tail], new[head : len(new) - tail]
        ends = ("".join(old[:head]), "".join(old[len(old) - tail :]))
        work = len(old_core) * len(new_core)
        if max(len(old_core), len(new_core)) > _MOST_TOKENS or work > self._left:
            middle: list[Stretch] = [(Part.GONE, "".join(old_core)), (Part.NEW, "".join(new_core))]
        else:
            self._left -= work
            middle = _readable(list(_edits(old_core, new_core)))
        yield from ((part, words) for part, words in ((Part.KEPT, ends[0]), *middle, (Part.KEPT, ends[1])) if words)


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    """How many tokens two sequences start with in common."""
    return next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))


def _edits(old: list[str], new: list[str]) -> Iterator[tuple[str, str, str]]:
    """What goes, what comes in its place, and what is kept after it; over and over."""
    gone = come = ""
    for tag, i, k, j, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield gone, come, "".join(old[i:k])
            gone = come = ""
        else:
            gone, come = gone + "".join(old[i:k]), come + "".join(new[j:m])
    yield gone, come, ""


def _readable(edits: list[tuple[str, str, str]]) -> list[Stretch]:
    """The edits with the islands between them gone under that are too small to hold on to."""
    found: list[Stretch] = []
    gone = come = ""
    for n, (went, came, kept) in enumerate(edits):
        gone, come = gone + went, come + came
        following = edits[n + 1] if n + 1 < len(edits) else ("", "", "")
        ends = (max(len(gone), len(come)), max(len(following[0]), len(following[1])))
        if all(ends) and (len(kept.strip()) < _SMALLEST_ISLAND or len(kept) <= min(ends)):
            gone, come = gone + kept, come + kept
            continue
        found += [(Part.GONE, gone), (Part.NEW, come), (Part.KEPT, kept)]
        gone = come = ""
    return found
