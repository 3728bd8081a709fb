"""`{asset: name, kind: kind}` in a body → the body with `AssetName`s, or findings. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from provisioner.assets import AssetField, AssetKind, AssetName, Slot, slots
from provisioner.checking import read_as
from provisioner.diagnostics import Diagnostic
from provisioner.manifests.models import AssetReference
from provisioner.manifests.sources import Source
from provisioner.yaml_source import Route

B = TypeVar("B")

_UNREAD = "asset"
"""Stands for a reference that is not written as it must be, which is told already."""


@dataclass(frozen=True, slots=True)
class Named(Generic[B]):
    """A body with its references read, their routes in it, and what is wrong with them. Without any it is the same."""

    body: B
    routes: tuple[Route, ...] = ()
    findings: tuple[Diagnostic, ...] = ()


def with_names(body: B, fields: tuple[AssetField, ...], source: Source, route: Route) -> Named[B]:
    """Reads the references in some fields of a body that stands at `route`. A body of another shape has none.

    Most rooms have none and thousands have one text, so it is looked for in the first of them only.
    """
    is_as_text, what = source.has_its_text_s_shape, (fields, route)
    if is_as_text and what in source.compiled.lacking:
        return Named(body)
    found = [slot for slot in slots(body, fields) if isinstance(slot.value, dict)]
    if is_as_text and not found:
        source.compiled.lacking.add(what)
    findings: list[Diagnostic] = []
    for slot in found:
        body = _put(body, slot.route, _read(slot, source, (*route, *slot.route), findings))
    return Named(body, tuple(slot.route for slot in found), tuple(findings))


def _read(slot: Slot, source: Source, route: Route, findings: list[Diagnostic]) -> AssetName | str:
    model, wrong = read_as(AssetReference, slot.value, source, route=route)
    findings.extend(wrong)
    if model is None:
        return _UNREAD
    kind = AssetKind(model.kind)
    place = source(route)
    if kind not in slot.allowed:
        fitting = " or ".join(slot.allowed)
        fits = f"only one of kind {fitting} does" if fitting else "this shows none, so leave it out"
        message = f"an asset of kind {kind} does not fit here; {fits}"
        findings.append(place.error("asset-kind", message))
    return AssetName(model.asset, kind, place.span, place.trace)


def _put(body: Any, route: Route, value: object) -> Any:
    """A copy with another value at a route; the rest is the same."""
    if not route:
        return value
    copy = body.copy()
    copy[route[0]] = _put(body[route[0]], route[1:], value)
    return copy
