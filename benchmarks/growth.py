"""How the time grows: with the number of rooms, with their size, and with the share of them that changed.

Each point is one command, by its processor time: of a machine that is shared, the one thing that is not others'.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from benchmarks.asked import Asked
from benchmarks.measuring import provisioner
from benchmarks.plot import Curve, Panel, drawn
from benchmarks.service import TARGET, fill, served
from benchmarks.workspaces import Kind, environment, generate, write_table

ROOMS = (100, 300, 1_000, 3_000, 10_000)
KILOBYTES = (4, 8, 16, 32, 64)
ROOMS_OF_A_SIZE = 100
SHARES = (0, 1, 5, 20, 50, 100)
"""In percent."""
ROOMS_OF_A_SHARE = 1_000
PLAN = ("plan", "--target", TARGET, "--detailed-exitcode")


@dataclass(frozen=True, slots=True)
class Point:
    """One command: what was varied and how far, and what it took. `x` is rooms, kilobytes or percent."""

    varied: str
    command: str
    x: int
    processor_s: float
    wall_s: float
    peak_mb: int


def points(asked: Asked) -> Iterator[Point]:
    """Every point."""
    for count in ROOMS:
        path = generate(asked.folder / f"rooms-{count}", Kind.TEMPLATE, count).path
        asked.say(f"{count:,} rooms")
        yield _point("rooms", count, path, "validate")
        fill(path)
        with served(path) as service:
            yield _point("rooms", count, path, *PLAN, variables=dict(service.environment))
    for kilobytes in KILOBYTES:
        asked.say(f"{ROOMS_OF_A_SIZE} rooms of {kilobytes} KB")
        size = kilobytes * 1024
        path = generate(asked.folder / f"size-{kilobytes}", Kind.HAND_WRITTEN, ROOMS_OF_A_SIZE, size=size).path
        yield _point("size", kilobytes, path, "validate")
    path = generate(asked.folder / "share", Kind.TEMPLATE, ROOMS_OF_A_SHARE).path
    fill(path)
    for percent in SHARES:
        asked.say(f"{percent} % of {ROOMS_OF_A_SHARE:,} rooms changed")
        write_table(path, ROOMS_OF_A_SHARE, edited=ROOMS_OF_A_SHARE * percent // 100)
        with served(path) as service:
            yield _point("share", percent, path, *PLAN, variables=dict(service.environment), code=2 if percent else 0)


def write(found: Sequence[Point], table: Path, plot: Path) -> None:
    """The points as CSV and as a picture."""
    with table.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(("varied", "command", "x", "processor_s", "wall_s", "peak_mb"))
        rows.writerows(astuple(point) for point in found)
    plot.write_text(drawn(tuple(_panel(found, *about) for about in _PANELS)), encoding="utf-8")


_PANELS = (
    ("rooms", "Number of rooms", "rooms from one template"),
    ("size", f"Size of a room ({ROOMS_OF_A_SIZE} rooms by hand)", "KB a room"),
    ("share", f"Changed rooms ({ROOMS_OF_A_SHARE:,} rooms)", "% of the rooms changed"),
)


def _panel(found: Sequence[Point], varied: str, title: str, axis: str) -> Panel:
    here = [point for point in found if point.varied == varied]
    commands = dict.fromkeys(point.command for point in here)
    curves = (
        Curve(name, tuple((point.x, point.processor_s) for point in here if point.command == name)) for name in commands
    )
    return Panel(title, axis, "processor seconds", tuple(curves))


def _point(
    varied: str, x: int, path: Path, *command: str, variables: dict[str, str] | None = None, code: int = 0
) -> Point:
    ran = provisioner(path, *command, environment=variables or environment, code=code)
    return Point(varied, command[0], x, round(ran.cpu_s, 3), round(ran.wall_s, 3), round(ran.peak_bytes / 1024**2))
