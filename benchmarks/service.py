"""The embedded service in a process of its own, as `provisioner emulator serve` starts it, filled beforehand.

Rooms are put into it as an apply would have left them: the executor's own bodies with their markers, carried out by
the service's own create, all in one transaction.
"""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks.measuring import FailedError, clean_environment, processor_s
from benchmarks.workspaces import SECRET, environment
from provisioner.applying.bodies import room_body
from provisioner.comparing.declared import desired
from provisioner.emulator import Emulator, Operation, rooms
from provisioner.emulator.moments import from_ms
from provisioner.manifests import load
from provisioner.marker import Marker, MarkerKeys, digest_secrets
from provisioner.planning.room_actions import known_secrets
from provisioner.workspace import open_workspace

TARGET = "port"
"""The target through which a workspace reaches the service, on loopback as if it were far away."""
FAST = 1000
"""Calls a second that hold nothing up."""
_DATABASE = ".provisioner/service.sqlite"
_OPERATIONS = ("create", "update", "list", "show", "delete", "start", "stop")


@dataclass(frozen=True, slots=True)
class Service:
    """A service that runs. `environment` has what the tool and the script need to reach it."""

    workspace: Path
    environment: Mapping[str, str]
    process_id: int

    @property
    def cpu_s(self) -> float:
        """Processor time that it has used."""
        return processor_s(self.process_id)

    def pace(self, limits: Mapping[str, float]) -> None:
        """Sets the calls a second of the workspace's target; those that are not named are `FAST`."""
        said = {"endpoint": self.environment["ENDPOINT"], "project_id": self.environment["PROJECT_ID"]}
        targets = {"service": {"emulator": _DATABASE}, TARGET: {**said, "limits": _limits(limits)}}
        _write_workspace(self.workspace, targets)

    def calls(self) -> Calls:
        """Every call so far."""
        return calls_in(self.workspace)


@dataclass(frozen=True, slots=True)
class Calls:
    """How often each operation was asked for, and how many of these calls were throttled."""

    count: Counter[Operation]
    throttled: int

    def __sub__(self, earlier: Calls) -> Calls:
        return Calls(self.count - earlier.count, self.throttled - earlier.throttled)

    @property
    def total(self) -> int:
        """All of them."""
        return self.count.total()

    def floor_s(self, limits: Mapping[str, float]) -> float:
        """How long these calls take at so many a second of each, one operation after the other."""
        rates = {**dict.fromkeys(_OPERATIONS, float(FAST)), **limits}
        return sum(number / rates[operation.limit_class] for operation, number in self.count.items())


def fill(workspace: Path) -> None:
    """Puts every room of a workspace into its service, which has none of them yet."""
    opened = open_workspace(workspace)
    loaded = asyncio.run(load(opened, opened.target(None)))
    secrets = {SECRET: environment[SECRET]}
    with Emulator.open(workspace / _DATABASE) as emulator, emulator.session() as session:
        for number, room in enumerate(loaded.rooms):
            nonce = f"{number:016x}"
            marker = Marker(
                workspace=opened.name,
                key=room.key,
                nonce=nonce,
                spec_hash=room.spec_hash,
                written=from_ms(session.now_ms).replace(microsecond=0) + timedelta(seconds=1),
                secrets_digest=digest_secrets(known_secrets(room.secrets, secrets) or {}, MarkerKeys(), nonce),
            ).sealed(emulator.project_id, MarkerKeys())
            rooms.create(session, room_body(desired(room), None, marker, secrets))


def calls_in(workspace: Path) -> Calls:
    """What the service's ledger says of its calls."""
    with Emulator.open(workspace / _DATABASE) as emulator:
        entries = emulator.ledger()
    return Calls(Counter(entry.operation for entry in entries), sum(entry.status == 429 for entry in entries))


@contextmanager
def served(workspace: Path, limits: Mapping[str, float] | None = None) -> Iterator[Service]:
    """Serves a workspace's rooms while the block runs, and makes `TARGET` lead there.

    `limits` are calls a second, for the service and for the target alike; without them the service takes any number.
    """
    _write_workspace(workspace, {"service": {"emulator": _DATABASE, "limits": _limits(limits or {})}})
    throttle = "--throttle" if limits else "--no-throttle"
    command = ("-m", "provisioner", "emulator", "serve", "--target", "service", "--port", "0", throttle)
    with subprocess.Popen(  # noqa: S603  # our own words
        (sys.executable, *command), cwd=workspace, env=clean_environment(), stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            said = _said(process)
            reached = {
                **environment,
                "ENDPOINT": said["endpoint"],
                "PROJECT_ID": said["project id"],
                "HUAWEICLOUD_SDK_AK": said["access key"],
                "HUAWEICLOUD_SDK_SK": said["secret key"],
            }
            service = Service(workspace, reached, process.pid)
            service.pace(limits or {})
            yield service
        finally:
            process.send_signal(signal.SIGINT)


def _said(process: subprocess.Popen[str]) -> dict[str, str]:
    """The lines with which the service tells how it is reached."""
    assert process.stdout is not None  # noqa: S101  # it was asked for
    lines = [process.stdout.readline() for _ in range(5)]
    if not all(lines):
        raise FailedError("the embedded service did not start")
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _limits(limits: Mapping[str, float]) -> dict[str, float]:
    return {**dict.fromkeys(_OPERATIONS, float(FAST)), **limits}


def _write_workspace(workspace: Path, targets: Mapping[str, object]) -> None:
    """Writes `provisioner.yaml`; JSON is YAML."""
    guards = {"max_changes_percent": 100}
    text = json.dumps({"workspace": "bench", "guards": guards, "targets": targets}, indent=2)
    (workspace / "provisioner.yaml").write_text(f"{text}\n", encoding="utf-8")
