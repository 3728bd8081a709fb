"""Plain data against a pydantic model: an instance, or findings at their places. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from provisioner.assets import AssetName
from provisioner.checking.places import Locate, Place
from provisioner.checking.words import explain
from provisioner.diagnostics import Diagnostic, Span
from provisioner.secrets import SecretText
from provisioner.yaml_source import Route

M = TypeVar("M", bound=BaseModel)

MAX_FINDINGS = 100
"""Of one document; the rest is found when these are mended."""


def read_as(
    model: type[M], data: object, locate: Locate, *, route: Route = ()
) -> tuple[M | None, tuple[Diagnostic, ...]]:
    """Plain data as a model, strictly, or what is wrong with it; unknown fields are wrong.

    `route` leads from the document's root to `data` and is put before the routes that `locate` is asked for.
    """
    try:
        return model.model_validate(data, strict=True, extra="forbid"), ()
    except ValidationError as error:
        return None, _findings(error, model, data, route, locate)


def check(
    model: type[BaseModel],
    data: object,
    locate: Locate,
    *,
    route: Route = (),
    unknown: Sequence[Route] | None = None,
) -> tuple[Diagnostic, ...]:
    """What is wrong with plain data that will be sent as it stands.

    As `read_as`, except that a `SecretText` and an `AssetName` pass for text of any content, since theirs is not known
    yet. `unknown` are the routes of all of them, where the caller knows.
    """
    try:
        complete = with_stand_ins(data) if unknown is None else with_stand_ins_at(data, unknown)
        model.model_validate(complete, strict=True, extra="forbid")
    except ValidationError as error:
        return _findings(error, model, data, route, locate)
    return ()


def with_stand_ins(data: Any) -> Any:
    """The data with a harmless text for everything that is not known yet; what holds none of it is the same object."""
    changed: Any = None
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            if isinstance(value, _MAY_BE_UNKNOWN) and (new := with_stand_ins(value)) is not value:
                if changed is None:
                    changed = data.copy()
                changed[key] = new
    elif isinstance(data, SecretText):
        return "".join(part if isinstance(part, str) else "secret" for part in data.parts)
    elif isinstance(data, AssetName):
        return "asset"
    return data if changed is None else changed


def with_stand_ins_at(data: Any, routes: Sequence[Route]) -> Any:
    """As `with_stand_ins`, where the routes of all that is not known yet are told."""
    for first, *rest in routes:
        data = data.copy()
        data[first] = with_stand_ins_at(data[first], [tuple(rest)]) if rest else with_stand_ins(data[first])
    return data


_MAY_BE_UNKNOWN = (dict, list, SecretText, AssetName)


def _findings(
    error: ValidationError, model: type[BaseModel], data: object, route: Route, locate: Locate
) -> tuple[Diagnostic, ...]:
    problems = error.errors(include_url=False, include_input=False)[:MAX_FINDINGS]
    explained = (explain(raw, model, data, route, locate) for raw in problems)
    return tuple(finding for finding in explained if finding is not None)


def refused(model: type[BaseModel], data: object) -> tuple[tuple[Route, str], ...]:
    """What a model refuses of plain data that stands in no file: where, and why in plain words."""
    asked: list[Route] = []

    def nowhere(route: Route, *, key: bool = False) -> Place:  # noqa: ARG001 - as Locate has it
        asked.append(route)
        return Place(Span(""))

    return tuple(zip(asked, (finding.message for finding in check(model, data, nowhere)), strict=True))
