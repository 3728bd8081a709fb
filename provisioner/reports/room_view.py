"""A room of a plan as reports show it, and which topic it belongs to. Values, pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from provisioner.comparing.compare import Branch
from provisioner.diagnostics import Span
from provisioner.planning.actions import Action, Blocked, Cause, Delete, Restart, Rewrite, Start, Stop
from provisioner.rooms import RoomId, RoomKey

GRAVE: tuple[type[Action], ...] = (Delete, Stop, Restart, Rewrite, Start)
"""What cannot be undone or is noticed by viewers, the gravest first."""


class Topic(StrEnum):
    """Why a reviewer looks at a room; a report has the topics in this order.

    What is grave or blocked comes first, whoever caused it. The rest is divided by whose doing it is.
    """

    GRAVE = "Look at first: deletions, and what goes on or off the air or changes there"
    BLOCKED = "Blocked: a person must decide first"
    MANIFESTS = "What the manifests change"
    BRANCH = "What this branch changes"
    BEFORE = "Not from this branch: it was to be done before"
    DRIFT = "Drift: someone changed these rooms, and apply undoes it"


@dataclass(frozen=True, slots=True)
class RoomView:
    """A room with the actions on it, in the order of doing."""

    key: RoomKey
    name: str
    room_id: RoomId | None
    origin: Span | None
    actions: tuple[Action, ...]

    @classmethod
    def of(cls, key: RoomKey, actions: tuple[Action, ...]) -> RoomView:
        """The view of a room from its actions, of which there is one at least."""
        room_id = next((action.room_id for action in actions if action.room_id), None)
        origin = next((action.origin for action in actions if action.origin), None)
        return cls(key, actions[0].room_name, room_id, origin, actions)

    @property
    def topic(self) -> Topic:
        """The topic under which it is shown."""
        if any(isinstance(action, Blocked) for action in self.actions):
            return Topic.BLOCKED
        if self.gravity < len(GRAVE):
            return Topic.GRAVE
        branches = {action.branch for action in self.actions}
        if branches & {Branch.THIS, Branch.BOTH}:
            return Topic.BRANCH
        if all(action.cause is Cause.DRIFT for action in self.actions):
            return Topic.DRIFT
        if Branch.BEFORE in branches:
            return Topic.BEFORE
        return Topic.MANIFESTS

    @property
    def gravity(self) -> int:
        """The place of its gravest action in `GRAVE`; the number of those where it has none."""
        kinds = {type(action) for action in self.actions}
        return next((n for n, kind in enumerate(GRAVE) if kind in kinds), len(GRAVE))
