"""What differs between two declarations of a room, whatever the service has of it. Pure.

A plan compares only what a manifest says. Between two manifests it also counts what one of them no longer says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from provisioner.comparing.compare import FieldChange, Kind, differences, secret_texts
from provisioner.metastudio.sensitive import is_sensitive
from provisioner.rooms import DesiredRoom, Live
from provisioner.secrets import SecretText
from provisioner.windows import as_written

_POSITIONS = re.compile(r"\[[0-9]+\]")
_ORDERED = ("stream_keys", "output_urls")


def declaration_changes(before: DesiredRoom, after: DesiredRoom) -> tuple[FieldChange, ...]:
    """The changes that turn one declaration into the other, with paths as in plans for the spec, and such as
    `live.run` for the rest. That a secret has another name is told, and which it has is not.
    """
    found = [
        *_both_ways(_around(before), _around(after)),
        *_both_ways(before.spec, after.spec),
    ]
    told = [change.path for change in found if change.sensitive]
    secrets = (path for path in _renamed_secrets(before, after) if not any(one.startswith(path) for one in told))
    return (*found, *(FieldChange(path, None, None, sensitive=True) for path in secrets))


def _both_ways(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FieldChange]:
    """What comes and changes, then what goes: fields that only the first one has."""
    found = differences(dict(after), before)
    yield from found
    places = {change.path for change in found}
    for change in differences(dict(before), after):
        if change.kind is Kind.SET and change.before is None and change.path not in places:
            yield FieldChange(change.path, change.after, None, Kind.SET, change.sensitive)


def _around(room: DesiredRoom) -> dict[str, Any]:
    """What a manifest says beside the spec."""
    return {
        "key": room.key,
        "labels": dict(room.labels),
        "live": _live(room.live),
        "lifecycle": {"protect": room.lifecycle.protect, "ignore": list(room.lifecycle.ignore)},
        "adopt": room.adopt,
    }


def _live(live: Live) -> dict[str, Any]:
    return {
        "state": live.state.value,
        "run": live.run,
        "on_change": live.on_change.value,
        "window": as_written(live.window) if live.window else None,
        "require": live.require.value,
        "start": live.start,
    }


def _renamed_secrets(before: DesiredRoom, after: DesiredRoom) -> Iterator[str]:
    """Fields whose secrets have other names, or another order where that counts."""
    old, new = _named(before), _named(after)
    for path in dict.fromkeys((*old, *new)):
        was, now = old.get(path, []), new.get(path, [])
        if was != now and (path in _ORDERED or Counter(was) != Counter(now)):
            yield path


def _named(room: DesiredRoom) -> dict[str, list[SecretText | str]]:
    """The texts that are never shown, by the fields that they are in."""
    found: dict[str, list[SecretText | str]] = {}
    for field, value in (*room.spec.items(), ("live.start", room.live.start)):
        for path, text in secret_texts({field: value}):
            if isinstance(text, SecretText) or is_sensitive(tuple(_POSITIONS.sub("", path).split("."))):
                found.setdefault(field, []).append(text)
    return found
