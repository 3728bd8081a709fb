"""Reads a workspace's manifests and makes them rooms.

Files are read here; templates are rendered and documents checked in a child process with limits on memory,
processor time and silence, because a template can be written to use up all of them; references are followed here
again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from provisioner.diagnostics import Diagnostic, Frame, Span, in_order
from provisioner.errors import FindingsError
from provisioner.manifests.data import DataFolder
from provisioner.manifests.documents import Read, read_document
from provisioner.manifests.drafts import Draft
from provisioner.manifests.files import ManifestFile, read_manifests
from provisioner.manifests.resolve import resolve
from provisioner.manifests.sandbox import LimitExceeded, Limits, run_limited
from provisioner.manifests.templates import TemplateFailed, TemplateSet
from provisioner.rooms import DesiredRoom, Value
from provisioner.workspace import Target, Workspace, load_values

_BATCH_S = 0.2
"""How long drafts are gathered before they cross to the parent: what they share crosses once."""
_MAX_FINDINGS = 1_000
"""Different findings of one file."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the manifests say. With errors among the findings, `rooms` lacks those that have them."""

    rooms: tuple[DesiredRoom, ...]
    findings: tuple[Diagnostic, ...]


def load(workspace: Workspace, target: Target) -> Loaded:
    """The rooms that the manifests declare for a target, by key, and everything that is wrong with them.

    Rooms share the equal parts of their data; nobody may change it in place.
    """
    manifests = read_manifests(workspace.root)
    try:
        values = load_values(workspace, target)
    except FindingsError as error:
        return Loaded((), in_order((*manifests.findings, *error.findings)))
    rendered = _render_all(workspace, target, values, manifests.files)
    resolved = resolve(rendered.drafts)
    return Loaded(resolved.rooms, in_order((*manifests.findings, *rendered.findings, *resolved.findings)))


def template_target(target: Target) -> dict[str, Value]:
    """What templates see as `target`: its name, region and endpoint (none for the embedded service)."""
    return {"name": target.name, "region": target.region, "endpoint": target.endpoint}


@dataclass(slots=True)
class _Rendered:
    """What came out of the child process."""

    drafts: list[Draft] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Started:
    """The child begins with a file."""

    name: str


_Message: TypeAlias = "_Started | list[Draft] | tuple[Diagnostic, ...]"


def _render_all(
    workspace: Workspace, target: Target, values: dict[str, Value], files: tuple[ManifestFile, ...]
) -> _Rendered:
    result = _Rendered()
    if not files:
        return result
    name = files[0].name
    try:
        for message in run_limited(lambda: _work(workspace, target, values, files), limits=Limits()):
            match message:
                case _Started():
                    name = message.name
                case list():
                    result.drafts.extend(message)
                case tuple():
                    result.findings.extend(message)
    except LimitExceeded as error:
        result.findings.append(Diagnostic.error("limit-exceeded", str(error), Span(name)))
    return result


def _work(
    workspace: Workspace, target: Target, values: dict[str, Value], files: tuple[ManifestFile, ...]
) -> Iterator[_Message]:
    """What the child does: for each file that it started, drafts as they come, and findings at the end."""
    templates = TemplateSet(
        root=workspace.root,
        values=values,
        target=template_target(target),
        read_data=DataFolder(workspace.root).read,
    )
    for file in files:
        yield _Started(file.name)
        findings = _FindingsOfFile()
        batch: list[Draft] = []
        flush_at = time.monotonic() + _BATCH_S
        try:
            for document in templates.render(file.name, file.source).documents():
                for read in read_document(document):
                    findings.add(read)
                    if read.draft is not None:
                        batch.append(read.draft)
                if time.monotonic() >= flush_at:
                    yield batch
                    batch, flush_at = [], time.monotonic() + _BATCH_S
        except TemplateFailed as error:
            yield error.findings
        yield batch
        yield findings.all()


@dataclass(slots=True)
class _Seen:
    """A finding, the first document that has it, and how many have it."""

    name: str
    origin: Span
    count: int = 0


class _FindingsOfFile:
    """The findings of one file, each once, however many rooms of a loop have it."""

    def __init__(self) -> None:
        self._documents = 0
        self._from: dict[Span, int] = {}
        self._seen: dict[Diagnostic, _Seen] = {}

    def add(self, read: Read) -> None:
        self._documents += 1
        self._from[read.origin] = self._from.get(read.origin, 0) + 1
        name = read.name or f"document {self._documents:,} of the file"
        for finding in read.findings:
            if finding in self._seen or len(self._seen) < _MAX_FINDINGS:
                self._seen.setdefault(finding, _Seen(name, read.origin)).count += 1

    def all(self) -> tuple[Diagnostic, ...]:
        return tuple(self._told_apart(finding, seen) for finding, seen in self._seen.items())

    def _told_apart(self, finding: Diagnostic, seen: _Seen) -> Diagnostic:
        """The finding with the document it is in, where one place in the files stands for several."""
        if self._from[seen.origin] == 1:
            return finding
        more = f" and {seen.count - 1:,} more" if seen.count > 1 else ""
        frame = Frame(f"in {seen.name}{more}, from", seen.origin)
        return replace(finding, trace=(*finding.trace, frame))
