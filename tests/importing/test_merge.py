"""`import --merge` changes the lines that must change, and no others."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import pytest

from provisioner.metastudio.models import CreateSmartLiveRoomReq
from tests.commands.support import Folder, workspace
from tests.importing.rooms import bodies, console, generated, put
from tests.strategies import Body

COMMENTED = """\
# Rooms of the shoe team. Ask before you rename one.
{% set host = "anna" %}
{#- two lines that only Jinja
    reads -#}
kind: Room
key: spring          # never changes
labels: {team: shoes,   season: spring}   # as in the shop

spec:
  room_name: "Spring sale"      # what viewers see
  room_description: >-
    Shoes, boots
    and sandals.
  # The first scene is short on purpose.
  scene_scripts:

    # Everybody says hello.
    - script_name: 'Opening'
      model_asset_id: {{ host }}
      voice_config: {voice_asset_id: v-1,   speed: 90}   # slowly
      shoot_scripts:
      - title: Hello    # the first words
        text_config:
          text: |-
            Hello and welcome.
            Stay a while.

      # An offer a day.
      - title: Offer
        text_config: {text: Two for one.}
      - title: Thanks
        text_config: {text: "{{ host }} thanks you."}

    # The end.
    - script_name: Closing
      shoot_scripts:
        - text_config: {text: Bye.}   # short
  interaction_rules:
    # What does it cost?
    - rule_name: price
      trigger: {reply_texts: [Nine, Ten], reply_mode: SYSTEM_REPLY}
    # Who are you?
    - rule_name: who
      trigger:
        reply_texts:
          - Anna     # the host
          - Nobody
lifecycle: {protect: true}
---
# The second room of this file.
kind: Room
key: autumn
spec: {room_name: Autumn, room_description: leaves}
"""


def merged(tmp_path: Path, text: str, change: Any, *more: str) -> tuple[Folder, str, Any]:
    """What a merge says and makes of a file after `change` was done to the bodies of its rooms in the console."""
    folder = workspace(tmp_path)
    folder.write("rooms/shoes.yaml", text)
    applied = folder.run("apply", "--auto-approve")
    assert applied.code == 0, applied.err
    for room_id, body in bodies(folder).items():
        change(body)
        console(folder, room_id, **{name: body[name] for name in CreateSmartLiveRoomReq.model_fields if name in body})
    ran = folder.run("import", "--merge", "--all", "--format", "json", *more)
    assert ran.err == "", ran.err
    return folder, (folder.path / "rooms/shoes.yaml").read_text(encoding="utf-8"), ran.json


def diff(before: str, after: str) -> list[str]:
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0))[2:]
    return [line for line in lines if not line.startswith("@@")]


def spring(body: Body) -> Body | None:
    return body if body["room_name"].startswith("Spring") else None


def test_a_merge_changes_only_the_lines_that_must_change(tmp_path: Path) -> None:
    def change(body: Body) -> None:
        if not spring(body):
            body["room_description"] = "leaves & wind: cold"
            return
        body["room_name"] = "Spring sale, 2nd week"
        body["room_description"] = "Boots only"
        opening, closing = body["scene_scripts"]
        opening["voice_config"]["speed"] = 120
        opening["shoot_scripts"][0]["text_config"]["text"] = "Hello.\nStay {{ long }}."
        opening["shoot_scripts"][1]["title"] = "Offers"
        closing["shoot_scripts"].append({"title": "More", "text_config": {"text": "One\nTwo"}})
        price, who = body["interaction_rules"]
        price["trigger"]["reply_texts"] = ["Nine", "Eleven", "Twelve"]
        who["trigger"]["reply_texts"] = ["Nobody"]

    folder, text, said = merged(tmp_path, COMMENTED, change)
    assert said["by_hand"] == []
    assert diff(COMMENTED, text) == [
        '-  room_name: "Spring sale"      # what viewers see',
        '+  room_name: "Spring sale, 2nd week" # what viewers see',
        "-    Shoes, boots",
        "-    and sandals.",
        "+    Boots only",
        "-      voice_config: {voice_asset_id: v-1,   speed: 90}   # slowly",
        "+      voice_config: {voice_asset_id: v-1, speed: 120}    # slowly",
        "-            Hello and welcome.",
        "-            Stay a while.",
        "+            Hello.",
        '+            Stay {{ "{{" }} long }}.',
        "-      - title: Offer",
        "+      - title: Offers",
        "+        - title: More",
        "+          text_config:",
        "+            text: |-",
        "+              One",
        "+              Two",
        "-      trigger: {reply_texts: [Nine, Ten], reply_mode: SYSTEM_REPLY}",
        "+      trigger: {reply_texts: [Nine, Eleven, Twelve], reply_mode: SYSTEM_REPLY}",
        "-          - Anna     # the host",
        "-spec: {room_name: Autumn, room_description: leaves}",
        "+spec: {room_name: Autumn, room_description: 'leaves & wind: cold'}",
    ]
    assert folder.run("plan", "--detailed-exitcode").code == 0


def test_scenes_and_rules_that_move_go_and_come_take_their_comments_with_them(tmp_path: Path) -> None:
    def change(body: Body) -> None:
        if not spring(body):
            return
        body["scene_scripts"].reverse()
        body["scene_scripts"].insert(1, {"script_name": "Middle", "shoot_scripts": [{"text_config": {"text": "So."}}]})
        del body["interaction_rules"][0]

    folder, text, said = merged(tmp_path, COMMENTED, change)
    assert said["by_hand"] == []
    scenes = text.partition("  scene_scripts:\n")[2].partition("  interaction_rules:")
    assert scenes[0].startswith("\n    # The end.\n    - script_name: Closing\n")
    assert (
        "\n\n    - script_name: Middle\n      shoot_scripts:\n        - text_config:\n            text: So.\n"
        in scenes[0]
    )
    assert "\n\n    # Everybody says hello.\n    - script_name: 'Opening'\n" in scenes[0]
    assert scenes[2].startswith("\n    # What does it cost?\n    # Who are you?\n    - rule_name: who\n")
    assert folder.run("plan", "--detailed-exitcode").code == 0


def test_what_an_expression_makes_is_left_and_told_with_its_line(tmp_path: Path) -> None:
    def change(body: Body) -> None:
        if spring(body):
            body["scene_scripts"][0]["model_asset_id"] = "bert"
            body["scene_scripts"][0]["shoot_scripts"][2]["text_config"]["text"] = "Bert thanks you."
            body["scene_scripts"][1]["shoot_scripts"][0]["text_config"]["text"] = "Good bye."

    _, text, said = merged(tmp_path, COMMENTED, change)
    assert diff(COMMENTED, text) == [
        "-        - text_config: {text: Bye.}   # short",
        "+        - text_config: {text: Good bye.} # short",
    ]
    assert [(one["place"], one["path"], one["value"]) for one in said["by_hand"]] == [
        ("rooms/shoes.yaml:19", "scene_scripts[Opening].model_asset_id", 'write "bert"'),
        ("rooms/shoes.yaml:32", "scene_scripts[Opening].shoot_scripts[3].text_config.text", 'write "Bert thanks you."'),
    ]


def test_a_field_that_is_gone_goes_from_the_manifest_and_one_that_nobody_wrote_does_not_come(tmp_path: Path) -> None:
    def change(body: Body) -> None:
        if spring(body):
            body["room_description"] = ""
            body["play_policy"] = {"repeat_count": 3}

    folder, text, said = merged(tmp_path, COMMENTED, change)
    assert said["by_hand"] == []
    assert diff(COMMENTED, text) == ["-  room_description: >-", "-    Shoes, boots", "-    and sandals."]
    assert folder.run("plan", "--detailed-exitcode").code == 0


SHARED = """\
kind: Script
key: hello
spec: {script_name: Hello, shoot_scripts: [{text_config: {text: Hi}}]}
---
kind: RuleSet
key: faq
rules: [{rule_name: a}, {rule_name: b}]
---
{% for name in ["One", "Two"] %}
---
kind: Room
key: made-{{ name | lower }}
spec: {room_name: "{{ name }}", room_description: made}
{% endfor %}
---
kind: Room
key: refers
spec:
  room_name: Refers
  scene_scripts:
    - script: hello
    - {script_name: Own, shoot_scripts: []}
  interaction_rules:
    - {rule_name: first}
    - rules: faq
    - {rule_name: last}
"""


def test_shared_parts_and_blocks_of_templates_are_never_touched(tmp_path: Path) -> None:
    def change(body: Body) -> None:
        if body["room_name"] == "Refers":
            body["scene_scripts"][0]["shoot_scripts"][0]["text_config"]["text"] = "Hey"
            body["scene_scripts"].append({"script_name": "Third", "shoot_scripts": []})
            body["interaction_rules"][0]["enabled"] = False
            del body["interaction_rules"][3]
        else:
            body["room_description"] = "console"

    _, text, said = merged(tmp_path, SHARED, change)
    assert diff(SHARED, text) == [
        "+    - script_name: Third",
        "+      shoot_scripts: []",
        "-    - {rule_name: last}",
    ]
    assert {(one["key"], one["path"], one["reason"]) for one in said["by_hand"]} == {
        ("made-one", "room_description", "a block of a template makes this document"),
        ("made-two", "room_description", "a block of a template makes this document"),
        ("refers", "scene_scripts[Hello].shoot_scripts[1].text_config.text", "it comes from the Script hello"),
    }


def test_a_rule_that_left_a_shared_set_is_told(tmp_path: Path) -> None:
    def change(body: Body) -> None:
        if body["room_name"] == "Refers":
            del body["interaction_rules"][1]

    _, text, said = merged(tmp_path, SHARED, change)
    assert text == SHARED
    (one,) = said["by_hand"]
    assert (one["path"], one["reason"]) == (
        "interaction_rules",
        "the rules of a RuleSet do not stand together in the room",
    )
    assert one["value"] == "these items, in this order: item 1, item 3, item 4"


def test_a_secret_is_never_written_into_a_manifest(tmp_path: Path) -> None:
    manifest = "kind: Room\nkey: a\nspec:\n  room_name: A\n  output_urls: [rtmp://push.example.com/live/a]\n"

    def change(body: Body) -> None:
        body["output_urls"] = ["rtmp://push.example.com/live/a?sign=s3cret"]

    folder, text, said = merged(tmp_path, manifest, change)
    assert text == manifest
    (one,) = said["by_hand"]
    assert one["value"] == 'write "rtmp://push.example.com/live/a?sign=***"'
    ran = folder.run("import", "--merge", "a")
    assert ran.code == 4
    assert "s3cret" not in ran.out + ran.err


def test_line_ends_a_byte_order_mark_and_the_mode_stay(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    path = folder.path / "rooms/a.yaml"
    path.parent.mkdir()
    path.write_bytes("\ufeffkind: Room\r\nkey: a\r\nspec:\r\n  room_name: A # b\r\n".encode())
    path.chmod(0o640)
    assert folder.run("apply", "--auto-approve").code == 0
    (room_id,) = bodies(folder)
    console(folder, room_id, room_name="B")
    assert folder.run("import", "--merge", "--all").code == 0
    assert path.read_bytes() == "\ufeffkind: Room\r\nkey: a\r\nspec:\r\n  room_name: B # b\r\n".encode()
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("seed", range(2))
def test_any_room_can_be_merged_into_the_manifest_of_any_other(tmp_path: Path, seed: int) -> None:
    """Forty imported manifests, whose rooms become others in the console: after a merge there is nothing to plan."""
    specs = [spec for spec in generated(120) if spec.get("scene_scripts")][seed::2]
    folder = workspace(tmp_path)
    rooms = [{**spec, "room_name": f"Room number {n}", "priv_data": ""} for n, spec in enumerate(specs[:20])]
    ids = put(folder, rooms)
    assert folder.run("import", "--all").code == 0
    assert folder.run("apply", "--auto-approve").code == 0
    others = specs[20:40]
    for room_id, other, n in zip(ids, others, range(20), strict=False):
        fields = {name: value for name, value in other.items() if name not in {"room_name", "priv_data", *HIDDEN}}
        console(folder, room_id, **{**fields, "room_name": f"Room number {n}, later"})
    ran = folder.run("import", "--merge", "--all", "--format", "json")
    assert ran.json["by_hand"] == [], ran.json["by_hand"]
    assert folder.run("plan", "--refresh", "full", "--detailed-exitcode").code == 0
    again = folder.run("import", "--merge", "--all", "--format", "json")
    assert again.json["files"] == []


HIDDEN = {"stream_keys", "output_urls", "live_event_callback_config", "video_config"}
