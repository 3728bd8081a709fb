"""What a plan says that an earlier one did not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioner.comparing.compare import FieldChange
from provisioner.errors import RefusedError
from provisioner.planning.actions import Action, Base, Cause, Plan, Start, Update
from provisioner.planning.since import Fate, RoomSince, plan_since
from provisioner.rooms import RoomKey
from tests.reports.plans import ACTIONS, EARLIER, PLAN, QUIET


def plan(*actions: Action) -> Plan:
    return replace(PLAN, actions=actions)


def update(*changes: FieldChange, key: str = "a") -> Update:
    return Update(key=RoomKey(key), room_name=key, cause=Cause.MANIFEST, changes=changes)


def only(now: Plan, then: Plan) -> RoomSince:
    (room,) = plan_since(now, then).rooms
    return room


WIDTH = FieldChange("video_config.width", 1080, 720)
RATE = FieldChange("video_config.bitrate", 4000, 5000)


@given(st.lists(st.sampled_from(ACTIONS), unique_by=id))
def test_nothing_changed_since_the_same_plan(actions: list[Action]) -> None:
    same = plan_since(plan(*actions), plan(*actions))
    assert same.rooms == ()
    assert same.counts["same"] == len(list(plan(*actions).rooms()))


@given(st.lists(st.sampled_from(ACTIONS), unique_by=id), st.lists(st.sampled_from(ACTIONS), unique_by=id))
def test_every_room_of_either_plan_is_counted_once(now: list[Action], then: list[Action]) -> None:
    since = plan_since(plan(*now), plan(*then))
    keys = {key for some in (plan(*now), plan(*then)) for key, _ in some.rooms()}
    assert sum(since.counts.values()) == len(keys)
    assert len({room.key for room in since.rooms}) == len(since.rooms)
    back = plan_since(plan(*then), plan(*now))
    assert (since.counts["new"], since.counts["gone"]) == (back.counts["gone"], back.counts["new"])


def test_changes_come_go_and_become_others() -> None:
    slower = replace(RATE, after=3000)
    room = only(plan(update(slower, FieldChange("x", 1, 2))), plan(update(RATE, WIDTH)))
    assert (room.fate, room.came, room.went) == (Fate.CHANGED, (FieldChange("x", 1, 2),), (WIDTH,))
    assert room.other == ((RATE, slower),)


def test_a_room_with_nothing_to_do_any_more_is_gone_and_one_with_something_is_new() -> None:
    assert only(QUIET, replace(QUIET, actions=(update(RATE),))).fate is Fate.GONE
    assert only(replace(QUIET, actions=(update(RATE),)), QUIET).fate is Fate.NEW


def test_another_run_another_cause_and_another_reason_to_block_are_changes() -> None:
    start = Start(key=RoomKey("a"), room_name="a", cause=Cause.LIVE, run="monday")
    assert only(plan(replace(start, run="tuesday")), plan(start)).fate is Fate.CHANGED
    assert only(plan(replace(update(RATE), cause=Cause.BOTH)), plan(update(RATE))).fate is Fate.CHANGED
    blocked = ACTIONS[9]
    assert only(plan(replace(blocked, reason="other")), plan(blocked)).fate is Fate.CHANGED


def test_another_line_of_the_manifest_and_another_moment_are_not() -> None:
    moved = replace(update(RATE), origin=None, base=Base("2026-11-21T00:00:00Z", None))
    later = replace(PLAN, actions=(moved,), created=PLAN.created + timedelta(hours=1))
    assert plan_since(later, plan(update(RATE))).rooms == ()


@pytest.mark.parametrize("field", ["workspace", "target", "project_id"])
def test_plans_of_other_places_are_refused(field: str) -> None:
    other: dict[str, Any] = {field: "elsewhere"}
    with pytest.raises(RefusedError, match=f"{field.removesuffix('_id')} .* elsewhere"):
        plan_since(PLAN, replace(EARLIER, **other))
