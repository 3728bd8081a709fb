"""`provisioner emulator`: the embedded service on a port, emptied, or with its clock moved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from provisioner import sightings
from provisioner.commands.session import Session
from provisioner.emulator import Emulator
from provisioner.errors import UsageError
from provisioner.library.file import read_assets
from provisioner.reports.done_json import emulator_json, serving_json
from provisioner.reports.json_text import dumps, one_line

_DURATION = re.compile(r"(\d+(?:\.\d+)?)([smhd]?)\Z")
_UNIT_S = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def serve(session: Session, *, port: int, throttle: bool, form: str = "text") -> int:
    """Serves the workspace's embedded service on 127.0.0.1 until it is interrupted."""
    from provisioner.emulator import server  # uvicorn is needed here only
    from provisioner.metastudio.regions import LIMITED, rates

    allowed = rates(session.target.region, session.target.limits)
    limits = {name: allowed[operations[0]] for name, operations in LIMITED.items()} | {
        "command": allowed[LIMITED["stop"][0]]
    }
    assets = read_assets(session.workspace.root, session.target.assets) if session.target.assets else ()
    with Emulator.open(_database(session), limits=limits if throttle else None, assets=assets) as emulator:
        server.serve(emulator, port=port, tell=lambda access: session.terminal.out(_reached(access, form)))
    return 0


def reset(session: Session, *, form: str = "text") -> int:
    """Forgets every room and job; the keys stay."""
    path = _database(session)
    if path.exists():
        Emulator.forget(path)
    (session.workspace.state_dir / sightings.FILE_NAME).unlink(missing_ok=True)
    session.terminal.say(f"The embedded service of target {session.target.name} is empty.")
    if form == "json":
        with Emulator.open(path) as emulator:
            session.terminal.out(dumps(emulator_json(session.target.name, emulator.now())))
    return 0


def advance(session: Session, duration: str, *, form: str = "text") -> int:
    """Moves the service's clock on, by seconds or by a number with s, m, h or d."""
    match = _DURATION.match(duration)
    if match is None:
        raise UsageError(f"{duration!r} is not a duration: write seconds, or a number with s, m, h or d, such as 90m")
    with Emulator.open(_database(session)) as emulator:
        emulator.advance(float(match[1]) * _UNIT_S[match[2]])
        now = emulator.now()
    if form == "json":
        session.terminal.out(dumps(emulator_json(session.target.name, now)))
    else:
        session.terminal.out(f"The embedded service's clock shows {now:%Y-%m-%dT%H:%M:%SZ}.")
    return 0


def _reached(access: Mapping[str, str], form: str) -> str:
    """How the service is reached: a line for each thing that a client needs, or all on one."""
    if form == "json":
        return one_line(serving_json(access))
    return "\n".join(f"{name}: {value}" for name, value in access.items())


def _database(session: Session) -> Path:
    if session.target.emulator is None:
        raise UsageError(f"target {session.target.name} is a real service; name an embedded one with --target")
    return session.target.emulator
