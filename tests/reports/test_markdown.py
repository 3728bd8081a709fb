"""Markdown reports of any size fit where they are put, lead with counts, and say in numbers what they leave out."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest

from provisioner.applying.outcomes import Applied, Failed, Report
from provisioner.comparing.compare import FieldChange
from provisioner.diagnostics import Diagnostic, Severity, Span
from provisioner.planning.actions import Cause, Delete, Plan, Update
from provisioner.planning.since import plan_since
from provisioner.reports.markdown import MOST_UNITS, units
from provisioner.reports.outcome_markdown import outcome_markdown
from provisioner.reports.plan_markdown import plan_markdown
from provisioner.reports.view import PlanView
from provisioner.rooms import RoomId, RoomKey
from tests.reports.plans import ALIKE, LONG, PLAN, greeting, store


def fits(markdown: str) -> bool:
    """Whether GitHub takes it as a comment and as a step summary, however it counts."""
    return units(markdown) <= MOST_UNITS < 65_536 and len(markdown.encode()) < 1024 * 1024


def different(count: int) -> Plan:
    """So many rooms of which each changes at places of its own."""
    changed = (
        (FieldChange(f"scene_scripts[s{n}].script_description", f"{LONG}{n}", f"{n}{LONG}{n}"), greeting(n))
        for n in range(count)
    )
    return replace(ALIKE, actions=tuple(store(n, *changes) for n, changes in enumerate(changed)))


def test_five_thousand_stores_with_a_change_in_their_template_are_one_group() -> None:
    plan = replace(ALIKE, actions=tuple(store(n, greeting(n)) for n in range(5000)))
    started = time.process_time()
    written = plan_markdown(PlanView.of(plan))
    assert time.process_time() - started < 10
    assert fits(written)
    assert written.index("**5,000 to update**") < 200
    assert "<b>5,000 rooms: update</b> opening paragraph of scene <code>Welcome</code>, in the same words" in written
    assert "and 4,939 more" in written


def test_thousands_of_rooms_that_all_change_otherwise_are_cut_and_counted() -> None:
    started = time.process_time()
    written = plan_markdown(PlanView.of(different(3000)))
    assert time.process_time() - started < 20
    assert fits(written)
    told = re.search(r"> Left out .*: ([0-9,]+) rooms in .* only named; ([0-9,]+) more rooms in", written)
    assert told is not None
    named, unnamed = (int(number.replace(",", "")) for number in told.groups())
    assert written.count("<details>\n<summary><b>update</b>") + named + unnamed == 3000
    assert written.count("\n- update `store-") == named


def test_drift_is_counted_however_much_the_manifests_change() -> None:
    drift = Update(key=RoomKey("z"), room_name="z", cause=Cause.DRIFT, changes=(FieldChange("x", 1, 2),))
    written = plan_markdown(PlanView.of(replace(different(2000), actions=(*different(2000).actions, drift))))
    assert "Drift: someone changed these rooms, and apply undoes it (1 room)" in written


def test_one_room_with_thousands_of_changes_leaves_space_for_the_others() -> None:
    many = tuple(FieldChange(f"interaction_rules[r{n}].enabled", True, False) for n in range(5000))
    written = plan_markdown(PlanView.of(replace(ALIKE, actions=(store(1, *many), store(2, greeting(2))))))
    assert fits(written)
    assert re.search(r"! … 4,[0-9]{3} more changes", written)
    assert "+ eighty" in written


def test_warnings_are_grouped_by_rule_and_leave_space_for_rooms() -> None:
    warnings = tuple(Diagnostic(Severity.WARNING, f"rule-{n % 3}", LONG, Span("a.yaml", n + 1)) for n in range(3000))
    written = plan_markdown(PlanView.of(replace(ALIKE, warnings=warnings)))
    assert fits(written)
    assert all(f"1,000 warnings: <code>rule-{n}</code>" in written for n in range(3))
    assert "+ eighty" in written


def test_an_earlier_plan_leaves_space_for_this_one() -> None:
    plan = different(1000)
    earlier = replace(plan, actions=tuple(replace(action, changes=action.changes[:1]) for action in plan.actions))
    written = plan_markdown(PlanView.of(replace(plan, actions=plan.actions[:500]), plan_since(plan, earlier)))
    assert fits(written)
    assert "**1,000 changed**" in written
    assert "+ eighty" in written


@pytest.mark.parametrize("count", [1, 5000])
def test_outcomes_fit_and_lead_with_what_went_wrong(count: int) -> None:
    deletes = tuple(
        Delete(key=RoomKey(f"room-{n}"), room_name=LONG, cause=Cause.REMOVED, room_id=RoomId("r")) for n in range(count)
    )
    outcomes = (
        *(Applied(action, RoomId("r"), LONG, note=LONG) for action in deletes),
        *(Failed(action, LONG, RoomId("r"), LONG) for action in deletes),
    )
    written = outcome_markdown(Report(PLAN, outcomes))
    assert fits(written)
    assert f"**{count:,} applied, {count:,} failed.**" in written
    assert written.index("delete: failed") < written.index("deleted")
