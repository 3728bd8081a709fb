"""What the files of a workspace say, whichever target they are rendered for: which values and templates they read.

A name that is read only for another target, or in a branch that is not taken, is read all the same, so this is looked
up in the texts and not while they run. Where an expression makes up a name, nothing can be told, and nothing is said.
Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_OPENING = re.compile(r"\{[{%#]")
_STEP = re.compile(r"""(["'])|([%}]\})|[^"'%}]++|[%}]""")
_REST_OF_STRING = {quote: re.compile(rf"(?:\\.|[^{quote}\\])*+{quote}", re.DOTALL) for quote in "\"'"}
_VALUES = re.compile(r"(?<![\w.])values\b(?:\s*\.\s*([A-Za-z_]\w*)|\s*\[\s*(?:\"([^\"\\]*)\"|'([^'\\]*)')\s*\])?")
_METHODS = frozenset({"items", "keys", "values", "get"})
_LOADS = re.compile(r"(include|import|from|extends)\b\s*(.*)", re.DOTALL)
_PATH = re.compile(r"(?:\"([^\"\\]*)\"|'([^'\\]*)')\s*")
_BESIDE_A_PATH = re.compile(r"(?:(?:ignore\s+missing|with\s+context|without\s+context|as\s+\w+)\s*)*")
_WORD = re.compile(r"[a-z0-9][a-z0-9._-]*+")
_GIVEN = re.compile(r"""^[ \t]*key:[ \t]*["']?([a-z0-9][a-z0-9._-]*+)""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Written:
    """The manifests and the templates as written, by the name of the file; templates by their path in their folder.

    `rest` is what else may name a key: values.
    """

    manifests: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)
    rest: Mapping[str, str] = field(default_factory=dict)

    def mentioned(self) -> frozenset[str]:
        """Every word that stands anywhere but where a document is given it as its key, such as in a branch that is
        not taken.
        """
        words: Counter[str] = Counter()
        for text in (*self.manifests.values(), *self.templates.values(), *self.rest.values()):
            words.update(word.rstrip("._-") for word in _WORD.findall(text))
            words.subtract(word.rstrip("._-") for word in _GIVEN.findall(text))
        return frozenset(word for word, count in words.items() if count > 0)

    def values_read(self) -> frozenset[str] | None:
        """The names of values that are read; None where an expression makes up a name."""
        names: set[str] = set()
        for text in (*self.manifests.values(), *self.templates.values()):
            for tag in _tags(text):
                for match in _VALUES.finditer(tag):
                    name = match[1] or match[2] or match[3]
                    if not name or name in _METHODS:
                        return None
                    names.add(name)
        return frozenset(names)

    def templates_used(self) -> frozenset[str] | None:
        """The templates that manifests load, and those that these load; None where an expression makes up a path."""
        used: set[str] = set()
        open_ = list(self.manifests.values())
        while open_:
            for tag in _tags(open_.pop()):
                loads = _LOADS.match(tag)
                if loads is None:
                    continue
                path = _path_in(loads[1], loads[2])
                if path is None:
                    return None
                if path not in used:
                    used.add(path)
                    open_ += [self.templates[path]] if path in self.templates else []
        return frozenset(used)


def _path_in(tag: str, written: str) -> str | None:
    """The path that a tag loads; None where it is more than a path in quotes."""
    path = _PATH.match(written)
    if path is None:
        return None
    rest = written[path.end() :]
    is_plain = rest.startswith("import") if tag == "from" else _BESIDE_A_PATH.fullmatch(rest) is not None
    return (
        "/".join(part for part in (path[1] or path[2] or "").split("/") if part not in {"", "."}) if is_plain else None
    )


def _tags(text: str) -> Iterator[str]:
    """What stands in `{{ }}` and `{% %}`, up to where one does not end. It takes time in proportion to the text."""
    at = 0
    while (opening := _OPENING.search(text, at)) is not None:
        start = opening.end()
        end = text.find("#}", start) if opening.group() == "{#" else _end_of_tag(text, start)
        if end < 0:
            return
        if opening.group() != "{#":
            yield text[start:end].strip("-+ \t\n")
        at = end + 2


def _end_of_tag(text: str, at: int) -> int:
    while (step := _STEP.match(text, at)) is not None:
        if step[2]:
            return at
        at = step.end()
        if step[1]:
            string = _REST_OF_STRING[step[1]].match(text, at)
            if string is None:
                return -1
            at = string.end()
    return -1
