"""A room that changes while it is on air: what its running job is told."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from provisioner.applying.context import Stopping
from provisioner.applying.executor import apply_plan
from provisioner.applying.outcomes import Applied, Failed, Interruption, Outcome, Skipped, Unchanged
from provisioner.emulator import Emulator, Operation
from provisioner.planning.live_actions import COMMANDS
from provisioner.rooms import Live, LiveState, OnChange, Spec
from provisioner.secrets import SecretText
from tests.rig import Rig, edited, kinds, names, room, scene
from tests.virtual_time import StandingClock

BEFORE: Spec = {
    "scene_scripts": [scene("opening", "Welcome")],
    "interaction_rules": [{"rule_name": "greet", "event_type": 1}],
    "output_urls": ["rtmp://live.example.com/app"],
    "stream_keys": [SecretText.of("KEY")],
    "play_policy": {"live_exit_config": {"max_live_duration": 2}},
}


CHANGES: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("REWRITE_PLAY_SCRIPT", {"scene_scripts": [scene("opening", "Hello")]}, "Hello"),
    ("REWRITE_INTERACTION_RULES", {"interaction_rules": [{"rule_name": "thank", "event_type": 1}]}, "thank"),
    ("REFRESH_OUTPUT_URL", {"output_urls": ["rtmp://other.example.com/app"]}, "the key"),
    ("RESET_EXIT_CONFIG", {"play_policy": {"live_exit_config": {"max_live_duration": 3}}}, "max_live_duration"),
)


@pytest.mark.parametrize(("command", "changed", "told"), CHANGES)
def test_each_command_reaches_the_job(command: str, changed: dict[str, Any], told: str) -> None:
    rig = Rig(secrets={"KEY": "the key"})
    desired = room("a", BEFORE, live=Live(LiveState.RUNNING, "evening", OnChange.HOT))
    assert rig.apply(desired).exit_code == 0
    rig.emulator.advance(5)
    report = rig.apply(edited(desired, **changed))
    assert kinds(report.outcomes) == [("Applied", "update"), ("Applied", "rewrite")], report.outcomes
    rewritten = report.outcomes[1]
    assert isinstance(rewritten, Applied)
    (reached,) = rig.emulator.commands(str(rewritten.job_id))
    assert reached.command == command
    assert told in str(reached.params)


def test_every_command_is_tried() -> None:
    assert {command for command, _, _ in CHANGES} == set(COMMANDS.values())


HOT = room("a", BEFORE, live=Live(LiveState.RUNNING, "evening", OnChange.HOT))
CHANGED = edited(HOT, scene_scripts=[scene("opening", "Hello")])


def waiting(start_delay_s: float) -> tuple[Rig, StandingClock]:
    """A room whose job has just been started, and waits so long before it is on air."""
    clock = StandingClock(datetime(2026, 11, 20, 12, tzinfo=UTC))
    emulator = Emulator.open(":memory:", now=clock.now, start_delay_s=start_delay_s)
    rig = Rig(emulator=emulator, secrets={"KEY": "the key"}, run=clock.run)
    assert rig.apply(HOT).exit_code == 0
    assert job(rig)["state"] == "WAITING"
    return rig, clock


def job(rig: Rig) -> dict[str, Any]:
    (found,) = rig.emulator.jobs()
    return dict(found)


def told(rig: Rig) -> list[str]:
    return [command.command for command in rig.emulator.commands(str(job(rig)["job_id"]))]


def rewritten(rig: Rig) -> Outcome:
    """What became of the rewrite of an apply."""
    update, outcome = rig.apply(CHANGED).outcomes
    assert kinds([update, outcome])[0] == ("Applied", "update")
    assert outcome.action.name == "rewrite"
    return outcome


def test_a_job_that_waits_is_told_of_a_change_when_it_is_on_air() -> None:
    rig, clock = waiting(start_delay_s=20)
    began = clock.at
    outcome = rewritten(rig)
    assert isinstance(outcome, Applied), outcome
    assert told(rig) == ["REWRITE_PLAY_SCRIPT"]
    assert timedelta(seconds=10) < clock.at - began < timedelta(seconds=40)
    assert not rig.plan(CHANGED).changes


def test_a_job_that_waits_for_too_long_was_not_told_and_the_report_says_so() -> None:
    rig, clock = waiting(start_delay_s=3600)
    began = clock.at
    outcome = rewritten(rig)
    assert isinstance(outcome, Failed), outcome
    job_id = str(job(rig)["job_id"])
    assert f"job {job_id} is still WAITING, and takes commands only when it is on air" in outcome.message
    assert told(rig) == []
    assert clock.at - began < timedelta(seconds=90)


def test_a_job_that_ends_while_it_is_waited_for_needs_to_be_told_nothing() -> None:
    rig, _ = waiting(start_delay_s=3600)

    async def go() -> Outcome:
        async with rig.client() as client:
            plan = await rig.plan_with(client, [CHANGED])
            running = asyncio.ensure_future(apply_plan(plan, rig.context(client, [CHANGED])))
            await asyncio.sleep(10)
            ids = {name: str(job(rig)[name]) for name in ("room_id", "job_id")}
            status, _ = rig.emulator.console(Operation.STOP_JOB, **ids)
            assert status == 200
            return (await running).outcomes[1]

    outcome = rig.run(go())
    assert isinstance(outcome, Unchanged), outcome
    assert outcome.note == "no job is on air any more"


def test_a_signal_ends_the_waiting_for_a_job() -> None:
    rig, _ = waiting(start_delay_s=3600)
    stopping = Stopping()

    async def go() -> Outcome:
        async with rig.client() as client:
            plan = await rig.plan_with(client, [CHANGED])
            running = asyncio.ensure_future(apply_plan(plan, rig.context(client, [CHANGED], stopping)))
            await asyncio.sleep(10)
            stopping.ask(Interruption.SIGINT)
            async with asyncio.timeout(1):
                return (await running).outcomes[1]

    assert isinstance(rig.run(go()), Skipped)
    assert told(rig) == []


def test_a_job_that_somebody_started_beside_the_run_s_own_is_not_commanded() -> None:
    rig, _ = waiting(start_delay_s=5)
    rig.emulator.advance(60)
    plan = rig.plan(CHANGED)
    assert names(plan) == [("update", "a"), ("rewrite", "a")]
    status, _ = rig.emulator.console(Operation.START_JOB, room_id=str(job(rig)["room_id"]), body={})
    assert status == 202
    rig.emulator.advance(60)
    outcome = rig.apply(CHANGED, plan=plan).outcomes[1]
    assert isinstance(outcome, Skipped), outcome
    assert outcome.refused
    assert not [entry for entry in rig.emulator.ledger() if entry.operation is Operation.COMMAND_JOB]
