"""A plan that goes too far is refused with the rail, its figures, and the setting that would allow it."""

from __future__ import annotations

import pytest

from provisioner.guards import Guards
from provisioner.planning.guards import crossed
from tests.rig import Rig, edited, room


def test_a_share_of_the_rooms_may_change_once_there_are_enough_of_them() -> None:
    rig = Rig()
    rooms = [room(f"r{n}") for n in range(10)]
    rig.apply(*rooms)
    changed = [edited(found, room_description="new") for found in rooms[:4]]
    plan = rig.plan(*changed, *rooms[4:])
    (said,) = crossed(plan, Guards(max_changes_percent=30, min_rooms=10), declared=10)
    assert "4 of 10" in said
    assert "guards.max_changes_percent is 30" in said
    assert not crossed(plan, Guards(max_changes_percent=40, min_rooms=10), declared=10)
    assert not crossed(plan, Guards(max_changes_percent=30, min_rooms=11), declared=10)


@pytest.mark.parametrize(("limit", "refused"), [(2, True), (3, False), (None, False)])
def test_deletes_and_creates_have_limits(limit: int | None, *, refused: bool) -> None:
    rig = Rig()
    rooms = [room(f"r{n}") for n in range(4)]
    creates = rig.plan(*rooms[1:])
    assert bool(crossed(creates, Guards(max_creates=limit), declared=3)) is refused
    rig.apply(*rooms)
    deletes = rig.plan(rooms[0], prune=True)
    assert bool(crossed(deletes, Guards(max_deletes=limit), declared=1)) is refused


def test_an_empty_desired_set_is_never_applied() -> None:
    rig = Rig()
    rig.apply(room("a"))
    assert "empty desired set" in crossed(rig.plan(prune=True), Guards(), declared=0)[0]


def test_protection_outlives_the_manifest() -> None:
    from provisioner.rooms import Lifecycle  # noqa: PLC0415

    rig = Rig()
    rig.apply(room("a", lifecycle=Lifecycle(protect=True)), room("b"))
    (action,) = rig.plan(room("b"), prune=True).changes
    assert (action.name, action.key) == ("blocked", "a")
    assert "lifecycle.protect" in action.reason
