"""Assets of the library, and the names that manifests give instead of their ids. Values only, pure.

`{asset: "Sara", kind: model}` may stand where the API takes the id of an asset. It is an `AssetName` from the moment
a manifest is read until the library is asked, which is when rooms are planned (`provisioner.library.names`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeAlias

from provisioner.diagnostics import Frame, Span


class AssetKind(StrEnum):
    """What an asset is, in the words of manifests."""

    MODEL = "model"
    VOICE = "voice"
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"

    @property
    def types(self) -> tuple[str, ...]:
        """The same in the words of the API: values of `asset_type` (vendor SDK: DigitalAssetInfo)."""
        return _TYPES[self]


_TYPES: Mapping[AssetKind, tuple[str, ...]] = MappingProxyType(
    {
        AssetKind.MODEL: ("HUMAN_MODEL_2D",),
        AssetKind.VOICE: ("VOICE_MODEL",),
        AssetKind.IMAGE: ("IMAGE",),
        AssetKind.VIDEO: ("VIDEO",),
        AssetKind.AUDIO: ("AUDIO", "MUSIC"),
    }
)
USABLE = "ACTIVED"
"""The state of an asset that a room can use, as the service spells it."""
LEAVING = "WAITING_DELETE"
"""The state of one that is usable still and will be taken away."""


@dataclass(frozen=True, slots=True)
class Asset:
    """An asset as the library lists it: `type` and `state` are the service's `asset_type` and `asset_state`."""

    id: str
    name: str
    type: str
    state: str = USABLE


_ID = re.compile(r"[!-~]{1,256}")


def is_asset_id(text: str) -> bool:
    """Whether a text can be the id of an asset: visible ASCII. No document says more."""
    return _ID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class AssetName:
    """A name that stands for an id. Two are equal that name the same, wherever they stand."""

    name: str
    kind: AssetKind
    span: Span | None = field(default=None, compare=False)
    trace: tuple[Frame, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        return self.name

    def as_written(self) -> dict[str, str]:
        """The mapping that a manifest writes."""
        return {"asset": self.name, "kind": self.kind.value}


Route: TypeAlias = tuple[str | int, ...]
EACH = -1
"""In the route of a field: every item of a list."""


@dataclass(frozen=True, slots=True, eq=False)
class AssetField:
    """Where a body holds the id of an asset, and of which kind.

    Where `by` names a field beside it, that field's value tells the kind.
    """

    route: Route
    kinds: Mapping[str, AssetKind]
    by: str | None = None

    def below(self, *above: str | int) -> AssetField:
        """The same field in a body that has this one at a route."""
        return AssetField((*above, *self.route), self.kinds, self.by)

    def allowed(self, beside: Mapping[str, Any]) -> tuple[AssetKind, ...]:
        """The kinds that fit; all of them where what tells the kind is missing, which is found elsewhere."""
        told = beside.get(self.by) if self.by else None
        if not isinstance(told, str):
            return tuple(dict.fromkeys(self.kinds.values()))
        return (self.kinds[told],) if told in self.kinds else ()


def _of_kind(kind: AssetKind, *route: str | int) -> AssetField:
    return AssetField(route, {"": kind})


def _by_layer(*route: str) -> AssetField:
    kinds = {"HUMAN": AssetKind.MODEL, "IMAGE": AssetKind.IMAGE, "VIDEO": AssetKind.VIDEO}
    return AssetField((*route, "asset_id"), kinds, "layer_type")


_BACKGROUNDS = {
    "IMAGE": AssetKind.IMAGE,
    "IMAGE_2D": AssetKind.IMAGE,
    "VIDEO": AssetKind.VIDEO,
    "AUDIO": AssetKind.AUDIO,
}
_CO_STREAMER = _of_kind(AssetKind.VOICE, "co_streamer_config", "voice_config", "voice_asset_id")
SCENE_FIELDS = (
    _of_kind(AssetKind.MODEL, "model_asset_id"),
    _of_kind(AssetKind.VOICE, "voice_config", "voice_asset_id"),
    AssetField(("background_config", EACH, "background_asset_id"), _BACKGROUNDS, "background_type"),
    _by_layer().below("layer_config", EACH),
    _of_kind(AssetKind.AUDIO, "shoot_scripts", EACH, "audio_config", "asset_id"),
)
"""In a scene (LiveVideoScriptInfo)."""
RULE_FIELDS = (_by_layer("trigger", "layer_config"), _by_layer("trigger", "extra_layer_config"))
"""In a rule (LiveRoomInteractionRuleInfo)."""
RULES_FIELDS = tuple(one.below(EACH) for one in RULE_FIELDS)
"""In a list of rules."""
ROOM_FIELDS = (
    *(one.below("scene_scripts", EACH) for one in SCENE_FIELDS),
    *(one.below("interaction_rules") for one in RULES_FIELDS),
    _of_kind(AssetKind.MODEL, "backup_model_asset_ids", EACH),
    _CO_STREAMER,
)
"""In a room (CreateSmartLiveRoomReq)."""
START_FIELDS = (_CO_STREAMER,)
"""In the body of the start call (StartSmartLiveReq)."""
ID_FIELDS = frozenset(
    next(step for step in reversed(one.route) if isinstance(step, str)) for one in (*ROOM_FIELDS, *START_FIELDS)
)
"""The names of the fields that hold ids of assets."""


@dataclass(frozen=True, slots=True)
class Slot:
    """What stands in such a field where it is no plain text. `allowed` are the kinds that fit there."""

    route: Route
    value: Any
    allowed: tuple[AssetKind, ...]


def slots(body: Any, fields: tuple[AssetField, ...]) -> list[Slot]:
    """Everything in these fields of a body that is no plain text."""
    found: list[Slot] = []
    _look(body, _tree(fields), (), found)
    return found


def asset_names(body: Any, fields: tuple[AssetField, ...]) -> Iterator[AssetName]:
    """The names in these fields of a body, each as often as it stands there."""
    return (slot.value for slot in slots(body, fields) if isinstance(slot.value, AssetName))


_Tree: TypeAlias = "dict[str | int, _Tree | AssetField]"


@lru_cache(maxsize=16)
def _tree(fields: tuple[AssetField, ...]) -> _Tree:
    """The fields by the steps of their routes: most of a room is not looked at, and every room is looked through."""
    tree: _Tree = {}
    for one in fields:
        here = tree
        for step in one.route[:-1]:
            below = here.setdefault(step, {})
            assert isinstance(below, dict)  # noqa: S101 - no field's route goes on in another's
            here = below
        here[one.route[-1]] = one
    return tree


def _look(value: Any, tree: _Tree, route: Route, found: list[Slot]) -> None:
    if EACH in tree:
        below = tree[EACH]
        for position, item in enumerate(value if isinstance(value, list) else ()):
            _meet(item, below, {}, (*route, position), found)
    elif isinstance(value, dict):
        for step, below in tree.items():
            if step in value and not isinstance(item := value[step], str):
                _meet(item, below, value, (*route, step), found)


def _meet(value: Any, below: _Tree | AssetField, beside: Mapping[str, Any], route: Route, found: list[Slot]) -> None:
    if not isinstance(below, AssetField):
        _look(value, below, route, found)
    elif not isinstance(value, str):
        found.append(Slot(route, value, below.allowed(beside)))
