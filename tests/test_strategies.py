"""The generated rooms and texts are what the tests that use them take for granted."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given, settings

from provisioner.metastudio import models
from tests.strategies import SERVICE_DECIDES, Body, hostile_text, request_bodies, room_specs, start_bodies

REQUESTS = [
    model
    for model in vars(models).values()
    if isinstance(model, type) and issubclass(model, models.ApiModel) and model is not models.ApiModel
]


@settings(deadline=None)
@given(room_specs(service_decided=True))
def test_every_generated_room_is_valid_json_and_fits_the_model(spec: Body) -> None:
    models.CreateSmartLiveRoomReq.model_validate(spec, extra="forbid")
    assert json.loads(json.dumps(spec)) == spec
    assert None not in _leaves(spec)


@settings(deadline=None)
@given(room_specs())
def test_names_are_unique_and_scenes_of_rules_exist(spec: Body) -> None:
    scenes = [scene["script_name"] for scene in spec.get("scene_scripts", [])]
    rules = [rule["rule_name"] for rule in spec.get("interaction_rules", []) if "rule_name" in rule]
    assert len(set(scenes)) == len(scenes)
    assert len(set(rules)) == len(rules)
    for rule in spec.get("interaction_rules", []):
        assert set(rule.get("enabled_scenes", [])) <= set(scenes)


@settings(deadline=None)
@given(room_specs())
def test_what_the_service_decides_is_left_out_unless_asked_for(spec: Body) -> None:
    assert not SERVICE_DECIDES & _names(spec)


@settings(deadline=None, max_examples=20)
@given(start_bodies())
def test_every_generated_start_fits_the_model(body: Body) -> None:
    models.StartSmartLiveReq.model_validate(body, extra="forbid")


@pytest.mark.parametrize("model", REQUESTS, ids=lambda model: model.__name__)
def test_every_field_of_every_request_model_can_be_generated(model: type[models.ApiModel]) -> None:
    """A new field, type or rule between fields that the strategies cannot meet fails here."""
    seen: set[str] = set()

    @settings(deadline=None, database=None, derandomize=True, max_examples=60)
    @given(request_bodies(model, service_decided=True))
    def generate(body: Body) -> None:
        model.model_validate(body, extra="forbid")
        seen.update(body)

    generate()
    assert seen == set(model.model_fields)


@given(hostile_text(1, 40))
def test_hostile_text_can_be_carried_by_yaml_and_json(text: str) -> None:
    assert 1 <= len(text) <= 40
    categories = {unicodedata.category(character) for character in text if character not in "\n\t"}
    assert not categories & {"Cs", "Cc", "Co"}


def _leaves(value: object) -> list[object]:
    match value:
        case dict():
            return [leaf for item in value.values() for leaf in _leaves(item)]
        case list():
            return [leaf for item in value for leaf in _leaves(item)]
        case _:
            return [value]


def _names(value: object) -> set[str]:
    match value:
        case dict():
            return set(value).union(*(_names(item) for item in value.values()))
        case list():
            return set().union(*(_names(item) for item in value))
        case _:
            return set()
