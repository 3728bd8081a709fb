"""Resolved rooms as plain data, each as the manifest that declares just this. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from provisioner.assets import AssetName
from provisioner.reports.json_types import FORMAT_VERSION
from provisioner.rooms import DesiredRoom, Live, LiveState, OnChange, Require
from provisioner.secrets import SecretText
from provisioner.windows import as_written


class LiveJson(TypedDict):
    """What is asked for on air."""

    state: LiveState
    run: str
    """Names one broadcast; with a window, what the names of its broadcasts begin with. May be empty."""
    on_change: OnChange
    window: NotRequired[dict[str, Any]]
    """As the manifest writes it: `from`, `until`, `timezone`, and `every` for days of the week."""
    require: NotRequired[Require]
    start: NotRequired[dict[str, Any]]
    """The body of the API's start call."""


class LifecycleJson(TypedDict):
    """Protection, and fields left to others."""

    protect: bool
    """Whether the room is never deleted."""
    ignore: list[str]
    """Paths in which differences do not count."""


class RoomJson(TypedDict):
    """A room with every reference followed and every expression evaluated."""

    kind: Literal["Room"]
    key: str
    labels: NotRequired[dict[str, str]]
    spec: dict[str, Any]
    """The body of the API's create call. A secret stands as the name of its reference, an asset as it is named."""
    live: NotRequired[LiveJson]
    """Left out where broadcasts are left to others."""
    lifecycle: NotRequired[LifecycleJson]
    adopt: NotRequired[str]
    """A room of the service to take over: its id, or `by_name`."""


class RoomsJson(TypedDict):
    """Resolved rooms: what `render --format json` prints."""

    format_version: Literal[1]
    rooms: list[RoomJson]
    """In the order of keys."""


def rooms_json(rooms: Iterable[DesiredRoom]) -> RoomsJson:
    """The document of `render --format json`."""
    return {"format_version": FORMAT_VERSION, "rooms": [room_json(room) for room in rooms]}


def room_json(room: DesiredRoom) -> RoomJson:
    """One room of it."""
    spec = _plain(room.spec)
    document: RoomJson = {"kind": "Room", "key": room.key, "spec": spec}
    if room.labels:  # before the spec, as people write it
        document = {"kind": "Room", "key": room.key, "labels": dict(room.labels), "spec": spec}
    if room.live.state is not LiveState.UNMANAGED:
        document["live"] = _live(room.live)
    lifecycle = room.lifecycle
    if lifecycle.protect or lifecycle.ignore:
        document["lifecycle"] = {"protect": lifecycle.protect, "ignore": list(lifecycle.ignore)}
    if room.adopt:
        document["adopt"] = room.adopt
    return document


def _live(live: Live) -> LiveJson:
    document: LiveJson = {"state": live.state, "run": live.run, "on_change": live.on_change}
    if live.window:
        document["window"] = {**as_written(live.window)}
    if live.require is not Require.WARN:
        document["require"] = live.require
    if live.start:
        document["start"] = _plain(live.start)
    return document


def _plain(value: Any) -> Any:
    match value:
        case SecretText():
            return str(value)
        case AssetName():
            return value.as_written()
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case _:
            return value
