"""What has to happen to one room: create, adopt, update, or nothing. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeAlias

from provisioner import marker as markers
from provisioner.comparing.compare import FieldChange
from provisioner.marker import Marker, MarkerKeys
from provisioner.observed import ObservedRoom
from provisioner.planning.actions import (
    Action,
    Adopt,
    Base,
    Blocked,
    Cause,
    Create,
    NoOp,
    Subject,
    Update,
)
from provisioner.planning.comparisons import Difference
from provisioner.planning.matching import Match
from provisioner.planning.refresh import Refresh
from provisioner.rooms import DeclaredRoom, RoomId, RoomKey
from provisioner.secrets import SecretText

SLACK = timedelta(seconds=3)
"""How far the marker's time may be behind the service's `update_time` for the same write: the time is estimated
from `Date` headers, and both have a resolution of one second."""

KEY = "key"
"""The path of the change of a room that gets another key; no field of a room is called that."""

Sighting: TypeAlias = tuple[RoomId, str, str]
"""A room as it was once read back and found right: its id, its `update_time`, and the hash of its spec."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What a plan may rely on besides manifests and rooms.

    `sightings` were read when their second was over, so an equal `update_time` proves an equal room.
    `trusts_marker`: without a sighting, believe the marker's own time (where reading everything costs too much).
    `secrets` maps names to values, as far as they are known here; None where what was observed has nothing to compare
    them with.
    """

    refresh: Refresh = Refresh.AUTO
    trusts_marker: bool = True
    sightings: Collection[Sighting] = frozenset()
    secrets: Mapping[str, str] | None = field(default_factory=dict, repr=False)
    marker_keys: MarkerKeys = field(default_factory=MarkerKeys)


def needs_reading(match: Match, knowledge: Knowledge) -> bool:
    """Whether the list entry does not settle what the room is like, so that the room itself has to be read."""
    room = match.room
    if room is None or knowledge.refresh is Refresh.NONE:
        return False
    if knowledge.refresh is Refresh.FULL or match.adopted or room.marker is None:
        return True
    if room.marker.spec_hash != match.desired.spec_hash:
        return True
    return not was_seen(room, knowledge.sightings) and (not knowledge.trusts_marker or _touched_since_marker(room))


def may_change(match: Match, knowledge: Knowledge) -> bool:
    """Whether a comparison may find something to change, or what is known already asks for it."""
    room = match.room
    if room is None or room.marker is None:
        return True
    edited = room.marker.spec_hash != match.desired.spec_hash or _secrets_changed(match.desired, room.marker, knowledge)
    return edited or needs_reading(match, knowledge)


def was_seen(room: ObservedRoom, sightings: Collection[Sighting]) -> bool:
    """Whether the room was read back and found right as it is now."""
    if room.marker is None or room.updated is None:
        return False
    return (room.id, markers.format_time(room.updated), room.marker.spec_hash) in sightings


def _touched_since_marker(room: ObservedRoom) -> bool:
    """Whether somebody has changed the room since its marker was written, as far as times tell."""
    return room.marker is None or room.updated is None or room.updated > room.marker.written + SLACK


def room_action(match: Match, difference: Difference | None, knowledge: Knowledge) -> Action:
    """The action on the room itself. `difference` is None where nothing was compared."""
    desired, room = match.desired, match.room
    subject = Subject(
        key=desired.key,
        room_name=desired.name,
        cause=Cause.NEW,
        origin=desired.origin,
        room_id=room.id if room else None,
        base=base_of(room) if room else None,
    )
    if match.problem:
        return Blocked(**subject, reason=match.problem)
    if room is None:
        return Create(**subject, changes=difference.changes if difference else ())
    changes = _changes(desired, room, difference, knowledge)
    if match.adopted:
        return Adopt(**subject, changes=changes, reason=f"takes over the unmanaged room {room.id}")
    if not changes:
        subject["cause"] = Cause.MANIFEST
        return NoOp(**subject)
    reason = "on air now: viewers see it from the next broadcast on" if room.on_air else ""
    subject["cause"] = _cause(desired, room, knowledge)
    return Update(**subject, changes=changes, reason=reason)


def earlier_key(action: Action) -> RoomKey:
    """The key that the room of an action bears until it is done."""
    old = next((change.before for change in action.changes if change.path == KEY), None)
    return RoomKey(old) if isinstance(old, str) else action.key


def base_of(room: ObservedRoom) -> Base:
    """What an action on this room relies on."""
    updated = markers.format_time(room.updated) if room.updated else None
    return Base(updated, room.marker.spec_hash if room.marker else None)


def known_secrets(
    texts: Iterable[tuple[str, SecretText | str]], values: Mapping[str, str] | None
) -> dict[str, str] | None:
    """Secret texts by path, or None when one of them is not known here, or nothing can be compared with any."""
    if values is None:
        return None
    try:
        return {path: text.resolve(values) if isinstance(text, SecretText) else text for path, text in texts}
    except KeyError:
        return None


def _changes(
    desired: DeclaredRoom, room: ObservedRoom, difference: Difference | None, knowledge: Knowledge
) -> tuple[FieldChange, ...]:
    changes: list[FieldChange] = []
    if difference is not None:
        changes.extend(difference.changes)
    elif room.marker is not None and room.marker.spec_hash != desired.spec_hash:
        changes.append(FieldChange("spec", None, None))
    if room.marker is None:
        return tuple(changes)
    if room.marker.key != desired.key:
        changes.append(FieldChange(KEY, room.marker.key, desired.key))
    if room.marker.protect != desired.lifecycle.protect:
        changes.append(FieldChange("lifecycle.protect", room.marker.protect, desired.lifecycle.protect))
    if _secrets_changed(desired, room.marker, knowledge):
        told = {change.path for change in changes}
        paths = tuple(known_secrets(desired.secrets, knowledge.secrets) or ()) or ("secrets",)
        changes.extend(FieldChange(path, None, None, sensitive=True) for path in paths if path not in told)
    return tuple(changes)


def _secrets_changed(desired: DeclaredRoom, marker: Marker, knowledge: Knowledge) -> bool:
    """Whether the secrets are all known here and are not those that were last written."""
    secrets = known_secrets(desired.secrets, knowledge.secrets)
    return secrets is not None and not markers.secrets_agree(marker.secrets_digest, secrets, knowledge.marker_keys)


def _cause(desired: DeclaredRoom, room: ObservedRoom, knowledge: Knowledge) -> Cause:
    """Who made the difference: the manifest since the last write, somebody else since then, or both."""
    if room.marker is None:
        return Cause.DRIFT
    edited = (
        room.marker.spec_hash != desired.spec_hash
        or room.marker.key != desired.key
        or room.marker.protect != desired.lifecycle.protect
        or _secrets_changed(desired, room.marker, knowledge)
    )
    if not edited:
        return Cause.DRIFT
    touched = not was_seen(room, knowledge.sightings) and _touched_since_marker(room)
    return Cause.BOTH if touched else Cause.MANIFEST
