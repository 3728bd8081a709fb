"""Request bodies: bytes → checked JSON, refused the way the API refuses parameters. Pure.

The rules are the request models'; unknown fields are refused too, so that a misspelt field is noticed.
"""

from __future__ import annotations

import json
from typing import NoReturn

from pydantic import BaseModel, ValidationError

from provisioner.emulator.answers import JsonObject, invalid

_SHOWN = 5


def parse_object(body: bytes) -> JsonObject:
    """The JSON object in `body`; an empty body is an empty object. Raises Refusal."""
    if not body.strip():
        return {}
    try:
        value = json.loads(body, parse_constant=_no_constant)
        json.dumps(value, ensure_ascii=False).encode()  # lone surrogates cannot be kept
    except (ValueError, RecursionError) as error:
        raise invalid("the body is not JSON in UTF-8") from error
    if not isinstance(value, dict):
        raise invalid("the body is not a JSON object")
    return value


def check(model: type[BaseModel], value: object, *, at: str = "") -> None:
    """Holds `value` against a request model. `at` is the path of `value` in the body. Raises Refusal."""
    try:
        model.model_validate(value, extra="forbid")
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        problems = [f"{_path(at, item['loc'])}: {item['msg']}" for item in found[:_SHOWN]]
        if len(found) > _SHOWN:
            problems.append(f"and {len(found) - _SHOWN} more")
        raise invalid("; ".join(problems)) from error


def without_nulls(value: object) -> object:
    """A copy of JSON data in which fields that are null are left out, as if they had not been sent."""
    match value:
        case dict():
            return {name: without_nulls(item) for name, item in value.items() if item is not None}
        case list():
            return [without_nulls(item) for item in value]
        case _:
            return value


def _no_constant(name: str) -> NoReturn:
    msg = f"{name} is not JSON"
    raise ValueError(msg)


def _path(at: str, location: tuple[int | str, ...]) -> str:
    path = at
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path or "body"
