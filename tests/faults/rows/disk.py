"""A disk that is full, refuses, or takes only a part: at each file that the tool writes."""

from __future__ import annotations

import errno
import os
import resource
import signal
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

from provisioner.commands.reporting import save_plan, write_outcome_reports, write_plan_reports
from provisioner.emulator import Emulator, Operation
from provisioner.errors import ProvisionerError
from provisioner.files import only_one, write_whole
from provisioner.rooms import RoomId
from provisioner.sightings import FILE_NAME, Seen, Sightings
from tests.faults.row import Case, Row
from tests.rig import Rig, room

FILES = ("plan", "plan report", "outcome report", "starter file", "sightings", "lock", "emulator")
FAULTS = (
    *("mkstemp EACCES", "mkdir EACCES", "open EACCES", "open ENOSPC", "fchmod EPERM", "fsync ENOSPC", "fsync EIO"),
    *("replace EACCES", "replace ENOSPC", "size 0", "size 1", "size 100", "size 4096", "size 20000"),
)
_OLD = "what was there before\n"


def _writers(path: Path) -> dict[str, tuple[Path, Callable[[], Any]]]:
    """Each file of the tool with what writes it."""
    rig = Rig()
    desired = room("c", {"room_description": "x" * 5000})
    plan = rig.plan(desired)

    def starter() -> None:
        write_whole(path / "provisioner.yaml", "workspace: shop\n" * 2000, mode=0o644)

    def lock() -> None:
        with only_one(path / "apply.lock", on_wait=lambda: None):
            pass

    def emulator() -> None:
        with Emulator.open(path / "emulator.db") as service:
            for _ in range(3):
                service.console(Operation.CREATE_ROOM, body={"room_name": "x", "room_description": "y" * 900})

    found = [Seen(RoomId(f"{number:032x}"), "2026-01-01T00:00:00Z", "ab" * 16, bytes(40)) for number in range(400)]
    report = rig.apply(desired)
    return {
        "plan": (path / "plan.json", lambda: save_plan(plan, path / "plan.json")),
        "plan report": (path / "plan.txt", lambda: write_plan_reports(plan, (path / "plan.txt",))),
        "outcome report": (path / "out.json", lambda: write_outcome_reports(report, (path / "out.json",))),
        "starter file": (path / "provisioner.yaml", starter),
        "sightings": (path / FILE_NAME, lambda: Sightings(path / FILE_NAME, "s").keep(found)),
        "lock": (path / "apply.lock", lock),
        "emulator": (path / "emulator.db", emulator),
    }


@contextmanager
def _fault(words: str) -> Iterator[None]:
    where, what = words.split()
    if where == "size":
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(what), hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            signal.signal(signal.SIGXFSZ, old)
        return
    number = getattr(errno, what)

    def fail(*_arguments: Any, **_named: Any) -> Any:
        raise OSError(number, os.strerror(number))

    places = {"mkstemp": (tempfile, "mkstemp"), "mkdir": (Path, "mkdir")}
    with patch.object(*places.get(where, (os, where)), fail):
        yield


def check(case: Case) -> list[str]:
    """The old file or the new one, a message and no other exception, no half files beside it, and 0600."""
    name, fault, existed = case
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        target, write = _writers(path)[name]
        is_text = name not in {"sightings", "lock", "emulator"}
        if existed:
            if is_text:
                target.write_text(_OLD, encoding="utf-8")
            else:
                write()
        wrong: list[str] = []
        try:
            with _fault(fault):
                write()
        except ProvisionerError as error:
            if str(path) not in str(error):
                wrong.append(f"the message does not name the file: {error}")
        except Exception as error:  # noqa: BLE001 - that is the violation
            wrong.append(f"{type(error).__name__} instead of a message: {error}")
        after = target.read_bytes() if target.exists() else None
        with suppress(OSError):
            target.unlink()
        left = [item.name for item in path.iterdir() if item.name.startswith(".")]
        if left:
            wrong.append(f"left behind: {left}")
        if is_text:
            write()
            allowed = {_OLD.encode() if existed else None, target.read_bytes()}
            wrong += [] if after in allowed else [f"half a file: {len(after or b'')} bytes"]
        elif existed and name == "emulator":
            wrong += _whole_database(after, path)
        target.unlink(missing_ok=True)
        for beside in path.glob("*-wal"):
            beside.unlink()
        write()
        mode = target.stat().st_mode & 0o777
        if mode != (0o644 if name == "starter file" else 0o600):
            wrong.append(f"mode {mode:o}")
    return [f"{name}, {fault}: {item}" for item in wrong]


def _whole_database(after: bytes | None, path: Path) -> list[str]:
    if after is None:
        return ["the database is gone"]
    copy = path / "copy.db"
    copy.write_bytes(after)
    found = sqlite3.connect(copy)
    try:
        answer = found.execute("PRAGMA integrity_check").fetchone()[0]
    finally:
        found.close()
        copy.unlink()
    return [] if answer == "ok" else [f"the database is damaged: {answer}"]


def _cases() -> list[Case]:
    return [(name, fault, existed) for name in FILES for fault in FAULTS for existed in (False, True)]


ROWS = (Row("a disk that is full, refuses, or takes a part", 49, _cases, check, 98),)
