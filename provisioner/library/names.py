"""Rooms with names of assets × the library → the same rooms with ids, or findings. Pure.

A room's hash and digest stand for the ids, so an asset that is made again under its old name is a change of every room
that names it. Names and ids are the service's or a stranger's words, and escaped wherever they are shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from provisioner.assets import LEAVING, ROOM_FIELDS, START_FIELDS, USABLE, Asset, AssetKind, AssetName, asset_names
from provisioner.comparing.declared import declare, desired
from provisioner.diagnostics import Diagnostic, Severity, in_order
from provisioner.metastudio.remote_text import printable
from provisioner.rooms import DeclaredRoom, RoomKey

_SHOWN = 5
"""Assets that a finding offers."""
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class _Found:
    """What the library has for a name: an id, what is to be said of it, or both."""

    id: str | None
    rule: str = ""
    message: str = ""


class Library:
    """The assets of a project by their kinds, of those kinds that are known."""

    def __init__(self, assets: Mapping[AssetKind, tuple[Asset, ...]] | None = None) -> None:
        self.assets = dict(assets or {})
        self._by_name: defaultdict[tuple[AssetKind, str], list[Asset]] = defaultdict(list)
        for kind, listed in self.assets.items():
            for asset in listed:
                self._by_name[kind, asset.name].append(asset)
        self._known: dict[AssetName, _Found] = {}

    @property
    def names(self) -> dict[str, str]:
        """The names of the assets by their ids."""
        return {asset.id: asset.name for listed in self.assets.values() for asset in listed}

    def find(self, name: AssetName) -> _Found:
        """The one asset of that name and kind that a room can use. The name is matched exactly."""
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = self._look_up(name)
        return found

    def _look_up(self, name: AssetName) -> _Found:
        if name.kind not in self.assets:
            message = (
                f"the snapshot has no assets of kind {name.kind}, since no manifest named one when it was taken; "
                "take a new one with: provisioner snapshot -o FILE"
            )
            return _Found(None, "assets-not-known", message)
        same = self._by_name.get((name.kind, name.name), [])
        usable = [asset for asset in same if asset.state in (USABLE, LEAVING)]
        what = f'{name.kind} "{printable(name.name, _LONGEST)}"'
        match usable:
            case [asset] if asset.state == LEAVING:
                message = f"the service is about to take {what} away ({LEAVING}); choose another one"
                return _Found(asset.id, "asset-leaving", message)
            case [asset]:
                return _Found(asset.id)
            case []:
                return _Found(None, "unknown-asset", f"the library has no {what}{self._hint(name, same)}")
            case several:
                message = f"the library has {len(several)} of {what}; write the id that is meant: {_ids(several)}"
                return _Found(None, "ambiguous-asset", message)

    def _hint(self, name: AssetName, unusable: Sequence[Asset]) -> str:
        if unusable:
            states = ", ".join(
                f"{printable(one.id, _LONGEST)} is {printable(one.state, 40)}" for one in unusable[:_SHOWN]
            )
            return f" that can be used: {states}, and only {USABLE} ones can"
        others = [asset for asset in self.assets[name.kind] if asset.state == USABLE]
        close = get_close_matches(name.name, {asset.name for asset in others}, n=_SHOWN, cutoff=0.6)
        if close:
            return f"; did you mean {_named(asset for like in close for asset in others if asset.name == like)}?"
        if not others:
            return f", and nothing else of kind {name.kind} that can be used"
        return f"; there are {len(others)} of kind {name.kind}, such as {_named(others)}"


def _named(assets: Iterable[Asset]) -> str:
    some = list(assets)[:_SHOWN]
    return ", ".join(f'"{printable(asset.name, _LONGEST)}" ({printable(asset.id, _LONGEST)})' for asset in some)


def _ids(assets: Sequence[Asset]) -> str:
    more = f" and {len(assets) - _SHOWN} more" if len(assets) > _SHOWN else ""
    return ", ".join(printable(asset.id, _LONGEST) for asset in assets[:_SHOWN]) + more


@dataclass(frozen=True, slots=True)
class Resolved:
    """Rooms in which every name that was found is an id, and what is to be said of names."""

    rooms: tuple[DeclaredRoom, ...]
    findings: tuple[Diagnostic, ...]


def kinds_named(rooms: Iterable[DeclaredRoom]) -> frozenset[AssetKind]:
    """The kinds of assets that rooms name."""
    return frozenset(name.kind for room in rooms for name in room.assets)


def with_ids(rooms: Iterable[DeclaredRoom], library: Library, needed: Collection[RoomKey] | None = None) -> Resolved:
    """The rooms with ids in the places of names. Only rooms with names are unpacked, so their specs must be kept.

    `needed` are the rooms that findings are about, None for all; in others a name of nothing stays a name.
    """
    findings: list[Diagnostic] = []
    resolved: list[DeclaredRoom] = []
    for room in rooms:
        if not room.assets:
            resolved.append(room)
            continue
        is_needed = needed is None or room.key in needed
        if is_needed and any(library.find(name).rule for name in room.assets):
            findings.extend(_findings(room, library))
        resolved.append(_with_ids(room, library))
    return Resolved(tuple(resolved), in_order(findings))


def _with_ids(room: DeclaredRoom, library: Library) -> DeclaredRoom:
    whole = desired(room)
    live = replace(whole.live, start=_replaced(whole.live.start, library))
    return declare(replace(whole, spec=_replaced(whole.spec, library), live=live), room.secrets)


def _replaced(value: Any, library: Library) -> Any:
    match value:
        case AssetName():
            return library.find(value).id or value
        case dict():
            return {name: _replaced(item, library) for name, item in value.items()}
        case list():
            return [_replaced(item, library) for item in value]
        case _:
            return value


def _findings(room: DeclaredRoom, library: Library) -> Iterator[Diagnostic]:
    whole = desired(room)
    for name in (*asset_names(whole.spec, ROOM_FIELDS), *asset_names(whole.live.start, START_FIELDS)):
        found = library.find(name)
        if found.rule:
            severity = Severity.ERROR if found.id is None else Severity.WARNING
            yield Diagnostic(severity, found.rule, found.message, name.span, name.trace)
