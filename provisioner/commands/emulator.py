"""`provisioner emulator`: the embedded service on a port, emptied, or with its clock moved."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from provisioner import sightings
from provisioner.commands.session import Session
from provisioner.emulator import Emulator
from provisioner.errors import UsageError
from provisioner.library.file import read_assets

_DURATION = re.compile(r"(\d+(?:\.\d+)?)([smhd]?)\Z")
_UNIT_S = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def serve(session: Session, *, port: int, throttle: bool) -> int:
    """Serves the workspace's embedded service on 127.0.0.1 until it is interrupted."""
    from provisioner.emulator import server  # uvicorn is needed here only
    from provisioner.metastudio.regions import LIMITED, rates

    allowed = rates(session.target.region, session.target.limits)
    limits = {name: allowed[operations[0]] for name, operations in LIMITED.items()} | {
        "command": allowed[LIMITED["stop"][0]]
    }
    assets = read_assets(session.workspace.root, session.target.assets) if session.target.assets else ()
    with Emulator.open(_database(session), limits=limits if throttle else None, assets=assets) as emulator:
        server.serve(emulator, port=port, out=sys.stdout)
    return 0


def reset(session: Session) -> int:
    """Forgets every room and job; the keys stay."""
    path = _database(session)
    if path.exists():
        Emulator.forget(path)
    (session.workspace.state_dir / sightings.FILE_NAME).unlink(missing_ok=True)
    session.terminal.say(f"The embedded service of target {session.target.name} is empty.")
    return 0


def advance(session: Session, duration: str) -> int:
    """Moves the service's clock on, by seconds or by a number with s, m, h or d."""
    match = _DURATION.match(duration)
    if match is None:
        raise UsageError(f"{duration!r} is not a duration: write seconds, or a number with s, m, h or d, such as 90m")
    with Emulator.open(_database(session)) as emulator:
        emulator.advance(float(match[1]) * _UNIT_S[match[2]])
        session.terminal.out(f"The embedded service's clock shows {emulator.now():%Y-%m-%dT%H:%M:%SZ}.")
    return 0


def _database(session: Session) -> Path:
    if session.target.emulator is None:
        raise UsageError(f"target {session.target.name} is a real service; name an embedded one with --target")
    return session.target.emulator
