"""`provisioner render`: the resolved rooms, as YAML or JSON; secrets stay references."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace

from provisioner.commands.base import read_base
from provisioner.commands.session import Session
from provisioner.comparing.declared import DesiredRooms, desired
from provisioner.errors import UsageError, WorkspaceError
from provisioner.metastudio.remote_text import printable
from provisioner.reports.json_text import dumps
from provisioner.reports.render_diff import RenderDiff, compared, render_diff_json, render_diff_text
from provisioner.reports.rooms_json import rooms_json
from provisioner.rooms import DeclaredRoom, RoomKey
from provisioner.yaml_source.dumping import dump_documents


def render(session: Session, keys: tuple[str, ...], *, form: str = "yaml") -> int:
    """Prints the rooms asked for, or all, in the order of their keys."""
    rooms = asyncio.run(session.desired())
    _check(keys, (room.key for room in rooms))
    document = rooms_json(desired(room) for room in rooms if not keys or room.key in keys)
    session.terminal.out(dumps(document) if form == "json" else dump_documents(document["rooms"]))
    return 0


def render_diff(
    session: Session, keys: tuple[str, ...], ref: str, *, form: str = "yaml", lists_all: bool = False
) -> int:
    """Prints what the rooms asked for, or all, say otherwise than in another Git revision.

    Raises WorkspaceError where there is no such revision, or one whose manifests have errors.
    """
    after = asyncio.run(session.desired())
    with session.terminal.progress("reading the other revision"):
        base = asyncio.run(read_base(session, ref))
    if base.problem:
        raise WorkspaceError(f"the rooms of {printable(ref, 100)} cannot be told: {base.problem}")
    _check(keys, sorted({room.key for room in (*base.rooms, *after)}))
    unlike_before, unlike_after = _without_equals(base.rooms, after), _without_equals(after, base.rooms)
    rooms = compared(DesiredRooms(unlike_before), DesiredRooms(unlike_after), session.workspace.moved)
    if keys:
        rooms = tuple(room for room in rooms if room.key in keys)
    asked = {room.key for room in after if not keys or room.key in keys}
    diff = RenderDiff(session.target.name, ref, base.commit, rooms, len(asked - {room.key for room in rooms}))
    if form == "json":
        session.terminal.out(dumps(render_diff_json(diff)))
    else:
        session.terminal.out(render_diff_text(diff, lists_all=lists_all, **session.terminal.style()))
    return 0


def _check(keys: Iterable[str], known: Iterable[RoomKey]) -> None:
    there = tuple(known)
    unknown = set(keys) - set(there)
    if unknown:
        raise UsageError(f"no manifest declares {', '.join(sorted(unknown))}; there are {', '.join(there[:20])}")


def _without_equals(rooms: Iterable[DeclaredRoom], others: Iterable[DeclaredRoom]) -> list[DeclaredRoom]:
    """The rooms but for those that the others have in the same form, wherever they are written."""
    there = {room.key: room for room in others}
    return [room for room in rooms if room.key not in there or replace(there[room.key], origin=room.origin) != room]
