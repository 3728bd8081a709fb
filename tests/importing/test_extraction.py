"""What rooms share is written once, and what only looks shared is not."""

from __future__ import annotations

from typing import Any

from provisioner.importing.expressing import Expressed
from provisioner.importing.extraction import extracted
from provisioner.observed import ObservedRoom
from provisioner.rooms import RoomId, RoomKey


def room(key: str, scenes: str = "", rules: str = "") -> Expressed:
    """A room whose scenes and rules are letters."""
    spec: dict[str, Any] = {"room_name": key}
    if scenes:
        spec["scene_scripts"] = [{"script_name": f"Scene {name}", "shoot_scripts": []} for name in scenes]
    if rules:
        spec["interaction_rules"] = [{"rule_name": f"Rule {name}"} for name in rules]
    return Expressed(RoomKey(key), ObservedRoom(RoomId(key), key, None, "", None, None), spec, adopts=True)


def shown(rooms: tuple[Expressed, ...]) -> list[str]:
    """Rules as letters, references in brackets."""
    return [
        "".join(
            f"({item['rules']})" if "rules" in item else item["rule_name"][-1]
            for item in room.spec["interaction_rules"]
        )
        for room in rooms
    ]


def test_a_scene_that_two_rooms_have_becomes_a_script() -> None:
    made = extracted([room("one", "ab"), room("two", "cb"), room("three", "d")])
    assert [(part.kind, part.key, part.used_by) for part in made.parts] == [("Script", "scene-b", ("one", "two"))]
    assert made.parts[0].document == {
        "kind": "Script",
        "key": "scene-b",
        "spec": {"script_name": "Scene b", "shoot_scripts": []},
    }
    assert [len(room.spec["scene_scripts"]) for room in made.rooms] == [2, 2, 1]
    assert made.rooms[1].spec["scene_scripts"][1] == {"script": "scene-b"}
    assert made.rooms[2].spec == room("three", "d").spec


def test_rules_that_always_stand_together_become_one_set() -> None:
    made = extracted([room("one", rules="abcx"), room("two", rules="yabc"), room("three", rules="ab")])
    assert shown(made.rooms) == ["(rule-a)(rule-c)x", "y(rule-a)(rule-c)", "(rule-a)"]
    assert [len(part.document["rules"]) for part in made.parts] == [2, 1]


def test_rules_in_another_order_are_shared_one_by_one() -> None:
    made = extracted([room("one", rules="ab"), room("two", rules="ba")])
    assert shown(made.rooms) == ["(rule-a)(rule-b)", "(rule-b)(rule-a)"]


def test_what_a_room_has_twice_is_not_shared() -> None:
    made = extracted([room("one", rules="aab"), room("two", rules="ab")])
    assert shown(made.rooms) == ["aa(rule-b)", "a(rule-b)"]


def test_keys_that_exist_are_not_taken_again() -> None:
    made = extracted([room("one", "a"), room("two", "a")], {("Script", "scene-a"), ("RuleSet", "x")})
    assert made.parts[0].key.startswith("scene-a-")
