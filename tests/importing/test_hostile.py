"""Names and texts of the service never break out of the file, the folder or the terminal that they are written to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from provisioner.importing.expressing import InexpressibleError, express
from provisioner.importing.naming import SecretNames
from provisioner.observed import ObservedRoom
from provisioner.rooms import RoomId, RoomKey
from tests.commands.support import workspace
from tests.importing.rooms import put, texts

NAMES = [
    "../../../etc/passwd",
    "..",
    "/etc/passwd",
    "a/../../b\\..\\c",
    "{{ secret('HOME') }}{% include '../../x' %}{# gone #}",
    "\x1b]8;;http://evil.example\x07click\x1b]8;;\x07",
    "a\u202egnp.exe\u2066",
    "x\nkey: evil\nadopt: by_name\n---\nkind: Room",
    "|-\n  x: y # z",
    "&anchor *alias !!python/object:os.system {<<: *a}",
    "::add-mask::x\r\n##[error]",
    "\ufeff---\u2028key: evil",
    "名" * 256,
    "aux",
]


def observed(**body: Any) -> ObservedRoom:
    name, user = body.get("room_name", ""), body.get("priv_data", "")
    return ObservedRoom(RoomId("r1"), name, None, user, None, None, body=body)


def expressed(**body: Any) -> Any:
    return express(observed(**{"room_name": "A", **body}), RoomKey("a"), SecretNames())


def test_hostile_names_and_texts_stay_texts(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    rooms = [
        {
            "room_name": name,
            "room_description": name,
            "scene_scripts": [
                {
                    "script_name": name[:200],
                    "shoot_scripts": [{"title": name[:200], "text_config": {"text": name * 30}}],
                }
            ],
        }
        for name in NAMES
    ]
    put(folder, rooms)
    before = set(tmp_path.rglob("*"))
    ran = folder.run("import", "--all", "--extract")
    assert ran.code == 0, ran.err
    written = texts(folder)
    assert len(written) == len(NAMES)
    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for name in (path[:-5] for path in written))
    assert {path.parent for path in set(tmp_path.rglob("*")) - before} <= {tmp_path, tmp_path / "rooms"}
    shown = "".join(written.values()) + ran.out + ran.err
    assert all(char.isprintable() or char == "\n" for char in shown)
    planned = folder.run("plan", "--format", "json")
    assert [action["action"] for action in planned.json["actions"]] == ["adopt"] * len(NAMES)
    assert all(action["changes"] == [] for action in planned.json["actions"])
    assert sorted(action["room_name"] for action in planned.json["actions"]) == sorted(NAMES)


def test_what_no_manifest_may_say_is_left_to_the_room_and_told(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    inside = "http://10.0.0.1/a.png"
    scenes = [{"script_name": "Same", "shoot_scripts": []}, {"script_name": "Same", "shoot_scripts": []}]
    rule = {
        "rule_name": "r",
        "trigger": {"layer_config": {"layer_type": "IMAGE", "image_config": {"image_url": inside}}},
    }
    put(
        folder,
        [
            {"room_name": "Inside", "room_description": "kept", "interaction_rules": [rule]},
            {"room_name": "Twice", "scene_scripts": scenes},
        ],
    )
    ran = folder.run("import", "--all", "--format", "json")
    assert ran.code == 0
    assert [(one["key"], one["path"]) for one in ran.json["left_out"]] == [
        ("inside", "interaction_rules[1].trigger.layer_config.image_config"),
        ("twice", "scene_scripts"),
    ]
    assert "kept" in texts(folder)["inside.yaml"]
    assert inside not in texts(folder)["inside.yaml"]
    assert folder.run("apply", "--auto-approve").code == 0
    assert folder.run("plan", "--detailed-exitcode").code == 0


def test_fields_of_a_later_version_of_the_service_are_told() -> None:
    made = expressed(colour_of_host="red", scene_scripts=[{"script_name": "s", "shoot_scripts": [], "mood": 1}])
    assert [(left.path, left.reason) for left in made.left_out] == [
        ("colour_of_host", "this version does not know the field"),
        ("scene_scripts[1].mood", "this version does not know the field"),
    ]
    assert made.document["spec"] == {"room_name": "A", "scene_scripts": [{"script_name": "s", "shoot_scripts": []}]}


def test_values_that_the_service_has_and_no_manifest_may_have_are_left_out_as_little_as_will_do() -> None:
    layer = {"layer_type": "TEXT", "text_config": {"font_name": "comic", "font_size": 20}}
    made = expressed(
        view_mode="LANDSCAPE",
        play_policy={"repeat_count": "many", "auto_play_script": True},
        video_config={"bitrate": 4000, "width": 1, "height": 2},
        scene_scripts=[{"script_name": "s", "shoot_scripts": [{"text_config": {"text": 7}}], "layer_config": [layer]}],
    )
    assert {left.path for left in made.left_out} == {
        "play_policy.repeat_count",
        "video_config",
        "scene_scripts[1].shoot_scripts[1].text_config",
        "scene_scripts[1].layer_config[1].text_config.font_name",
    }
    assert made.spec["play_policy"] == {"auto_play_script": True}
    assert made.spec["scene_scripts"][0]["layer_config"] == [{"layer_type": "TEXT", "text_config": {"font_size": 20}}]


@pytest.mark.parametrize(
    "body", [{"room_name": ""}, {"room_name": "x" * 257}, {"room_name": "\ud800"}, {"priv_data": "x" * 8000}]
)
def test_a_room_that_no_manifest_can_declare_is_refused_with_a_reason(body: dict[str, Any]) -> None:
    with pytest.raises(InexpressibleError, match=r"room_name|priv_data"):
        expressed(**body)


def test_characters_of_templates_are_left_out_wherever_they_stand() -> None:
    made = expressed(room_description="a\uf5d00\uf5d1b")
    assert [left.path for left in made.left_out] == ["room_description"]


def test_masked_secrets_are_named_and_empty_ones_are_not() -> None:
    masked = expressed(stream_keys=["******"], live_event_callback_config={"key": "******", "auth_type": "NONE"})
    assert [secret.name for secret in masked.secrets] == ["STREAM_KEY_A", "CALLBACK_KEY_A"]
    empty = expressed(stream_keys=[""], live_event_callback_config={"key": "", "auth_type": "NONE"})
    assert empty.secrets == ()
