"""The lines of `validate`: rooms a second in steady state, the whole command, and memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from unittest import mock

from benchmarks import round_trip, sdk_script
from benchmarks.asked import Asked
from benchmarks.measuring import Ran, module, provisioner
from benchmarks.table import Line, Rival
from benchmarks.workspaces import Kind, environment, generate

SAMPLE = 50
"""Rooms that are read by the round-trip loader."""
SCRIPT_ROOMS = 1_000
"""Rooms that the script does; its pace is the same with any number."""
MEBI = 1024**2


@dataclass(frozen=True, slots=True)
class Pace:
    """A run of all rooms and one of a tenth of them."""

    rooms: int
    whole: Ran
    tenth: Ran

    @property
    def rooms_s(self) -> float:
        """Rooms by processor second, without the start."""
        return (self.rooms - self.rooms // 10) / max(self.whole.cpu_s - self.tenth.cpu_s, 1e-3)


def template(asked: Asked) -> Iterator[Line]:
    """Rooms from one template."""
    usual = 10_000
    rooms = asked.size(usual)
    pace = _pace(asked, Kind.TEMPLATE, rooms)
    script, trip = _rivals(asked, Kind.TEMPLATE, rooms, pace)
    work = f"`validate`, {rooms:,} rooms from one template"
    yield Line(
        work,
        f"{pace.rooms_s:,.0f} rooms/s a core",
        ">= 1,000 rooms/s a core",
        asked.met(usual, pace.rooms_s >= 1_000),
        script,
        trip,
    )
    wall_s, peak = pace.whole.wall_s, pace.whole.peak_bytes / MEBI
    yield Line(
        f"{work}: the whole command",
        f"{wall_s:.1f} s",
        "<= 12 s",
        asked.met(usual, wall_s <= 12),
        remarks=f"{pace.whole.cpu_s:.1f} s of processor time",
    )
    yield Line(f"{work}: memory", f"{peak:,.0f} MB", "<= 400 MB", asked.met(usual, peak <= 400))


def hand_written(asked: Asked) -> Iterator[Line]:
    """Rooms of 16 KB, a file each."""
    usual = 1_000
    rooms = asked.size(usual)
    pace = _pace(asked, Kind.HAND_WRITTEN, rooms)
    script, trip = _rivals(asked, Kind.HAND_WRITTEN, rooms, pace)
    yield Line(
        f"`validate`, {rooms:,} rooms of 16 KB written by hand",
        f"{pace.rooms_s:,.0f} rooms/s a core",
        ">= 150 rooms/s a core",
        asked.met(usual, pace.rooms_s >= 150),
        script,
        trip,
        f"{pace.whole.wall_s:.1f} s, {pace.whole.peak_bytes / MEBI:,.0f} MB",
    )


def mixture(asked: Asked) -> Iterator[Line]:
    """One room in ten by hand, with scenes and rules that are shared. It has no budget of its own."""
    rooms = asked.size(1_000)
    pace = _pace(asked, Kind.MIXTURE, rooms)
    remarks = f"{pace.whole.wall_s:.1f} s, {pace.whole.peak_bytes / MEBI:,.0f} MB"
    work = f"`validate`, {rooms:,} rooms, one in ten by hand"
    yield Line(work, f"{pace.rooms_s:,.0f} rooms/s a core", "", None, remarks=remarks)


def many(asked: Asked) -> Iterator[Line]:
    """A hundred thousand rooms: it works, and memory grows by little a room."""
    usual = 100_000
    rooms = asked.size(usual)
    pace = _pace(asked, Kind.TEMPLATE, rooms)
    grown = (pace.whole.peak_bytes - pace.tenth.peak_bytes) / (rooms - rooms // 10)
    yield Line(
        f"`validate`, {rooms:,} rooms: growth of memory",
        f"{grown:,.0f} bytes a room",
        "< 2,048 bytes a room",
        asked.met(usual, grown < 2_048),
        remarks=f"{pace.whole.wall_s:.0f} s, {pace.rooms_s:,.0f} rooms/s a core, "
        f"{pace.whole.peak_bytes / MEBI:,.0f} MB; with a tenth of the rooms {pace.tenth.peak_bytes / MEBI:,.0f} MB",
    )


def _pace(asked: Asked, kind: Kind, rooms: int) -> Pace:
    tenth, whole = (_validated(asked, kind, size) for size in (rooms // 10, rooms))
    return Pace(rooms, whole, tenth)


def _validated(asked: Asked, kind: Kind, rooms: int) -> Ran:
    asked.say(f"validate: {rooms:,} rooms ({kind})")
    return provisioner(_workspace(asked, kind, rooms), "validate", environment=environment)


def _workspace(asked: Asked, kind: Kind, rooms: int) -> Path:
    path = asked.folder / f"{kind}-{rooms}"
    if not path.exists():
        generate(path, kind, rooms)
    return path


def _rivals(asked: Asked, kind: Kind, rooms: int, ours: Pace) -> tuple[Rival, Rival]:
    """The script's pace by the same reckoning, and the loader's on a sample."""
    path, count = _workspace(asked, kind, rooms), min(rooms, SCRIPT_ROOMS)
    asked.say(f"the script on the SDK: {count:,} of these rooms")
    tenth, whole = (
        module(
            *("benchmarks.sdk_script", "check", str(path), "--rooms", str(size)), folder=path, environment=environment
        )
        for size in (count // 10, count)
    )
    script = Pace(count, whole, tenth).rooms_s
    asked.say(f"ruamel.yaml round trip: {SAMPLE} of these rooms")
    with mock.patch.dict(os.environ, environment):
        texts = list(islice(sdk_script.rendered(path), SAMPLE))
    trip = 1 / round_trip.seconds_a_room(texts)
    return (
        Rival(f"{script:,.0f} rooms/s a core, measured on {count:,}", ours.rooms_s / script),
        Rival(f"{trip:,.1f} rooms/s a core, extrapolated from {len(texts)}", ours.rooms_s / trip),
    )
