"""The vendor's SDK as an independent judge of the models: fields, types, what is mandatory, lengths, choices."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import MaxLen
from huaweicloudsdkmetastudio import v1 as sdk
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from provisioner.metastudio import models

REQUEST_ROOTS = ("CreateSmartLiveRoomReq", "StartSmartLiveReq", "ControlSmartLiveReq")
ANSWER_ROOTS = (
    "ListSmartLiveRoomsResponse",
    "CreateSmartLiveRoomResponse",
    "ShowSmartLiveRoomResponse",
    "StartSmartLiveResponse",
    "ListSmartLiveJobsResponse",
    "ShowLiveWarningInfoResponse",
    "ExecuteSmartLiveCommandResponse",
    "ListAssetsResponse",
)

READ_IN_PART = {"ShowSmartLiveRoomResponse", "DigitalAssetInfo"}
"""Answers of which we declare a part only: the whole room is handled as plain data, and of an asset more is
not needed."""

MANDATORY_IN_ANSWERS = {
    "SmartLiveRoomBaseInfo": {"room_id"},
    "CreateSmartLiveRoomResponse": {"room_id"},
    "ShowSmartLiveRoomResponse": {"room_id"},
    "StartSmartLiveResponse": {"job_id"},
    "SmartLiveJob": {"job_id"},
    "ListSmartLiveRoomsResponse": {"count"},
    "ListSmartLiveJobsResponse": {"count"},
    "ListAssetsResponse": {"count"},
    "DigitalAssetInfo": {"asset_id"},
}
"""The SDK declares no answer's field as mandatory but a room's name; without these an answer is of no use."""

CHOICES_OF_THE_API_PAGE = {
    ("BackgroundConfigInfo", "background_type"): {"IMAGE_2D", "VIDEO", "AUDIO"},
}
"""Choices that the API page names and the SDK's text leaves out."""


def test_requests_have_exactly_the_fields_of_the_sdk() -> None:
    for name, theirs in _reachable(REQUEST_ROOTS).items():
        assert set(_ours(name).model_fields) == set(theirs.attribute_map.values()), name


def test_answers_have_the_fields_of_the_sdk_and_no_others() -> None:
    for name, theirs in _answers().items():
        known = set(theirs.attribute_map.values()) - {"X-Request-Id"}
        ours = set(_ours(name).model_fields)
        assert ours <= known, name
        assert name in READ_IN_PART or ours == known, name


def test_every_model_is_reached_from_a_call_of_the_sdk() -> None:
    reached = set(_reachable(REQUEST_ROOTS)) | set(_answers())
    declared = {
        name for name, model in vars(models).items() if isinstance(model, type) and issubclass(model, BaseModel)
    }
    assert declared - {"ApiModel", "AnswerModel"} == reached


def test_types_of_requests_agree() -> None:
    for name, theirs in _reachable(REQUEST_ROOTS).items():
        for field, kind in _types_of(theirs).items():
            assert _kind(_ours(name).model_fields[field].annotation) == kind, f"{name}.{field}"


def test_types_of_answers_agree() -> None:
    """An object that a request describes is read as plain data."""
    requests = set(_reachable(REQUEST_ROOTS))
    for name, theirs in _answers().items():
        kinds = _types_of(theirs)
        for field, info in _ours(name).model_fields.items():
            expected = "object" if kinds[field] in requests else kinds[field]
            assert _kind(info.annotation) == expected, f"{name}.{field}"


def test_the_same_fields_of_requests_are_mandatory() -> None:
    for name, theirs in _reachable(REQUEST_ROOTS).items():
        ours = {field for field, info in _ours(name).model_fields.items() if info.is_required()}
        assert ours == _mandatory(theirs), name


def test_the_mandatory_fields_of_answers_are_those_listed() -> None:
    for name in _answers():
        ours = {field for field, info in _ours(name).model_fields.items() if info.is_required()}
        assert ours == MANDATORY_IN_ANSWERS.get(name, set()), name


def test_greatest_lengths_are_those_of_the_sdk_text() -> None:
    """The SDK writes a text's length as "from-to" behind the Chinese words for characters."""
    compared = 0
    for name, theirs in _reachable(REQUEST_ROOTS).items():
        for field, info in _ours(name).model_fields.items():
            stated = re.findall(r"字符(?:长度)?\s*(\d+)-(\d+)", _text(theirs, field))
            if stated and not list(_choices(info.annotation)):
                compared += 1
                assert _greatest_length(info) == int(stated[-1][1]), f"{name}.{field}"
    assert compared > 40, "the SDK's text is no longer read"


def test_choices_are_those_of_the_sdk_text() -> None:
    compared = 0
    for name, theirs in _reachable(REQUEST_ROOTS).items():
        for field, info in _ours(name).model_fields.items():
            ours = {choice for choice in _choices(info.annotation) if isinstance(choice, str)}
            theirs_text = set(re.findall(r"[*-] ?([A-Z][A-Z0-9_]+) ?[：:]", _text(theirs, field)))
            if ours and theirs_text:
                compared += 1
                extra = CHOICES_OF_THE_API_PAGE.get((name, field), set())
                assert ours == theirs_text | extra, f"{name}.{field}"
    assert compared > 20, "the SDK's text is no longer read"


def _ours(name: str) -> type[BaseModel]:
    model: type[BaseModel] | None = getattr(models, name, None)
    assert model is not None, f"no model for the SDK's {name}"
    return model


@cache
def _reachable(roots: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = getattr(sdk, name)
            if name in READ_IN_PART:
                continue
            kinds = map(_inner, found[name].openapi_types.values())
            waiting += [kind for kind in kinds if hasattr(sdk, kind)]
    return found


def _answers() -> dict[str, Any]:
    """What answers reach, without the objects that requests describe and without what only a part-read holds."""
    requests = _reachable(REQUEST_ROOTS)
    found: dict[str, Any] = {}
    for root in ANSWER_ROOTS:
        found |= {name: getattr(sdk, name) for name in _reachable((root,)) if name not in requests}
    return found


def _inner(kind: str) -> str:
    return kind.removeprefix("list[").removesuffix("]")


def _types_of(theirs: Any) -> dict[str, str]:
    return {theirs.attribute_map[attribute]: kind for attribute, kind in theirs.openapi_types.items()}


def _kind(annotation: Any) -> str:
    """The annotation as the SDK writes types: `str`, `list[str]`, `LayerConfig`, `object`."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _kind(arguments[0])
    if origin in (Union, types.UnionType):
        kinds = {_kind(argument) for argument in arguments if argument is not types.NoneType}
        return kinds.pop() if len(kinds) == 1 else "object"
    if origin is Literal:
        (kind,) = {type(argument).__name__ for argument in arguments}
        return kind
    if origin is dict or annotation is Any:
        return "object"
    return f"list[{_kind(arguments[0])}]" if origin is list else str(annotation.__name__)


def _mandatory(theirs: Any) -> set[str]:
    """The SDK's constructor sets an optional attribute under a condition only."""
    code = inspect.getsource(theirs.__init__)
    return {name for attribute, name in theirs.attribute_map.items() if f"if {attribute} is not None:" not in code}


def _text(theirs: Any, field: str) -> str:
    attribute = next(attribute for attribute, name in theirs.attribute_map.items() if name == field)
    return inspect.getdoc(getattr(theirs, attribute)) or ""


def _greatest_length(info: FieldInfo) -> int | None:
    """That of the text itself, or of the texts in a list."""
    lengths = list(_text_lengths(info.annotation, info.metadata))
    return lengths[0] if lengths else None


def _text_lengths(annotation: Any, metadata: list[Any]) -> Iterator[int]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        inner = [entry for part in arguments[1:] for entry in getattr(part, "metadata", [part])]
        yield from _text_lengths(arguments[0], [*metadata, *inner])
    elif origin in (Union, types.UnionType):
        for argument in arguments:
            yield from _text_lengths(argument, metadata)
    elif origin is list:
        yield from _text_lengths(arguments[0], [])
    elif annotation is str:
        yield from (entry.max_length for entry in metadata if isinstance(entry, MaxLen))


def _choices(annotation: Any) -> Iterator[object]:
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    else:
        for argument in get_args(annotation):
            yield from _choices(argument)
