"""Values of a room in few words: bounded, on one line, with everything invisible escaped. Pure."""

from __future__ import annotations

import json
from typing import Any

from rich.text import Text

from provisioner.metastudio.remote_text import printable
from provisioner.reports.word_diff import Pairs, Part

NOT_SET = "(not set)"
SHORT = 48
"""Characters up to which two texts are put side by side."""
LONGEST = 300
"""Characters of one value that are shown."""

_CONTEXT = 16
"""Characters of unchanged text kept on either side of a change."""
_MOST_PARTS = 24
"""Stretches of one text that are shown."""


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


def word_diff(stretches: Pairs, *, colour: bool) -> Text:
    """A text with its changes marked word by word and what stays the same cut short.

    Without colour `[-gone-]` and `{+new+}`.
    """
    text = Text()
    for number, (part, words) in enumerate(stretches):
        if number >= _MOST_PARTS:
            more = sum(later is not Part.KEPT for later, _ in stretches[number:])
            return text.append(f" … {more:,} more changes in this text" if more else "…", style="dim")
        match part:
            case Part.KEPT:
                shown_words = shortened(words, is_first=number == 0, is_last=number == len(stretches) - 1)
                text.append(shown_words, style="dim")
            case Part.GONE:
                text.append(bounded(words) if colour else f"[-{bounded(words)}-]", style="red strike")
            case Part.NEW:
                text.append(bounded(words) if colour else f"{{+{bounded(words)}+}}", style="green")
    return text


def shortened(words: str, *, is_first: bool, is_last: bool, context: int = _CONTEXT) -> str:
    """What is kept between two changes, or before the first and after the last: its ends, as whole words if they are
    not too long.
    """
    head = "" if is_first else words[:context]
    tail = "" if is_last else words[-context:]
    if len(words) <= len(head) + len(tail) + 1:
        return escaped(words)
    if (space := head.rfind(" ")) > context // 2:
        head = head[:space]
    if -1 < (space := tail.find(" ")) < context // 2:
        tail = tail[space + 1 :]
    return f"{escaped(head)}…{escaped(tail)}"
