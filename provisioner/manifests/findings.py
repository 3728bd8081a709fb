"""The findings of one file, each once, however many documents have it and whoever read them. Values only, pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from provisioner.diagnostics import Diagnostic, Frame, Span
from provisioner.manifests.documents import Read

_MAX_FINDINGS = 1_000
"""Different findings of one file."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A finding, where in the file it came first, the document that has it there, and how many have it."""

    finding: Diagnostic
    first: tuple[int, int]
    name: str
    origin: Span
    count: int


@dataclass(frozen=True, slots=True)
class FoundInFile:
    """What one reader found in its documents of a file. `origins` counts the documents that start at a place."""

    file: str
    origins: Counter[Span]
    seen: tuple[Seen, ...]


class Collector:
    """Gathers what is found while the documents of a file are read."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._origins: Counter[Span] = Counter()
        self._seen: dict[Diagnostic, Seen] = {}

    def add(self, number: int, read: Read) -> None:
        """Takes what was read of the document with this number in the file; the first is 1."""
        self._origins[read.origin] += 1
        name = read.name or f"document {number:,} of the file"
        for order, finding in enumerate(read.findings):
            known = self._seen.get(finding)
            if known is not None:
                self._seen[finding] = replace(known, count=known.count + 1)
            elif len(self._seen) < _MAX_FINDINGS:
                self._seen[finding] = Seen(finding, (number, order), name, read.origin, 1)

    def found(self) -> FoundInFile:
        """All of it."""
        return FoundInFile(self._file, self._origins, tuple(self._seen.values()))


def joined(parts: Iterable[FoundInFile]) -> Iterator[Diagnostic]:
    """The findings of one file from all who read in it, as if one had read it all."""
    origins: Counter[Span] = Counter()
    seen: dict[Diagnostic, Seen] = {}
    for part in parts:
        origins.update(part.origins)
        for new in part.seen:
            old = seen.get(new.finding)
            first = new if old is None or new.first < old.first else old
            seen[new.finding] = replace(first, count=new.count + (old.count if old else 0))
    for one in sorted(seen.values(), key=lambda one: one.first)[:_MAX_FINDINGS]:
        yield _told_apart(one, origins)


def _told_apart(seen: Seen, origins: Counter[Span]) -> Diagnostic:
    """The finding with the document it is in, where one place in the files stands for several."""
    if origins[seen.origin] == 1:
        return seen.finding
    more = f" and {seen.count - 1:,} more" if seen.count > 1 else ""
    frame = Frame(f"in {seen.name}{more}, from", seen.origin)
    return replace(seen.finding, trace=(*seen.finding.trace, frame))
