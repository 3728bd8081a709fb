"""Scenes and rules that rooms share, written once. Pure.

Scenes are shared one by one. Rules are shared in runs: as many as always stand together, in the same order, in every
room that has one of them.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal, TypeAlias

from provisioner.importing.expressing import Expressed
from provisioner.importing.naming import shared_key
from provisioner.rooms import RoomKey
from provisioner.secrets import SecretText, secrets_in

PartKind: TypeAlias = Literal["Script", "RuleSet"]
_SCENES, _RULES = "scene_scripts", "interaction_rules"


@dataclass(frozen=True, slots=True)
class Part:
    """A Script or a RuleSet, and the rooms that refer to it."""

    kind: PartKind
    key: str
    document: dict[str, Any]
    used_by: tuple[RoomKey, ...]


@dataclass(frozen=True, slots=True)
class Extracted:
    """Shared parts, and the rooms with references to them."""

    parts: tuple[Part, ...]
    rooms: tuple[Expressed, ...]


def extracted(rooms: Sequence[Expressed], taken: Collection[tuple[str, str]] = ()) -> Extracted:
    """What at least two of the rooms share, by reference. `taken` holds kinds and keys that exist already."""
    scenes = _Sharing("Script", [_items(room, _SCENES) for room in rooms], taken, longest=1)
    rules = _Sharing("RuleSet", [_items(room, _RULES) for room in rooms], taken, longest=None)
    return Extracted(
        (*scenes.parts(rooms), *rules.parts(rooms)),
        tuple(
            replace(room, spec=_with(_with(room.spec, _SCENES, "script", scenes, n), _RULES, "rules", rules, n))
            for n, room in enumerate(rooms)
        ),
    )


class _Sharing:
    """One kind of item in the lists of all rooms: which runs of items are shared, and under which keys."""

    def __init__(
        self, kind: PartKind, lists: Sequence[list[Any]], taken: Collection[tuple[str, str]], *, longest: int | None
    ) -> None:
        self.kind = kind
        self._lists = lists
        self._contents = [[_content(item) for item in items] for items in lists]
        self._after = _followers(self._contents)
        self._owners = self._owners_of_each()
        self._runs = [list(self._cut(contents, longest)) for contents in self._contents]
        self._key_of = self._keys({key for of, key in taken if of == kind})

    def parts(self, rooms: Sequence[Expressed]) -> Iterator[Part]:
        """The shared parts in the order in which they are met."""
        known: set[str] = set()
        for n, start, end, run in self._shared():
            key = self._key_of[run]
            if key not in known:
                known.add(key)
                used_by = tuple(rooms[i].key for i in sorted(self._owners[run[0]]))
                yield Part(self.kind, key, _document(self.kind, key, self._lists[n][start:end]), used_by)

    def replaced(self, n: int, step: str) -> list[Any] | None:
        """The list of room number `n` with references in it; None where it shares nothing."""
        result: list[Any] = []
        is_changed = False
        for start, end in self._runs[n]:
            key = self._key_of.get(tuple(self._contents[n][start:end]))
            result.extend([{step: key}] if key else self._lists[n][start:end])
            is_changed |= key is not None
        return result if is_changed else None

    def _shared(self) -> Iterator[tuple[int, int, int, tuple[str, ...]]]:
        """Each run that several rooms have, wherever it stands: the room's number, from where up to where, and what."""
        for n, runs in enumerate(self._runs):
            for start, end in runs:
                run = tuple(self._contents[n][start:end])
                if len(self._owners[run[0]]) > 1:
                    yield n, start, end, run

    def _keys(self, taken: set[str]) -> dict[tuple[str, ...], str]:
        """The key of each shared run."""
        keys: dict[tuple[str, ...], str] = {}
        for n, start, end, run in self._shared():
            if run not in keys:
                names = _names(self._lists[n][start:end])
                keys[run] = shared_key(names, "\n".join(run), taken, otherwise=_OTHERWISE[self.kind])
                taken.add(keys[run])
        return keys

    def _owners_of_each(self) -> dict[str, frozenset[int]]:
        """The rooms of each item; none for one that a room has twice, or that names a secret."""
        owners: defaultdict[str, set[int]] = defaultdict(set)
        unfit: set[str] = set()
        for n, contents in enumerate(self._contents):
            for content, count in Counter(contents).items():
                owners[content].add(n)
                unfit |= {content} if count > 1 else set()
        for items, contents in zip(self._lists, self._contents, strict=True):
            unfit |= {content for item, content in zip(items, contents, strict=True) if any(secrets_in(item))}
        return {content: frozenset() if content in unfit else frozenset(of) for content, of in owners.items()}

    def _cut(self, contents: list[str], longest: int | None) -> Iterator[tuple[int, int]]:
        """The list in runs of items that stand together wherever they stand."""
        start = 0
        for position, (first, second) in enumerate(pairwise(contents), 1):
            together = self._owners[first] == self._owners[second] and self._after[first] == {second}
            if not together or position - start == longest:
                yield start, position
                start = position
        if contents:
            yield start, len(contents)


_OTHERWISE = {"Script": "scene", "RuleSet": "rules"}


def _followers(lists: Iterable[list[str]]) -> dict[str, set[str | None]]:
    """What stands right after each item, anywhere; None where it is the last."""
    after: defaultdict[str, set[str | None]] = defaultdict(set)
    for contents in lists:
        for first, second in pairwise([*contents, None]):
            if first is not None:
                after[first].add(second)
    return after


def _with(spec: dict[str, Any], field: str, step: str, sharing: _Sharing, n: int) -> dict[str, Any]:
    items = sharing.replaced(n, step)
    return spec if items is None else {**spec, field: items}


def _document(kind: str, key: str, items: list[Any]) -> dict[str, Any]:
    return {"kind": kind, "key": key, **({"spec": items[0]} if kind == "Script" else {"rules": items})}


def _names(items: Iterable[dict[str, Any]]) -> list[str]:
    """What a part may be called after: the rules' library, or the first item."""
    first = next(iter(items), {})
    return [str(first[name]) for name in ("group_name", "script_name", "rule_name") if first.get(name)]


def _items(room: Expressed, field: str) -> list[Any]:
    items = room.spec.get(field)
    return items if isinstance(items, list) else []


def _content(item: Any) -> str:
    """Equal for items that say the same, in whatever order."""
    return json.dumps(item, sort_keys=True, ensure_ascii=False, default=_name_of)


def _name_of(value: object) -> str:
    assert isinstance(value, SecretText)  # noqa: S101 - a manifest holds nothing else that JSON does not know
    return f"secret {value}"
