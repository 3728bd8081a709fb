"""Opening what commands work with: the workspace, its rooms, the way to the service, and the local state."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from provisioner.commands.terminal import Terminal
from provisioner.diagnostics import has_errors
from provisioner.errors import FindingsError, UsageError, WorkspaceError
from provisioner.library.file import read_assets
from provisioner.manifests import Keeps, Loaded, load
from provisioner.marker import MarkerKeys
from provisioner.rooms import DeclaredRoom
from provisioner.secret_store import SecretStore, load_secrets
from provisioner.workers import Crew, Forked, joined
from provisioner.workspace import Target, Workspace, open_workspace

_TOLD_FROM_S = 0.5
"""Shorter pauses are nothing to tell a person."""

OpenCrew: TypeAlias = Callable[[], AbstractAsyncContextManager[Crew]]
"""Calls together who works, for as long as there is work."""

if TYPE_CHECKING:
    from provisioner.metastudio.client import MetaStudio
    from provisioner.metastudio.operation import Operation
    from provisioner.observed import Seals
    from provisioner.sightings import Sightings


@dataclass(frozen=True, slots=True)
class Session:
    """A workspace, one of its targets, and how to talk to the person."""

    workspace: Workspace
    target: Target
    terminal: Terminal
    crew: OpenCrew
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    @property
    def is_local(self) -> bool:
        """Whether the target is the embedded service."""
        return self.target.emulator is not None

    @property
    def known_project(self) -> str | None:
        """The target's project id, as far as it is written or set here."""
        try:
            return self.target.project(self.environment) or None
        except WorkspaceError:
            return None

    async def loaded(
        self,
        *,
        keeps: Keeps = Keeps.SPECS,
        progress: Callable[[int], None] | None = None,
        instead: Mapping[str, str] = MappingProxyType({}),
    ) -> Loaded:
        """What the manifests say, and what is wrong with them. `instead` as in `manifests.load`."""
        async with self.crew() as crew:
            return await load(self.workspace, self.target, crew, keeps=keeps, progress=progress, instead=instead)

    async def desired(
        self, *, keeps_specs: bool = True, progress: Callable[[int], None] | None = None
    ) -> tuple[DeclaredRoom, ...]:
        """The rooms of the manifests. Warnings are shown; raises FindingsError for errors."""
        loaded = await self.loaded(keeps=Keeps.SPECS if keeps_specs else Keeps.ROOMS, progress=progress)
        if has_errors(loaded.findings):
            raise FindingsError(loaded.findings)
        self.terminal.findings(loaded.findings)
        return loaded.rooms

    def secrets(self, rooms: Iterable[DeclaredRoom]) -> SecretStore:
        """The secrets that rooms name, as far as they are set here."""
        names = {name for room in rooms for name in room.secret_names()}
        file = self.target.secrets_file
        return load_secrets(names, self.environment, file, stands_in=self.is_local)


@dataclass(frozen=True, slots=True)
class Connection:
    """The service of a target, and what was learned from it before. What `concealed` knows is left out of what the
    service says.
    """

    client: MetaStudio
    seals: Seals
    sightings: Sightings
    concealed: Concealed
    is_local: bool


@dataclass(slots=True)
class Concealed:
    """Takes secrets out of any text, as soon as they are known."""

    secrets: SecretStore | None = None

    def __call__(self, text: str) -> str:
        return self.secrets.conceal(text) if self.secrets else text


def open_session(folder: Path, target: str | None, terminal: Terminal, crew: OpenCrew | None = None) -> Session:
    """Raises WorkspaceError, FindingsError or UsageError."""
    workspace = open_workspace(folder)
    return Session(workspace, workspace.target(target), terminal, crew or crew_of())


def crew_of(jobs: int | None = None, cluster: str | None = None) -> OpenCrew:
    """So many child processes of this one, as many as there are processors, or the cluster at an address.

    Raises UsageError for both.
    """
    if jobs is not None and cluster is not None:
        raise UsageError("--jobs is about this machine and --cluster about others; leave one of them out")
    if cluster is not None:
        return partial(joined, cluster)
    forked = Forked() if jobs is None else Forked(jobs)
    return lambda: nullcontext(forked)


@asynccontextmanager
async def connect(session: Session, *, deadline_s: float | None = None) -> AsyncIterator[Connection]:
    """The way to the target's service: a database in this process, or an endpoint. Raises WorkspaceError.

    After `deadline_s` seconds from now nothing more is sent.
    """
    deadline = None if deadline_s is None else asyncio.get_running_loop().time() + deadline_s
    way = _local(session, deadline) if session.is_local else _remote(session, deadline)
    async with way as connection:
        yield connection


@asynccontextmanager
async def _local(session: Session, deadline: float | None) -> AsyncIterator[Connection]:
    from provisioner.emulator import Emulator  # only the embedded service needs it
    from provisioner.emulator.transport import InProcess
    from provisioner.metastudio.client import MetaStudio  # httpx is half of the start-up time
    from provisioner.metastudio.credentials import fixed_key
    from provisioner.metastudio.endpoint import parse_endpoint

    database = session.target.emulator
    assert database is not None  # noqa: S101 - `is_local` was asked
    assets = read_assets(session.workspace.root, session.target.assets) if session.target.assets else ()
    with Emulator.open(database, assets=assets) as emulator:
        endpoint = parse_endpoint("http://127.0.0.1", project_id=emulator.project_id, region=session.target.region)
        auth = fixed_key(emulator.access_key, emulator.secret_key, emulator.project_id)
        concealed = Concealed()
        async with MetaStudio(
            endpoint, auth, transport=InProcess(emulator), now=emulator.now, deadline=deadline, conceal=concealed
        ) as client:
            yield _connection(session, client, emulator.project_id, f"emulator:{emulator.access_key}", concealed)


@asynccontextmanager
async def _remote(session: Session, deadline: float | None) -> AsyncIterator[Connection]:
    from provisioner.metastudio import credentials  # see _local
    from provisioner.metastudio.client import MetaStudio
    from provisioner.metastudio.endpoint import parse_endpoint
    from provisioner.metastudio.regions import rates

    target = session.target
    if target.endpoint is None:
        raise WorkspaceError(f"target {target.name} has neither an endpoint nor an emulator; write one of them")
    project_id = target.project(session.environment)
    endpoint = parse_endpoint(target.endpoint, project_id=project_id, region=target.region)
    by_token = target.auth == "token"
    auth = credentials.token(session.environment) if by_token else credentials.aksk(project_id, target.region)
    concealed = Concealed()

    async with MetaStudio(
        endpoint,
        auth,
        rates=rates(target.region, target.limits),
        deadline=deadline,
        conceal=concealed,
        on_wait=_Waits(session.terminal).tell,
    ) as client:
        yield _connection(session, client, project_id, endpoint.url, concealed)


class _Waits:
    """Tells of pauses; of several calls that wait for the same thing, once."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._told_until: dict[Operation, float] = {}

    def tell(self, operation: Operation, seconds: float) -> None:
        until = time.monotonic() + seconds
        if seconds < _TOLD_FROM_S or until < self._told_until.get(operation, 0.0) + _TOLD_FROM_S:
            return
        self._told_until[operation] = until
        self._terminal.say(f"waiting {seconds:.1f} s before the next try: {operation}")


def _connection(
    session: Session, client: MetaStudio, project_id: str, service: str, concealed: Concealed
) -> Connection:
    from provisioner.observed import Seals
    from provisioner.sightings import FILE_NAME, Sightings

    keys = MarkerKeys(
        session.environment.get("PROVISIONER_MARKER_KEY") or None,
        session.environment.get("PROVISIONER_MARKER_KEY_OLD") or None,
    )
    sightings = Sightings(session.workspace.state_dir / FILE_NAME, f"{service} {project_id}")
    return Connection(client, Seals(project_id, keys), sightings, concealed, session.is_local)
