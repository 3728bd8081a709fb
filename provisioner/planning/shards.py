"""Parts of a workspace that are planned apart, such as by the jobs of a CI matrix. Pure.

A room belongs to one of N shards by a hash of its key, so everybody divides alike and a new room moves no other.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

MOST = 1_000
_FORM = re.compile(r"([0-9]{1,4})/([0-9]{1,4})\Z")


@dataclass(frozen=True, slots=True, order=True)
class Shard:
    """Number `number` of `of` shards, counted from 1. As text: `2/5`."""

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Reads `I/N`. Raises ValueError with what is wrong."""
        found = _FORM.match(text)
        number, of = (int(found[1]), int(found[2])) if found else (0, 0)
        if not 1 <= number <= of <= MOST:
            msg = f"a shard is I/N with I from 1 to N, such as 2/5, and N at most {MOST:,}"
            raise ValueError(msg)
        return cls(number, of)

    def has(self, key: str) -> bool:
        """Whether the room with this key belongs to it."""
        digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8], "big") % self.of == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"
