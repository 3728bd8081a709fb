"""Assets by name, from the manifest to the room: offline, at plan time, in saved plans and in snapshots."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from provisioner.emulator import Emulator, Operation
from tests.commands.support import Folder, workspace
from tests.repository import commit

ROOM = """\
kind: Room
key: spring
spec:
  room_name: Spring sale
  backup_model_asset_ids: [{asset: Mei, kind: model}]
  scene_scripts:
    - script: welcome
    - script_name: Opening
      model_asset_id: {asset: "{{ values.host }}", kind: model}
      voice_config: {voice_asset_id: {asset: Sara, kind: voice}}
      layer_config:
        - layer_type: IMAGE
          asset_id: {asset: Window, kind: image}
          position: {dx: 0, dy: 0, layer_index: 1}
      shoot_scripts: [{text_config: {text: Hello}}]
  interaction_rules: [{rules: faq}]
---
kind: Script
key: welcome
spec:
  script_name: Welcome
  model_asset_id: {asset: Ann, kind: model}
  shoot_scripts: [{text_config: {text: Welcome}}]
---
kind: RuleSet
key: faq
rules:
  - rule_name: picture
    trigger:
      layer_config: {layer_type: IMAGE, asset_id: {asset: Window, kind: image}}
"""
ASSETS = """\
- {asset_name: Ann, asset_type: HUMAN_MODEL_2D, asset_id: ann-1}
- {asset_name: Window, asset_type: IMAGE, asset_id: window-1}
"""
SARA, MEI, SARAS_VOICE = (f"000000000000000000000000{end}" for end in ("00decade", "00c0ffee", "00000212"))
LOOK = ("plan", "--format", "json", "--detailed-exitcode")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    folder = workspace(tmp_path / "shop", spring=ROOM)
    targets = "targets:\n  local: {emulator: .provisioner/emulator.sqlite, assets: assets.yaml}\n"
    folder.write("provisioner.yaml", f"workspace: shop\n{targets}")
    folder.write("values/common.yaml", "host: Ann\n")
    folder.write("assets.yaml", ASSETS)
    return folder


@pytest.fixture
def applied(folder: Folder) -> Folder:
    ran = folder.run("apply", "--auto-approve")
    assert ran.code == 0, ran.err
    return folder


def calls(folder: Folder, operation: Operation) -> int:
    with Emulator.open(folder.path / ".provisioner/emulator.sqlite") as emulator:
        return sum(entry.operation is operation for entry in emulator.ledger())


def body(folder: Folder) -> dict[str, Any]:
    with Emulator.open(folder.path / ".provisioner/emulator.sqlite") as emulator:
        (found,) = emulator.rooms()
        return json.loads(json.dumps(found))  # type: ignore[no-any-return]


def test_the_room_gets_ids_wherever_names_stand_and_the_next_plan_is_empty(applied: Folder) -> None:
    found = body(applied)
    welcome, opening = found["scene_scripts"]
    assert found["backup_model_asset_ids"] == [MEI]
    assert (welcome["model_asset_id"], opening["model_asset_id"]) == ("ann-1", "ann-1")
    assert opening["voice_config"]["voice_asset_id"] == SARAS_VOICE
    assert opening["layer_config"][0]["asset_id"] == "window-1"
    assert found["interaction_rules"][0]["trigger"]["layer_config"]["asset_id"] == "window-1"
    for refresh in ("auto", "full"):
        assert applied.run(*LOOK, "--refresh", refresh).code == 0


def test_each_kind_that_is_named_is_listed_once_a_command_and_nothing_is_where_none_is(applied: Folder) -> None:
    before = calls(applied, Operation.LIST_ASSETS)
    assert before == 3, "models, voices and images, once each"
    assert applied.run("plan").code == 0
    assert calls(applied, Operation.LIST_ASSETS) == before + 3
    applied.write("rooms/spring.yaml", "kind: Room\nkey: spring\nspec: {room_name: Spring sale}\n")
    assert applied.run("plan").code == 0
    assert calls(applied, Operation.LIST_ASSETS) == before + 3


def test_offline_commands_ask_for_shape_only_and_render_keeps_names(folder: Folder) -> None:
    folder.write("assets.yaml", "[]\n")
    assert folder.run("validate").code == 0
    (room,) = folder.run("render", "--format", "json").json["rooms"]
    assert room["spec"]["scene_scripts"][1]["model_asset_id"] == {"asset": "Ann", "kind": "model"}
    assert "asset: Ann" in folder.run("render").out
    assert not (folder.path / ".provisioner").exists()


def test_a_rendered_room_is_a_manifest_that_says_the_same(applied: Folder) -> None:
    rendered = applied.run("render").out
    applied.write("rooms/spring.yaml", rendered)
    assert applied.run(*LOOK).code == 0


def test_an_asset_made_again_under_its_name_is_an_update_that_shows_name_and_id(applied: Folder) -> None:
    applied.write("assets.yaml", ASSETS.replace("ann-1", "ann-2") + ASSETS.splitlines()[0].replace("Ann", "Old Ann"))
    ran = applied.run(*LOOK)
    assert ran.code == 2
    (action,) = ran.json["actions"]
    assert (action["action"], action["cause"]) == ("update", "manifest")
    assert {(change["before"], change["after"]) for change in action["changes"]} == {("ann-1", "ann-2")}
    assert ran.json["assets"] == {"ann-1": "Old Ann", "ann-2": "Ann"}
    for form in ("text", "markdown"):
        shown = applied.run("plan", "--format", form).out
        assert "Old Ann (ann-1)" in shown, form
        assert "Ann (ann-2)" in shown, form
    assert applied.run("apply", "--auto-approve").code == 0
    assert applied.run(*LOOK).code == 0


def test_the_same_asset_under_another_name_changes_nothing(applied: Folder) -> None:
    applied.write("assets.yaml", ASSETS.replace("Ann", "Anna"))
    applied.write("rooms/spring.yaml", ROOM.replace("asset: Ann,", "asset: Anna,"))
    applied.write("values/common.yaml", "host: Anna\n")
    assert applied.run(*LOOK).code == 0


def test_a_name_of_nothing_is_a_finding_at_each_place_and_nothing_is_written(applied: Folder) -> None:
    before = body(applied)
    applied.write("assets.yaml", ASSETS.replace("Ann", "Anna"))
    for command in (("plan",), ("apply", "--auto-approve"), ("start", "spring", "--auto-approve")):
        ran = applied.run(*command)
        assert ran.code == 1, command
        assert 'rooms/spring.yaml:9:23: error[unknown-asset]: the library has no model "Ann"' in ran.err + ran.out
        assert "rooms/spring.yaml:22:19: error[unknown-asset]" in ran.err + ran.out
        assert 'did you mean "Anna" (ann-1)?' in ran.err + ran.out
    assert body(applied) == before


def test_several_of_a_name_are_a_finding_with_the_ids(applied: Folder) -> None:
    applied.write("assets.yaml", ASSETS + "- {asset_name: Sara, asset_type: VOICE_MODEL, asset_id: mine}\n")
    ran = applied.run("plan")
    assert (ran.code, f"{SARAS_VOICE}, mine" in ran.err + ran.out) == (1, True), ran


def test_a_room_whose_asset_is_gone_can_still_be_stopped(applied: Folder) -> None:
    assert applied.run("start", "spring", "--auto-approve").code == 0
    applied.write("assets.yaml", "[]\n")
    ran = applied.run("stop", "spring", "--auto-approve")
    assert ran.code == 0, ran.err
    with Emulator.open(applied.path / ".provisioner/emulator.sqlite") as emulator:
        assert [job["state"] for job in emulator.jobs()] == ["CANCELED"]


def test_a_saved_plan_is_applied_only_while_the_names_stand_for_the_same_ids(folder: Folder) -> None:
    assert folder.run("plan", "-o", "plan.json").code == 0
    folder.write("assets.yaml", ASSETS.replace("ann-1", "ann-2"))
    ran = folder.run("apply", "plan.json")
    assert (ran.code, "ids of assets" in ran.err) == (4, True), ran
    folder.write("assets.yaml", ASSETS)
    assert folder.run("show", "plan.json").code == 0
    assert folder.run("apply", "plan.json").code == 0
    assert folder.run(*LOOK).code == 0


def test_a_snapshot_knows_the_library_of_the_kinds_that_were_named(applied: Folder) -> None:
    assert applied.run("snapshot", "-o", "observed.json").code == 0
    applied.write("assets.yaml", "[]\n")
    assert applied.run(*LOOK, "--snapshot", "observed.json").code == 0
    applied.write("values/common.yaml", "host: Sara\n")
    ran = applied.run(*LOOK, "--snapshot", "observed.json")
    assert ran.code == 2
    ((change,),) = [action["changes"] for action in ran.json["actions"]]
    assert (change["before"], change["after"]) == ("ann-1", SARA)
    assert ran.json["assets"] == {"ann-1": "Ann", SARA: "Sara"}
    applied.write(
        "rooms/spring.yaml",
        ROOM.replace("layer_type: IMAGE\n", "layer_type: VIDEO\n").replace(
            "asset_id: {asset: Window, kind: image}\n", "asset_id: {asset: Steam, kind: video}\n", 1
        ),
    )
    ran = applied.run("plan", "--snapshot", "observed.json")
    assert (ran.code, "assets-not-known" in ran.err + ran.out) == (1, True), ran


def test_a_snapshot_can_be_taken_while_a_name_stands_for_nothing(applied: Folder) -> None:
    applied.write("assets.yaml", "[]\n")
    assert applied.run("snapshot", "-o", "observed.json").code == 0
    ran = applied.run("plan", "--snapshot", "observed.json")
    assert (ran.code, "unknown-asset" in ran.err + ran.out) == (1, True), ran


def test_what_a_branch_names_is_told_apart_from_what_its_base_names(applied: Folder) -> None:
    commit(applied.path)
    applied.write("values/common.yaml", "host: Sara\n")
    ran = applied.run("plan", "--base", "HEAD", "--format", "json")
    assert ran.code == 0, ran.err
    ((action,),) = [ran.json["actions"]]
    assert [(change["after"], change["branch"]) for change in action["changes"]] == [(SARA, "this")]
    applied.write("assets.yaml", ASSETS.replace("ann-1", "ann-2"))
    ran = applied.run("plan", "--base", "HEAD", "--format", "json")
    found = {(change["after"], change["branch"]) for action in ran.json["actions"] for change in action["changes"]}
    assert found == {(SARA, "both"), ("ann-2", "before")}


def test_a_merge_keeps_names_that_still_stand_for_what_the_room_has(applied: Folder) -> None:
    found = body(applied)
    found["room_name"] = "Summer sale"
    found["scene_scripts"][1]["voice_config"]["voice_asset_id"] = "another-voice"
    sent = {name: found[name] for name in ("room_name", "scene_scripts", "interaction_rules", "priv_data")}
    sent["backup_model_asset_ids"] = found["backup_model_asset_ids"]
    with Emulator.open(applied.path / ".provisioner/emulator.sqlite") as emulator:
        status, answer = emulator.console(Operation.UPDATE_ROOM, room_id=str(found["room_id"]), body=sent)
        assert status == 200, answer
    ran = applied.run("import", "--merge", "spring")
    assert ran.code == 0, ran.err
    written = (applied.path / "rooms/spring.yaml").read_text(encoding="utf-8")
    expected = ROOM.replace("Spring sale", "Summer sale")
    assert written == expected.replace("{asset: Sara, kind: voice}", "another-voice")
    assert applied.run(*LOOK).code == 0


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("kind: voice", "kind: modl", "10:58: error[not-allowed]"),
        ("kind: voice", "kind: image", "10:38: error[asset-kind]"),
        ("asset: Sara, kind", "aset: Sara, kind", "10:39: error[unknown-field]"),
        ("{asset: Sara, kind: voice}", "{asset: Sara}", "10:22: error[missing-field]"),
        ("{asset: Sara, kind: voice}", "{asset: 7, kind: voice}", "10:46: error[wrong-type]"),
        ("{asset: Sara, kind: voice}", "{asset: '', kind: voice}", "10:46: error[too-short]"),
        ("{asset: Sara, kind: voice}", "[Sara]", "10:38: error[wrong-type]"),
        ("script_name: Opening", "script_name: {asset: Sara, kind: voice}", "8:20: error[wrong-type]"),
        ("IMAGE\n", "TEXT\n", "13:21: error[asset-kind]: an asset of kind image does not fit here; this shows none"),
        ("layer_type: IMAGE, asset_id", "layer_type: VIDEO, asset_id", "30:51: error[asset-kind]"),
        ("asset: Ann, kind", "asset: Ann, knd", "22:32: error[unknown-field]"),
        ("asset: Sara", "asset: '{{ secret(\"X\") }}'", "10:47: error[wrong-type]"),
    ],
)
def test_what_is_wrong_with_a_name_is_found_offline(folder: Folder, old: str, new: str, finding: str) -> None:
    assert old in ROOM
    folder.write("rooms/spring.yaml", ROOM.replace(old, new, 1))
    ran = folder.run("validate")
    assert ran.code == 1
    assert f"rooms/spring.yaml:{finding}" in ran.out + ran.err


def test_a_mistake_in_the_file_of_assets_is_found_where_it_stands(folder: Folder) -> None:
    folder.write("assets.yaml", "- {asset_name: Ann, asset_type: PERSON}\n")
    ran = folder.run("plan")
    assert (ran.code, "assets.yaml:1:33: error[not-allowed]" in ran.err + ran.out) == (1, True), ran
