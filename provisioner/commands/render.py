"""`provisioner render`: the resolved rooms, as YAML or JSON; secrets stay references."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from provisioner.commands.session import Session
from provisioner.comparing.declared import desired
from provisioner.errors import UsageError
from provisioner.rooms import DesiredRoom, LiveState, Require
from provisioner.secrets import SecretText
from provisioner.windows import as_written
from provisioner.yaml_source.dumping import dump_documents


def render(session: Session, keys: tuple[str, ...], *, form: str = "yaml") -> int:
    """Prints the rooms asked for, or all, in the order of their keys."""
    rooms = asyncio.run(session.desired())
    unknown = set(keys) - {room.key for room in rooms}
    if unknown:
        known = ", ".join(room.key for room in rooms[:20])
        raise UsageError(f"no manifest declares {', '.join(sorted(unknown))}; there are {known}")
    documents = [_document(desired(room)) for room in rooms if not keys or room.key in keys]
    if form == "json":
        text = json.dumps({"format_version": 1, "rooms": documents}, ensure_ascii=False, indent=2)
    else:
        text = dump_documents(documents)
    session.terminal.out(text)
    return 0


def _document(room: DesiredRoom) -> dict[str, Any]:
    """A room as the manifest that declares just this."""
    document: dict[str, Any] = {"kind": "Room", "key": room.key}
    if room.labels:
        document["labels"] = dict(room.labels)
    document["spec"] = _plain(room.spec)
    if room.live.state is not LiveState.UNMANAGED:
        live = room.live
        document["live"] = {"state": live.state.value, "run": live.run, "on_change": live.on_change.value}
        if live.window:
            document["live"]["window"] = as_written(live.window)
        if live.require is not Require.WARN:
            document["live"]["require"] = live.require.value
        if live.start:
            document["live"]["start"] = _plain(live.start)
    lifecycle = room.lifecycle
    if lifecycle.protect or lifecycle.ignore:
        document["lifecycle"] = {"protect": lifecycle.protect, "ignore": list(lifecycle.ignore)}
    if room.adopt:
        document["adopt"] = room.adopt
    return document


def _plain(value: Any) -> Any:
    match value:
        case SecretText():
            return str(value)
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case _:
            return value
