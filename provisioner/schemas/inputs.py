"""JSON Schema of what people write, made from the models that check it. Pure.

Models check more than a schema can say, such as that a background covers the canvas; `validate` tells the rest.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic.json_schema import models_json_schema

from provisioner.assets import ID_FIELDS
from provisioner.manifests.models import (
    AssetReference,
    RoomModel,
    RuleSetModel,
    RulesReference,
    ScriptModel,
    ScriptReference,
)
from provisioner.metastudio.models import (
    CreateSmartLiveRoomReq,
    LiveRoomInteractionRuleInfo,
    LiveVideoScriptInfo,
    StartSmartLiveReq,
)
from provisioner.schemas.dialect import DIALECT, JsonSchema
from provisioner.schemas.expressions import EXPRESSION, open_object, with_default
from provisioner.workspace_file import WorkspaceModel

_KINDS = {"Room": RoomModel, "Script": ScriptModel, "RuleSet": RuleSetModel}
_BODIES = (CreateSmartLiveRoomReq, StartSmartLiveReq, LiveVideoScriptInfo, LiveRoomInteractionRuleInfo)
_REFERENCES = (ScriptReference, RulesReference, AssetReference)
_EXAMPLES: Mapping[str, Mapping[str, list[object]]] = {
    "RoomModel": {
        "key": ["spring-sale"],
        "labels": [{"team": "shoes"}],
        "adopt": ["by_name", "26f065244f754b3aa853b649a21aaf66"],
    },
    "ScriptModel": {"key": ["welcome"]},
    "RuleSetModel": {"key": ["faq"]},
    "LiveModel": {"run": ["2026-11-21-evening"]},
    "WindowModel": {
        "every": [["mon", "fri"]],
        "from": ["2026-11-21T19:30", "19:30"],
        "until": ["2026-11-21T22:00", "22:00"],
        "timezone": ["Asia/Shanghai", "Europe/Berlin"],
    },
    "LifecycleModel": {"ignore": [["spec.room_description", "spec.scene_scripts[*].layer_config"]]},
    "CreateSmartLiveRoomReq": {
        "output_urls": [["rtmp://push.example.com/live"]],
        "stream_keys": [['{{ secret("STREAM_KEY") }}']],
    },
    "VideoConfig": {"width": [1080], "height": [1920], "bitrate": [4000], "frame_rate": ["25"]},
    "TextLayerConfig": {"text_context": ['{{ "Tonight" | b64 }}'], "font_color": ["#FFF8E7"]},
    "HitConditionTag": {"tag": ["content"], "value": ["deliver|shipping"]},
    "TargetModel": {
        "endpoint": ["https://metastudio.cn-north-4.myhuaweicloud.com"],
        "region": ["cn-north-4"],
        "project_id": ["${METASTUDIO_PROJECT_ID}"],
    },
}


def manifest_definitions() -> dict[str, JsonSchema]:
    """What documents of manifests hold, by model, where every value is written out."""
    definitions = _definitions(*_KINDS.values(), *_BODIES, *_REFERENCES)
    properties = {name: definition["properties"] for name, definition in definitions.items()}
    _refer(properties["RoomModel"]["spec"], CreateSmartLiveRoomReq)
    _refer(properties["LiveModel"]["start"], StartSmartLiveReq)
    _refer(properties["ScriptModel"]["spec"], LiveVideoScriptInfo)
    properties["RuleSetModel"]["rules"]["items"] = _ref(LiveRoomInteractionRuleInfo)
    room = properties["CreateSmartLiveRoomReq"]
    for field, reference in (("scene_scripts", ScriptReference), ("interaction_rules", RulesReference)):
        (listed,) = (arm for arm in room[field]["anyOf"] if "items" in arm)
        listed["items"] = {"anyOf": [listed["items"], _ref(reference)]}
    for fields in properties.values():
        for field in ID_FIELDS & fields.keys():
            _take_names(fields[field])
    return definitions


def manifest_schema() -> JsonSchema:
    """Of one document of a manifest: a Room, a Script or a RuleSet, by its `kind`."""
    opened = {name: open_object(definition) for name, definition in manifest_definitions().items()}
    return {
        "$schema": DIALECT,
        "title": "A manifest of provisioner",
        "description": "A document under rooms/: a Room, or a Script or RuleSet that rooms refer to.",
        "type": ["object", "null"],
        "properties": {
            "kind": {
                "enum": list(_KINDS),
                "description": "What the document declares: a Room, or a Script or RuleSet that rooms refer to.",
            },
        },
        "required": ["kind", "key"],
        "allOf": [
            {
                "if": {"type": "object", "properties": {"kind": {"const": kind}}, "required": ["kind"]},
                "then": {"$ref": f"#/$defs/{model.__name__}"},
            }
            for kind, model in _KINDS.items()
        ],
        "$defs": {**opened, "expression": EXPRESSION},
    }


def workspace_schema() -> JsonSchema:
    """Of `provisioner.yaml`, which is no template."""
    definitions = _definitions(WorkspaceModel)
    root = definitions.pop("WorkspaceModel")
    return {"$schema": DIALECT, "title": "provisioner.yaml", **root, "$defs": definitions}


def _definitions(*models: type) -> dict[str, JsonSchema]:
    """The definitions of models and of what they hold, with defaults and examples."""
    _, made = models_json_schema([(model, "validation") for model in models], ref_template="#/$defs/{model}")
    definitions: dict[str, JsonSchema] = made["$defs"]
    for name, definition in definitions.items():
        definition.pop("title")
        definition["description"] = _first_paragraph(definition["description"])
        examples = _EXAMPLES.get(name, {})
        definition["properties"] = {
            field: _closed(with_default(value)) | ({"examples": examples[field]} if field in examples else {})
            for field, value in definition["properties"].items()
        }
    return definitions


def _closed(field: JsonSchema) -> JsonSchema:
    """A mapping whose names have a form has no others."""
    return {**field, "additionalProperties": False} if "patternProperties" in field else field


def _first_paragraph(text: str) -> str:
    return " ".join(text.partition("\n\n")[0].split())


def _ref(model: type) -> JsonSchema:
    return {"$ref": f"#/$defs/{model.__name__}"}


def _take_names(field: JsonSchema) -> None:
    """Says of a field with the id of an asset, or with a list of them, that names may stand there."""
    listed = next((arm["items"] for arm in field.get("anyOf", []) if "items" in arm), None)
    holder = field if listed is None else listed
    if "anyOf" not in holder:
        holder["anyOf"] = [{name: holder.pop(name) for name in _OF_TEXT if name in holder}]
    holder["anyOf"].append(_ref(AssetReference))


_OF_TEXT = ("type", "minLength", "maxLength")


def _refer(field: JsonSchema, model: type) -> None:
    """Says of a field whose model is plain data what that is."""
    takes_null = {"type": "null"} in field.get("anyOf", [])
    for name in ("type", "additionalProperties", "anyOf"):
        field.pop(name, None)
    field["anyOf"] = [_ref(model), *([{"type": "null"}] if takes_null else [])]
