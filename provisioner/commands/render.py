"""`provisioner render`: the resolved rooms, as YAML or JSON; secrets stay references."""

from __future__ import annotations

import asyncio

from provisioner.commands.session import Session
from provisioner.comparing.declared import desired
from provisioner.errors import UsageError
from provisioner.reports.json_text import dumps
from provisioner.reports.rooms_json import rooms_json
from provisioner.yaml_source.dumping import dump_documents


def render(session: Session, keys: tuple[str, ...], *, form: str = "yaml") -> int:
    """Prints the rooms asked for, or all, in the order of their keys."""
    rooms = asyncio.run(session.desired())
    unknown = set(keys) - {room.key for room in rooms}
    if unknown:
        known = ", ".join(room.key for room in rooms[:20])
        raise UsageError(f"no manifest declares {', '.join(sorted(unknown))}; there are {known}")
    document = rooms_json(desired(room) for room in rooms if not keys or room.key in keys)
    session.terminal.out(dumps(document) if form == "json" else dump_documents(document["rooms"]))
    return 0
