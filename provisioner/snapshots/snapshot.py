"""The nouns of a snapshot, and what a plan may ask of one. Values only, pure but for being asked like the service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from provisioner.assets import Asset, AssetKind
from provisioner.marker import format_time
from provisioner.metastudio.models import SmartLiveJob
from provisioner.observe import since
from provisioner.observed import LastJob, ObservedRoom
from provisioner.planning.room_actions import Sighting
from provisioner.rooms import RoomId

Jobs = tuple[SmartLiveJob, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What was observed of a target.

    `taken` is by the clock of the machine that took it, `moment` by the service's. `rooms` is the whole list, by id;
    those with a body were read, and it is masked. `right` are the rooms that were found as their markers say. `jobs`
    has those of each room that our marker names a run of, since the first of these, and `named` those of rooms that are
    gone, by name; both newest first. `on_air` tells the newest job of each room that had one on air, which the list of
    rooms hides behind a later one that is over. `assets` is the library, of the kinds that manifests named then.
    """

    workspace: str
    target: str
    endpoint: str | None
    project_id: str
    taken: datetime
    moment: datetime
    rooms: tuple[ObservedRoom, ...] = field(repr=False)
    right: frozenset[RoomId] = frozenset()
    jobs: Mapping[RoomId, Jobs] = field(default_factory=dict, repr=False)
    named: Mapping[str, Jobs] = field(default_factory=dict, repr=False)
    on_air: Mapping[RoomId, LastJob] = field(default_factory=dict, repr=False)
    assets: Mapping[AssetKind, tuple[Asset, ...]] = field(default_factory=dict, repr=False)

    @property
    def listed(self) -> tuple[ObservedRoom, ...]:
        """The rooms as the list alone tells of them."""
        return tuple(replace(room, body=None, is_masked=False) for room in self.rooms)

    @property
    def sightings(self) -> frozenset[Sighting]:
        """The rooms that were found right, as they were then."""
        return frozenset(
            (room.id, format_time(room.updated), room.marker.spec_hash)
            for room in self.rooms
            if room.id in self.right and room.updated is not None and room.marker is not None
        )


class Remembered:
    """A snapshot as the source of a plan (`provisioner.survey.Source`)."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._rooms = {room.id: room for room in snapshot.rooms}
        self._jobs = snapshot.jobs
        self._on_air = snapshot.on_air
        self._named = snapshot.named

    async def read(
        self, rooms: Iterable[ObservedRoom], *, progress: Callable[[int, int], None] = lambda *_: None
    ) -> tuple[ObservedRoom, ...]:
        """The rooms, with their bodies where these were written down."""
        found = tuple(self._rooms[room.id] for room in rooms)
        progress(len(found), len(found))
        return found

    async def jobs_since(self, rooms: Iterable[tuple[RoomId, datetime]]) -> dict[RoomId, Jobs]:
        """The jobs of rooms since their moments."""
        return {room_id: since(self._jobs.get(room_id, ()), moment) for room_id, moment in rooms}

    async def jobs_named(self, name: str, moment: datetime | None) -> Jobs | None:
        """The jobs of rooms of a name, or None where nobody looked."""
        jobs = self._named.get(name)
        return jobs if jobs is None or moment is None else since(jobs, moment)

    async def rooms_on_air(self) -> Mapping[RoomId, LastJob]:
        """The rooms that had a job on air, each with its newest."""
        return self._on_air

    async def risks_of(self, _rooms: Iterable[RoomId]) -> dict[RoomId, tuple[str, ...] | None]:
        """Nothing: the service is not asked."""
        return {}
