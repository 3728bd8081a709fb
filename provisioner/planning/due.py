"""What a room's `live:` asks for at one moment: on air or not, for which run, and until when. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from provisioner.planning.actions import Plan, Restart, Start, Upcoming
from provisioner.rooms import DeclaredRoom, DesiredRoom, Live, LiveState, RoomKey
from provisioner.windows import Occurrence, around, local_time


@dataclass(frozen=True, slots=True)
class Due:
    """What is asked for. `until` is when that changes, None for never; `since`, when the open window was opened.

    `is_closed` tells a room that is off the air because its window is closed from one that is to be stopped for good.
    """

    state: LiveState
    run: str
    since: datetime | None = None
    until: datetime | None = None
    is_closed: bool = False

    @property
    def digest(self) -> str:
        """Stands for what is asked for, in 16 hexadecimal digits: the state and the run."""
        asked = f"{'closed' if self.is_closed else self.state.value} {self.run}"
        return hashlib.sha256(asked.encode()).hexdigest()[:16]


def resolve(live: Live, at: datetime) -> Due:
    """What `live:` asks for at a moment. In a window every occurrence is a run of its own, named by its beginning."""
    if live.window is None or live.state is not LiveState.RUNNING:
        return Due(live.state, live.run)
    now = around(live.window, at)
    if now.open is None:
        return Due(LiveState.STOPPED, live.run, until=now.next_change, is_closed=True)
    return Due(LiveState.RUNNING, run_of(live, now.open), now.open.start, now.next_change)


def run_of(live: Live, occurrence: Occurrence) -> str:
    """The run of one occurrence of a window: no name that a manifest may choose, since that has no `@`."""
    return f"{live.run}@{occurrence.local:%Y-%m-%dT%H:%M}"


def is_run_of(live: Live, run: str) -> bool:
    """Whether a run is that of an occurrence of the window, or was when its times were others."""
    return run.startswith(f"{live.run}@")


def upcoming(desired: DeclaredRoom, at: datetime, *, on_air: bool) -> Upcoming | None:
    """What the window will do next to a room that is on air, or is not, once the plan is applied."""
    if desired.live.window is None or desired.live.state is not LiveState.RUNNING:
        return None
    now = around(desired.live.window, at)
    if now.open is not None and on_air:
        return _upcoming(desired, "stop", now.open.end, now.open)
    if now.following is not None:
        return _upcoming(desired, "start", now.following.start, now.following)
    return None


def _upcoming(
    desired: DeclaredRoom, action: Literal["start", "stop"], at: datetime, occurrence: Occurrence
) -> Upcoming:
    window = desired.live.window
    assert window is not None  # noqa: S101 - it has an occurrence
    local = local_time(at, window.timezone)
    return Upcoming(desired.key, action, run_of(desired.live, occurrence), at, local, window.timezone)


class Planned(Mapping[RoomKey, DesiredRoom]):
    """The desired rooms, each with the run that a plan starts in it."""

    def __init__(self, rooms: Mapping[RoomKey, DesiredRoom], plan: Plan) -> None:
        self._rooms = rooms
        self._runs = {action.key: action.run for action in plan.actions if isinstance(action, Start | Restart)}

    def __getitem__(self, key: RoomKey) -> DesiredRoom:
        room = self._rooms[key]
        run = self._runs.get(key, room.live.run)
        return room if run == room.live.run else replace(room, live=replace(room.live, run=run))

    def __iter__(self) -> Iterator[RoomKey]:
        return iter(self._rooms)

    def __len__(self) -> int:
        return len(self._rooms)
