"""One paragraph of a room on air changes: the calls that are sent under each `on_change`, and what the plan says."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from provisioner.emulator import Operation
from provisioner.emulator.calls import Origin
from provisioner.planning.actions import Plan
from provisioner.reports.plan_text import plan_text
from provisioner.reports.view import PlanView
from provisioner.rooms import DesiredRoom, Live, LiveState, OnChange
from tests.rig import Rig, edited, room, scene

LOOK = (Operation.SHOW_ROOM, Operation.UPDATE_ROOM, Operation.SHOW_ROOM)
"""An update: a last look, the write, and the reading back."""
SENT: dict[OnChange, tuple[Operation, ...]] = {
    OnChange.NEXT_RUN: LOOK,
    OnChange.HOT: (Operation.LIST_ROOM_JOBS, Operation.SHOW_ROOM, Operation.COMMAND_JOB, *LOOK),
    OnChange.RESTART: (
        *LOOK,
        *(Operation.SHOW_ROOM, Operation.LIST_ROOM_JOBS, Operation.UPDATE_ROOM),
        *(Operation.LIST_ROOM_JOBS, Operation.STOP_JOB, Operation.SHOW_JOB),
        *(Operation.SHOW_ROOM, Operation.LIST_ROOM_JOBS, Operation.START_JOB),
    ),
}
SAID: dict[OnChange, tuple[str, ...]] = {
    OnChange.NEXT_RUN: ("on air now: viewers see it from the next broadcast on",),
    OnChange.HOT: ("on air now: viewers see and hear the change while the job goes on", "REWRITE_PLAY_SCRIPT"),
    OnChange.RESTART: ("on air now: viewers lose the picture until the new job is up",),
}
OTHERS: dict[OnChange, tuple[str, ...]] = {
    kind: tuple(words for other, said in SAID.items() if other is not kind for words in said) for kind in OnChange
}


def on_air(on_change: OnChange) -> tuple[Rig, DesiredRoom]:
    rig = Rig()
    spec = {"scene_scripts": [scene("Opening", "Welcome.", "Two for one."), scene("Close", "Goodbye.")]}
    desired = room("a", spec, live=Live(LiveState.RUNNING, "evening", on_change))  # type: ignore[arg-type]
    assert rig.apply(desired).exit_code == 0
    rig.emulator.advance(60)
    return rig, desired


def sent_by(rig: Rig, before: int) -> Sequence[Operation]:
    return [entry.operation for entry in rig.emulator.ledger()[before:] if entry.origin is Origin.API]


@pytest.mark.parametrize("on_change", list(OnChange))
def test_a_changed_paragraph_is_brought_on_air_by_these_calls_and_no_others(on_change: OnChange) -> None:
    rig, desired = on_air(on_change)
    changed = edited(
        desired, scene_scripts=[scene("Opening", "Welcome.", "Three for one."), scene("Close", "Goodbye.")]
    )
    plan = rig.plan(changed)
    before = len(rig.emulator.ledger())
    report = rig.apply(changed, plan=plan)
    assert report.exit_code == 0
    assert tuple(sent_by(rig, before)) == SENT[on_change]
    assert all(entry.status in (200, 202) for entry in rig.emulator.ledger()[before:])
    jobs = rig.emulator.jobs()
    assert [job["state"] for job in jobs] == (
        ["CANCELED", "WAITING"] if on_change is OnChange.RESTART else ["PROCESSING"]
    )
    told = [command for job in jobs for command in rig.emulator.commands(str(job["job_id"]))]
    assert [command.command for command in told] == (["REWRITE_PLAY_SCRIPT"] if on_change is OnChange.HOT else [])
    assert all("Three for one." in str(command.params) for command in told)
    before = len(rig.emulator.ledger())
    assert not rig.plan(changed).changes
    assert not [entry for entry in rig.emulator.ledger()[before:] if entry.operation.writes]


@pytest.mark.parametrize("on_change", list(OnChange))
def test_a_plan_says_in_words_what_viewers_notice(on_change: OnChange) -> None:
    rig, desired = on_air(on_change)
    changed = edited(
        desired, scene_scripts=[scene("Opening", "Welcome.", "Three for one."), scene("Close", "Goodbye.")]
    )
    said = text(rig.plan(changed))
    assert all(words in said for words in SAID[on_change])
    assert not any(words in said for words in OTHERS[on_change])


def text(plan: Plan) -> str:
    return plan_text(PlanView.of(plan))
