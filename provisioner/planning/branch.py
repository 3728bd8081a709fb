"""What a branch causes: a plan beside the one that the manifests of its base would give for the same rooms. Pure.

An action that the base asks for as well was to be done before the branch. What only the branch asks for is its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from provisioner.comparing.compare import Branch, FieldChange
from provisioner.comparing.fingerprint import declaration
from provisioner.metastudio.remote_text import printable
from provisioner.planning.actions import Action, AgainstBase, Blocked, NoOp, Plan, Restart, Rewrite, Start
from provisioner.rooms import DeclaredRoom, RoomId, RoomKey

_NAMED = 5

Edits = Mapping[RoomKey, frozenset[str]]
"""The rooms that a branch declares otherwise than its base, each with what of it: `new`, `removed`, or the parts."""


def edits(base: Collection[DeclaredRoom], head: Collection[DeclaredRoom]) -> Edits:
    """What a branch changes in the manifests."""
    before = {room.key: declaration(room) for room in base}
    after = {room.key: declaration(room) for room in head}
    found: dict[RoomKey, frozenset[str]] = {}
    for key in sorted(before.keys() | after.keys()):
        if key not in before:
            found[key] = frozenset({"new"})
        elif key not in after:
            found[key] = frozenset({"removed"})
        elif before[key] != after[key]:
            found[key] = frozenset(part for part in after[key] if after[key][part] != before[key][part])
    secrets = {room.key: room.secrets for room in base}
    for room in head:
        if room.key in secrets and room.secrets != secrets[room.key]:
            found[room.key] = found.get(room.key, frozenset()) | {"secrets"}
    return found


def against_base(plan: Plan, without: Plan | None, edited: Edits, *, ref: str, commit: str) -> Plan:
    """The plan with every action and change marked. `without` is what the base's manifests ask for in the rooms that
    the branch edits; None where no action is about one of these.
    """
    asked = _by_key(without.changes if without is not None else ())
    actions = tuple(_marked(action, asked, edited) for action in plan.actions)
    busy = {action.key for action in plan.changes}
    kinds = list(edited.values())
    here = {action.key for action in plan.actions}
    base = AgainstBase(
        ref=ref,
        commit=commit,
        is_compared=True,
        new=sum("new" in parts for parts in kinds),
        removed=sum("removed" in parts for parts in kinds),
        changed=sum(not parts & {"new", "removed"} for parts in kinds),
        settled=sum(key not in busy and key in here for key in edited),
    )
    return replace(plan, actions=actions, base=base)


def removed_words(edited: Edits) -> str:
    """The keys of the manifests that the branch removes, of many only some; empty without any."""
    keys = [key for key, parts in edited.items() if "removed" in parts]
    named = ", ".join(printable(key, 100) for key in keys[:_NAMED])
    return named + (f" and {len(keys) - _NAMED:,} more" if len(keys) > _NAMED else "")


def _by_key(actions: Iterable[Action]) -> dict[RoomKey, list[Action]]:
    found: dict[RoomKey, list[Action]] = {}
    for action in actions:
        found.setdefault(action.key, []).append(action)
    return found


def _marked(action: Action, asked: Mapping[RoomKey, list[Action]], edited: Edits) -> Action:
    if isinstance(action, NoOp):
        return action
    parts = edited.get(action.key)
    if parts is None:  # the base declares this room just so
        changes = tuple(replace(change, branch=Branch.BEFORE) for change in action.changes)
        return replace(action, changes=changes, branch=Branch.BEFORE)
    before = asked.get(action.key, [])
    pending = [change for other in before for change in other.changes]
    changes = tuple(replace(change, branch=_of_change(change, pending, parts)) for change in action.changes)
    twin = next((other for other in before if _is_same(other, action.name, action.room_id)), None)
    return replace(action, changes=changes, branch=_of_action(action, changes, twin))


def _is_same(other: Action, name: str, room_id: RoomId | None) -> bool:
    return other.name == name and other.room_id == room_id


def _of_change(change: FieldChange, pending: Iterable[FieldChange], parts: frozenset[str]) -> Branch:
    """A change that the base asks for just so is not the branch's; where only masks are compared, it may be both's."""
    is_told = change.before is not None or change.after is not None
    for other in pending:
        if replace(other, branch=None) == change:
            return Branch.BEFORE if is_told or not parts & {"spec", "secrets"} else Branch.BOTH
    return Branch.BOTH if any(_overlap(change.path, other.path) for other in pending) else Branch.THIS


def _overlap(one: str, other: str) -> bool:
    """Whether one path leads to the other's place, or above it."""
    shorter, longer = sorted((one, other), key=len)
    return longer == shorter or (longer.startswith(shorter) and longer[len(shorter)] in ".[")


def _of_action(action: Action, changes: tuple[FieldChange, ...], twin: Action | None) -> Branch:
    if twin is None:
        return Branch.THIS
    if changes:
        found = {change.branch for change in changes}
        return Branch.BOTH if len(found) > 1 else changes[0].branch or Branch.BOTH
    match action, twin:
        case (Start(run=run), Start(run=other)) | (Restart(run=run), Restart(run=other)):
            return Branch.BEFORE if run == other else Branch.BOTH
        case Rewrite(commands=commands), Rewrite(commands=others):
            return Branch.BEFORE if commands == others else Branch.BOTH
        case Blocked(reason=reason), Blocked(reason=other):
            return Branch.BEFORE if reason == other else Branch.BOTH
        case _:
            return Branch.BEFORE
