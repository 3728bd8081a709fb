"""`plan --base`: the manifests of another Git revision, and what they would ask for in rooms that a branch edits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from provisioner.commands.session import Session
from provisioner.diagnostics import Diagnostic, Severity, has_errors, in_order
from provisioner.errors import FindingsError, UsageError
from provisioner.manifests import load
from provisioner.metastudio.remote_text import printable
from provisioner.observed import ObservedRoom
from provisioner.planning.actions import AgainstBase, Plan
from provisioner.planning.branch import Edits, against_base, edits, removed_words
from provisioner.planning.scope import Scope
from provisioner.planning.words import counted
from provisioner.revisions import revision
from provisioner.rooms import DeclaredRoom
from provisioner.survey import Remembers, Surveyed
from provisioner.workspace import open_workspace

Look = Callable[[Scope, Remembers | None], Awaitable[Surveyed]]
"""Surveys the same rooms for some manifests, with rooms that were read before."""


@dataclass(frozen=True, slots=True)
class Base:
    """The rooms that a revision declares for the target, or why that cannot be told."""

    ref: str
    commit: str
    rooms: tuple[DeclaredRoom, ...] = ()
    problem: str = ""


async def read_base(session: Session, ref: str) -> Base:
    """Raises WorkspaceError where Git does not have the revision; what is wrong in its manifests is told."""
    with revision(session.workspace.root, ref) as found:
        if found.folder is None:
            return Base(ref, found.commit)
        try:
            workspace = open_workspace(found.folder)
            if workspace.name != session.workspace.name:
                return Base(ref, found.commit, problem="the workspace has another name there")
            target = workspace.target(session.target.name)
            async with session.crew() as crew:
                loaded = await load(workspace, target, crew)
        except FindingsError as error:
            return Base(ref, found.commit, problem=_first(error.findings))
        except UsageError:
            return Base(ref, found.commit, problem=f"it has no target {session.target.name}")
        if has_errors(loaded.findings):
            return Base(ref, found.commit, problem=_first(loaded.findings))
        return Base(ref, found.commit, loaded.rooms)


async def beside_base(base: Base, scope: Scope, surveyed: Surveyed, memory: Remembers | None, look: Look) -> Plan:
    """The plan with what the branch causes told apart. Raises what the survey raises."""
    plan = surveyed.plan
    if base.problem:
        message = f"what this branch causes is not told apart: {printable(base.ref, 100)} has errors: {base.problem}"
        warnings = in_order((*plan.warnings, Diagnostic.warning("base-not-compared", message)))
        return replace(plan, base=AgainstBase(base.ref, base.commit), warnings=warnings)
    edited = _asked(edits(base.rooms, scope.declared), scope)
    busy = tuple(sorted({action.key for action in plan.changes} & edited.keys()))
    without = None
    if busy:
        theirs = replace(scope, declared=base.rooms, selection=busy, labels={}, shard=None)
        without = (await look(theirs, _Read(surveyed.read, memory))).plan
    removed = removed_words(edited)
    if removed and not scope.prune:
        message = f"this branch removes manifests, and their rooms stay unless --prune is given: {removed}"
        plan = replace(plan, warnings=in_order((*plan.warnings, Diagnostic.warning("branch-removes", message))))
    return against_base(plan, without, edited, ref=base.ref, commit=base.commit)


def _asked(edited: Edits, scope: Scope) -> Edits:
    """Of what a branch edits, the rooms that the plan is about."""
    asked = {room.key for room in scope.asked()}
    declared = {room.key for room in scope.declared}
    return {
        key: parts
        for key, parts in edited.items()
        if key in asked or (key not in declared and scope.has(key) and (scope.is_whole or key in scope.selection))
    }


def _first(findings: Sequence[Diagnostic]) -> str:
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    place = f"{errors[0].span}: " if errors[0].span else ""
    return printable(f"{counted(len(errors), 'error')} in its manifests, first {place}{errors[0].message}", 500)


class _Read:
    """The rooms that were read already; for others what is remembered from before."""

    def __init__(self, rooms: Sequence[ObservedRoom], memory: Remembers | None) -> None:
        self._rooms = {room.id: room for room in rooms}
        self._memory = memory

    def fill(self, rooms: Sequence[ObservedRoom]) -> tuple[ObservedRoom, ...]:
        """Those of the rooms whose bodies are known."""
        read = tuple(self._rooms[room.id] for room in rooms if room.id in self._rooms)
        others = [room for room in rooms if room.id not in self._rooms]
        return (*read, *(self._memory.fill(others) if self._memory is not None else ()))
