"""A snapshot as plain data: what the file holds. Pure.

`provisioner.snapshots.file` reads it back; the two change together.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal, NotRequired

from typing_extensions import TypedDict

from provisioner.assets import Asset
from provisioner.marker import HandIntent, Marker, RunIntent
from provisioner.metastudio.models import SmartLiveJob
from provisioner.observed import LastJob, ObservedRoom
from provisioner.planning.digest import FIELD, digest_of
from provisioner.reports.json_text import timestamp
from provisioner.reports.json_types import Digest, Moment
from provisioner.snapshots.snapshot import Snapshot

FORMAT_VERSION: Final = 1


class IntentJson(TypedDict):
    """The last run that the manifest asked for."""

    run: str
    since: Moment
    restart: NotRequired[str]
    """How far a restart of the job had come; left out where there was none."""


class HandJson(TypedDict):
    """A run that was started by hand."""

    run: str
    since: Moment
    asked: str
    """Stands for what the manifest asked for then."""


class MarkerJson(TypedDict):
    """Who manages the room, and what it was last given."""

    workspace: str
    key: str
    spec_hash: str
    written: Moment
    commit: str | None
    protect: bool
    intent: IntentJson | None
    by_hand: HandJson | None


class LastJobJson(TypedDict):
    """A job, as the list of rooms tells of it."""

    state: str
    started: Moment | None
    ended: Moment | None


class JobJson(TypedDict):
    """A job, as its own page tells of it, without what opens doors."""

    job_id: str
    room_id: str | None
    room_name: str | None
    state: str | None
    create_time: str | None
    """As the service writes it."""
    error_code: str | None
    error_msg: str | None
    block_reason: str | None


class RoomJson(TypedDict):
    """A room of the project, whoever manages it."""

    room_id: str
    room_name: str
    room_type: str
    room_state: str
    created: Moment | None
    updated: Moment | None
    marker: MarkerJson | None
    """Null where the workspace does not manage it."""
    forged: bool
    """Whether a marker was there that is not genuine."""
    found_right: bool
    """Whether it was read back and found as its marker says."""
    user_data: str
    """What `priv_data` holds besides the marker."""
    last_job: LastJobJson | None
    on_air: LastJobJson | None
    """The newest job on air, where the list hides it behind a later one that is over."""
    jobs: list[JobJson] | None
    """Those since the run that the marker names, the newest first; null where it names none."""
    body: dict[str, Any] | None
    """What the room says, without its secrets; null for a room that was not read."""


class AssetJson(TypedDict):
    """An asset of the library, in the words of the API."""

    asset_id: str
    asset_name: str
    asset_type: str
    asset_state: str


class _BodyJson(TypedDict):
    """All of a snapshot but its digest."""

    format_version: Literal[1]
    workspace: str
    target: str
    endpoint: str | None
    """Null for an embedded service."""
    project_id: str
    taken: Moment
    """By the clock of the machine that took it."""
    moment: Moment
    """By the clock of the service."""
    rooms: list[RoomJson]
    """All rooms of the project, by id."""
    jobs_by_name: dict[str, list[JobJson]]
    """Jobs of rooms that may be gone, by the name of the room."""
    assets: dict[str, list[AssetJson]]
    """The library, of the kinds that manifests named."""


class SnapshotJson(_BodyJson):
    """What was observed of a target: what `snapshot -o` writes and `plan --snapshot` takes."""

    digest: Digest
    """Covers every value of the document but itself; `plan` refuses a snapshot that was changed."""


def snapshot_to_json(snapshot: Snapshot) -> SnapshotJson:
    """The snapshot with its digest."""
    document: _BodyJson = {
        "format_version": FORMAT_VERSION,
        "workspace": snapshot.workspace,
        "target": snapshot.target,
        "endpoint": snapshot.endpoint,
        "project_id": snapshot.project_id,
        "taken": timestamp(snapshot.taken),
        "moment": timestamp(snapshot.moment),
        "rooms": [_room(room, snapshot) for room in snapshot.rooms],
        "jobs_by_name": {name: [_job(job) for job in jobs] for name, jobs in snapshot.named.items()},
        "assets": {kind.value: [_asset(asset) for asset in assets] for kind, assets in snapshot.assets.items()},
    }
    return {FIELD: digest_of(document), **document}


def _room(room: ObservedRoom, snapshot: Snapshot) -> RoomJson:
    jobs, on_air = snapshot.jobs.get(room.id), snapshot.on_air.get(room.id)
    return {
        "room_id": room.id,
        "room_name": room.name,
        "room_type": room.room_type,
        "room_state": room.room_state,
        "created": _time(room.created),
        "updated": _time(room.updated),
        "marker": _marker(room.marker) if room.marker else None,
        "forged": room.forged,
        "found_right": room.id in snapshot.right,
        "user_data": room.user_data,
        "last_job": _last_job(room.job) if room.job else None,
        "on_air": _last_job(on_air) if on_air else None,
        "jobs": None if jobs is None else [_job(job) for job in jobs],
        "body": None if room.body is None else dict(room.body),
    }


def _asset(asset: Asset) -> AssetJson:
    return {"asset_id": asset.id, "asset_name": asset.name, "asset_type": asset.type, "asset_state": asset.state}


def _time(moment: datetime | None) -> str | None:
    return timestamp(moment) if moment else None


def _marker(marker: Marker) -> MarkerJson:
    return {
        "workspace": marker.workspace,
        "key": marker.key,
        "spec_hash": marker.spec_hash,
        "written": timestamp(marker.written),
        "commit": marker.commit,
        "protect": marker.protect,
        "intent": _intent(marker.intent) if marker.intent else None,
        "by_hand": _by_hand(marker.by_hand) if marker.by_hand else None,
    }


def _intent(intent: RunIntent) -> IntentJson:
    fields: IntentJson = {"run": intent.run, "since": timestamp(intent.since)}
    return fields if intent.restart is None else {**fields, "restart": intent.restart.value}


def _by_hand(intent: HandIntent) -> HandJson:
    return {"run": intent.run, "since": timestamp(intent.since), "asked": intent.asked}


def _last_job(job: LastJob) -> LastJobJson:
    return {"state": job.state, "started": _time(job.started), "ended": _time(job.ended)}


def _job(job: SmartLiveJob) -> JobJson:
    return {
        "job_id": job.job_id,
        "room_id": job.room_id,
        "room_name": job.room_name,
        "state": job.state,
        "create_time": job.create_time,
        "error_code": job.error_info.error_code if job.error_info else None,
        "error_msg": job.error_info.error_msg if job.error_info else None,
        "block_reason": job.block_reason,
    }
