"""What may be sent back of a room that was read: the fields that the create call knows, at every depth. Pure."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias

from pydantic import BaseModel

from provisioner.metastudio.models import CreateSmartLiveRoomReq

Model: TypeAlias = type[BaseModel]
"""One of the API's objects."""


def as_room_request(body: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of an answer with nothing in it that the create call would refuse as unknown."""
    return _pruned(body, CreateSmartLiveRoomReq)


def _pruned(body: Mapping[str, Any], model: Model) -> dict[str, Any]:
    nested = fields_of(model)
    return {name: _pruned_value(value, nested[name]) for name, value in body.items() if name in nested}


def _pruned_value(value: Any, model: Model | None) -> Any:
    match value:
        case Mapping() if model is not None:
            return _pruned(value, model)
        case list():
            return [_pruned_value(item, model) for item in value]
        case _:
            return value


@cache
def fields_of(model: Model) -> dict[str, Model | None]:
    """The fields of a model in their order, each with the model of what stands there, if it is an object or a list of
    them.
    """
    hints = typing.get_type_hints(model)
    return {name: _model_in(hints[name]) for name in model.model_fields}


def _model_in(annotation: Any) -> Model | None:
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return annotation if issubclass(annotation, BaseModel) else None
    found = (_model_in(argument) for argument in typing.get_args(annotation))
    return next((model for model in found if model is not None), None)
