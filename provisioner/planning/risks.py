"""What speaks against going on air: the service's warnings of a room, and the advice on its manifest. Pure.

The service warns of a room as it is now. So it is asked about rooms that go on air as they are; about one that is
written first, whoever applies asks after that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any, TypeAlias

from provisioner.diagnostics import Diagnostic
from provisioner.metastudio.remote_text import printable
from provisioner.planning.actions import WRITES_ROOM, Action, Blocked, Restart, Start
from provisioner.rooms import DeclaredRoom, Require, RoomId

Risks: TypeAlias = Mapping[RoomId, tuple[str, ...] | None]
"""What the service warns of, such as TOO_SHORT_SCRIPT_TIME; None where it was asked and did not say."""
NOT_ASKED: Risks = MappingProxyType({})
NOT_SAID = "the service does not say what it warns of"
_MANY = 20


def asked_about(rooms: Iterable[tuple[Action, ...]]) -> tuple[RoomId, ...]:
    """The rooms that would go on air as they are, given the actions of each room."""
    return tuple(
        action.room_id
        for actions in rooms
        if not any(isinstance(action, WRITES_ROOM) for action in actions)
        for action in actions
        if isinstance(action, Start | Restart) and action.room_id is not None
    )


def weighed(desired: DeclaredRoom, actions: tuple[Action, ...], risks: Risks) -> tuple[Action, ...]:
    """The actions on a room's job, with a start blocked that `live.require` does not let go on air."""
    if desired.live.require is not Require.NO_WARNINGS:
        return actions
    return tuple(_held_back(desired, action, risks) for action in actions)


def warned(desired: DeclaredRoom, actions: tuple[Action, ...], risks: Risks) -> Iterator[Diagnostic]:
    """That a room is about to go on air and what speaks against it, in one warning."""
    for action in actions:
        said = _said(desired, action.room_id, risks) if isinstance(action, Start | Restart) else ""
        if said:
            message = f"room {desired.key} is to go on air, and {said}"
            yield Diagnostic.warning("live-risk", message, desired.origin)


def service_warns(warnings: tuple[str, ...]) -> str:
    """The service's warnings as part of a sentence."""
    return f"the service warns of {', '.join(printable(name, 64) for name in warnings[:_MANY])}"


def _held_back(desired: DeclaredRoom, action: Action, risks: Risks) -> Action:
    said = _said(desired, action.room_id, risks) if isinstance(action, Start | Restart) else ""
    if not said:
        return action
    common: dict[str, Any] = {field.name: getattr(action, field.name) for field in fields(Blocked)}
    return Blocked(**common | {"reason": f"live.require is no_warnings, and {said}"})


def _said(desired: DeclaredRoom, room_id: RoomId | None, risks: Risks) -> str:
    parts = []
    if room_id is not None and room_id in risks:
        warnings = risks[room_id]
        if warnings is None:
            parts.append(NOT_SAID)
        elif warnings:
            parts.append(service_warns(warnings))
    if desired.advice:
        parts.append(f"its manifest has warnings: {', '.join(desired.advice)}")
    return "; ".join(parts)
