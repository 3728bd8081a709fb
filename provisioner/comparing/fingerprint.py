"""Fingerprints of desired rooms: what the marker remembers of a spec, and what binds a saved plan. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from provisioner.assets import AssetName
from provisioner.comparing.compare import label_of, public, secret_texts
from provisioner.comparing.paths import Item, Route, matches_any
from provisioner.rooms import DeclaredRoom, DesiredRoom
from provisioner.windows import as_written


def spec_hash(room: DesiredRoom, hidden: Collection[str] | None = None) -> str:
    """128 bits of the public spec: without secrets, and without what `lifecycle.ignore` leaves out.

    An asset counts by its id, or by its name as long as no more is known.
    `hidden` names the fields that may not be shown as they are, where the caller knows them.
    """
    spec = _without(room.spec, (), room.lifecycle.ignore) if room.lifecycle.ignore else room.spec
    if hidden is None:
        hidden = {name for name, item in spec.items() if secret_texts({name: item})}
    # most of a room is what it may be shown as, and need not be copied
    return _digest({name: public(item, (name,)) if name in hidden else item for name, item in spec.items()})[:32]


def manifests_digest(rooms: Iterable[DeclaredRoom]) -> str:
    """What the manifests declare as a whole: `sha256:` and 64 digits. Comments and layout do not count."""
    declared = [{"key": room.key, **declaration(room)} for room in sorted(rooms, key=lambda room: room.key)]
    return f"sha256:{_digest(declared)}"


def declaration(room: DeclaredRoom) -> dict[str, Any]:
    """What a manifest declares of a room, part by part, as plain data."""
    return {
        "spec": room.spec_hash,
        "live": [room.live.state, room.live.run, room.live.on_change, public(room.live.start)],
        "window": as_written(room.live.window) if room.live.window else None,
        "require": room.live.require,
        "lifecycle": [room.lifecycle.protect, room.lifecycle.ignore],
        "adopt": room.adopt,
    }


def _as_written(value: object) -> object:
    if isinstance(value, AssetName):
        return value.as_written()
    msg = f"a {type(value).__name__} is no plain data"
    raise TypeError(msg)


_CANONICAL = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False, default=_as_written
)


def _digest(value: object) -> str:
    return hashlib.sha256(_CANONICAL.encode(value).encode("utf-8", "surrogatepass")).hexdigest()


def _without(value: Any, route: Route, ignore: tuple[str, ...]) -> Any:
    match value:
        case Mapping():
            return {
                name: _without(item, (*route, name), ignore)
                for name, item in value.items()
                if not matches_any((*route, name), ignore)
            }
        case list():
            places = [(*route, Item(label_of(route, item, n))) for n, item in enumerate(value)]
            return [
                _without(item, place, ignore)
                for item, place in zip(value, places, strict=True)
                if not matches_any(place, ignore)
            ]
        case _:
            return value
