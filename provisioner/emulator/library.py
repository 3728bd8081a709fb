"""The library of assets (vendor SDK: ListAssets): what it holds, filters, order, pages.

Assumed where the SDK's text is silent: `limit` is 1 to 100 and 10 by default, as in the other lists; without a
`sort_key` the order is that of creation; `name` is found anywhere in a name, or is the whole name where
`accurate_query_field` says so. Filters by what assets here do not have (tags, voices, styles, …) are refused, so
that nobody takes an unfiltered list for a filtered one. Rooms may name any id, whether the library has it or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from provisioner.assets import Asset
from provisioner.emulator.answers import Answer, JsonObject, invalid, json_answer
from provisioner.emulator.moments import parse_rfc3339, rfc3339
from provisioner.emulator.queries import Query, choice, choices, moment, page

SYSTEM_ASSETS = (
    Asset("00000000000000000000000000c0ffee", "Mei", "HUMAN_MODEL_2D"),
    Asset("00000000000000000000000000decade", "Sara", "HUMAN_MODEL_2D"),
    Asset("00000000000000000000000000000211", "Mei", "VOICE_MODEL"),
    Asset("00000000000000000000000000000212", "Sara", "VOICE_MODEL"),
    Asset("00000000000000000000000000000311", "Tea room", "IMAGE"),
    Asset("00000000000000000000000000000312", "Studio", "IMAGE"),
    Asset("00000000000000000000000000000411", "Steam", "VIDEO"),
    Asset("00000000000000000000000000000511", "Gong", "AUDIO"),
)
"""What every embedded service has, as the vendor's own assets."""

_CREATED_MS = parse_rfc3339("2026-01-01T00:00:00Z") or 0
_SOURCES = ("SYSTEM", "CUSTOMIZATION", "ALL")
_TYPES = (
    *("VOICE_MODEL", "VIDEO", "IMAGE", "PPT", "MATERIAL", "HUMAN_MODEL_2D", "BUSINESS_CARD_TEMPLET"),
    *("MUSIC", "AUDIO", "COMMON_FILE"),
)
_STATES = ("CREATING", "FAILED", "UNACTIVED", "ACTIVED", "DELETING", "DELETED", "BLOCK", "WAITING_DELETE")
_SORTS = ("create_time", "update_time", "asset_order")
_KNOWN = frozenset(
    {
        *("limit", "offset", "name", "start_time", "end_time", "asset_type", "sort_key", "sort_dir", "asset_source"),
        *("asset_state", "accurate_query_field", "asset_id"),
    }
)


def list_assets(project_id: str, own: Sequence[Asset], query: Query) -> Answer:
    """200 with `count` (all that match) and one page of `assets`. `own` are the tenant's, the oldest first."""
    unknown = sorted(name for name, value in query.items() if value and name not in _KNOWN)
    if unknown:
        raise invalid(f"{', '.join(unknown)}: the assets here cannot be filtered by that")
    offset, limit = page(query)
    found = list(_matching(own, query))
    choice(query, "sort_key", _SORTS)  # all of them are the order of creation here
    if choice(query, "sort_dir", ("asc", "desc")) == "desc":
        found.reverse()
    shown = [_shown(project_id, asset) for asset in found[offset : offset + limit]]
    return json_answer(200, {"count": len(found), "assets": shown})


def _matching(own: Sequence[Asset], query: Query) -> Iterator[Asset]:
    source = choice(query, "asset_source", _SOURCES) or "CUSTOMIZATION"
    types = choices(query, "asset_type", _TYPES)
    states = choices(query, "asset_state", _STATES)
    ids = [word.strip() for word in query.get("asset_id", "").split(",") if word.strip()]
    start, end = moment(query, "start_time"), moment(query, "end_time")
    if (start is not None and start > _CREATED_MS) or (end is not None and end < _CREATED_MS):
        return
    for asset in (*(SYSTEM_ASSETS if source != "CUSTOMIZATION" else ()), *(own if source != "SYSTEM" else ())):
        if (
            (not types or asset.type in types)
            and (not states or asset.state in states)
            and (not ids or asset.id in ids)
            and _is_named(asset, query)
        ):
            yield asset


def _is_named(asset: Asset, query: Query) -> bool:
    name = query.get("name", "")
    if "name" in query.get("accurate_query_field", "").split(","):
        return asset.name == name
    return name in asset.name


def _shown(project_id: str, asset: Asset) -> JsonObject:
    created = rfc3339(_CREATED_MS)
    return {
        "project_id": project_id,
        "asset_id": asset.id,
        "asset_name": asset.name,
        "asset_type": asset.type,
        "asset_state": asset.state,
        "create_time": created,
        "update_time": created,
    }
