"""The words of a plan: actions, why they are there, and the plan itself. Values, pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal, TypeAlias, TypedDict

from provisioner.comparing.compare import Branch, FieldChange
from provisioner.diagnostics import Diagnostic, Span
from provisioner.planning.contents import RoomContent
from provisioner.planning.refresh import Refresh
from provisioner.planning.shards import Shard
from provisioner.rooms import RoomId, RoomKey


class Cause(StrEnum):
    """Why an action is in the plan."""

    MANIFEST = "manifest"
    DRIFT = "drift"
    BOTH = "both"
    NEW = "new"
    REMOVED = "removed"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class Base:
    """What the plan saw of a room; an action is stale when the room is no longer like this."""

    updated: str | None
    spec_hash: str | None


class Subject(TypedDict):
    """What all actions on one room have in common."""

    key: RoomKey
    room_name: str
    cause: Cause
    room_id: RoomId | None
    origin: Span | None
    base: Base | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Action:
    """What every action says. `reason` is a sentence for people: what viewers notice, or why it is blocked. `branch` is
    whether the branch causes it, where that was asked (`Plan.base`).
    """

    key: RoomKey
    room_name: str
    cause: Cause
    room_id: RoomId | None = None
    origin: Span | None = None
    changes: tuple[FieldChange, ...] = ()
    base: Base | None = None
    reason: str = ""
    branch: Branch | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Create(_Action):
    """Make a room that nobody has."""

    name: ClassVar[Literal["create"]] = "create"


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopt(_Action):
    """Take over an unmanaged room, and make it what the manifest says."""

    name: ClassVar[Literal["adopt"]] = "adopt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Update(_Action):
    """Make a managed room what the manifest says."""

    name: ClassVar[Literal["update"]] = "update"


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(_Action):
    """Go live: one job for `run`, and none from `until` on, when its window is closed.

    For a run that a person starts by hand, `by_hand` is the digest of what `live:` asks for beside it.
    """

    name: ClassVar[Literal["start"]] = "start"
    run: str
    until: datetime | None = None
    by_hand: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop(_Action):
    """End the job that is on air."""

    name: ClassVar[Literal["stop"]] = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart(_Action):
    """End the job that is on air and start another for `run`, which from `until` on is not started any more."""

    name: ClassVar[Literal["restart"]] = "restart"
    run: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite(_Action):
    """Command the job that is on air to play what the room now says."""

    name: ClassVar[Literal["rewrite"]] = "rewrite"
    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete(_Action):
    """Delete a managed room that no manifest declares."""

    name: ClassVar[Literal["delete"]] = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked(_Action):
    """Something is to be done and must not be; `reason` says why and what a person can do."""

    name: ClassVar[Literal["blocked"]] = "blocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoOp(_Action):
    """The room is as it should be."""

    name: ClassVar[Literal["unchanged"]] = "unchanged"


Action: TypeAlias = Create | Adopt | Update | Start | Stop | Restart | Rewrite | Delete | Blocked | NoOp
KINDS: tuple[type[Action], ...] = (Create, Adopt, Update, Start, Stop, Restart, Rewrite, Delete, Blocked, NoOp)
"""Every kind of action, in the order in which summaries count them."""
ActionName: TypeAlias = Literal[
    "create", "adopt", "update", "start", "stop", "restart", "rewrite", "delete", "blocked", "unchanged"
]
WRITES_ROOM = (Create, Adopt, Update)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a plan looked at: how many rooms the list named, how many of those are managed (of a shard: in it), how many
    were read, how many were known from an earlier reading, and how many were believed to be as their marker says.
    """

    listed: int = 0
    managed: int = 0
    read: int = 0
    known: int = 0
    believed: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """The snapshot that a plan was made from: when it was taken, by the clock of the machine that took it, and its
    digest.
    """

    at: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class AgainstBase:
    """The revision that a plan was put beside, and how many rooms the branch declares that are new, declared otherwise
    or not declared any more; of these, `settled` are as they should be already. Not `is_compared` means that the
    revision's manifests have errors, and the counts say nothing.
    """

    ref: str
    commit: str
    is_compared: bool = False
    new: int = 0
    changed: int = 0
    removed: int = 0
    settled: int = 0


@dataclass(frozen=True, slots=True)
class Upcoming:
    """What a room's window asks for next: `start` or `stop` of a run, at a moment, which is `local` (without a zone)
    on the clocks of `timezone`.
    """

    key: RoomKey
    action: Literal["start", "stop"]
    run: str
    at: datetime
    local: datetime
    timezone: str


def in_time(changes: Iterable[Upcoming]) -> tuple[Upcoming, ...]:
    """The earliest first."""
    return tuple(sorted(changes, key=lambda change: (change.at, change.key)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that would be done, in the order of keys; a room's actions in the order of doing.

    `manifests` is the digest of all desired rooms; `selection` is the keys asked for, empty for all of
    the workspace or of its `shard`. `at` is the moment that the plan is for where that is not the one it was made
    at: such a plan is to be looked at. `upcoming` is what windows ask for after the plan, a room at most once, the
    earliest first. `contents` has the rooms that something is done to, as far as they are known; of very many a saved
    plan leaves some out (`contents_left_out`). `snapshot` is what a plan was made from that asked the service nothing,
    `base` the revision that says which of its actions a branch causes. `assets` has the names of assets by their ids,
    as far as the changes speak of them and the library was read.
    """

    workspace: str
    target: str
    project_id: str
    refresh: Refresh
    actions: tuple[Action, ...]
    manifests: str
    created: datetime
    expires: datetime
    warnings: tuple[Diagnostic, ...] = ()
    selection: tuple[str, ...] = ()
    shard: Shard | None = None
    prune: bool = False
    commit: str | None = None
    reading: Reading = field(default_factory=Reading)
    at: datetime | None = None
    upcoming: tuple[Upcoming, ...] = ()
    contents: Mapping[RoomKey, RoomContent] = field(default_factory=dict, repr=False, compare=False)
    contents_left_out: int = 0
    snapshot: Taken | None = None
    base: AgainstBase | None = None
    assets: Mapping[str, str] = field(default_factory=dict)

    @property
    def changes(self) -> tuple[Action, ...]:
        """The actions that would do something, and those that are blocked."""
        return tuple(action for action in self.actions if not isinstance(action, NoOp))

    def summary(self) -> dict[str, int]:
        """How many actions of each kind, every kind named."""
        counts = Counter(action.name for action in self.actions)
        return {kind.name: counts[kind.name] for kind in KINDS}

    def rooms(self) -> Iterator[tuple[RoomKey, tuple[Action, ...]]]:
        """The actions that do something, room by room."""
        grouped: dict[RoomKey, list[Action]] = {}
        for action in self.changes:
            grouped.setdefault(action.key, []).append(action)
        for key, actions in grouped.items():
            yield key, tuple(actions)
