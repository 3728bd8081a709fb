"""A service that takes fewer calls than it did: the run slows down, loses nothing, and speeds up again."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from provisioner.applying.executor import apply_plan
from provisioner.applying.outcomes import Report
from provisioner.emulator import Operation
from provisioner.metastudio.client import MetaStudio
from tests.paced import Paced
from tests.rig import room

ALLOWED = {"create": 20.0, "update": 500.0, "list": 500.0, "show": 500.0}


def applied(count: int, changes: list[tuple[float, float]]) -> tuple[Paced, Report]:
    """A run of so many creates, during which the limit of creates changes at moments to calls a second."""
    rooms = [room(f"room-{number:03}") for number in range(count)]
    rig = Paced(settle_s=1.0, limits=ALLOWED)

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
    sent = rig.calls(Operation.CREATE_ROOM)
    assert report.exit_code == 0
    assert [entry.status for _, entry in sent] == [200] * 200
    assert sent[-1][0] - sent[0][0] == pytest.approx(199 / 20, rel=0.02)
    assert rig.told == []


@pytest.mark.parametrize("lasts_s", [6, 15])
def test_a_limit_that_drops_in_mid_run_costs_few_calls_and_no_room(lasts_s: float) -> None:
    """Under 5 % of the creates are throttled, nothing fails, and the old pace is there 10 s after the old limit."""
    rig, report = applied(300, [(5.0, 2.0), (5.0 + lasts_s, 20.0)])
    sent = rig.calls(Operation.CREATE_ROOM)
    throttled = [moment for moment, entry in sent if entry.status == 429]
    assert report.exit_code == 0, [out for out in report.outcomes if type(out).__name__ != "Applied"]
    assert len(rig.emulator.rooms()) == 300
    assert len(throttled) / len(sent) < 0.05
    recovered = 5.0 + lasts_s + 10.0
    passed = [moment for moment, entry in sent if entry.applied]
    assert len([moment for moment in passed if recovered <= moment < recovered + 1]) >= 19
    during = [moment for moment in passed if 6.0 <= moment < 5.0 + lasts_s]
    assert len(during) >= 1.2 * (lasts_s - 1), "a limit of 2 a second is made use of"
    assert max(seconds for _, seconds in rig.told) >= 0.5
