"""A snapshot as a sealed file, in both directions. Pure.

The file is plain JSON with sorted keys, a value a line, so that two of them can be compared by any tool. Like a saved
plan it may come from a stranger: it is bounded and sealed (`sealed`), and every field is checked (`shape`).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from provisioner.assets import Asset, AssetKind, is_asset_id
from provisioner.errors import RefusedError, WorkspaceError
from provisioner.marker import HandIntent, Marker, Restarting, RunIntent, key_of
from provisioner.metastudio.models import ErrorResponse, SmartLiveJob
from provisioner.metastudio.remote_text import printable
from provisioner.observed import LastJob, ObservedRoom
from provisioner.planning.digest import FIELD
from provisioner.planning.sealed import VERSION, SealedFile
from provisioner.planning.shape import Shape, ShapeError
from provisioner.reports.json_text import dumps
from provisioner.rooms import RoomId, RoomKey
from provisioner.snapshots.snapshot import Jobs, Snapshot
from provisioner.snapshots.snapshot_json import FORMAT_VERSION, snapshot_to_json

FILE = SealedFile(
    noun="snapshot",
    command="provisioner snapshot -o FILE",
    version=FORMAT_VERSION,
    needs=frozenset({"rooms", "taken"}),
    max_bytes=512 * 1024 * 1024,
    max_containers=8_000_000,
)
"""Ten thousand rooms of 16 KB take about half of the size."""
AHEAD = timedelta(minutes=16)
"""How far the clock of the machine that took a snapshot may be ahead of the one that reads it."""


def to_text(snapshot: Snapshot) -> str:
    """The file. Raises WorkspaceError where it would be larger than one that can be read."""
    text = dumps(snapshot_to_json(snapshot), in_order=True) + "\n"
    if len(text.encode("utf-8", "backslashreplace")) > FILE.max_bytes:
        limit = FILE.max_bytes // 1024**2
        raise WorkspaceError(f"the snapshot would be larger than {limit} MiB, which no plan reads; nothing was written")
    return text


def parse_snapshot(text: str) -> tuple[Snapshot, str]:
    """The snapshot that a file holds, and its digest.

    Raises WorkspaceError for what is not a snapshot, RefusedError for one of another format version or one that was
    changed since it was taken.
    """
    document = FILE.load(text)
    try:
        return _snapshot(Shape(document, "the snapshot")), str(document[FIELD])
    except ShapeError as error:
        FILE.is_none(str(error))


def check_snapshot(
    snapshot: Snapshot, *, workspace: str, target: str, endpoint: str | None, project_id: str | None, now: datetime
) -> None:
    """Raises RefusedError for a snapshot of another workspace, target, endpoint or project (None: not known here), or
    one of the future.
    """
    for what, theirs, ours in (
        ("workspace", snapshot.workspace, workspace),
        ("target", snapshot.target, target),
        ("endpoint", snapshot.endpoint, endpoint),
        ("project", snapshot.project_id, project_id or snapshot.project_id),
    ):
        if theirs != ours:
            raise RefusedError(
                f"the snapshot was taken of {what} {printable(str(theirs), 100)}, and this is {ours}; "
                "take one of it with: provisioner snapshot -o FILE"
            )
    if snapshot.taken > now + AHEAD:
        raise RefusedError(
            f"the snapshot says that it was taken at {snapshot.taken:%Y-%m-%d %H:%M} UTC, which is still to come; "
            "set the clock of this machine, or take a new one"
        )


def _snapshot(shape: Shape) -> Snapshot:
    shape.number(VERSION)
    shape.text(FIELD)
    rooms: list[ObservedRoom] = []
    right: set[RoomId] = set()
    jobs: dict[RoomId, Jobs] = {}
    on_air: dict[RoomId, LastJob] = {}
    workspace = shape.text("workspace")
    for entry in shape.objects("rooms"):
        room = _observed(entry)
        if entry.flag("found_right"):
            right.add(room.id)
        going = entry.object_or_none("on_air")
        if going is not None:
            on_air[room.id] = _read_last_job(going)
        listed = entry.objects_or_none("jobs")
        if listed is not None:
            jobs[room.id] = tuple(_job(job) for job in listed)
        elif _has_run(room, workspace):
            raise ShapeError(f"{entry.place}.jobs is null, and its marker names a run")
        entry.done()
        rooms.append(room)
    if len({room.id for room in rooms}) != len(rooms):
        raise ShapeError(f"{shape.place}.rooms has a room twice")
    snapshot = Snapshot(
        workspace=workspace,
        target=shape.text("target"),
        endpoint=shape.text_or_none("endpoint"),
        project_id=shape.text("project_id"),
        taken=shape.moment("taken"),
        moment=shape.moment("moment"),
        rooms=tuple(rooms),
        right=frozenset(right),
        jobs=jobs,
        on_air=on_air,
        named={name: tuple(_job(job) for job in found) for name, found in shape.lists("jobs_by_name").items()},
        assets={_kind(kind): tuple(_read_asset(one) for one in found) for kind, found in shape.lists("assets").items()},
    )
    shape.done()
    return snapshot


def _kind(text: str) -> AssetKind:
    try:
        return AssetKind(text)
    except ValueError:
        raise ShapeError("the snapshot.assets has a kind of which there are none") from None


def _read_asset(shape: Shape) -> Asset:
    asset_id = shape.text("asset_id")
    if not is_asset_id(asset_id):
        raise ShapeError(f"{shape.place}.asset_id is not an id")
    asset = Asset(asset_id, shape.text("asset_name"), shape.text("asset_type"), shape.text("asset_state"))
    shape.done()
    return asset


def _has_run(room: ObservedRoom, workspace: str) -> bool:
    marker = room.marker
    return marker is not None and marker.workspace == workspace and marker.announced is not None


def _observed(shape: Shape) -> ObservedRoom:
    body = shape.data_or_none("body")
    last = shape.object_or_none("last_job")
    return ObservedRoom(
        id=RoomId(shape.id("room_id")),
        name=shape.text("room_name"),
        marker=_read_marker(shape.object_or_none("marker")),
        user_data=shape.text("user_data"),
        created=shape.moment_or_none("created"),
        updated=shape.moment_or_none("updated"),
        room_type=shape.text("room_type"),
        room_state=shape.text("room_state"),
        job=None if last is None else _read_last_job(last),
        forged=shape.flag("forged"),
        body=body,
        is_masked=body is not None,
    )


def _read_last_job(shape: Shape) -> LastJob:
    job = LastJob(shape.text("state"), shape.moment_or_none("started"), shape.moment_or_none("ended"))
    shape.done()
    return job


def _read_marker(shape: Shape | None) -> Marker | None:
    """The marker, which was genuine when it was read. What it was sealed with is left out, and no plan asks for it."""
    if shape is None:
        return None
    intent, by_hand = shape.object_or_none("intent"), shape.object_or_none("by_hand")
    marker = Marker(
        workspace=shape.text("workspace"),
        key=_key(shape),
        nonce="",
        spec_hash=shape.text("spec_hash"),
        written=shape.moment("written"),
        commit=shape.text_or_none("commit"),
        protect=shape.flag("protect"),
        intent=None
        if intent is None
        else RunIntent(
            intent.text("run"), intent.moment("since"), "", restart=intent.choice_or_left_out("restart", Restarting)
        ),
        by_hand=None
        if by_hand is None
        else HandIntent(by_hand.text("run"), by_hand.moment("since"), "", by_hand.text("asked")),
    )
    for part in (intent, by_hand, shape):
        if part is not None:
            part.done()
    return marker


def _key(shape: Shape) -> RoomKey:
    try:
        return key_of(shape.text("key"))
    except ValueError as error:
        if isinstance(error, ShapeError):
            raise
        raise ShapeError(f"{shape.place}.key is not a key") from None


def _job(shape: Shape) -> SmartLiveJob:
    code, words = shape.text_or_none("error_code"), shape.text_or_none("error_msg")
    job = SmartLiveJob(
        job_id=shape.id("job_id"),
        room_id=shape.text_or_none("room_id"),
        room_name=shape.text_or_none("room_name"),
        state=shape.text_or_none("state"),
        create_time=shape.text_or_none("create_time"),
        error_info=ErrorResponse(error_code=code, error_msg=words) if code or words else None,
        block_reason=shape.text_or_none("block_reason"),
    )
    shape.done()
    return job
