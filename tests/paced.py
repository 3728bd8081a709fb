"""A real target in virtual time: calls take their time on the way, and the service allows so many a second."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx

from provisioner.applying.executor import apply_plan
from provisioner.applying.outcomes import Report
from provisioner.emulator import Emulator, Entry, Operation
from provisioner.emulator.transport import InProcess
from provisioner.metastudio.client import MetaStudio
from provisioner.metastudio.credentials import fixed_key
from provisioner.metastudio.endpoint import parse_endpoint
from provisioner.metastudio.regions import rates
from provisioner.rooms import DesiredRoom
from tests import virtual_time
from tests.rig import Rig

LIMITS = {"create": 5.0, "update": 5.0, "list": 20.0, "show": 20.0, "delete": 4.0, "start": 4.0, "stop": 4.0}
"""Calls a second in the largest region."""
SETTLE_S = 15.0
BEGAN = datetime(2026, 11, 21, 12, tzinfo=UTC)


@dataclass
class Far(httpx.AsyncBaseTransport):
    """The way to an emulator that takes `latency_s` there and back, and up to `jitter_s` more each way."""

    emulator: Emulator
    latency_s: float = 0.05
    jitter_s: float = 0.0

    def __post_init__(self) -> None:
        self._inner = InProcess(self.emulator)
        self._chance = random.Random(7)  # noqa: S311 - chance, not secrecy

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await self._travel()
        answer = await self._inner.handle_async_request(request)
        await self._travel()
        return answer

    async def _travel(self) -> None:
        await asyncio.sleep(self.latency_s / 2 + self._chance.uniform(0, self.jitter_s))


@dataclass
class Paced(Rig):
    """A rig whose service is a real target's. `limits` are calls a second, of the service and of the client."""

    limits: Mapping[str, float] = field(default_factory=dict)
    jitter_s: float = 0.0
    moment: Callable[[], float] = lambda: 0.0
    told: list[tuple[str, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.run = virtual_time.run
        self.emulator = Emulator.open(":memory:", limits=self.limits, now=self.now)

    def client(self) -> MetaStudio:
        emulator = self.emulator
        self.moment = asyncio.get_running_loop().time
        return MetaStudio(
            parse_endpoint("http://127.0.0.1", project_id=emulator.project_id, region="cn-north-4"),
            fixed_key(emulator.access_key, emulator.secret_key, emulator.project_id),
            transport=Far(emulator, jitter_s=self.jitter_s),
            now=emulator.now,
            rates=rates("cn-north-4", self.limits),
            on_wait=lambda operation, seconds: self.told.append((operation, seconds)),
        )

    def now(self) -> datetime:
        return BEGAN + timedelta(seconds=self.moment())

    def calls(self, *operations: Operation) -> list[tuple[float, Entry]]:
        """Every call of these operations that reached the service, with the seconds since the beginning."""
        return [
            ((entry.time - BEGAN).total_seconds(), entry)
            for entry in self.emulator.ledger()
            if not operations or entry.operation in operations
        ]


@dataclass(frozen=True)
class Ran:
    """One apply: how long it took, and when its writes of each kind arrived, in seconds since it began."""

    seconds: float
    report: Report
    arrived: dict[Operation, list[float]]
    throttled: int
    calls: int


def applied(stood: Sequence[DesiredRoom], desired: Sequence[DesiredRoom], *, jitter_s: float = 0.0) -> Ran:
    """Brings rooms that stood for a while to what is desired. Calls take up to `jitter_s` more, each way."""
    rig = Paced(settle_s=SETTLE_S, jitter_s=jitter_s)
    Rig(emulator=rig.emulator).apply(*stood)
    for name, rate in LIMITS.items():
        rig.emulator.throttle.set(name, rate)
    rig.limits = LIMITS

    async def go() -> tuple[float, float, Report]:
        async with rig.client() as client:
            await asyncio.sleep(60)
            plan = await rig.plan_with(client, desired)
            await asyncio.sleep(5)
            began = rig.moment()
            report = await apply_plan(plan, rig.context(client, desired))
            return began, rig.moment(), report

    began, ended, report = rig.run(go())
    assert report.exit_code == 0, [outcome for outcome in report.outcomes if type(outcome).__name__ != "Applied"]
    calls = [(moment - began, entry) for moment, entry in rig.calls() if moment >= began]
    arrived: dict[Operation, list[float]] = {}
    for moment, entry in calls:
        arrived.setdefault(entry.operation, []).append(moment)
    return Ran(ended - began, report, arrived, sum(entry.status == 429 for _, entry in calls), len(calls))
