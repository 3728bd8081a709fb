"""The actions of a plan, and their changes, as plain data. Pure."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from typing_extensions import TypedDict

from provisioner.comparing.compare import Branch, FieldChange, Kind
from provisioner.diagnostics import Span
from provisioner.planning.actions import Action, Base, Cause, Restart, Rewrite, Start
from provisioner.reports.json_text import timestamp
from provisioner.reports.json_types import Moment, Position


class OriginJson(TypedDict):
    """Where a manifest starts."""

    file: str
    """The file, relative to the workspace."""
    line: Position
    column: Position


class BaseJson(TypedDict):
    """What the plan saw of a room; an action is stale when the room is no longer like this."""

    updated: str | None
    """The service's `update_time` of the room; null for a room that was not read."""
    spec_hash: str | None
    """The hash of the spec that its marker names; null without a marker."""


class ChangeJson(TypedDict):
    """One place of a room that changes."""

    path: str
    """The place, such as `scene_scripts[Opening].shoot_scripts[2].text_config.text`."""
    kind: Kind
    before: Any
    """What the room has; for a move its position, from 1. Null for nothing, and where it is sensitive."""
    after: Any
    """What the manifest says; for a move its position, from 1. Null for nothing, and where it is sensitive."""
    sensitive: bool
    """Whether the values are kept out of the plan."""
    branch: Branch | None
    """Whether the branch causes it, its base asks for it as well, or both in their own ways; null without a base."""


class AboutJson(TypedDict):
    """What every action says."""

    key: str
    """The room, by its key in the workspace."""
    room_id: str | None
    """The room, by its id at the service; null for one that is to be created."""
    room_name: str
    cause: Cause
    origin: OriginJson | None
    """The manifest; null where none declares the room."""
    reason: str
    """A sentence for people: what viewers notice, or why the action is blocked. May be empty."""
    branch: Branch | None
    """Whether the branch causes it, its base asks for it as well, or both in their own ways; null without a base."""
    base: BaseJson | None
    changes: list[ChangeJson]


class RoomActionJson(AboutJson):
    """An action on a room, or on a job that needs no more than the room to be found."""

    action: Literal["create", "adopt", "update", "stop", "delete", "blocked", "unchanged"]


class StartActionJson(AboutJson):
    """An action that starts a job."""

    action: Literal["start", "restart"]
    run: str
    """The broadcast that is started, by the name that `live.run` or its window gives it."""
    until: Moment | None
    """When its window closes; from then on it is not started any more."""


class RewriteActionJson(AboutJson):
    """An action that commands the job on air."""

    action: Literal["rewrite"]
    commands: list[str]
    """The commands of the API, in their order."""


ActionJson: TypeAlias = RoomActionJson | StartActionJson | RewriteActionJson


def action_json(action: Action) -> ActionJson:
    """An action with its changes."""
    match action:
        case Start() | Restart():
            until = timestamp(action.until) if action.until else None
            return {"action": action.name, **_about(action), "run": action.run, "until": until}
        case Rewrite():
            return {"action": action.name, **_about(action), "commands": list(action.commands)}
        case _:
            return {"action": action.name, **_about(action)}


def _about(action: Action) -> AboutJson:
    return {
        "key": action.key,
        "room_id": action.room_id,
        "room_name": action.room_name,
        "cause": action.cause,
        "origin": origin_json(action.origin),
        "reason": action.reason,
        "branch": action.branch,
        "base": _base(action.base),
        "changes": [change_json(change) for change in action.changes],
    }


def origin_json(origin: Span | None) -> OriginJson | None:
    """Where something is declared."""
    return {"file": origin.file, "line": origin.line, "column": origin.column} if origin else None


def _base(base: Base | None) -> BaseJson | None:
    return {"updated": base.updated, "spec_hash": base.spec_hash} if base else None


def change_json(change: FieldChange) -> ChangeJson:
    """A change; what is at a sensitive place is left out."""
    return {
        "path": change.path,
        "kind": change.kind,
        "before": None if change.sensitive else change.before,
        "after": None if change.sensitive else change.after,
        "sensitive": change.sensitive,
        "branch": change.branch,
    }
