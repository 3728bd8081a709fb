"""A service on loopback, and `provisioner` processes that use it."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provisioner import marker as markers
from provisioner.emulator import Emulator
from provisioner.emulator.server import running
from tests.commands.support import Folder, Ran
from tests.warm_start import inherited

FAST = "{create: 500, update: 500, list: 500, show: 500, delete: 500, start: 500, stop: 500}"
"""Limits of a target that hold nothing up."""
ON_AIR = {"WAITING", "PROCESSING"}


@dataclass(frozen=True)
class Service:
    """A service on a port. `environment` holds the keys for it."""

    emulator: Emulator
    endpoint: str

    @property
    def environment(self) -> dict[str, str]:
        return {
            "HUAWEICLOUD_SDK_AK": self.emulator.access_key,
            "HUAWEICLOUD_SDK_SK": self.emulator.secret_key,
        }

    def workspace(self, path: Path, *, settle: float = 0, limits: str = FAST) -> Folder:
        """An empty workspace whose default target is this service."""
        path.mkdir(parents=True, exist_ok=True)
        folder = Folder(path)
        folder.write(
            "provisioner.yaml",
            "workspace: shop\ndefault_target: port\nguards: {max_changes_percent: 100}\ntargets:\n  port:\n"
            f"    endpoint: {self.endpoint}\n    project_id: {self.emulator.project_id}\n"
            f"    settle: {settle}\n    limits: {limits}\n",
        )
        return folder

    def run(self, folder: Folder, *arguments: str) -> Ran:
        """A command, to its end."""
        return folder.run(*arguments, environment=self.environment)

    @contextlib.contextmanager
    def started(self, folder: Folder, *arguments: str) -> Iterator[Process]:
        """A command while it runs; it is gone afterwards, whatever happens."""
        with process(folder, *arguments, environment=self.environment) as begun:
            yield begun

    def rooms_by_key(self) -> Counter[str]:
        """How many rooms bear each key's marker."""
        found: Counter[str] = Counter()
        for body in self.emulator.rooms():
            marker = markers.read(str(body.get("priv_data") or "")).marker
            assert marker is not None
            found[marker.key] += 1
        return found

    def jobs_by_key(self) -> Counter[str]:
        """How many jobs are on air for each key."""
        keys = {
            str(body["room_id"]): markers.read(str(body.get("priv_data") or "")).marker
            for body in self.emulator.rooms()
        }
        found: Counter[str] = Counter()
        for job in self.emulator.jobs():
            if job["state"] in ON_AIR:
                marker = keys[str(job["room_id"])]
                assert marker is not None
                found[marker.key] += 1
        return found


@dataclass(frozen=True)
class Process:
    """A command that was started."""

    popen: subprocess.Popen[str]

    def send(self, number: signal.Signals) -> None:
        self.popen.send_signal(number)

    def ended(self, timeout: float = 60) -> Ran:
        """Waits for the end. The code of a process that a signal ended is minus the signal."""
        out, err = self.popen.communicate(timeout=timeout)
        return Ran(self.popen.returncode, out, err)


@contextlib.contextmanager
def process(folder: Folder, *arguments: str, environment: Mapping[str, str]) -> Iterator[Process]:
    """A command while it runs, with nothing of the developer's environment that could matter."""
    with subprocess.Popen(
        [sys.executable, "-m", "provisioner", *arguments],
        cwd=folder.path,
        env={**inherited(), **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as popen:
        try:
            yield Process(popen)
        finally:
            popen.kill()


@contextlib.contextmanager
def service(**options: Any) -> Iterator[Service]:
    """A new service on a port of its own; it stops with the block."""
    with Emulator.open(":memory:", **options) as emulator, running(emulator, control=True) as endpoint:
        yield Service(emulator, endpoint)


def manifests(folder: Folder, count: int, *, on_air: int = 0) -> None:
    """So many rooms, the first of them on air."""
    documents = []
    for number in range(count):
        text = f"kind: Room\nkey: room-{number:03}\nspec: {{room_name: Room {number:03}, room_description: shoes}}\n"
        documents.append(text + ("live: {state: running, run: evening}\n" if number < on_air else ""))
    folder.write("rooms/all.yaml", "---\n".join(documents))


def report(folder: Folder, name: str = "out.json") -> Any:
    """A report that was written."""
    return json.loads((folder.path / name).read_text(encoding="utf-8"))
