"""A desired room packed away: what a plan has to know of every room, and the spec only where it is asked for. Pure.

Thousands of rooms are loaded to find the few that need a write. For the others a hash of the spec answers, so the
spec itself is kept as compressed bytes, a tenth of its size in memory, or not at all.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from provisioner.assets import ROOM_FIELDS, START_FIELDS, AssetName, asset_names
from provisioner.comparing.compare import secret_texts
from provisioner.comparing.fingerprint import spec_hash
from provisioner.comparing.paths import field_of
from provisioner.rooms import DeclaredRoom, DesiredRoom, RoomKey
from provisioner.secrets import SecretText

_FAST = 1
"""The level of compression: the others are several times slower and save little."""


def declare(
    room: DesiredRoom,
    secrets: tuple[tuple[str, SecretText | str], ...] | None = None,
    assets: tuple[AssetName, ...] | None = None,
    *,
    keeps_spec: bool = True,
) -> DeclaredRoom:
    """The room with a hash in place of its spec. Without `keeps_spec` it cannot be unpacked.

    `secrets` is what `secret_texts` finds in its spec and `assets` the names in the room, where the caller knows them.
    """
    if secrets is None:
        secrets = tuple(secret_texts(room.spec))
    if assets is None:
        assets = (*asset_names(room.spec, ROOM_FIELDS), *asset_names(room.live.start, START_FIELDS))
    return DeclaredRoom(
        key=room.key,
        name=room.name,
        spec_hash=spec_hash(room, {field_of(path) for path, _ in secrets}),
        origin=room.origin,
        live=room.live,
        lifecycle=room.lifecycle,
        labels=room.labels,
        adopt=room.adopt,
        secrets=secrets,
        room_type=str(room.spec["room_type"]) if room.spec.get("room_type") else None,
        advice=room.advice,
        assets=tuple(dict.fromkeys(assets)),
        packed=pack(room.spec) if keeps_spec else None,
    )


def secret_fields(room: DeclaredRoom) -> frozenset[str]:
    """The fields of the room's top level in which its manifest names a secret."""
    return frozenset(field_of(path) for path, text in room.secrets if isinstance(text, SecretText))


def desired(room: DeclaredRoom) -> DesiredRoom:
    """The whole room. Raises ValueError where its spec was not kept."""
    if room.packed is None:
        msg = f"the spec of room {room.key} was not kept"
        raise ValueError(msg)
    return DesiredRoom(
        key=room.key,
        spec=unpack(room.packed),
        origin=room.origin,
        live=room.live,
        lifecycle=room.lifecycle,
        labels=room.labels,
        adopt=room.adopt,
        advice=room.advice,
    )


def pack(value: object) -> bytes:
    """Plain data, or a value of ours, as few bytes. Only bytes that this program made are ever unpacked."""
    return zlib.compress(pickle.dumps(value, pickle.HIGHEST_PROTOCOL), _FAST)


def unpack(packed: bytes) -> Any:
    """What `pack` was given."""
    return pickle.loads(zlib.decompress(packed))  # noqa: S301 - our own bytes


class DesiredRooms(Mapping[RoomKey, DesiredRoom]):
    """Declared rooms by key, each made whole when it is asked for."""

    def __init__(self, rooms: Iterable[DeclaredRoom]) -> None:
        self._rooms = {room.key: room for room in rooms}

    def __getitem__(self, key: RoomKey) -> DesiredRoom:
        return desired(self._rooms[key])

    def __iter__(self) -> Iterator[RoomKey]:
        return iter(self._rooms)

    def __len__(self) -> int:
        return len(self._rooms)

    def __contains__(self, key: object) -> bool:
        return key in self._rooms
