"""What an import did, for programs. Pure."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from provisioner.reports.imported import Imported, WrittenFile
from provisioner.reports.json_types import FORMAT_VERSION, Count


class ImportedRoomJson(TypedDict):
    """A room that a file declares."""

    key: str
    room_id: str
    room_name: str
    adopts: bool
    """Whether its manifest takes it over, since nobody managed it."""


class SharedPartJson(TypedDict):
    """What rooms refer to."""

    kind: Literal["Script", "RuleSet"]
    key: str


class WrittenFileJson(TypedDict):
    """A file that was written."""

    file: str
    """Its path, from the workspace where it is in it."""
    rooms: list[ImportedRoomJson]
    """Those that it declares; with --merge, those for which it was changed."""
    parts: list[SharedPartJson]
    changed_lines: Count | None
    """How many lines a merge changed; null for a new file."""


class SkippedRoomJson(TypedDict):
    """A room that was left alone."""

    room_id: str
    room_name: str
    reason: str
    decides: bool
    """Whether a person has to do something about it."""


class LeftOutJson(TypedDict):
    """A part of a room that its manifest does not say, and that stays as it is."""

    key: str
    path: str
    reason: str


class ByHandJson(TypedDict):
    """A change of a manifest that a person has to make."""

    key: str
    path: str
    place: str
    """File and line, such as rooms/spring.yaml:12."""
    value: str
    """What to write there, in words and without secrets."""
    reason: str


class SecretToSetJson(TypedDict):
    """A secret that a manifest names."""

    name: str
    key: str
    """The room in whose manifest it stands."""
    path: str
    shown: str
    """As much of its value as may be shown; empty for nothing."""


class ImportJson(TypedDict):
    """What an import did: what `import --format json` prints."""

    format_version: Literal[1]
    workspace: str
    target: str
    files: list[WrittenFileJson]
    unchanged: Count
    """Rooms that --merge found as their manifests say."""
    skipped: list[SkippedRoomJson]
    left_out: list[LeftOutJson]
    by_hand: list[ByHandJson]
    secrets: list[SecretToSetJson]
    """To be set before an apply."""


def imported_json(done: Imported) -> ImportJson:
    """All that an import did and did not."""
    return {
        "format_version": FORMAT_VERSION,
        "workspace": done.workspace,
        "target": done.target,
        "files": [_file(file) for file in done.files],
        "unchanged": done.unchanged,
        "skipped": [
            {"room_id": room.room_id, "room_name": room.name, "reason": room.reason, "decides": room.decides}
            for room in done.skipped
        ],
        "left_out": [{"key": left.key, "path": left.path, "reason": left.reason} for left in done.left_out],
        "by_hand": [
            {"key": one.key, "path": one.path, "place": one.place, "value": one.value, "reason": one.why}
            for one in done.by_hand
        ],
        "secrets": [
            {"name": secret.name, "key": secret.key, "path": secret.path, "shown": secret.shown}
            for secret in done.secrets
        ],
    }


def _file(file: WrittenFile) -> WrittenFileJson:
    return {
        "file": file.path,
        "rooms": [
            {"key": room.key, "room_id": room.room_id, "room_name": room.name, "adopts": room.adopts}
            for room in file.rooms
        ],
        "parts": [{"kind": kind, "key": key} for kind, key in file.parts],
        "changed_lines": file.changed_lines,
    }
