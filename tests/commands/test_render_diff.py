"""`provisioner render --diff`, from the outside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.commands.support import ROOM, Folder, Ran, workspace
from tests.repository import commit

TEMPLATE = """\
# One store.
kind: Room
key: {{ store }}
spec:
  room_name: Store {{ store }}
  scene_scripts:
    - script_name: Opening
      shoot_scripts:
        - {title: Hello, text_config: {text: "Hello and welcome to {{ store }}."}}
"""
STORES = """\
# {% for store in ["east", "north", "south", "west"] %}
---
# {% include "store.yaml" %}
# {% endfor %}
"""


def shop(path: Path) -> Folder:
    folder = workspace(path, stores=STORES, spring=ROOM)
    folder.write("templates/store.yaml", TEMPLATE)
    commit(path)
    return folder


def fates(ran: Ran) -> dict[str, Any]:
    """Each room's fate with the paths that change."""
    assert ran.code == 0, ran.err
    return {room["key"]: (room["change"], [one["path"] for one in room["changes"]]) for room in ran.json["rooms"]}


def test_a_change_of_a_template_is_shown_for_its_rooms_once(tmp_path: Path) -> None:
    folder = shop(tmp_path)
    folder.write("templates/store.yaml", TEMPLATE.replace("Hello and", "Good evening and"))
    ran = folder.run("render", "--diff", "HEAD")
    assert (ran.code, ran.err) == (0, "")
    assert "4 rooms: update" in ran.out
    assert "the same in north, south, west; --all shows each" in ran.out
    assert ran.out.endswith("\n4 changed, 1 same\n")
    assert folder.run("render", "--diff", "HEAD", "--all").out.count("~ changed ") == 4
    assert folder.run("render", "west", "--diff", "HEAD").out.count("~ changed ") == 1


def test_rooms_come_go_and_change(tmp_path: Path) -> None:
    folder = shop(tmp_path)
    folder.write("rooms/stores.yaml", STORES.replace('"west"', '"up"'))
    folder.write("rooms/spring.yaml", ROOM.replace("  room_description: shoes\n", "").replace("Two for", "Three for"))
    text = "scene_scripts[Opening].shoot_scripts[2].text_config.text"
    found = fates(folder.run("render", "--diff", "HEAD", "--format", "json"))
    assert found["spring"] == ("changed", [text, "room_description"])
    assert found["west"] == ("gone", [])
    assert found["up"][0] == "new"
    assert folder.run("render", "--diff", "HEAD").out.endswith("\n1 new, 1 changed, 1 gone, 3 same\n")


def test_nothing_differs_from_what_is_committed(tmp_path: Path) -> None:
    folder = shop(tmp_path)
    folder.write("rooms/spring.yaml", f"# another line\n{ROOM}")
    assert fates(folder.run("render", "--diff", "HEAD", "--format", "json")) == {}


def test_a_room_that_was_moved_is_the_same_room(tmp_path: Path) -> None:
    folder = shop(tmp_path)
    folder.write("rooms/spring.yaml", ROOM.replace("key: spring", "key: autumn"))
    assert set(fates(folder.run("render", "--diff", "HEAD", "--format", "json"))) == {"spring", "autumn"}
    folder.write("provisioner.yaml", "workspace: shop\nmoved: [{from: spring, to: autumn}]\n")
    assert fates(folder.run("render", "--diff", "HEAD", "--format", "json")) == {"autumn": ("changed", ["key"])}


def test_what_cannot_be_compared_is_told(tmp_path: Path) -> None:
    folder = shop(tmp_path)
    unknown = folder.run("render", "--diff", "nowhere")
    assert (unknown.code, unknown.out) == (1, "")
    assert "nowhere" in unknown.err
    folder.write("rooms/spring.yaml", ROOM.replace("room_name", "room_nam"))
    commit(tmp_path)
    folder.write("rooms/spring.yaml", ROOM)
    broken = folder.run("render", "--diff", "HEAD")
    assert (broken.code, broken.out) == (1, "")
    assert "the rooms of HEAD cannot be told: 2 errors in its manifests, first rooms/spring.yaml:3:1" in broken.err
    assert folder.run("render", "--all").code == 64
    assert folder.run("render", "nobody", "--diff", "HEAD~1").code == 64
