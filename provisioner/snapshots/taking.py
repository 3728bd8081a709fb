"""The service → a snapshot: what a plan could ask of it, for any manifests, and nothing that is secret.

Read are the rooms of the workspace and those that a manifest adopts. Of the others the entry in the list is kept,
without what they say, so that a manifest can adopt one; what would change in it is then not known.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from provisioner.assets import Asset, AssetKind
from provisioner.comparing.shareable import masked, shielded
from provisioner.marker import Marker
from provisioner.metastudio.models import CreateSmartLiveRoomReq, SmartLiveJob
from provisioner.observed import ObservedRoom
from provisioner.planning.matching import match_rooms
from provisioner.planning.room_actions import Sighting, was_seen
from provisioner.planning.secrecy import secret_fields_of
from provisioner.rooms import DeclaredRoom, RoomId, RoomKey
from provisioner.snapshots.snapshot import Jobs, Snapshot
from provisioner.survey import Progress, Remembers, Source
from provisioner.workspace import Target

BODY_FIELDS = frozenset(CreateSmartLiveRoomReq.model_fields) - {"priv_data"}
"""What a manifest may say of a room. The rest is the service's own, such as addresses of pictures with a proof."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """What a snapshot is taken of and with. `conceal` takes secrets that are known here out of any text, of which
    `known` are the names. `assets` is the library, of the kinds that manifests name.
    """

    workspace: str
    target: Target
    project_id: str
    declared: tuple[DeclaredRoom, ...]
    sightings: frozenset[Sighting]
    known: Mapping[str, str]
    conceal: Callable[[str], str]
    assets: Mapping[AssetKind, tuple[Asset, ...]] = field(default_factory=dict)


async def take(
    source: Source,
    taking: Taking,
    listed: tuple[ObservedRoom, ...],
    *,
    moment: datetime,
    taken: datetime,
    memory: Remembers | None = None,
    progress: Progress = lambda _done, _total: None,
) -> tuple[Snapshot, tuple[ObservedRoom, ...]]:
    """The snapshot, and the rooms that had to be read for it. Raises what the source raises."""
    wanted = _wanted(taking, listed)
    remembered = memory.fill([room for room in listed if room.id in wanted]) if memory is not None else ()
    known = {room.id for room in remembered}
    shown = await source.read([room for room in listed if room.id in wanted - known], progress=progress)
    found = {room.id: room for room in (*remembered, *shown)}
    # one that was asked for and not found is gone by now
    rooms = [found.get(room.id, room) for room in listed if room.id not in wanted or room.id in found]
    jobs = await source.jobs_since([(room.id, since) for room in rooms if (since := _first_run(room, taking))])
    named = {room.name: await source.jobs_named(room.name, None) for room in _gone(taking, listed)}
    on_air = await source.rooms_on_air()
    secret = _with_unknown_secrets(taking, rooms)
    fields = secret_fields_of(taking.declared)
    snapshot = Snapshot(
        workspace=taking.workspace,
        target=taking.target.name,
        endpoint=taking.target.endpoint,
        project_id=taking.project_id,
        taken=taken,
        moment=moment,
        rooms=tuple(sorted((_shown(room, fields(room), taking.conceal) for room in rooms), key=lambda room: room.id)),
        right=frozenset(room.id for room in rooms if was_seen(room, taking.sightings)),
        jobs={room_id: _told(found_jobs, tells=room_id not in secret) for room_id, found_jobs in jobs.items()},
        named={name: _told(found_jobs, tells=False) for name, found_jobs in named.items() if found_jobs is not None},
        on_air={room.id: on_air[room.id] for room in rooms if room.id in on_air},
        assets={
            kind: tuple(replace(asset, name=taking.conceal(asset.name)) for asset in listed)
            for kind, listed in taking.assets.items()
        },
    )
    return snapshot, shown


def _wanted(taking: Taking, listed: Iterable[ObservedRoom]) -> set[RoomId]:
    """The rooms of the workspace, and those that are to be adopted."""
    rooms = tuple(listed)
    declared = frozenset(room.key for room in taking.declared)
    matches = match_rooms(taking.declared, rooms, taking.workspace, declared)
    adopted = {match.room.id for match in matches.matched if match.adopted and match.room is not None}
    return adopted | {room.id for room in rooms if _is_ours(room, taking)}


def _is_ours(room: ObservedRoom, taking: Taking) -> bool:
    return room.marker is not None and room.marker.workspace == taking.workspace


def _first_run(room: ObservedRoom, taking: Taking) -> datetime | None:
    """When the first of the runs began that a room's marker names."""
    if room.marker is None or not _is_ours(room, taking):
        return None
    return min((run.since for run in (room.marker.intent, room.marker.by_hand) if run is not None), default=None)


def _gone(taking: Taking, listed: Iterable[ObservedRoom]) -> list[DeclaredRoom]:
    """The TEMP rooms that are declared and not there."""
    there: set[RoomKey] = {room.marker.key for room in listed if room.marker is not None and _is_ours(room, taking)}
    return [room for room in taking.declared if room.room_type == "TEMP" and room.key not in there]


def _with_unknown_secrets(taking: Taking, rooms: Iterable[ObservedRoom]) -> set[RoomId]:
    """The rooms of which the service's words may repeat a secret that is not known here."""
    safe = {room.key for room in taking.declared if all(name in taking.known for name in room.secret_names())}
    return {room.id for room in rooms if room.marker is None or room.marker.key not in safe}


def _shown(room: ObservedRoom, secret: frozenset[str], conceal: Callable[[str], str]) -> ObservedRoom:
    """The room as it may be shown to anybody. In the fields that are `secret` its manifest names secrets."""
    marker = _unsealed(room.marker) if room.marker is not None else None
    if room.body is None:
        return replace(room, marker=marker, name=conceal(room.name), user_data="", read_at=None)
    body = masked({name: value for name, value in room.body.items() if name in BODY_FIELDS}).body
    body = shielded(body, secret)
    text = json.dumps(body, ensure_ascii=False)
    if conceal(text) != text:
        body = _concealed(body, conceal)
    name, user_data = conceal(room.name), conceal(room.user_data)
    return replace(room, marker=marker, name=name, user_data=user_data, body=body, read_at=None, is_masked=True)


def _unsealed(marker: Marker) -> Marker:
    """The marker without what proves that it is genuine, which was looked at, and without what stands for secrets."""
    return replace(marker, secrets_digest=None, mac=None)


def _concealed(value: Any, conceal: Callable[[str], str]) -> Any:
    match value:
        case str():
            return conceal(value)
        case dict():
            return {name: _concealed(item, conceal) for name, item in value.items()}
        case list():
            return [_concealed(item, conceal) for item in value]
        case _:
            return value


def _told(jobs: Jobs, *, tells: bool) -> Jobs:
    """The jobs with what a plan asks of them: no signatures, addresses or records, and errors in words that hide
    nothing.
    """
    return tuple(_bare(job, tells=tells) for job in jobs)


def _bare(job: SmartLiveJob, *, tells: bool) -> SmartLiveJob:
    error = job.error_info
    if error is not None and not tells:
        error = error.model_copy(update={"error_msg": None})
    return SmartLiveJob(
        job_id=job.job_id,
        room_id=job.room_id,
        room_name=job.room_name,
        state=job.state,
        create_time=job.create_time,
        error_info=error,
        block_reason=job.block_reason if tells else None,
    )
