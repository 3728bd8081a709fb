"""The first thing wrong with the SSML of a text, and where in the text. Pure.

The tags are those of the vendor's page "SSML Definition of Text Control", which builds on SSML 1.0; everything that
uses them stands inside <speak>. The attributes of its own tags (emotion, insert-action, word) are not listed
here, so they are not judged. A text without <speak> is read out as it stands, brackets and all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from provisioner.checking import did_you_mean

_PROSODY = frozenset({"contour", "duration", "pitch", "range", "rate", "volume"})
ATTRIBUTES: dict[str, frozenset[str] | None] = {
    "break": frozenset({"strength", "time"}),
    "emotion": None,
    "insert-action": None,
    "phoneme": frozenset({"alphabet", "ph"}),
    "prosody": _PROSODY,
    "say-as": frozenset({"detail", "format", "interpret-as"}),
    "speak": frozenset({"version", "xml:lang", "xmlns"}),
    "sub": frozenset({"alias"}),
    "word": None,
}
"""The tags and their attributes; None where any passes."""
_EMPTY = frozenset({"break", "insert-action"})
_NEEDED = {"phoneme": "ph", "say-as": "interpret-as", "sub": "alias"}
_BREAK_MS = range(200, 10_001)

_MARKUP = re.compile(r"<!--[^<]*?-->|<\?[^<]*?\?>|<[^<>]*>|[<&]")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]*)(.*?)(/?)>", re.DOTALL)
_ATTRIBUTE = re.compile(r"""\s++([A-Za-z][A-Za-z0-9:-]*)\s*=\s*("[^"<]*"|'[^'<]*')""")
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});")
_TIME = re.compile(r"([0-9]{1,9})(ms|s)\Z")
_OF_SPEECH = re.compile(rf"</?({'|'.join(ATTRIBUTES)})(?=[\s/>])")


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong, and at which character of the text, counted from 0."""

    offset: int
    message: str


@lru_cache(maxsize=256)
def flaw_in(text: str) -> Flaw | None:
    """The first flaw of a text; rooms of one template say the same."""
    tag = _OF_SPEECH.search(text)
    if tag is None:
        return None
    start = re.search(r"<speak[\s/>]", text)
    if start is None or tag.start() < start.start():
        return Flaw(tag.start(), f"<{tag[1]}> counts inside <speak> only; put <speak> and </speak> around the text")
    return _Scan(text).flaw(start.start())


class _Scan:
    """One pass over a text, with the tags that are open."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._open: list[tuple[str, int]] = []

    def flaw(self, start: int) -> Flaw | None:
        for match in _MARKUP.finditer(self._text, start):
            found = self._at(match.group(), match.start())
            if found is not None:
                return found
        if self._open:
            name, offset = self._open[-1]
            return Flaw(offset, f"<{name}> is never closed; write </{name}> after what it is about")
        return None

    def _at(self, markup: str, offset: int) -> Flaw | None:
        if markup == "&":
            if not self._open or _ENTITY.match(self._text, offset):
                return None
            return Flaw(offset, "a & starts an entity here; write &amp;, or use the filter ssml_escape")
        if markup.startswith(("<!--", "<?")):
            return None
        tag = _TAG.fullmatch(markup)
        if tag is None:
            if not self._open:
                return None
            return Flaw(offset, "a < starts a tag here, and this is none; write &lt;, or use the filter ssml_escape")
        closes, name, written, closed = tag.groups()
        if name not in ATTRIBUTES:
            hint = did_you_mean(name, ATTRIBUTES) or f"; the tags are {', '.join(ATTRIBUTES)}"
            return Flaw(offset, f"there is no tag <{_shown(name)}>{hint}")
        if closes:
            return self._closed(name, offset)
        if not closed:
            self._open.append((name, offset))
        elif name == "speak":
            return Flaw(offset, "<speak/> says nothing; put </speak> after the text")
        return _attributes(name, written, offset)

    def _closed(self, name: str, offset: int) -> Flaw | None:
        if not self._open:
            return Flaw(offset, f"</{name}> closes nothing; remove it, or open <{name}> before")
        last, start = self._open.pop()
        if last != name:
            return Flaw(offset, f"</{name}> stands where <{last}> is open; close </{last}> first")
        if name in _EMPTY and self._text[self._text.index(">", start) + 1 : offset].strip():
            return Flaw(start, f"<{name}> has nothing inside; write <{name} …/>")
        return None


def _attributes(name: str, written: str, offset: int) -> Flaw | None:
    known = ATTRIBUTES[name]
    found: dict[str, str] = {}
    end = 0
    while match := _ATTRIBUTE.match(written, end):
        end = match.end()
        attribute = match[1]
        if known is not None and attribute not in known:
            hint = did_you_mean(attribute, known) or f"; it has {', '.join(sorted(known))}"
            return Flaw(offset, f"<{name}> has no attribute {_shown(attribute)}{hint}")
        found[attribute] = match[2][1:-1]
    if written[end:].strip():
        return Flaw(offset, f'the attributes of <{name}> are not written as name="value"')
    needed = _NEEDED.get(name)
    if needed is not None and needed not in found:
        return Flaw(offset, f"<{name}> needs the attribute {needed}")
    return _pause(found["time"], offset) if name == "break" and "time" in found else None


def _pause(time: str, offset: int) -> Flaw | None:
    match = _TIME.match(time)
    if match is not None and int(match[1]) * (1 if match[2] == "ms" else 1000) in _BREAK_MS:
        return None
    return Flaw(offset, 'the time of a <break> is from 200ms to 10s; write it so: time="800ms"')


def _shown(name: str) -> str:
    return name[:40]


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column of a character, counted from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
