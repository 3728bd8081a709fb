"""A service that takes fewer calls than it did: the run slows down, loses nothing, and speeds up again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from provisioner.applying.executor import apply_plan
from provisioner.applying.outcomes import Report
from provisioner.emulator import Emulator, Entry, Operation
from provisioner.emulator.transport import InProcess
from provisioner.metastudio.client import MetaStudio
from provisioner.metastudio.credentials import fixed_key
from provisioner.metastudio.endpoint import parse_endpoint
from provisioner.metastudio.regions import rates
from tests import virtual_time
from tests.rig import Rig, room

BEGAN = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATENCY_S = 0.05
ALLOWED = {"create": 20.0, "update": 500.0, "list": 500.0, "show": 500.0}


class Far(httpx.AsyncBaseTransport):
    """The way to an emulator that takes its time, both ways."""

    def __init__(self, emulator: Emulator) -> None:
        self._inner = InProcess(emulator)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(LATENCY_S / 2)
        answer = await self._inner.handle_async_request(request)
        await asyncio.sleep(LATENCY_S / 2)
        return answer


@dataclass
class Throttled(Rig):
    """A rig whose service is a real target's: paced, with a limit of its own, in virtual time."""

    moment: Callable[[], float] = lambda: 0.0
    told: list[tuple[str, float]] = field(default_factory=list)

    def client(self) -> MetaStudio:
        emulator = self.emulator
        self.moment = asyncio.get_running_loop().time
        return MetaStudio(
            parse_endpoint("http://127.0.0.1", project_id=emulator.project_id, region="cn-north-4"),
            fixed_key(emulator.access_key, emulator.secret_key, emulator.project_id),
            transport=Far(emulator),
            now=emulator.now,
            rates=rates("cn-north-4", ALLOWED),
            on_wait=lambda operation, seconds: self.told.append((operation, seconds)),
        )

    def now(self) -> datetime:
        return BEGAN + timedelta(seconds=self.moment())

    def creates(self) -> list[tuple[float, Entry]]:
        """Every create that reached the service, with the time since the beginning."""
        return [
            ((entry.time - BEGAN).total_seconds(), entry)
            for entry in self.emulator.ledger()
            if entry.operation is Operation.CREATE_ROOM
        ]


def applied(count: int, changes: list[tuple[float, float]]) -> tuple[Throttled, Report]:
    """A run of so many creates, during which the limit of creates changes at moments to calls a second."""
    rooms = [room(f"room-{number:03}") for number in range(count)]
    rig = Throttled(settle_s=1.0, run=virtual_time.run)
    rig.emulator = Emulator.open(":memory:", limits={"create": ALLOWED["create"]}, now=rig.now)

    async def change(client: MetaStudio) -> None:
        for moment, rate in changes:
            await asyncio.sleep(moment - asyncio.get_running_loop().time())
            rig.emulator.throttle.set("create", rate)

    async def go() -> Any:
        async with rig.client() as client:
            plan = await rig.plan_with(client, rooms)
            changing = asyncio.ensure_future(change(client))
            done = await apply_plan(plan, rig.context(client, rooms))
            await changing
            return done

    report: Report = rig.run(go())
    return rig, report


def test_a_run_is_slowed_by_the_service_s_limit_alone() -> None:
    """200 creates at 20 a second take 10 s, and none is throttled."""
    rig, report = applied(200, [])
    creates = rig.creates()
    assert report.exit_code == 0
    assert [entry.status for _, entry in creates] == [200] * 200
    assert creates[-1][0] - creates[0][0] == pytest.approx(199 / 20, rel=0.02)
    assert rig.told == []


@pytest.mark.parametrize("lasts_s", [6, 15])
def test_a_limit_that_drops_in_mid_run_costs_few_calls_and_no_room(lasts_s: float) -> None:
    """Under 5 % of the creates are throttled, nothing fails, and the old pace is there 10 s after the old limit."""
    rig, report = applied(300, [(5.0, 2.0), (5.0 + lasts_s, 20.0)])
    creates = rig.creates()
    throttled = [moment for moment, entry in creates if entry.status == 429]
    assert report.exit_code == 0, [out for out in report.outcomes if type(out).__name__ != "Applied"]
    assert len(rig.emulator.rooms()) == 300
    assert len(throttled) / len(creates) < 0.05
    recovered = 5.0 + lasts_s + 10.0
    passed = [moment for moment, entry in creates if entry.applied]
    assert len([moment for moment in passed if recovered <= moment < recovered + 1]) >= 19
    during = [moment for moment in passed if 6.0 <= moment < 5.0 + lasts_s]
    assert len(during) >= 1.2 * (lasts_s - 1), "a limit of 2 a second is made use of"
    assert max(seconds for _, seconds in rig.told) >= 0.5
