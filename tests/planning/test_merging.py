"""A plan that was made in parts is the plan that was made at once, to the byte; what are not its parts is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provisioner.diagnostics import Diagnostic, Span, in_order
from provisioner.emulator import Operation
from provisioner.errors import RefusedError
from provisioner.planning.actions import Action, Blocked, Delete, Plan, Reading, in_time
from provisioner.planning.merging import Part, merge_plans
from provisioner.planning.refresh import Refresh
from provisioner.planning.shards import Shard
from provisioner.reports.json_text import dumps
from provisioner.reports.plan_json import plan_to_json
from provisioner.reports.plan_text import plan_text
from provisioner.reports.view import PlanView
from provisioner.rooms import RoomKey
from tests.reports.plans import ACTIONS, NOW, PLAN
from tests.rig import Rig, edited, room

KEYS = st.text("ab-.0", min_size=1, max_size=4).map(RoomKey)
ON_DECLARED = st.sampled_from([replace(action, origin=Span("rooms/a.yaml", 3, 1)) for action in ACTIONS])
ON_LEFTOVER = st.sampled_from([replace(a, origin=None) for a in ACTIONS if isinstance(a, Delete | Blocked)])


def text(plan: Plan) -> str:
    return dumps(plan_to_json(plan, include_unchanged=True))


def parts_of(plans: Sequence[Plan]) -> list[Part]:
    return [Part(f"{number}.json", plan) for number, plan in enumerate(plans, start=1)]


@st.composite
def planned(draw: st.DrawFn) -> Plan:
    """Any plan in the planner's order: declared rooms by key, then the others."""
    keys = draw(st.lists(KEYS, unique=True, max_size=8))
    declared = draw(st.integers(0, len(keys)))
    actions: list[Action] = []
    for kind, group in ((ON_DECLARED, keys[:declared]), (ON_LEFTOVER, keys[declared:])):
        for key in sorted(group):
            actions += [replace(action, key=key) for action in draw(st.lists(kind, min_size=1, max_size=3))]
    warned = draw(st.lists(KEYS, max_size=4))
    warnings = [Diagnostic.warning("not-read", key, Span("rooms/a.yaml", len(key))) for key in warned]
    return replace(
        PLAN,
        actions=tuple(actions),
        warnings=in_order(warnings),
        selection=draw(st.sampled_from([(), tuple(sorted(keys))])),
        refresh=draw(st.sampled_from(Refresh)),
        prune=draw(st.booleans()),
        commit=draw(st.sampled_from([None, "ab" * 20])),
        reading=Reading(*(draw(st.integers(0, 99)) for _ in range(5))),
        at=draw(st.sampled_from([None, NOW])),
        upcoming=in_time(
            replace(PLAN.upcoming[0], key=key, at=NOW + timedelta(hours=draw(st.integers(0, 2)))) for key in keys[::2]
        ),
    )


@st.composite
def divided(draw: st.DrawFn) -> tuple[Plan, list[Plan]]:
    """A plan and its parts: each room in one of them, each warning in one or more, none made before the plan."""
    whole = draw(planned())
    count = draw(st.integers(1, 4))
    numbers = st.integers(0, count - 1)
    place = {action.key: draw(numbers) for action in whole.actions}
    warned = {warning: draw(st.sets(numbers, min_size=1)) for warning in whole.warnings}
    sharded = count > 1 and draw(st.booleans())
    share = {name: [0] * count for name in ("read", "known", "believed", *(["managed"] if sharded else []))}
    for name, counts in share.items():
        left = getattr(whole.reading, name)
        for number in range(count - 1):
            counts[number] = draw(st.integers(0, left))
            left -= counts[number]
        counts[-1] = left
    oldest = draw(numbers)
    parts = []
    for number in range(count):
        later = timedelta(0) if number == oldest else timedelta(seconds=draw(st.integers(0, 99)))
        chosen = tuple(key for key in whole.selection if place[RoomKey(key)] == number)
        part = replace(
            whole,
            actions=tuple(action for action in whole.actions if place[action.key] == number),
            warnings=tuple(warning for warning in whole.warnings if number in warned[warning]),
            shard=Shard(number + 1, count) if sharded else None,
            upcoming=tuple(change for change in whole.upcoming if place[change.key] == number),
            selection=chosen or whole.selection,  # none would say that all rooms were asked for
            created=whole.created + later,
            expires=whole.expires + later,
            reading=replace(whole.reading, **{name: counts[number] for name, counts in share.items()}),
        )
        parts.append(part)
    return whole, draw(st.permutations(parts))


@given(divided())
@settings(deadline=None)
def test_a_plan_divided_by_rooms_and_merged_is_the_plan(case: tuple[Plan, list[Plan]]) -> None:
    whole, parts = case
    merged = merge_plans(parts_of(parts))
    assert text(merged) == text(whole)
    assert plan_text(PlanView.of(merged)) == plan_text(PlanView.of(whole))


def test_parts_that_were_planned_apart_are_the_plan_of_all() -> None:
    """With rooms that are new, changed, doubled, on air, undeclared and as they should be."""
    rig = Rig()
    rooms = [room("a", {"room_description": "x"}), room("b"), room("c", run="r1"), room("d")]
    rig.apply(*rooms, room("b-gone"), room("z-gone"))
    body = next(body for body in rig.emulator.rooms() if body["room_name"] == "Room d")
    rig.emulator.console(Operation.CREATE_ROOM, body={"room_name": "copy", "priv_data": body["priv_data"]})
    rooms[0] = edited(rooms[0], room_description="y")
    rooms += [room("e"), room("aa")]

    def plan(*keys: str) -> Plan:
        return replace(rig.plan(*rooms, selection=keys, prune=True), created=NOW, expires=NOW + timedelta(days=1))

    whole = plan("a", "aa", "b", "b-gone", "c", "d", "e", "z-gone")
    assert {"create", "update", "delete", "unchanged"} <= {action.name for action in whole.actions}
    assert [action.key for action in whole.actions][-2:] == ["b-gone", "z-gone"], "the undeclared come last"
    parts = [plan("e", "b-gone", "a"), plan("aa", "z-gone", "c"), plan("b", "d")]
    assert text(merge_plans(parts_of(parts))) == text(whole)


def test_shards_that_were_planned_apart_are_the_plan_of_all() -> None:
    rig = Rig()
    rooms = [room(f"r{number}") for number in range(30)]
    rig.apply(*rooms, room("gone"))
    rooms[3] = edited(rooms[3], room_description="y")
    rooms.append(room("new"))

    def plan(shard: Shard | None) -> Plan:
        return replace(rig.plan(*rooms, shard=shard, prune=True), created=NOW, expires=NOW + timedelta(days=1))

    whole = plan(None)
    parts = [plan(Shard(number, 3)) for number in (1, 2, 3)]
    assert all(len(part.actions) > 3 for part in parts)
    assert text(merge_plans(parts_of(parts))) == text(whole)
    with pytest.raises(RefusedError, match=r"these shards are missing: 2/3\."):
        merge_plans(parts_of([parts[0], parts[2]]))
    with pytest.raises(RefusedError, match="number of shards"):
        merge_plans(parts_of([*parts, plan(Shard(1, 4))]))


def test_a_room_is_in_one_shard_whatever_else_there_is() -> None:
    for key in ("a", "spring-sale", "store-00042"):
        assert sum(Shard(number, 7).has(key) for number in range(1, 8)) == 1
    assert Shard.parse("2/5") == Shard(2, 5)
    for wrong in ("0/5", "6/5", "1/0", "1", "1/2/3", "a/b", "1/1001", "-1/5", ""):
        with pytest.raises(ValueError, match="a shard is I/N"):
            Shard.parse(wrong)


def test_a_single_plan_is_itself() -> None:
    assert merge_plans([Part("1.json", PLAN)]) is PLAN


def test_of_several_commits_none_is_named_and_of_one_that_not_all_know_it_is() -> None:
    def commit(*known: str | None) -> str | None:
        return merge_plans(parts_of([replace(PLAN, actions=(), commit=one) for one in known])).commit

    assert commit("ab", None, "ab") == "ab"
    assert commit("ab", "cd") is None
    assert commit(None, None) is None


def test_a_part_about_all_rooms_makes_the_whole_about_all_rooms() -> None:
    plans = [replace(PLAN, actions=(), selection=keys) for keys in (("a",), (), ("b",))]
    assert merge_plans(parts_of(plans)).selection == ()


def test_the_longest_list_is_named_where_a_room_came_or_went_between_parts() -> None:
    plans = [replace(PLAN, actions=(), reading=Reading(listed, 6, 1, 4, 2)) for listed in (7, 9, 8)]
    assert merge_plans(parts_of(plans)).reading == Reading(9, 6, 3, 12, 6)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"workspace": "other"}, "workspace (tea-shop, other)"),
        ({"target": "staging"}, "target (production, staging)"),
        ({"project_id": "f" * 32}, f"project ({PLAN.project_id}, {'f' * 32})"),
        ({"manifests": "sha256:" + "cd" * 32}, f"manifests ({PLAN.manifests}, sha256:{'cd' * 32})"),
        ({"refresh": Refresh.FULL}, "refresh (auto, full)"),
        ({"prune": False}, "prune (yes, no)"),
        ({"at": NOW}, "moment (that of planning, 2026-11-20T08:00:00Z)"),
        ({"prune": False, "target": "a\x1b[2Jb"}, "target (production, a\\x1b[2Jb), prune (yes, no)"),
    ],
)
def test_what_is_of_another_whole_is_refused_with_both_names_and_the_difference(
    fields: dict[str, Any], said: str
) -> None:
    plans = [replace(PLAN, actions=()), replace(PLAN, actions=()), replace(PLAN, actions=(), **fields)]
    with pytest.raises(RefusedError) as refused:
        merge_plans(parts_of(plans))
    assert str(refused.value).startswith(f"1.json and 3.json are not parts of one plan; they differ in {said}. ")


@given(divided().filter(lambda case: bool(case[0].actions)))
@settings(deadline=None)
def test_parts_with_a_room_in_common_are_refused(case: tuple[Plan, list[Plan]]) -> None:
    whole, parts = case
    again = Part("again.json", replace(whole, actions=whole.actions[-1:], shard=parts[0].shard))
    with pytest.raises(RefusedError, match=r"[1-4]\.json and again\.json both plan room "):
        merge_plans([*parts_of(parts), again])


def test_rooms_in_common_are_named_with_the_files_and_the_rest_is_counted() -> None:
    keys = [f"room-{number}" for number in range(8)]
    plan = replace(PLAN, actions=tuple(replace(ACTIONS[0], key=RoomKey(key)) for key in keys))
    with pytest.raises(RefusedError) as refused:
        merge_plans([Part("a.json", plan), Part("b.json", plan)])
    rooms = "rooms room-0, room-1, room-2, room-3, room-4 and 3 more"
    assert str(refused.value).startswith(f"a.json and b.json both plan {rooms}, and ")
