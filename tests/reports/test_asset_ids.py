"""Ids of assets follow their names wherever people read a plan; programs read both."""

from __future__ import annotations

from dataclasses import replace

import pytest

from provisioner.comparing.compare import FieldChange, Kind
from provisioner.errors import WorkspaceError
from provisioner.planning.actions import Plan, Update
from provisioner.planning.asset_ids import names_of
from provisioner.planning.digest import digest_of
from provisioner.planning.saved import parse_plan
from provisioner.reports.asset_ids import with_asset_names
from provisioner.reports.json_text import dumps
from provisioner.reports.plan_json import plan_to_json
from provisioner.reports.plan_text import plan_text
from provisioner.reports.view import PlanView
from tests.reports.plans import PLAN

NAMES = {"id-1": "Sara", "id-2": "Mei\x1b[2J"}
CHANGES = (
    FieldChange("scene_scripts[Opening].model_asset_id", "id-1", "id-2"),
    FieldChange("backup_model_asset_ids[2]", None, "id-1", Kind.ADD),
    FieldChange("scene_scripts[Offer]", None, {"model_asset_id": "id-1", "script_name": "id-1"}, Kind.ADD),
    FieldChange("room_name", "id-1", "id-2"),
    FieldChange("scene_scripts[x.model_asset_id].script_name", "id-1", "other"),
    FieldChange("scene_scripts[Opening].layer_config[id-1]", 1, 2, Kind.MOVE),
)


def plan() -> Plan:
    (update, *_) = (action for action in PLAN.actions if isinstance(action, Update))
    return replace(PLAN, actions=(replace(update, changes=CHANGES),), assets=NAMES, contents={})


def test_only_ids_in_fields_of_assets_get_names() -> None:
    model, backup, added, *others = with_asset_names(CHANGES, NAMES)
    assert (model.before, model.after) == ("Sara (id-1)", "Mei\x1b[2J (id-2)")
    assert (backup.before, backup.after) == (None, "Sara (id-1)")
    assert added.after == {"model_asset_id": "Sara (id-1)", "script_name": "id-1"}
    assert others == list(CHANGES[3:])


def test_the_names_that_a_plan_keeps_are_those_of_which_its_changes_speak() -> None:
    (action,) = plan().changes
    assert names_of([action], {**NAMES, "id-3": "Nobody"}) == NAMES
    assert names_of([replace(action, changes=CHANGES[3:])], NAMES) == {}


def test_a_saved_plan_keeps_the_names() -> None:
    assert parse_plan(dumps(plan_to_json(plan()))) == plan()
    assert "assets" not in plan_to_json(replace(plan(), assets={}))


@pytest.mark.parametrize("assets", [[], {"id-1": 7}, None, "Sara"])
def test_names_of_another_shape_are_refused(assets: object) -> None:
    document = {**plan_to_json(plan()), "assets": assets}
    with pytest.raises(WorkspaceError):
        parse_plan(dumps({**document, "digest": digest_of(document)}))


def test_a_name_is_escaped_like_any_text_of_the_service() -> None:
    text = plan_text(PlanView.of(plan()))
    assert 'model_asset_id: "Sara (id-1)" → "Mei\\x1b[2J (id-2)"' in text
    assert "\x1b" not in text
