"""A room that changes while it is on air: what its running job is told."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from provisioner.applying.context import Stopping
from provisioner.applying.executor import apply_plan
from provisioner.applying.outcomes import Applied, Failed, Interruption, Outcome, Skipped, Unchanged, Unknown
from provisioner.emulator import Emulator, Fault, Operation
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
    assert kinds(report.outcomes) == [("Applied", "rewrite"), ("Applied", "update")], report.outcomes
    rewritten = report.outcomes[0]
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
    """What became of the rewrite of an apply; the room is written where that was done."""
    outcome, update = rig.apply(CHANGED).outcomes
    assert outcome.action.name == "rewrite"
    assert kinds([update]) == [("Applied" if isinstance(outcome, Applied) else "Skipped", "update")]
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
    assert names(rig.plan(CHANGED)) == [("rewrite", "a"), ("update", "a")]


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
            return (await running).outcomes[0]

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
                return (await running).outcomes[0]

    assert isinstance(rig.run(go()), Skipped)
    assert told(rig) == []


def test_a_job_that_somebody_started_beside_the_run_s_own_is_not_commanded() -> None:
    rig, _ = waiting(start_delay_s=5)
    rig.emulator.advance(60)
    plan = rig.plan(CHANGED)
    assert names(plan) == [("rewrite", "a"), ("update", "a")]
    status, _ = rig.emulator.console(Operation.START_JOB, room_id=str(job(rig)["room_id"]), body={})
    assert status == 202
    rig.emulator.advance(60)
    outcome = rig.apply(CHANGED, plan=plan).outcomes[0]
    assert isinstance(outcome, Skipped), outcome
    assert outcome.refused
    assert not [entry for entry in rig.emulator.ledger() if entry.operation is Operation.COMMAND_JOB]


BOTH = edited(CHANGED, interaction_rules=[{"rule_name": "thank", "event_type": 1}])
REFUSED = Fault(operation=Operation.COMMAND_JOB, applied=False, status=400)


@pytest.mark.parametrize(
    ("fault", "outcome", "exit_code"),
    [(REFUSED, Failed, 1), (replace(REFUSED, skip=1), Applied, 3), (replace(REFUSED, status=502), Unknown, 5)],
)
def test_a_job_that_was_not_told_everything_is_told_by_the_next_apply(
    fault: Fault, outcome: type[Outcome], exit_code: int
) -> None:
    rig, _ = waiting(start_delay_s=5)
    rig.emulator.advance(60)
    rig.emulator.faults.add(fault)
    report = rig.apply(BOTH)
    rewrite, update = report.outcomes
    assert isinstance(rewrite, outcome)
    assert isinstance(update, Skipped)
    assert report.exit_code == exit_code
    rig.emulator.faults.clear()
    assert names(rig.plan(BOTH)) == [("rewrite", "a"), ("update", "a")]
    assert rig.apply(BOTH).exit_code == 0
    assert told(rig)[-2:] == ["REWRITE_PLAY_SCRIPT", "REWRITE_INTERACTION_RULES"]
    assert not rig.plan(BOTH).changes


def test_a_job_is_not_told_of_a_plan_that_somebody_s_edit_has_overtaken() -> None:
    rig, _ = waiting(start_delay_s=5)
    rig.emulator.advance(60)
    plan = rig.plan(CHANGED)
    (body,) = rig.emulator.rooms()
    rig.emulator.advance(5)
    edit = {"room_name": body["room_name"], "priv_data": body["priv_data"], "room_description": "theirs"}
    status, _ = rig.emulator.console(Operation.UPDATE_ROOM, room_id=str(body["room_id"]), body=edit)
    assert status == 200
    report = rig.apply(CHANGED, plan=plan)
    assert kinds(report.outcomes) == [("Skipped", "rewrite"), ("Skipped", "update")]
    assert report.exit_code == 4
    assert told(rig) == []
