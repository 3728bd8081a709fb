"""Values of a room in few words: bounded, on one line, with everything invisible escaped. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from rich.text import Text

from provisioner.metastudio.remote_text import printable

NOT_SET = "(not set)"
SHORT = 48
"""Characters up to which two texts are put side by side."""
LONGEST = 300
"""Characters of one value that are shown."""

_CONTEXT = 16
"""Characters of unchanged text kept on either side of a change."""
_SMALLEST_ISLAND = 3
"""Unchanged text shorter than this between two changes is shown as changed with them."""
_MOST_PARTS = 24
"""Stretches of one text that are shown."""
_MOST_TOKENS = 800
"""Words compared one by one; the comparison takes the square of it."""
_LEAST_ALIKE = 0.3
_TOKEN = re.compile(r"[0-9A-Za-z_\u00c0-\u024f'’]+|\s+|.", re.DOTALL)


class Part(StrEnum):
    """What becomes of a stretch of text."""

    KEPT = "kept"
    GONE = "gone"
    NEW = "new"


def escaped(text: str) -> str:
    """The whole text on one line; line breaks are shown as `↵`, whatever else is invisible by its number."""
    visible = text.replace("\r\n", "↵").replace("\n", "↵")
    return visible if visible.isprintable() else printable(visible, limit=10 * len(visible) + 1)


def bounded(text: str, limit: int = LONGEST) -> str:
    """The first `limit` characters, and how many more there are."""
    more = len(text) - limit
    if more <= 0:
        return escaped(text)
    return f"{escaped(text[:limit])}… {more:,} more character{'s' if more > 1 else ''}"


def shown(value: Any, limit: int = LONGEST) -> str:
    """A value as it is written in reports: text in quotes, numbers and truth values bare, the rest as JSON."""
    match value:
        case None:
            return NOT_SET
        case str() if len(value) > limit:
            return f'"{escaped(value[:limit])}"… {len(value) - limit:,} more characters'
        case str():
            return f'"{escaped(value)}"'
        case _:
            return bounded(json.dumps(value, ensure_ascii=False, default=str), limit)


def is_short(value: Any) -> bool:
    """Whether a value is worth putting beside another on one line."""
    return not isinstance(value, dict | list) and not (isinstance(value, str) and (len(value) > SHORT or "\n" in value))


def word_diff(before: str, after: str, *, colour: bool) -> Text | None:
    """The text with its changes marked word by word and what stays the same cut short.

    Without colour `[-gone-]` and `{+new+}`. None where so little stays that both texts are better read whole.
    """
    parts = _parts(before, after)
    if parts is None:
        return None
    text = Text()
    for number, (part, words) in enumerate(parts):
        if number >= _MOST_PARTS:
            more = sum(later is not Part.KEPT for later, _ in parts[number:])
            return text.append(f" … {more:,} more changes in this text" if more else "…", style="dim")
        match part:
            case Part.KEPT:
                text.append(_shortened(words, is_first=number == 0, is_last=number == len(parts) - 1), style="dim")
            case Part.GONE:
                text.append(bounded(words) if colour else f"[-{bounded(words)}-]", style="red strike")
            case Part.NEW:
                text.append(bounded(words) if colour else f"{{+{bounded(words)}+}}", style="green")
    return text


def _parts(before: str, after: str) -> list[tuple[Part, str]] | None:
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    old_core, new_core = old[head : len(old) - tail], new[head : len(new) - tail]
    if max(len(old_core), len(new_core)) > _MOST_TOKENS:
        middle = [(Part.GONE, "".join(old_core)), (Part.NEW, "".join(new_core))]
    else:
        middle = list(_merged(old_core, new_core))
    ends = [(Part.KEPT, "".join(old[:head])), *middle, (Part.KEPT, "".join(old[len(old) - tail :]))]
    parts = [(part, words) for part, words in ends if words]
    kept = sum(len(words) for part, words in parts if part is Part.KEPT)
    return parts if kept >= _LEAST_ALIKE * max(len(before), len(after)) else None


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    """How many tokens two sequences start with in common."""
    return next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))


def _merged(old: list[str], new: list[str]) -> Iterator[tuple[Part, str]]:
    """What goes before what comes, for each stretch of changes; tiny islands between two changes go under."""
    gone = come = ""
    for tag, i, k, j, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        before, after = "".join(old[i:k]), "".join(new[j:m])
        if tag == "equal" and len(before) >= _SMALLEST_ISLAND:
            yield from ((Part.GONE, gone), (Part.NEW, come), (Part.KEPT, before))
            gone = come = ""
        else:
            gone, come = gone + before, come + after
    yield from ((Part.GONE, gone), (Part.NEW, come))


def _shortened(words: str, *, is_first: bool, is_last: bool) -> str:
    head = "" if is_first else words[:_CONTEXT]
    tail = "" if is_last else words[-_CONTEXT:]
    if len(words) <= len(head) + len(tail) + 1:
        return escaped(words)
    return f"{escaped(head)}…{escaped(tail)}"
