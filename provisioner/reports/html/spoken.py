"""About how long a text is spoken. Pure.

The rule: 4.5 Chinese, Japanese or Korean characters a second, 2.5 words of other languages a second (a number counts as
a word), at the scene's speed in percent. SSML tags are not spoken: of `<sub alias="...">` the alias is, and the time of
`<break>` is added as it is written.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from provisioner.reports.html.plain import below, number

CHARACTERS_A_SECOND = 4.5
WORDS_A_SECOND = 2.5
_LONGEST_BREAK_S = 10.0
_SUB = re.compile(r"""<sub\s[^<>]{0,200}?\balias\s*=\s*["']([^"'<>]{0,200})["'][^<>]*>[^<>]*</sub\s*>""")
_BREAK = re.compile(r"""<break\s[^<>]{0,200}?\btime\s*=\s*["']\s*([0-9]{1,5}(?:\.[0-9]{1,3})?)(ms|s)\s*["'][^<>]*>""")
_TAG = re.compile(r"<[^<>]*>")
_CHARACTER = re.compile(r"[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")
_WORD = re.compile(r"\w[\w'’.,-]*")


@lru_cache(maxsize=1024)  # most paragraphs say before what they say after
def seconds(text: str, speed: float = 100) -> float:
    """Seconds of speech, for a speed in percent of the usual one."""
    words = _TAG.sub(" ", _SUB.sub(r" \1 ", text))
    characters = len(_CHARACTER.findall(words))
    others = len(_WORD.findall(_CHARACTER.sub(" ", words)))
    spoken = characters / CHARACTERS_A_SECOND + others / WORDS_A_SECOND
    return spoken * 100 / speed + sum(_pause(*found) for found in _BREAK.findall(text))


def speed_of(scene: Any) -> float:
    """The speed of a scene's voice in percent, within what the service takes."""
    return min(200.0, max(50.0, number(below(scene, "voice_config", "speed"), 100)))


def clock(length_s: float) -> str:
    """`0:07`, `12:30`, `1:02:03`."""
    minutes, rest = divmod(round(length_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _pause(amount: str, unit: str) -> float:
    length = float(amount) / (1000 if unit == "ms" else 1)
    return min(length, _LONGEST_BREAK_S)
