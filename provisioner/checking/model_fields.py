"""What a pydantic model says about the value at a route: its fields, choices and description. Pure."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from provisioner.yaml_source import Route


def fields_at(model: type[BaseModel], route: Route) -> tuple[str, ...]:
    """The names of the fields that the mapping at `route` may have, in the order declared."""
    models = [arm for annotation in _follow(model, route) for arm in _arms(annotation) if _is_model(arm)]
    return tuple(dict.fromkeys(name for found in models for name in _fields(found)))


def exists_at(model: type[BaseModel], route: Route) -> bool:
    """Whether the model declares anything at `route`; any number stands for an item of a list."""
    return bool(_follow(model, route))


def choices_at(model: type[BaseModel], route: Route) -> tuple[str, ...]:
    """The values that a field with an enumeration may have, as text."""
    arms = [arm for annotation in _follow(model, route) for arm in _arms(annotation)]
    return tuple(str(choice) for arm in arms if get_origin(arm) is Literal for choice in get_args(arm))


def description_at(model: type[BaseModel], route: Route) -> str:
    """The description of the field at `route`, or of the field in whose list it stands, or an empty text."""
    while route and not isinstance(route[-1], str):
        route = route[:-1]
    if not route:
        return ""
    for annotation in _follow(model, route[:-1]):
        for arm in _arms(annotation):
            if _is_model(arm) and route[-1] in (fields := _fields(arm)):
                return fields[route[-1]].description or ""
    return ""


def _follow(model: type[BaseModel], route: Route) -> list[Any]:
    """Every type that the value at `route` may be declared as; several where a union stands on the way."""
    here: list[Any] = [model]
    for step in route:
        here = [below for annotation in here for arm in _arms(annotation) for below in _below(arm, step)]
    return here


def _below(arm: Any, step: str | int) -> Iterator[Any]:
    if _is_model(arm):
        if step in (fields := _fields(arm)):
            yield fields[step].annotation
    elif get_origin(arm) in {list, tuple} and isinstance(step, int):
        yield get_args(arm)[0]
    elif get_origin(arm) is dict and isinstance(step, str):
        yield get_args(arm)[1]


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields by the names that people write, which may be words that Python keeps for itself."""
    return {found.alias or name: found for name, found in model.model_fields.items()}


def _arms(annotation: Any) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _arms(get_args(annotation)[0])
    elif origin in {Union, types.UnionType}:
        for arm in get_args(annotation):
            yield from _arms(arm)
    else:
        yield annotation


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
