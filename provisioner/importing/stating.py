"""The body of a room that was read → the spec that says the same in as few fields as will do. Pure.

What the service made or worked out is left out: ids, the picture's mode, numbers that only count, and with
`Fullness.TERSE` whatever it would take a missing field for. A manifest that leaves a field out leaves it alone, so
nothing is lost by that. Fields stand in the order of the models.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum, auto
from typing import Any

from provisioner.metastudio.models import (
    CreateSmartLiveRoomReq,
    LiveRoomInteractionRuleInfo,
    LiveVideoScriptInfo,
    ShowSmartLiveRoomResponse,
    SmartLiveRoomBaseInfo,
)
from provisioner.metastudio.models.defaults import DEFAULTS
from provisioner.metastudio.requests import Model, fields_of
from provisioner.rooms import Spec

_MADE_BY_THE_SERVICE = {LiveVideoScriptInfo: "script_id", LiveRoomInteractionRuleInfo: "rule_index"}
_ANSWERED_ONLY = frozenset({*ShowSmartLiveRoomResponse.model_fields, *SmartLiveRoomBaseInfo.model_fields})
_UPRIGHT = "VERTICAL"


class Fullness(Enum):
    """How much of a room its manifest says."""

    TERSE = auto()
    """What is not the default."""
    WHOLE = auto()
    """All but the ids that the service made."""


def spec_of(body: Mapping[str, Any], fullness: Fullness = Fullness.TERSE) -> Spec:
    """The spec of a room's body as it was read, whose `priv_data` is the user's part alone."""
    spec: Spec = stated(CreateSmartLiveRoomReq, body, fullness)
    if spec.get("video_config") is not None or spec.get("view_mode") == _UPRIGHT:
        spec.pop("view_mode", None)
    return spec


def stated(model: Model, value: Any, fullness: Fullness = Fullness.TERSE) -> Any:
    """An object of the API, or a list of them, as a manifest says it."""
    if isinstance(value, list):
        return [stated(model, item, fullness) for item in value]
    if not isinstance(value, Mapping):
        return value
    result: dict[str, Any] = {}
    defaults = DEFAULTS.get(model, {}) if fullness is Fullness.TERSE else {}
    for name, below in fields_of(model).items():
        item = value.get(name)
        if item is None or name == _MADE_BY_THE_SERVICE.get(model) or _is_default(defaults, name, item):
            continue
        said = stated(below, item, fullness) if below is not None else item
        if fullness is Fullness.WHOLE or not _says_nothing(said) or model.model_fields[name].is_required():
            result[name] = said
    if model is LiveVideoScriptInfo and fullness is Fullness.TERSE:
        _without_counting(result)
    return result


def unknown_fields(body: Mapping[str, Any]) -> tuple[str, ...]:
    """What the answer says of the room itself that the create call does not know, as paths."""
    return tuple(
        path
        for path in _unknown(CreateSmartLiveRoomReq, body, "")
        if "." in path or "[" in path or path not in _ANSWERED_ONLY
    )


def _unknown(model: Model, value: Any, path: str) -> Iterator[str]:
    if isinstance(value, list):
        for position, item in enumerate(value, 1):
            yield from _unknown(model, item, f"{path}[{position}]")
    elif isinstance(value, Mapping):
        known = fields_of(model)
        for name, item in value.items():
            below = f"{path}.{name}" if path else name
            if name not in known:
                yield below
            elif (inner := known[name]) is not None:
                yield from _unknown(inner, item, below)


def _is_default(defaults: Mapping[str, Any], name: str, value: Any) -> bool:
    """Whether a field says what it would be taken for; numbers and truth values are not each other."""
    if name not in defaults:
        return False
    default = defaults[name]
    return bool(value == default) and isinstance(value, bool) == isinstance(default, bool)


def _says_nothing(value: Any) -> bool:
    return isinstance(value, str | list | dict) and not value


def _without_counting(scene: dict[str, Any]) -> None:
    """Takes away the numbers of paragraphs that are 1, 2, 3 …, unless a layer names one of them."""
    paragraphs = scene.get("shoot_scripts")
    if not isinstance(paragraphs, list) or not all(isinstance(item, dict) for item in paragraphs):
        return
    if any("sequence_no" in layer for layer in scene.get("layer_config") or () if isinstance(layer, dict)):
        return
    if [item.get("sequence_no") for item in paragraphs] == list(range(1, len(paragraphs) + 1)):
        for item in paragraphs:
            del item["sequence_no"]
