"""Where ids of assets stand in the API's bodies, and which kinds fit there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel

from provisioner.assets import (
    EACH,
    ROOM_FIELDS,
    RULES_FIELDS,
    SCENE_FIELDS,
    START_FIELDS,
    AssetField,
    AssetKind,
    AssetName,
    asset_names,
    is_asset_id,
    slots,
)
from provisioner.metastudio import models

SARA = AssetName("Sara", AssetKind.MODEL)


def ids_of_assets(model: Any, route: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The routes of the fields of a model whose names say that they hold ids of assets."""
    for name, field in model.model_fields.items():
        for route_below, kind in _types((*route, name), field.annotation):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from ids_of_assets(kind, route_below)
            elif kind is str and "asset_id" in name:
                yield route_below


def _types(route: tuple[str | int, ...], annotation: Any) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if get_origin(annotation) is list:
        yield from _types((*route, EACH), get_args(annotation)[0])
    elif get_args(annotation):
        arguments = [one for one in get_args(annotation) if isinstance(one, type) or get_origin(one)]
        for argument in arguments:
            yield from _types(route, argument)
    else:
        yield route, annotation


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (models.CreateSmartLiveRoomReq, ROOM_FIELDS),
        (models.StartSmartLiveReq, START_FIELDS),
        (models.LiveVideoScriptInfo, SCENE_FIELDS),
    ],
)
def test_every_id_of_an_asset_in_the_api_s_models_is_known(model: Any, fields: tuple[AssetField, ...]) -> None:
    found = list(ids_of_assets(model))
    assert sorted(map(str, found)) == sorted(str(one.route) for one in fields)
    assert found


def test_what_is_no_text_is_found_with_its_route_and_the_kinds_that_fit() -> None:
    body = {
        "backup_model_asset_ids": ["id", SARA],
        "scene_scripts": [
            {"model_asset_id": "id"},
            {
                "model_asset_id": SARA,
                "layer_config": [
                    {"layer_type": "TEXT", "asset_id": SARA},
                    {"layer_type": "VIDEO", "asset_id": {"asset": "Steam"}},
                    {"asset_id": 3},
                ],
            },
        ],
    }
    found = {slot.route: (slot.value, slot.allowed) for slot in slots(body, ROOM_FIELDS)}
    assert found == {
        ("backup_model_asset_ids", 1): (SARA, (AssetKind.MODEL,)),
        ("scene_scripts", 1, "model_asset_id"): (SARA, (AssetKind.MODEL,)),
        ("scene_scripts", 1, "layer_config", 0, "asset_id"): (SARA, ()),
        ("scene_scripts", 1, "layer_config", 1, "asset_id"): ({"asset": "Steam"}, (AssetKind.VIDEO,)),
        ("scene_scripts", 1, "layer_config", 2, "asset_id"): (3, (AssetKind.MODEL, AssetKind.IMAGE, AssetKind.VIDEO)),
    }
    assert list(asset_names(body, ROOM_FIELDS)) == [SARA] * 3


@pytest.mark.parametrize("body", [None, [], "text", {"scene_scripts": {"a": 1}}, {"scene_scripts": [None, 1, [[]]]}])
def test_a_body_of_another_shape_has_none(body: Any) -> None:
    assert slots(body, ROOM_FIELDS) == slots(body, RULES_FIELDS) == []


@pytest.mark.parametrize(
    ("text", "expected"), [("a1", True), ("x:y/z", True), ("", False), ("a b", False), ("é", False)]
)
def test_an_id_is_visible_ascii(text: str, expected: bool) -> None:
    assert is_asset_id(text) is expected
    assert not is_asset_id("a" * 257)
