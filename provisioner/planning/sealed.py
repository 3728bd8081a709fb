"""The text of a file that this tool wrote and sealed with a digest → its document. Pure, and data only.

Such a file may come from a stranger's pull request. Size, number of parts, depth and form are bounded, and what was
changed after it was made is refused; the shape of the document is for the caller to check (`Shape`).
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, NoReturn

from provisioner.errors import RefusedError, WorkspaceError
from provisioner.planning.digest import FIELD, digest_of

VERSION = "format_version"


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A kind of file: what messages call it, the command that writes one, and its bounds.

    `needs` are fields without which nobody would take a document for one; `max_bytes` counts UTF-8, `max_containers`
    objects and arrays, `max_depth` levels of nesting.
    """

    noun: str
    command: str
    version: int
    needs: frozenset[str]
    max_bytes: int
    max_containers: int
    max_depth: int = 64

    def load(self, text: str) -> dict[str, Any]:
        """The document that a file holds.

        Raises WorkspaceError for what is not such a file, RefusedError for one of another format version or one that
        was changed since it was made. No message quotes the file.
        """
        document = self._parsed(text)
        needs = (VERSION, FIELD, *sorted(self.needs))
        if not isinstance(document, dict) or not set(needs) <= document.keys():
            self.is_none(f"it lacks {', '.join(needs[:-1])} or {needs[-1]}")
        version = document[VERSION]
        anew = f"make a new one with `{self.command}`"
        if type(version) is not int or version != self.version:
            raise RefusedError(
                f"This {self.noun} has another format version than this release reads, which is {self.version}; {anew}."
            )
        if document[FIELD] != digest_of(document):
            raise RefusedError(f"This {self.noun} was changed after it was made, or is damaged; {anew}.")
        return document

    def is_none(self, reason: str) -> NoReturn:
        """Raises WorkspaceError: the file is not one of this kind."""
        raise WorkspaceError(
            f"This file is not a saved {self.noun}: {reason}. Name a file that `{self.command}` wrote."
        )

    def _parsed(self, text: str) -> Any:
        if len(text) > self.max_bytes or len(text.encode("utf-8", "replace")) > self.max_bytes:
            self.is_none(f"it is larger than {self.max_bytes // 1024 // 1024} MiB")
        if text.count("[") + text.count("{") > self.max_containers:
            self.is_none(f"it has more than {self.max_containers:,} objects and arrays")
        try:
            document = json.loads(text, object_pairs_hook=_object, parse_float=_finite, parse_constant=_no_constant)
        except (ValueError, RecursionError):  # their messages may quote the text
            self.is_none("it is not JSON that this tool writes")
        if _is_deeper(document, self.max_depth):
            self.is_none(f"it nests deeper than {self.max_depth} levels")
        return document


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError
    return value


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    return number


def _no_constant(_name: str) -> NoReturn:
    raise ValueError


def _is_deeper(value: object, depth: int) -> bool:
    level: list[Any] = [value]
    for _ in range(depth):
        boxes = [item for item in level if isinstance(item, dict | list)]
        level = [item for box in boxes for item in (box.values() if isinstance(box, dict) else box)]
    return any(isinstance(item, dict | list) for item in level)
