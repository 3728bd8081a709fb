"""What a child process does with a share of the manifests: renders them, checks each document, packs the rooms.

Everything that it needs is in the `Rendering`, once its folders are gathered, so it can be done anywhere.
"""

from __future__ import annotations

import re
import time
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias, TypeVar

from provisioner.advice.judging import Excuse, Judge, Terms
from provisioner.comparing.declared import declare, pack
from provisioner.diagnostics import Diagnostic
from provisioner.manifests.data import DataFolder
from provisioner.manifests.documents import read_document
from provisioner.manifests.drafts import (
    Broken,
    Draft,
    Keeps,
    Kept,
    OpenRoom,
    Reference,
    SettledRoom,
    SharedRules,
    SharedScript,
)
from provisioner.manifests.files import ManifestFile
from provisioner.manifests.findings import Collector, FoundInFile
from provisioner.manifests.folders import Folder
from provisioner.manifests.templates import RenderedDocument, TemplateFailed, TemplateSet
from provisioner.rooms import Value

_BATCH_S = 0.2
"""How long documents are gathered before they cross to the parent: what they share crosses once."""
_ROOMS_IN_A_LOOP = re.compile(r"\{%[-+]?\s*for\b.*?^---", re.DOTALL | re.MULTILINE)

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Started:
    """A file is begun."""

    file: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents that were read, each with its position among those of all files, and what they refer to."""

    kept: tuple[tuple[int, Kept], ...]
    references: frozenset[Reference]


@dataclass(frozen=True, slots=True)
class Needed:
    """The excuses that the findings of a share needed."""

    excuses: frozenset[Excuse]


Message: TypeAlias = Started | Batch | FoundInFile | Needed | tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Rendering:
    """The work of rendering the manifests of a workspace in `of` equal shares.

    Files go to the shares in turn. A file with a loop over rooms is rendered by all of them, and its documents go
    in turn: rendering is the smaller part of the work.
    """

    files: tuple[ManifestFile, ...]
    values: dict[str, Value]
    target: dict[str, Value]
    templates: Folder
    data: Folder
    of: int = 1
    keeps: Keeps = Keeps.SPECS
    terms: Terms = field(default_factory=Terms)

    def __call__(self, share: int) -> Iterator[Message]:
        """For each file that a share starts, documents as they come, and findings at the end."""
        templates = TemplateSet(
            folder=self.templates, values=self.values, target=self.target, read_data=DataFolder(self.data).read
        )
        judge = Judge(self.terms)
        for index, file in enumerate(self.files):
            shared = is_shared(file)
            if not shared and index % self.of != share:
                continue
            yield Started(file.name)
            reading = _Reading(Collector(file.name), self.keeps, judge)
            try:
                for number, document in enumerate(templates.render(file.name, file.source).documents(), 1):
                    if not shared or number % self.of == share:
                        reading.read((index << 40) + (number << 8), number, document)
                    if reading.is_due():
                        yield reading.batch()
            except TemplateFailed as error:
                yield error.findings
            yield reading.batch()
            yield reading.collector.found()
        yield Needed(frozenset(judge.used))


def is_shared(file: ManifestFile) -> bool:
    """Whether a file most likely makes many rooms, so that several may take of them."""
    return _ROOMS_IN_A_LOOP.search(file.source) is not None


@dataclass(slots=True)
class _Reading:
    """What was read since the last batch. Equal values are one object, so that they cross and are kept once."""

    collector: Collector
    keeps: Keeps
    judge: Judge
    _kept: list[tuple[int, Kept]] = field(default_factory=list)
    _references: set[Reference] = field(default_factory=set)
    _same: dict[Hashable, Hashable] = field(default_factory=dict)
    _due: float = field(default_factory=lambda: time.monotonic() + _BATCH_S)

    def read(self, position: int, number: int, document: RenderedDocument) -> None:
        for place, read in enumerate(read_document(document, self.judge)):
            self.collector.add(number, read)
            if read.draft is not None:
                self._kept.append((position + place, self._keep(read.draft)))

    def is_due(self) -> bool:
        return time.monotonic() >= self._due

    def batch(self) -> Batch:
        batch = Batch(tuple(self._kept), frozenset(self._references))
        self._kept, self._references, self._same = [], set(), {}
        self._due = time.monotonic() + _BATCH_S
        return batch

    def _keep(self, draft: Draft) -> Kept:
        if isinstance(draft, SharedScript | SharedRules):
            return draft
        self._references.update(draft.references)
        if isinstance(draft, Broken):
            return draft
        key_place = self._one(draft.key_place)
        if draft.references:
            return OpenRoom(draft.room.key, key_place, pack(draft), draft.push)
        key = draft.room.key
        if self.keeps is Keeps.KEYS:
            return SettledRoom(key, key_place, None, draft.push)
        assets = None if draft.names_assets else ()
        room = declare(draft.room, draft.secrets, assets, keeps_spec=self.keeps is Keeps.SPECS)
        shared = replace(room, origin=self._one(room.origin), secrets=self._one(room.secrets))
        return SettledRoom(key, key_place, shared, draft.push)

    def _one(self, value: T) -> T:
        return self._same.setdefault(value, value)  # type: ignore[return-value]  # it is equal
