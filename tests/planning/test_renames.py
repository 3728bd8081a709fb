"""A room under another key is proposed, and with `moved` it is the same room."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from provisioner.rooms import RoomKey
from tests.commands.support import ROOM, Folder, workspace
from tests.importing.rooms import bodies
from tests.rig import Rig, names, room, scene

OTHER = ROOM.replace("key: spring", "key: spring-2026")
SPEC = {
    "room_name": "Sale",
    "room_description": "shoes",
    "scene_scripts": [scene("One", "Hello.", "Welcome."), scene("Two", "Bye.")],
}


def renamed(tmp_path: Path, text: str = OTHER, settings: str = "") -> Folder:
    """A workspace whose room was applied as `spring`, and then got another key and another file."""
    folder = workspace(tmp_path, spring=ROOM)
    assert folder.run("apply", "--auto-approve").code == 0
    (folder.path / "rooms/spring.yaml").unlink()
    folder.write("rooms/spring-2026.yaml", text)
    folder.write("provisioner.yaml", f"workspace: shop\n{settings}")
    return folder


def warnings(plan: Any) -> list[str]:
    return [warning["rule"] for warning in plan.json["warnings"]]


def test_another_key_for_the_same_room_is_proposed_with_the_line_that_makes_it_so(tmp_path: Path) -> None:
    folder = renamed(tmp_path)
    plan = folder.run("plan", "--format", "json")
    assert [action["action"] for action in plan.json["actions"]] == ["create"]
    assert sorted(warnings(plan)) == ["rename", "undeclared-room"]
    (found,) = (warning for warning in plan.json["warnings"] if warning["rule"] == "rename")
    assert (found["file"], found["line"]) == ("rooms/spring-2026.yaml", 1)
    line = found["message"].rpartition("provisioner.yaml: ")[2]
    assert line == "moved: [{from: spring, to: spring-2026}]"
    folder.write("provisioner.yaml", f"workspace: shop\n{line}\n")
    assert [action["action"] for action in folder.run("plan", "--format", "json").json["actions"]] == ["update"]


def test_a_moved_room_is_one_update_and_no_create_or_delete(tmp_path: Path) -> None:
    folder = renamed(tmp_path, settings="moved: [{from: spring, to: spring-2026}]\n")
    before = bodies(folder)
    plan = folder.run("plan", "--prune", "-o", "plan.json", "--format", "json")
    (action,) = plan.json["actions"]
    assert (action["action"], action["key"], action["cause"]) == ("update", "spring-2026", "manifest")
    assert [(change["path"], change["before"], change["after"]) for change in action["changes"]] == [
        ("key", "spring", "spring-2026")
    ]
    assert warnings(plan) == []
    applied = folder.run("apply", "plan.json")
    assert applied.code == 0, applied.err + applied.out
    after = bodies(folder)
    assert list(after) == list(before)
    assert '"k":"spring-2026"' in next(iter(after.values()))["priv_data"]
    assert folder.run("plan", "--prune", "--detailed-exitcode").code == 0
    (folder.path / "provisioner.yaml").write_text("workspace: shop\n")
    assert folder.run("plan", "--prune", "--detailed-exitcode").code == 0


def test_a_room_that_moves_and_changes_is_still_one_update(tmp_path: Path) -> None:
    text = OTHER.replace("Two for one", "Three for two")
    folder = renamed(tmp_path, text, "moved: [{from: spring, to: spring-2026}]\n")
    plan = folder.run("plan", "--format", "json")
    (action,) = plan.json["actions"]
    assert [change["path"] for change in action["changes"]] == [
        "scene_scripts[Opening].shoot_scripts[2].text_config.text",
        "key",
    ]
    assert folder.run("apply", "--auto-approve").code == 0
    assert len(bodies(folder)) == 1


@pytest.mark.parametrize(
    ("changes", "is_proposed"),
    [
        ({}, True),
        ({"room_name": "Sale 2026", "room_description": "boots"}, True),
        ({"scene_scripts": [scene("Else", "Nothing", "of", "that")]}, False),
    ],
)
def test_almost_the_same_is_proposed_and_another_room_is_not(changes: dict[str, Any], is_proposed: bool) -> None:
    rig = Rig()
    rig.apply(room("old", SPEC))
    plan = rig.plan(room("new", {**SPEC, **changes}))
    assert names(plan) == [("create", "new")]
    assert ("rename" in {warning.rule for warning in plan.warnings}) is is_proposed


def test_each_room_that_is_gone_is_proposed_once_and_to_its_likeliest_heir() -> None:
    rig = Rig()
    rig.apply(room("a", SPEC), room("b", {**SPEC, "room_name": "Other sale"}))
    plan = rig.plan(room("c", {**SPEC, "room_name": "Other sale"}), room("d", SPEC), room("e", SPEC))
    told = [warning.message.rpartition("moved: ")[2] for warning in plan.warnings if warning.rule == "rename"]
    assert sorted(told) == ["[{from: a, to: d}]", "[{from: b, to: c}]"]


def test_moves_follow_each_other_and_never_take_a_room_from_a_manifest() -> None:
    rig = Rig()
    rig.apply(room("a", SPEC))
    twice = {RoomKey("b"): RoomKey("a"), RoomKey("c"): RoomKey("b")}
    assert names(rig.plan(room("c", SPEC), moved=twice)) == [("update", "c")]
    assert names(rig.plan(room("a", SPEC), room("b", SPEC), moved={RoomKey("b"): RoomKey("a")})) == [("create", "b")]
    round_and_round = {RoomKey("a"): RoomKey("b"), RoomKey("b"): RoomKey("a")}
    assert names(rig.plan(room("b", SPEC), moved=round_and_round)) == [("update", "b")]
    rig.apply(room("b", SPEC), moved=round_and_round)
    assert names(rig.plan(room("b", SPEC), moved=round_and_round)) == []


def test_pruning_a_part_of_the_workspace_never_deletes_a_room_that_moved_into_another_part() -> None:
    rig = Rig()
    rig.apply(room("a", SPEC), room("z", SPEC))
    moved = {RoomKey("b"): RoomKey("a")}
    assert names(rig.plan(room("b", SPEC), room("z", SPEC), moved=moved, prune=True, selection=("z", "a"))) == []


@pytest.mark.parametrize(
    "moved",
    [
        "[{from: a, to: a}]",
        "[{from: a, to: b}, {from: a, to: c}]",
        "[{from: a, to: c}, {from: b, to: c}]",
        "[{from: A, to: b}]",
    ],
)
def test_moves_that_contradict_each_other_are_findings_at_their_places(tmp_path: Path, moved: str) -> None:
    folder = workspace(tmp_path, spring=ROOM)
    folder.write("provisioner.yaml", f"workspace: shop\nmoved: {moved}\n")
    ran = folder.run("plan")
    assert ran.code == 1
    assert "provisioner.yaml:2:" in ran.err
