"""A saved plan binds what it was made for, and each action what it saw."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from provisioner.comparing.declared import declare
from provisioner.emulator import Operation
from provisioner.errors import RefusedError
from provisioner.planning.planner import LIFETIME
from provisioner.planning.staleness import check_binding, stale_actions
from tests.rig import WORKSPACE, Rig, edited, room


def test_a_plan_holds_for_its_workspace_target_project_manifests_and_a_day() -> None:
    rig = Rig()
    made = room("a")
    rooms = (declare(made),)
    plan = rig.plan(made)
    project = rig.emulator.project_id
    check_binding(plan, WORKSPACE, "test", project, rooms, plan.created)
    wrong = [
        ("other", "test", project, rooms, plan.created),
        (WORKSPACE, "production", project, rooms, plan.created),
        (WORKSPACE, "test", "0" * 32, rooms, plan.created),
        (WORKSPACE, "test", project, (declare(edited(made, room_name="x")),), plan.created),
        (WORKSPACE, "test", project, (replace(rooms[0], labels={}), declare(room("b"))), plan.created),
        (WORKSPACE, "test", project, rooms, plan.created + LIFETIME + timedelta(seconds=1)),
    ]
    for workspace, target, project_id, desired, now in wrong:
        with pytest.raises(RefusedError):
            check_binding(plan, workspace, target, project_id, desired, now)


def test_only_the_room_that_moved_is_stale() -> None:
    rig = Rig()
    rooms = (room("a"), room("b"), room("c"))
    rig.apply(*rooms)
    new = tuple(edited(found, room_description="new") for found in rooms)
    reviewed = rig.plan(*new)
    rig.apply(new[2], selection=("c",))
    rig.emulator.advance(60)
    body = rig.bodies()["Room a"]
    sent = {"room_name": "Room a", "priv_data": body["priv_data"], "room_description": "by hand"}
    rig.emulator.console(Operation.UPDATE_ROOM, room_id=body["room_id"], body=sent)
    ((action, why),) = stale_actions(reviewed, rig.plan(*new))
    assert action.key == "a"
    assert "somebody changed the room" in why
