"""Reads a workspace's manifests and makes them rooms.

Files are read here. Templates are rendered and documents checked in child processes with limits on memory, processor
time and silence, because a template can be written to use up all of them. Once every document is known, keys and
references are looked at here, and rooms that refer to others are put together in child processes again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from types import MappingProxyType

from provisioner.advice.judging import Excuse, Judge, Terms
from provisioner.diagnostics import Diagnostic, Span, in_order
from provisioner.errors import FindingsError
from provisioner.manifests import data
from provisioner.manifests.drafts import Keeps, Kept, OpenRoom, Reference
from provisioner.manifests.files import ManifestFile, read_manifests
from provisioner.manifests.findings import FoundInFile, joined
from provisioner.manifests.folders import Folder, OnDisk, gather
from provisioner.manifests.rendering import Batch, Message, Needed, Rendering, Started, is_shared
from provisioner.manifests.resolve import Followed, Following, inventory
from provisioner.manifests.templates import library
from provisioner.manifests.whole_workspace import read_texts, unused_excuses, workspace_findings
from provisioner.rooms import DeclaredRoom, Value
from provisioner.workers import Crew, Forked, LimitExceeded
from provisioner.workspace import Target, Workspace, load_values

_WORTH_A_CHILD = 16
"""Files that are worth a child process of their own."""
_WORTH_SHARING = 256
"""Rooms with references that are worth a child process of their own."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the manifests say. With errors among the findings, `rooms` lacks those that have them.

    `count` is the number of rooms, also where they were not kept; `parts` says of each Script and
    RuleSet, by kind and key, how many scenes or rules it stands for.
    """

    rooms: tuple[DeclaredRoom, ...]
    findings: tuple[Diagnostic, ...]
    count: int
    parts: Mapping[tuple[str, str], int] = field(default_factory=dict)


async def load(
    workspace: Workspace,
    target: Target,
    crew: Crew | None = None,
    *,
    keeps: Keeps = Keeps.SPECS,
    progress: Callable[[int], None] | None = None,
    instead: Mapping[str, str] = MappingProxyType({}),
) -> Loaded:
    """The rooms that the manifests declare for a target, by key, and everything that is wrong with them.

    What is not kept of the rooms takes no memory. `progress` is told how many documents are read. `instead` has texts,
    by the names of files, in the place of what stands in these; a file that is not there counts as well. The result
    does not depend on the crew. Raises WorkspaceError for what a remote crew cannot be given.
    """
    crew = crew or Forked()
    manifests = read_manifests(workspace.root)
    files = tuple(replace(file, source=instead.get(file.name, file.source)) for file in manifests.files)
    there = {file.name for file in files}
    files += tuple(ManifestFile(name, text) for name, text in instead.items() if name not in there)
    try:
        values = load_values(workspace, target)
    except FindingsError as error:
        return Loaded((), in_order((*manifests.findings, *error.findings)), 0)
    texts = read_texts(workspace, target, files)
    terms = texts.terms(workspace)
    judge = Judge(terms)
    read = await _render(workspace, target, values, files, crew, terms, keeps=keeps, progress=progress)
    all_kept = inventory(kept for _, kept in sorted(read.kept, key=lambda item: item[0]))
    read.kept.clear()
    followed = await _follow(tuple(all_kept.open), crew, Following(all_kept.shared, keeps, terms))
    rooms = sorted((*all_kept.settled, *followed.rooms), key=lambda room: room.key)
    of_workspace = workspace_findings(texts, values, all_kept, read.references, is_rendered=not read.findings)
    whole = judge.weighed((*manifests.findings, *of_workspace))
    unknown = all_kept.shared.unknown(read.references)
    findings = [*whole, *read.all_findings(), *all_kept.findings, *unknown, *followed.findings]
    findings += unused_excuses(texts, read.used | followed.used | judge.used, findings, judge)
    return Loaded(tuple(rooms), in_order(findings), all_kept.count + followed.count, all_kept.shared.sizes())


def template_target(target: Target) -> dict[str, Value]:
    """What templates see as `target`: its name, region and endpoint (none for the embedded service)."""
    return {"name": target.name, "region": target.region, "endpoint": target.endpoint}


@dataclass(slots=True)
class _Read:
    """What came back of all shares."""

    progress: Callable[[int], None] | None
    kept: list[tuple[int, Kept]] = field(default_factory=list)
    references: set[Reference] = field(default_factory=set)
    found: list[FoundInFile] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)
    file_of: dict[int, str] = field(default_factory=dict)
    used: set[Excuse] = field(default_factory=set)

    def take(self, number: int, message: Message | LimitExceeded) -> None:
        match message:
            case Started():
                self.file_of[number] = message.file
            case Batch():
                self.kept.extend(message.kept)
                self.references |= message.references
                if self.progress is not None:
                    self.progress(len(self.kept))
            case Needed():
                self.used |= message.excuses
            case FoundInFile():
                self.found.append(message)
            case LimitExceeded():
                self.findings.append(Diagnostic.error("limit-exceeded", str(message), Span(self.file_of[number])))
            case tuple():
                self.findings.extend(message)

    def all_findings(self) -> list[Diagnostic]:
        by_file = groupby(sorted(self.found, key=lambda found: found.file), key=lambda found: found.file)
        return [*self.findings, *(finding for _, parts in by_file for finding in joined(parts))]


async def _render(
    workspace: Workspace,
    target: Target,
    values: dict[str, Value],
    files: tuple[ManifestFile, ...],
    crew: Crew,
    terms: Terms,
    *,
    keeps: Keeps,
    progress: Callable[[int], None] | None,
) -> _Read:
    read = _Read(progress)
    if not files:
        return read
    of = crew.size if any(is_shared(file) for file in files) else min(crew.size, -(-len(files) // _WORTH_A_CHILD))
    read.file_of.update(dict.fromkeys(range(of), files[0].name))
    templates, tables = _folders(workspace, gathers=crew.is_remote)
    rendering = Rendering(files, values, template_target(target), templates, tables, of, keeps, terms)
    await crew.do(rendering, range(of), read.take)
    return read


def _folders(workspace: Workspace, *, gathers: bool) -> tuple[Folder, Folder]:
    """The templates and the tables. Raises WorkspaceError where they are to be gathered and should not be."""
    templates = OnDisk(workspace.root, library.FOLDER, is_closed=True)
    tables = OnDisk(workspace.root, data.FOLDER)
    if not gathers:
        return templates, tables
    secret = [target.secrets_file for target in workspace.targets.values() if target.secrets_file is not None]
    return gather(templates, secret=secret), gather(tables, secret=secret, suffixes=data.SUFFIXES)


async def _follow(rooms: tuple[OpenRoom, ...], crew: Crew, following: Following) -> Followed:
    """The rooms with references, as many at a time as there are processors."""
    done: list[Followed] = []

    def take(_number: int, followed: Followed | LimitExceeded) -> None:
        if isinstance(followed, LimitExceeded):
            raise followed
        done.append(followed)

    of = min(crew.size, len(rooms) // _WORTH_SHARING)
    if of < 2:
        for followed in following(rooms):
            take(0, followed)
    else:
        await crew.do(following, [rooms[number::of] for number in range(of)], take)
    return Followed(
        tuple(room for followed in done for room in followed.rooms),
        sum(followed.count for followed in done),
        tuple(finding for followed in done for finding in followed.findings),
        frozenset(excuse for followed in done for excuse in followed.used),
    )
