"""The contents of a plan's rooms, each worked out when it is asked for. Pure.

A plan's changes are the places that differ. A picture of a room needs the whole of it, and most plans are never drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from provisioner.comparing.compare import merged, public
from provisioner.comparing.declared import secret_fields, unpack
from provisioner.comparing.shareable import shielded
from provisioner.observed import ObservedRoom
from provisioner.planning.actions import WRITES_ROOM, Action, Blocked, NoOp
from provisioner.planning.contents import Air, RoomContent
from provisioner.rooms import DeclaredRoom, LiveState, RoomId, RoomKey
from provisioner.windows import ahead

AHEAD = timedelta(days=7)
"""How far ahead windows are told."""


class WholeRooms(Mapping[RoomKey, RoomContent]):
    """The contents of the rooms that a plan does something to, each worked out when it is asked for."""

    def __init__(
        self,
        actions: Iterable[Action],
        declared: Iterable[DeclaredRoom],
        observed: Iterable[ObservedRoom],
        moment: datetime,
    ) -> None:
        self._writes: dict[RoomKey, tuple[bool, RoomId | None]] = {}
        for action in actions:
            if not isinstance(action, NoOp):
                writes, room_id = self._writes.get(action.key, (False, None))
                self._writes[action.key] = (writes or _writes(action), room_id or action.room_id)
        ids = {room_id for _, room_id in self._writes.values() if room_id is not None}
        self._declared = {room.key: room for room in declared if room.key in self._writes}
        self._observed = {room.id: room for room in observed if room.id in ids}
        self._moment = moment

    def __getitem__(self, key: RoomKey) -> RoomContent:
        writes, room_id = self._writes[key]
        room = self._observed.get(room_id) if room_id is not None else None
        desired = self._declared.get(key)
        air = _air(desired, room, self._moment)
        body = room.spec if room is not None else None
        if desired is None:  # it is about to be deleted
            return RoomContent(_public(body), None, air)
        if not writes or desired.packed is None or (room is not None and body is None):
            return RoomContent(air=air, labels=desired.labels)
        spec = unpack(desired.packed)
        after = spec if body is None else merged(spec, body, desired.lifecycle.ignore)
        before = None if body is None else shielded(body, secret_fields(desired))
        return RoomContent(_public(before), _public(after), air, desired.labels)

    def __iter__(self) -> Iterator[RoomKey]:
        return iter(self._writes)

    def __len__(self) -> int:
        return len(self._writes)


def _writes(action: Action) -> bool:
    """Whether the room is written, or would be if it were not blocked."""
    return isinstance(action, WRITES_ROOM) or (isinstance(action, Blocked) and bool(action.changes))


def _public(body: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if body is None else {name: public(value, (name,)) for name, value in body.items()}


def _air(desired: DeclaredRoom | None, room: ObservedRoom | None, moment: datetime) -> Air:
    job = room.job if room is not None else None
    live = desired.live if desired is not None else None
    window = live.window if live is not None and live.state is LiveState.RUNNING else None
    return Air(
        job=job.state if job else None,
        started=job.started if job else None,
        ended=job.ended if job else None,
        windows=ahead(window, moment, moment + AHEAD) if window else (),
        timezone=window.timezone if window else None,
    )
