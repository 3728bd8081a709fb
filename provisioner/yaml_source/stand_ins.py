"""Short words that stand for stretches of a text while YAML is read and written, and are replaced afterwards. Pure."""

from __future__ import annotations

import re

_STANDS_FOR = re.compile("#?\ue000([0-9]+)\ue001")
RESERVED = "\ue000\ue001"
"""The private-use characters round a number; a text with one of them cannot be worked on."""


class StandIns:
    """What stands for what."""

    def __init__(self) -> None:
        self._written: list[str] = []
        self._lines: set[int] = set()

    def word(self, text: str) -> str:
        """A word of plain YAML that stands for a text."""
        self._written.append(text)
        return f"{RESERVED[0]}{len(self._written) - 1}{RESERVED[1]}"

    def comment(self, text: str) -> str:
        """A comment that stands for a text which YAML shall not see."""
        self._lines.add(len(self._written))
        return f"#{self.word(text)}"

    def restored(self, text: str) -> str:
        """The text with everything in its place."""
        return _STANDS_FOR.sub(self._restored, text)

    def behind(self, text: str) -> list[str]:
        """What the words in a text stand for, in order."""
        return [self._written[int(match[1])] for match in _STANDS_FOR.finditer(text)]

    def _restored(self, match: re.Match[str]) -> str:
        number = int(match[1])
        before = "#" if match[0].startswith("#") and number not in self._lines else ""
        return before + self._written[number]
