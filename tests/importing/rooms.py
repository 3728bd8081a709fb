"""Rooms as the service has them, made through its HTTP API, and two hundred of them that say everything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from provisioner.emulator import Emulator
from provisioner.metastudio.models import CreateSmartLiveRoomReq
from provisioner.metastudio.requests import fields_of
from tests.commands.support import Folder
from tests.emulator.support import Caller
from tests.strategies import Body, room_specs

LOCAL = ".provisioner/emulator.sqlite"
"""The database of the target `local`."""


def generated(count: int, **how: Any) -> list[Body]:
    """The same valid rooms every time; three times as many were made, so that every field is said by one of them."""
    specs: list[Body] = []

    @settings(
        max_examples=3 * count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(room_specs(**how))
    def keep(spec: Body) -> None:
        specs.append(spec)

    keep()
    seen: set[tuple[str, str]] = set()
    first: list[Body] = []
    for spec in specs:
        if new := set(said([spec])) - seen:
            seen |= new
            first.append(spec)
    return [*first, *(spec for spec in specs if spec not in first)][:count]


def put(folder: Folder, specs: Iterable[Body]) -> list[str]:
    """Creates rooms in the folder's embedded service over HTTP, and gives their ids."""
    with opened(folder) as emulator:
        caller = Caller(emulator)
        return [caller.create(spec) for spec in specs]


def console(folder: Folder, room_id: str, **fields: Any) -> None:
    """Changes a room as somebody does in the console: the whole of it is written back with other fields."""
    with opened(folder) as emulator:
        (body,) = (dict(body) for body in emulator.rooms() if body["room_id"] == room_id)
        known = {name: body[name] for name in CreateSmartLiveRoomReq.model_fields if name in body}
        answer = Caller(emulator).send("PUT", f"/smart-live-rooms/{room_id}", {**known, **fields})
        assert answer.status_code == 200, answer.text


def bodies(folder: Folder) -> dict[str, Body]:
    """The rooms as the service has them, by id, with their secrets."""
    with opened(folder) as emulator:
        return {str(body["room_id"]): dict(body) for body in emulator.rooms()}


def opened(folder: Folder) -> Emulator:
    """The folder's embedded service."""
    database = folder.path / LOCAL
    database.parent.mkdir(exist_ok=True)
    return Emulator.open(database)


def texts(folder: Folder) -> dict[str, str]:
    """The manifests, by their names below rooms/."""
    rooms: Path = folder.path / "rooms"
    return {path.relative_to(rooms).as_posix(): path.read_text(encoding="utf-8") for path in rooms.rglob("*.yaml")}


def said(specs: list[Body]) -> Iterator[tuple[str, str]]:
    for spec in specs:
        yield from _said(CreateSmartLiveRoomReq, spec)


def _said(model: Any, value: Any) -> Iterator[tuple[str, str]]:
    for item in value if isinstance(value, list) else [value]:
        for name, below in item.items():
            yield model.__name__, name
            if (inner := fields_of(model)[name]) is not None:
                yield from _said(inner, below)


def sayable(model: Any) -> Iterator[tuple[str, str]]:
    for name, below in fields_of(model).items():
        yield model.__name__, name
        if below is not None:
            yield from sayable(below)
