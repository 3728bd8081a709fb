"""A workspace's way to an embedded service in memory: the real planner, executor, client and service."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from provisioner.applying.context import Context, Stopping
from provisioner.applying.executor import apply_plan
from provisioner.applying.outcomes import Outcome, Report
from provisioner.assets import Asset, AssetKind
from provisioner.comparing.declared import declare
from provisioner.diagnostics import Span
from provisioner.emulator import Emulator
from provisioner.emulator.calls import Call
from provisioner.emulator.faults import Stage
from provisioner.emulator.transport import InProcess
from provisioner.marker import MarkerKeys
from provisioner.metastudio.client import MetaStudio
from provisioner.metastudio.credentials import fixed_key
from provisioner.metastudio.endpoint import parse_endpoint
from provisioner.observe import Service, scan
from provisioner.observed import Seals
from provisioner.planning.actions import Plan, Taken
from provisioner.planning.offline import as_offline
from provisioner.planning.refresh import Refresh
from provisioner.planning.room_actions import Knowledge
from provisioner.planning.scope import Scope
from provisioner.rooms import DesiredRoom, Live, LiveState, RoomKey, Spec
from provisioner.secret_store import SecretStore
from provisioner.snapshots.file import parse_snapshot, to_text
from provisioner.snapshots.snapshot import Remembered, Snapshot
from provisioner.snapshots.taking import Taking, take
from provisioner.survey import Remembers, survey
from provisioner.workers import Crew
from provisioner.workspace import Target

T = TypeVar("T")
WORKSPACE = "shop"
_NONCES = itertools.count(1)


def nonce() -> str:
    """Sixteen hexadecimal digits that no one else got."""
    return f"{next(_NONCES):016x}"


def room(key: str, spec: Spec | None = None, **more: Any) -> DesiredRoom:
    """A desired room; `run` declares that it is on air."""
    run = more.pop("run", None)
    if run is not None:
        more["live"] = Live(LiveState.RUNNING, run, start=more.pop("start", {}))
    body: Spec = {"room_name": f"Room {key}", **(spec or {})}
    return DesiredRoom(RoomKey(key), body, Span(f"rooms/{key}.yaml", 1, 1), **more)


def scene(name: str, *paragraphs: str | tuple[str, str]) -> Spec:
    """A scene with paragraphs: texts, or titles with texts."""
    items: list[Any] = [
        {"text_config": {"text": item}}
        if isinstance(item, str)
        else {"title": item[0], "text_config": {"text": item[1]}}
        for item in paragraphs
    ]
    return {"script_name": name, "shoot_scripts": items}


@dataclass
class Rig:
    """One workspace and one service. Everything runs in loops of its own, so tests are plain functions."""

    emulator: Emulator = field(default_factory=lambda: Emulator.open(":memory:"))
    secrets: dict[str, str] = field(default_factory=dict)
    keys: MarkerKeys = field(default_factory=MarkerKeys)
    settle_s: float = 0.0
    run: Callable[[Coroutine[Any, Any, Any]], Any] = asyncio.run

    def client(self) -> MetaStudio:
        """A client of the service, as the target `local` has it."""
        emulator = self.emulator
        endpoint = parse_endpoint("http://127.0.0.1", project_id=emulator.project_id, region="cn-north-4")
        auth = fixed_key(emulator.access_key, emulator.secret_key, emulator.project_id)
        return MetaStudio(endpoint, auth, transport=InProcess(emulator), now=emulator.now)

    @property
    def seals(self) -> Seals:
        """How markers are checked."""
        return Seals(self.emulator.project_id, self.keys)

    def plan(self, *rooms: DesiredRoom, refresh: Refresh = Refresh.AUTO, **scope: Any) -> Plan:
        """The plan for these rooms."""

        async def go() -> Plan:
            async with self.client() as client:
                return await self.plan_with(client, rooms, refresh=refresh, **scope)

        plan: Plan = self.run(go())
        return plan

    async def plan_with(
        self,
        client: MetaStudio,
        rooms: Iterable[DesiredRoom],
        *,
        refresh: Refresh = Refresh.AUTO,
        memory: Remembers | None = None,
        crew: Crew | None = None,
        compares_secrets: bool = True,
        **scope: Any,
    ) -> Plan:
        """The plan, by a client that is open."""
        declared = tuple(declare(found) for found in rooms)
        asked = Scope(
            workspace=WORKSPACE,
            target="test",
            project_id=self.emulator.project_id,
            declared=declared,
            **{"moment": self.emulator.now(), **scope},
        )
        knowledge = Knowledge(
            refresh=refresh,
            trusts_marker=self.settle_s > 0,
            secrets=self.secrets if compares_secrets else None,
            marker_keys=self.keys,
        )
        listed = await scan(client, self.seals)
        created = self.emulator.now()
        source = Service(client, self.seals)
        surveyed = await survey(source, asked, knowledge, listed, created=created, memory=memory, crew=crew)
        return surveyed.plan

    def snapshot(
        self,
        *rooms: DesiredRoom,
        secrets: SecretStore | None = None,
        assets: Mapping[AssetKind, tuple[Asset, ...]] | None = None,
    ) -> Snapshot:
        """What a snapshot for these rooms holds, once it was written and read."""
        store = secrets or SecretStore(self.secrets)

        async def go() -> Snapshot:
            async with self.client() as client:
                taking = Taking(
                    workspace=WORKSPACE,
                    target=Target("test", "cn-north-4"),
                    project_id=self.emulator.project_id,
                    declared=tuple(declare(found) for found in rooms),
                    sightings=frozenset(),
                    known=store.values,
                    conceal=store.conceal,
                    assets=assets or {},
                )
                now = self.emulator.now()
                listed = await scan(client, self.seals)
                taken, _ = await take(Service(client, self.seals), taking, listed, moment=now, taken=now)
                return taken

        return parse_snapshot(to_text(self.run(go())))[0]

    def plan_offline(
        self, snapshot: Snapshot, *rooms: DesiredRoom, refresh: Refresh = Refresh.AUTO, **scope: Any
    ) -> Plan:
        """The plan for these rooms, from a snapshot alone."""
        asked = Scope(
            workspace=WORKSPACE,
            target="test",
            project_id=snapshot.project_id,
            declared=tuple(declare(found) for found in rooms),
            **{"moment": snapshot.moment, **scope},
        )
        knowledge = Knowledge(
            refresh=refresh, trusts_marker=self.settle_s > 0, sightings=snapshot.sightings, secrets=None
        )
        surveyed = survey(Remembered(snapshot), asked, knowledge, snapshot.listed, created=self.emulator.now())
        plan: Plan = self.run(surveyed).plan
        return as_offline(plan, asked, Taken(snapshot.taken, "sha256:0"))

    def context(self, client: MetaStudio, rooms: Iterable[DesiredRoom], stopping: Stopping | None = None) -> Context:
        """What the executor works with."""
        return Context(
            client=client,
            workspace=WORKSPACE,
            seals=self.seals,
            desired={found.key: found for found in rooms},
            nonce=nonce,
            secrets=self.secrets,
            settle_s=self.settle_s,
            stopping=Stopping() if stopping is None else stopping,
        )

    def apply(self, *rooms: DesiredRoom, plan: Plan | None = None, **scope: Any) -> Report:
        """Plans, unless a plan is given, and applies."""

        async def go() -> Report:
            async with self.client() as client:
                made = plan or await self.plan_with(client, rooms, **scope)
                return await apply_plan(made, self.context(client, rooms))

        report: Report = self.run(go())
        return report

    def killed_apply(self, *rooms: DesiredRoom, nth: int) -> None:
        """Plans and applies, and is dead when the service has done the nth request, if it gets there."""

        async def go() -> None:
            seen = itertools.count(1)

            async def apply() -> None:
                async with self.client() as client:
                    plan = await self.plan_with(client, rooms)
                    await apply_plan(plan, self.context(client, rooms))

            task = asyncio.ensure_future(apply())

            def watch(stage: Stage, _call: Call) -> None:
                if stage is Stage.COMMITTED and next(seen) == nth:
                    task.cancel()

            self.emulator.faults.watch = watch
            await asyncio.wait([task])
            self.emulator.faults.watch = None

        self.run(go())

    def bodies(self) -> dict[str, dict[str, Any]]:
        """The rooms as the service has them, by name."""
        return {str(body["room_name"]): dict(body) for body in self.emulator.rooms()}


def kinds(outcomes: Iterable[Outcome]) -> list[tuple[str, str]]:
    """Outcome and action, in words."""
    return [(type(outcome).__name__, outcome.action.name) for outcome in outcomes]


def names(plan: Plan) -> list[tuple[str, str]]:
    """Action and key of everything that would be done."""
    return [(action.name, action.key) for action in plan.changes]


def edited(desired: DesiredRoom, **fields: Any) -> DesiredRoom:
    """The room with other values in its spec."""
    return replace(desired, spec={**desired.spec, **fields})
