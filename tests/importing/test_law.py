"""The law: import then plan is empty but for adoption, and after adoption it is empty."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from provisioner.metastudio import models
from provisioner.metastudio.models import CreateSmartLiveRoomReq
from provisioner.metastudio.models.defaults import DEFAULTS
from provisioner.metastudio.requests import fields_of
from tests.commands.support import workspace
from tests.importing.rooms import bodies, console, generated, put, said, sayable
from tests.strategies import Body, any_text, hostile_text

ROOMS = 200


def known(body: Body) -> Body:
    """What the create call knows of a room, without the user's text, and without secrets that are empty: those are
    not sent back.
    """
    kept = {name: body[name] for name in CreateSmartLiveRoomReq.model_fields if name in body and name != "priv_data"}
    if not kept.get("stream_keys"):
        kept.pop("stream_keys", None)
    if callback := kept.get("live_event_callback_config"):
        kept["live_event_callback_config"] = {
            name: value for name, value in callback.items() if (name, value) != ("key", "")
        }
    return kept


@pytest.mark.parametrize(("text", "count"), [(any_text, ROOMS), (hostile_text, 50)], ids=["any", "hostile"])
def test_two_hundred_rooms_that_say_everything_come_through_import_plan_and_apply(
    tmp_path: Path, text: Any, count: int
) -> None:
    specs = generated(count, text=text, service_decided=True)
    assert count < ROOMS or set(said(specs)) == set(sayable(CreateSmartLiveRoomReq)), "the rooms do not say every field"
    folder = workspace(tmp_path)
    put(folder, specs)
    before = bodies(folder)

    imported = folder.run("import", "--all", "--format", "json")
    assert (imported.code, imported.err) == (0, "")
    assert imported.json["skipped"] == imported.json["left_out"] == []
    secrets = secret_values(imported.json, before)

    planned = folder.run("plan", "--format", "json", environment=secrets)
    assert planned.code == 0, planned.err
    assert planned.json["summary"] == {**dict.fromkeys(planned.json["summary"], 0), "adopt": count}
    assert all(action["changes"] == [] for action in planned.json["actions"])
    assert planned.json["warnings"] == []

    applied = folder.run("apply", "--auto-approve", environment=secrets)
    assert applied.code == 0, applied.err + applied.out
    after = bodies(folder)
    assert {room_id: known(body) for room_id, body in after.items()} == {
        room_id: known(body) for room_id, body in before.items()
    }
    again = folder.run("plan", "--refresh", "full", "--detailed-exitcode", environment=secrets)
    assert again.code == 0, again.out


@pytest.mark.parametrize(
    "flags", [("--extract",), ("--one-file", "rooms/all.yaml"), ("--extract", "--one-file", "rooms/all.yaml")]
)
def test_rooms_that_share_parts_come_through_in_every_layout(tmp_path: Path, flags: tuple[str, ...]) -> None:
    specs = generated(20)
    scenes = [scene for spec in specs for scene in spec.get("scene_scripts", []) if scene["shoot_scripts"]][:2]
    rules = [rule for spec in specs for rule in spec.get("interaction_rules", []) if rule.get("rule_name")][:3]
    rules = [{**rule, "enabled_scenes": []} for rule in rules]
    sharing = [
        {"room_name": f"Sharing {n}", "scene_scripts": scenes[: 1 + n % 2], "interaction_rules": rules[n % 2 :]}
        for n in range(6)
    ]
    folder = workspace(tmp_path)
    put(folder, [*specs, *sharing])
    imported = folder.run("import", "--all", *flags, "--format", "json")
    assert imported.code == 0, imported.err
    parts = [part["kind"] for file in imported.json["files"] for part in file["parts"]]
    assert sorted(set(parts)) == (["RuleSet", "Script"] if "--extract" in flags else [])
    planned = folder.run("plan", "--format", "json")
    assert planned.json["summary"]["adopt"] == len(planned.json["actions"]) == 26
    assert all(action["changes"] == [] for action in planned.json["actions"])
    assert folder.run("apply", "--auto-approve").code == 0
    assert folder.run("plan", "--detailed-exitcode").code == 0


def test_a_managed_room_without_its_manifest_is_imported_under_its_key_and_changes_nothing(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    folder.write("rooms/a.yaml", "kind: Room\nkey: a.key\nspec: {room_name: One}\nlifecycle: {protect: true}\n")
    assert folder.run("apply", "--auto-approve").code == 0
    (folder.path / "rooms/a.yaml").unlink()
    imported = folder.run("import", "--all")
    assert imported.code == 0, imported.err
    text = (folder.path / "rooms/a.key.yaml").read_text()
    assert text == "kind: Room\nkey: a.key\nspec:\n  room_name: One\nlifecycle:\n  protect: true\n"
    assert folder.run("plan", "--detailed-exitcode").code == 0


def test_secrets_are_names_and_never_what_the_service_shows(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    room = {
        "room_name": "Spring sale",
        "output_urls": ["rtmp://user:pa55word@push.example.com/live?token=s3cret"],
        "stream_keys": ["k3y"],
        "live_event_callback_config": {"live_event_type_callback_url": "https://a.example.com/x", "key": "c4llback"},
    }
    put(folder, [room])
    ran = folder.run("import", "Spring sale")
    text = (folder.path / "rooms/spring-sale.yaml").read_text()
    for name in ("STREAM_KEY_SPRING_SALE", "CALLBACK_KEY_SPRING_SALE", "PUSH_URL_SPRING_SALE"):
        assert f"""'{{{{ secret("{name}") }}}}'""" in text
        assert name in ran.out
    assert "rtmp://***@push.example.com/live?token=***" in ran.out
    assert "live_event_type_callback_url: https://a.example.com/x\n" in text
    for value in ("pa55word", "s3cret", "k3y", "c4llback"):
        assert value not in text + ran.out + ran.err


def test_defaults_are_those_that_the_service_fills_in(tmp_path: Path) -> None:
    """Where the embedded service, written from the documents, fills a field in, the table says the same."""
    least: Body = {
        "room_name": "x",
        "video_config": {"bitrate": 4000, "width": 1920, "height": 1080},
        "play_policy": {},
        "co_streamer_config": {"voice_config": {"voice_asset_id": "v"}},
        "interaction_rules": [{"hit_condition": {}, "trigger": {}}],
        "scene_scripts": [
            {"script_name": "s", "shoot_scripts": [{}], "layer_config": [{"layer_type": "VIDEO", "video_config": {}}]}
        ],
    }
    folder = workspace(tmp_path)
    (room_id,) = put(folder, [least])
    filled = list(added(models.CreateSmartLiveRoomReq, least, known(bodies(folder)[room_id])))
    decided = {"view_mode", "script_id", "rule_index", "sequence_no"}
    assert len(filled) > 10
    assert [
        (model.__name__, name) for model, name, _ in filled if name not in decided | set(DEFAULTS.get(model, {}))
    ] == []
    assert all(DEFAULTS[model][name] == value for model, name, value in filled if name not in decided)


def test_defaults_are_those_that_the_descriptions_name() -> None:
    for model, defaults in DEFAULTS.items():
        for name, value in defaults.items():
            said = (model.model_fields[name].description or "").partition("Default ")[2].rstrip(".").partition(",")[0]
            shown = (
                "progress" if isinstance(value, dict) else str(value).lower() if isinstance(value, bool) else str(value)
            )
            assert said == shown, (model.__name__, name)


def test_a_change_in_the_console_after_an_import_is_seen_by_the_plan(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    (room_id,) = put(folder, [{"room_name": "Spring sale", "room_description": "shoes"}])
    assert folder.run("import", room_id).code == 0
    console(folder, room_id, room_description="boots")
    (action,) = folder.run("plan", "--format", "json").json["actions"]
    assert [change["path"] for change in action["changes"]] == ["room_description"]


def secret_values(imported: Any, rooms: dict[str, Body]) -> dict[str, str]:
    """What the rooms have at the places of secrets, as a person would look it up."""
    room_of = {room["key"]: room["room_id"] for file in imported["files"] for room in file["rooms"]}
    return {one["name"]: at(rooms[room_of[one["key"]]], one["path"]) for one in imported["secrets"]}


def at(body: Body, path: str) -> str:
    value: Any = body
    for step in path.replace("[1]", ".0").split("."):
        value = value[int(step) if isinstance(value, list) else step]
    return str(value)


def added(model: Any, sent: Any, found: Any) -> Iterator[tuple[Any, str, Any]]:
    if isinstance(found, list):
        for one, other in zip(sent, found, strict=True):
            yield from added(model, one, other)
        return
    for name, value in found.items():
        below = fields_of(model)[name]
        if name not in sent:
            yield model, name, value
        elif below is not None:
            yield from added(below, sent[name], value)
