"""Ids of assets with their names before them, as people read them: `Sara (26f065244f754b3aa853b649a21aaf66)`. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from provisioner.assets import ID_FIELDS
from provisioner.comparing.compare import FieldChange
from provisioner.comparing.paths import last_field


def with_asset_names(changes: tuple[FieldChange, ...], names: Mapping[str, str]) -> tuple[FieldChange, ...]:
    """The changes in which every known id of an asset, by the field it stands in, follows its name."""
    return tuple(_named_in(change, last_field(change.path), names) for change in changes)


def _named_in(change: FieldChange, field: str, names: Mapping[str, str]) -> FieldChange:
    before, after = _named(change.before, field, names), _named(change.after, field, names)
    return replace(change, before=before, after=after)


def _named(value: Any, field: str, names: Mapping[str, str]) -> Any:
    match value:
        case str() if field in ID_FIELDS and value in names:
            return f"{names[value]} ({value})"
        case Mapping():
            return {name: _named(item, name, names) for name, item in value.items()}
        case list():
            return [_named(item, field, names) for item in value]
        case _:
            return value
