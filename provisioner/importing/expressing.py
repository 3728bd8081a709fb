"""An observed room → the document that declares it, with what could not be said of it. Pure.

A field that no manifest may hold, such as an address in a private network, is left out and told: what a manifest does
not say stays as it is in the room. Whether the document and the room really are the same is asked of the same
comparison that plans rely on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from provisioner.advice.parts import Part
from provisioner.checking import refused
from provisioner.comparing.compare import differences, public
from provisioner.comparing.paths import Item, to_text
from provisioner.diagnostics import Severity
from provisioner.importing.naming import SecretNames
from provisioner.importing.stating import Fullness, spec_of, unknown_fields
from provisioner.manifests.policy import violations
from provisioner.manifests.room_checks import cross_checks
from provisioner.manifests.templates import RESERVED
from provisioner.metastudio.models import CreateSmartLiveRoomReq
from provisioner.metastudio.requests import fields_of
from provisioner.metastudio.sensitive import holds_secret, is_sensitive
from provisioner.observed import ObservedRoom
from provisioner.rooms import RoomKey, Spec
from provisioner.secrets import SecretText
from provisioner.yaml_source import Route


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret that a manifest names: where it stands, and as much of it as may be shown."""

    name: str
    key: RoomKey
    path: str
    shown: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A part of a room that its manifest does not say, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Expressed:
    """A room as a document. `adopts` tells that its manifest takes over the room that has its id."""

    key: RoomKey
    room: ObservedRoom
    spec: Spec = field(repr=False)
    adopts: bool
    secrets: tuple[Secret, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def document(self) -> dict[str, Any]:
        """What its manifest says, in the order in which people read it."""
        document: dict[str, Any] = {"kind": "Room", "key": self.key, "spec": self.spec}
        if self.room.marker is not None and self.room.marker.protect:
            document["lifecycle"] = {"protect": True}
        if self.adopts:
            document["adopt"] = self.room.id
        return document


class InexpressibleError(Exception):
    """No manifest can declare the room; the message says why, for people. It becomes a skipped room."""


def express(room: ObservedRoom, key: RoomKey, names: SecretNames) -> Expressed:
    """The document of a room whose body was read. Raises InexpressibleError."""
    body = room.spec or {}
    terse = _said(body, Fullness.TERSE)
    spec, left = terse if not differences(terse[0], body) else _said(body, Fullness.WHOLE)
    told = [*left, *(LeftOut(path, "this version does not know the field") for path in unknown_fields(body))]
    told += [LeftOut(change.path, "a plan will show it as a change") for change in differences(spec, body)]
    secrets: list[Secret] = []
    spec = {name: _concealed(item, (name,), key, names, secrets) for name, item in spec.items()}
    return Expressed(key, room, spec, room.marker is None, tuple(secrets), tuple(told))


def _said(body: Mapping[str, Any], fullness: Fullness) -> tuple[Spec, list[LeftOut]]:
    """The spec without what no manifest may say."""
    spec = spec_of(body, fullness)
    left: list[LeftOut] = []
    while (problem := next(_problems(spec), None)) is not None:
        route, reason = problem
        at = _removable(spec, route)
        left.append(LeftOut(to_text(_shown(at)), reason))
        spec = _without(spec, at)
    return spec, left


def _problems(spec: Spec) -> Iterator[tuple[Route, str]]:
    yield from _unwritable(spec, ())
    yield from refused(CreateSmartLiveRoomReq, spec)
    for violation in violations(spec, ()):
        if violation.severity is Severity.ERROR:
            yield violation.route, violation.message
    for violation in cross_checks(_parts(spec, "scene_scripts"), _parts(spec, "interaction_rules")):
        yield violation.route, violation.message


def _unwritable(value: Any, route: Route) -> Iterator[tuple[Route, str]]:
    """Texts that no file of UTF-8 holds, or that templates keep for themselves."""
    match value:
        case dict():
            for name, item in value.items():
                yield from _unwritable(item, (*route, name))
        case list():
            for position, item in enumerate(value):
                yield from _unwritable(item, (*route, position))
        case str() if any("\ud800" <= char <= "\udfff" or char in RESERVED for char in value):
            yield route, "it has characters that no manifest can hold"


def _parts(spec: Spec, name: str) -> list[Part]:
    items = spec.get(name)
    return [
        Part((name, n), item)
        for n, item in enumerate(items if isinstance(items, list) else ())
        if isinstance(item, dict)
    ]


def _removable(spec: Spec, route: Route) -> Route:
    """The nearest field around a problem without which the rest may stand. Raises InexpressibleError."""
    while route:
        *above, last = route
        if isinstance(last, str) and _is_optional(above, last) and _has(spec, route):
            if route == ("priv_data",):
                raise InexpressibleError("its priv_data leaves no place for the marker; shorten it in the console")
            return route
        route = tuple(above)
    raise InexpressibleError("its room_name is none that a manifest may hold; rename it in the console")


def _is_optional(above: list[str | int], name: str) -> bool:
    model: Any = CreateSmartLiveRoomReq
    for step in above:
        model = fields_of(model).get(step) if isinstance(step, str) else model
        if model is None:
            return False
    return name in model.model_fields and not model.model_fields[name].is_required()


def _has(spec: Any, route: Route) -> bool:
    for step in route:
        match spec, step:
            case dict(), str() if step in spec:
                spec = spec[step]
            case list(), int() if step < len(spec):
                spec = spec[step]
            case _:
                return False
    return True


def _without(value: Any, route: Route) -> Any:
    """A copy without what stands at a route."""
    first, *rest = route
    if isinstance(value, list):
        return [_without(item, tuple(rest)) if n == first else item for n, item in enumerate(value)]
    if not rest:
        return {name: item for name, item in value.items() if name != first}
    return {name: _without(item, tuple(rest)) if name == first else item for name, item in value.items()}


def _concealed(value: Any, route: Route, key: RoomKey, names: SecretNames, found: list[Secret]) -> Any:
    """A copy in which every secret is a name; what the service showed of it goes no further."""
    match value:
        case dict():
            return {name: _concealed(item, (*route, name), key, names, found) for name, item in value.items()}
        case list():
            return [_concealed(item, (*route, n), key, names, found) for n, item in enumerate(value)]
        case str() if value and holds_secret(route, value):
            field_name = next(step for step in reversed(route) if isinstance(step, str))
            name = names.name(field_name, key)
            shown = "" if is_sensitive(route) else str(public(value, (field_name,)))
            found.append(Secret(name, key, to_text(_shown(route)), shown))
            return SecretText.of(name)
        case _:
            return value


def _shown(route: Route) -> tuple[str | Item, ...]:
    return tuple(Item(str(step + 1)) if isinstance(step, int) else step for step in route)
