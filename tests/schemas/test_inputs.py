"""The schemas of manifests and of provisioner.yaml take what the tool takes, and expressions wherever a value is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from provisioner.schemas.published import INPUTS
from tests.commands.support import Folder
from tests.strategies import Body, room_specs, start_bodies

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = {name: made() for name, made in INPUTS.items()}
JUDGES = {name: Draft202012Validator(schema) for name, schema in SCHEMAS.items()}

ROOM: dict[str, Any] = {
    "kind": "Room",
    "key": "spring-sale",
    "labels": {"team": "shoes"},
    "spec": {
        "room_name": "Spring sale",
        "scene_scripts": [
            {"script": "welcome"},
            {
                "script_name": "Offer",
                "voice_config": {"voice_asset_id": "v", "speed": 90},
                "layer_config": [{"layer_type": "HUMAN", "position": {"dx": 0, "dy": -5, "layer_index": 1}}],
                "shoot_scripts": [{"text_config": {"text": "Hello"}}],
            },
        ],
        "interaction_rules": [{"rules": "faq"}, {"rule_name": "price", "event_type": 1, "enabled": True}],
        "stream_keys": ['{{ secret("STREAM_KEY") }}'],
        "video_config": {"bitrate": 4000, "width": 1080, "height": 1920, "subtitle_config": {"opacity": 0.5}},
    },
    "live": {
        "run": "evening",
        "on_change": "hot",
        "window": {"every": ["mon", "fri"], "from": "19:30", "until": "22:00", "timezone": "Asia/Shanghai"},
        "start": {"play_policy": {"repeat_count": -1}},
    },
    "lifecycle": {"protect": True, "ignore": ["spec.room_description"]},
    "adopt": "by_name",
}
SCRIPT = {"kind": "Script", "key": "welcome", "spec": ROOM["spec"]["scene_scripts"][1]}
RULES = {"kind": "RuleSet", "key": "faq", "rules": [{"rule_name": "price"}]}
DOCUMENTS = (ROOM, SCRIPT, RULES)


def wrong(document: Any, name: str = "manifest") -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in JUDGES[name].iter_errors(document)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document["kind"]))
def test_a_manifest_is_taken(document: Any) -> None:
    assert wrong(document) == []


@given(room_specs(), start_bodies())
@settings(deadline=None, max_examples=50)
def test_every_room_that_the_tool_takes_is_taken(spec: Body, start: Body) -> None:
    assert wrong({**ROOM, "spec": spec, "live": {"start": start}}) == []


@given(st.data())
@settings(deadline=None, max_examples=100)
def test_an_expression_may_stand_wherever_a_value_stands(data: st.DataObject) -> None:
    document = data.draw(st.sampled_from(DOCUMENTS))
    places = [place for place in places_of(document) if place != ("kind",)]
    place = data.draw(st.sampled_from(places))
    expression = data.draw(st.sampled_from(("{{ x }}", "a {{ x | int }} b", "x" * 200_000 + "{{ x }}")))
    assert wrong(replaced(document, place, expression)) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document["kind"]))
def test_a_value_of_another_type_is_refused_wherever_it_stands(document: Any) -> None:
    for place in places_of(document):
        assert wrong(replaced(document, place, [[[]]])) != [], place
        if isinstance(at(document, place), bool | int | float | list | dict):
            assert wrong(replaced(document, place, "text")) != [], place


def places_of(value: Any) -> Iterator[tuple[str | int, ...]]:
    """The routes of everything in a document."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in steps:
        yield (step,)
        yield from ((step, *below) for below in places_of(item))


def at(value: Any, place: tuple[str | int, ...]) -> Any:
    for step in place:
        value = value[step]
    return value


def replaced(value: Any, place: tuple[str | int, ...], new: Any) -> Any:
    """The document with another value at one place."""
    if not place:
        return new
    copy = value.copy()
    copy[place[0]] = replaced(value[place[0]], place[1:], new)
    return copy


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("kind",), "Rom"),
        (("key",), "Spring Sale"),
        (("spec", "room_type"), "NORML"),
        (("spec", "room_name"), "x" * 257),
        (("spec", "room_nme"), "x"),
        (("spec", "scene_scripts", 0), {"script": "welcome", "script_name": "x"}),
        (("spec", "scene_scripts", 1, "voice_config", "speed"), 201),
        (("spec", "scene_scripts", 1, "voice_config", "speed"), "fast"),
        (("spec", "interaction_rules", 1, "event_type"), 5),
        (("spec", "backup_model_asset_ids"), ["a"] * 6),
        (("live", "window", "every"), ["monday"]),
        (("live", "start", "job_run_config"), {"nothing": 1}),
        (("lifecycle", "ignore"), ["room_name"]),
        (("labels",), {"-": "x"}),
        (("adopt",), "by name"),
    ],
)
def test_what_the_tool_refuses_is_refused(place: tuple[str | int, ...], value: Any) -> None:
    parent = at(ROOM, place[:-1])
    changed = parent.copy()
    changed[place[-1]] = value
    assert wrong(replaced(ROOM, place[:-1], changed)) != []


@pytest.mark.parametrize("name", ["kind", "key", "spec"])
def test_what_a_manifest_must_have_is_missed(name: str) -> None:
    assert wrong({field: value for field, value in ROOM.items() if field != name}) != []


SARA = {"asset": "Sara", "kind": "model"}


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("spec", "scene_scripts", 1, "model_asset_id"), SARA),
        (("spec", "scene_scripts", 1, "voice_config", "voice_asset_id"), SARA),
        (("spec", "scene_scripts", 1, "layer_config", 0, "asset_id"), SARA),
        (
            ("spec", "scene_scripts", 1, "background_config"),
            [{"background_type": "IMAGE", "background_asset_id": SARA}],
        ),
        (("spec", "scene_scripts", 1, "shoot_scripts", 0, "audio_config"), {"asset_id": SARA}),
        (("spec", "interaction_rules", 1, "trigger"), {"layer_config": {"layer_type": "IMAGE", "asset_id": SARA}}),
        (("spec", "backup_model_asset_ids"), ["id", SARA]),
        (("live", "start", "co_streamer_config"), {"voice_config": {"voice_asset_id": SARA}}),
    ],
)
def test_a_name_may_stand_where_the_id_of_an_asset_stands(place: tuple[str | int, ...], value: Any) -> None:
    """Completely, with expressions in it, as an expression, or as the id; and nothing else."""

    def at_place(name: Any) -> list[str]:
        document = json.loads(json.dumps(ROOM))
        parent = at(document, place[:-1])
        parent[place[-1]] = json.loads(json.dumps(value).replace(json.dumps(SARA), json.dumps(name)))
        return wrong(document)

    for name in (SARA, {**SARA, "asset": "{{ values.host }}"}, "{{ values.host }}", "an-id"):
        assert at_place(name) == [], name
    for name in ({"asset": "Sara"}, {**SARA, "kind": "person"}, {**SARA, "id": "x"}, {**SARA, "asset": ""}, 7, [SARA]):
        assert at_place(name) != [], name


def test_a_document_without_anything_in_it_is_none() -> None:
    assert wrong(None) == []


def test_the_rooms_of_the_sample_workspace_are_taken() -> None:
    rooms = Folder(ROOT).run("render", "--format", "json").json["rooms"]
    assert len(rooms) > 5
    assert [problem for room in rooms for problem in wrong(room)] == []


@pytest.mark.parametrize("path", [ROOT / "provisioner.yaml", ROOT / "provisioner/starter/provisioner.yaml"])
def test_the_workspaces_here_are_taken(path: Path) -> None:
    assert wrong(YAML(typ="safe").load(path.read_text(encoding="utf-8")), "workspace") == []


@pytest.mark.parametrize(
    "change",
    [
        {"workspace": "My Shop"},
        {"default_taget": "local"},
        {"targets": {"production": {"endpoint": 1}}},
        {"targets": {"production": {"auth": "password"}}},
        {"targets": {"Production": {}}},
        {"guards": {"max_changes_percent": 101}},
        {"targets": {"production": {"limits": {"create": 0}}}},
    ],
)
def test_what_a_workspace_may_not_say_is_refused(change: dict[str, Any]) -> None:
    assert wrong({"workspace": "shop"}, "workspace") == []
    assert wrong({"workspace": "shop", **change}, "workspace") != []


@pytest.mark.parametrize("name", INPUTS)
def test_every_field_is_described_and_every_default_and_example_fits(name: str) -> None:
    schema = SCHEMAS[name]
    fields = [
        (f"{owner}.{field}", value)
        for owner, definition in [("", schema), *schema["$defs"].items()]
        for field, value in definition.get("properties", {}).items()
        if "const" not in value
    ]
    assert len(fields) > 20
    assert [place for place, value in fields if not value.get("description")] == []
    for place, value in fields:
        judge = Draft202012Validator({**value, "$defs": schema["$defs"]})
        for example in (*value.get("examples", ()), *([value["default"]] if "default" in value else ())):
            assert judge.is_valid(example), f"{place}: {json.dumps(example)}"
    assert sum("default" in value for _, value in fields) >= 5
