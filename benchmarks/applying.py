"""The line of `apply`: many creates with their starts, as fast as the service lets them.

It runs in virtual time: the real planner, executor, client and service in one process, and an event loop whose clock
jumps where all of them wait. So it takes seconds, comes out the same every time, and tells how well calls are paced;
what the work itself takes is given as processor time.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from benchmarks.asked import Asked
from benchmarks.table import Line, Rival
from provisioner.applying.executor import apply_plan
from provisioner.applying.outcomes import Report
from provisioner.emulator import Emulator, Entry, Operation
from provisioner.emulator.transport import InProcess
from provisioner.metastudio.client import MetaStudio
from provisioner.metastudio.credentials import fixed_key
from provisioner.metastudio.endpoint import parse_endpoint
from provisioner.metastudio.regions import rates
from tests import virtual_time
from tests.rig import Rig, room, scene

BEGAN = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATENCY_S = (0.02, 0.05)
"""What a call is on its way in each direction: anything between these."""
SETTLE_S = 15.0
"""A target's default."""
LIMITS = {"create": 5.0, "update": 5.0, "list": 20.0, "show": 20.0, "delete": 4.0, "start": 4.0, "stop": 4.0}
_WORDS = "The shoe in front of me was made by people who walk a great deal. "


class Far(httpx.AsyncBaseTransport):
    """The way to an emulator that takes its time, never the same."""

    def __init__(self, emulator: Emulator) -> None:
        self._inner = InProcess(emulator)
        self._chance = random.Random(1)  # noqa: S311  # the same in every run

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends it, there and back."""
        await asyncio.sleep(self._chance.uniform(*LATENCY_S))
        answer = await self._inner.handle_async_request(request)
        await asyncio.sleep(self._chance.uniform(*LATENCY_S))
        return answer


@dataclass
class Paced(Rig):
    """A rig whose client and service both keep to the limits of the largest region."""

    def client(self) -> MetaStudio:
        """The client of a target that is far away."""
        return MetaStudio(
            parse_endpoint("http://127.0.0.1", project_id=self.emulator.project_id, region="cn-north-4"),
            fixed_key(self.emulator.access_key, self.emulator.secret_key, self.emulator.project_id),
            transport=Far(self.emulator),
            now=self.emulator.now,
            rates=rates("cn-north-4", LIMITS),
        )


def creates(asked: Asked) -> Iterator[Line]:
    """So many rooms that are to be created and to go on air."""
    usual = 500
    count = asked.size(usual)
    asked.say(f"apply of {count} creates and starts, in virtual time")
    began = time.process_time()
    entries, took_s = _applied(count)
    cpu_s = time.process_time() - began
    floor_s = max(count / LIMITS["create"], count / LIMITS["start"])
    calls = [entry for entry in entries if entry.operation in (Operation.CREATE_ROOM, Operation.START_JOB)]
    throttled = Counter(entry.operation.value for entry in entries if entry.status == 429)
    share = throttled.total() / len(entries)
    in_turn_s = count / LIMITS["create"] + count / LIMITS["start"]
    yield Line(
        f"`apply`, {count} creates at {LIMITS['create']:g}/s with {count} starts at {LIMITS['start']:g}/s",
        f"{took_s / floor_s:.3f} x the slower floor ({took_s:.1f} s, floor {floor_s:.1f} s, virtual time)",
        "<= 1.08 x the slower floor",
        asked.met(usual, took_s <= 1.08 * floor_s),
        Rival(f"{in_turn_s:,.0f} s, reckoned: one call after the other, each at its rate", in_turn_s / took_s),
        remarks=f"{cpu_s:.1f} s of processor time, with the service's; {SETTLE_S:g} s of settling before the "
        f"first start are in it: {took_s / (floor_s + SETTLE_S):.3f} x the floor with them",
    )
    yield Line(
        f"`apply`, {count} creates with {count} starts: throttled calls",
        f"{share:.1%} ({throttled.total()} of {len(entries):,})",
        "<= 1 % of the calls",
        asked.met(usual, share <= 0.01),
        remarks=f"{len(calls):,} of the calls are creates and starts; throttled: "
        + (", ".join(f"{name} {number}" for name, number in throttled.most_common()) or "none"),
    )


def _applied(count: int) -> tuple[tuple[Entry, ...], float]:
    """What the service heard during the apply alone, and the virtual seconds that it took."""
    rooms = [
        room(f"room-{number:04}", {"scene_scripts": [scene("Opening", *(_WORDS * 4 for _ in range(5)))]}, run="evening")
        for number in range(count)
    ]
    rig = Paced(settle_s=SETTLE_S, run=virtual_time.run)

    async def go() -> tuple[tuple[Entry, ...], float]:
        loop = asyncio.get_running_loop()
        rig.emulator = Emulator.open(
            ":memory:", limits={**LIMITS, "command": 4.0}, now=lambda: BEGAN + timedelta(seconds=loop.time())
        )
        async with rig.client() as client:
            plan = await rig.plan_with(client, rooms)
            heard, started = len(rig.emulator.ledger()), loop.time()
            report = await apply_plan(plan, rig.context(client, rooms))
            took_s = loop.time() - started
        _check(report, rig, count)
        return rig.emulator.ledger()[heard:], took_s

    done: Any = rig.run(go())
    return done  # type: ignore[no-any-return]


def _check(report: Report, rig: Rig, count: int) -> None:
    """Raises RuntimeError where not every room was made and is on air: then there is nothing to measure."""
    if report.exit_code != 0 or len(rig.emulator.rooms()) != count or len(rig.emulator.jobs()) != count:
        kinds = sorted({type(outcome).__name__ for outcome in report.outcomes})
        raise RuntimeError(f"the apply ended with {report.exit_code}: {', '.join(kinds)}")
