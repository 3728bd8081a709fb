"""The contents of a plan's rooms as plain data, within bounds. Pure.

`provisioner.planning.saved` reads them back; the two change together.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from typing_extensions import TypedDict

from provisioner.planning.actions import Create, Plan
from provisioner.planning.contents import Air, RoomContent
from provisioner.reports.json_text import timestamp
from provisioner.reports.json_types import LocalTime, Moment


class OccurrenceJson(TypedDict):
    """A time at which a window is open."""

    local: LocalTime
    """Its beginning, on the clocks of `timezone`."""
    start: Moment
    end: Moment


class AirJson(TypedDict):
    """When a room is on air."""

    job: str | None
    """The state of its latest job, as the service spells it; null without a job."""
    started: Moment | None
    """When that job began."""
    ended: Moment | None
    """When that job ended."""
    timezone: str | None
    """An IANA name; null for a room without a window."""
    windows: list[OccurrenceJson]
    """In the days ahead."""


class ContentJson(TypedDict):
    """A room before and after the plan: bodies with the API's field names, and without a secret."""

    before: dict[str, Any] | None
    """Null where there is no room, or it was not read."""
    after: dict[str, Any] | None
    """Null where nothing is written, and for a room that is created, whose changes say it."""
    air: AirJson
    labels: dict[str, str]
    """Those of its manifest."""


MAX_CONTENTS_BYTES = 24 * 1024 * 1024
"""UTF-8 bytes of compact JSON; what is beyond would make a saved plan too large to be read."""


def contents_to_json(plan: Plan) -> tuple[dict[str, ContentJson], int]:
    """The rooms by key, in the order of the plan, and how many further ones are left out.

    What the changes of a created room tell is not told twice.
    """
    created = {action.key for action in plan.changes if isinstance(action, Create)}
    written: dict[str, ContentJson] = {}
    size = 0
    for key in plan.contents:
        if size > MAX_CONTENTS_BYTES:
            break
        entry = _content(plan.contents[key], tells_after=key not in created)
        size += len(json.dumps(entry, ensure_ascii=False).encode("utf-8", "replace"))
        if size <= MAX_CONTENTS_BYTES:
            written[key] = entry
    return written, len(plan.contents) - len(written) + plan.contents_left_out


def _content(content: RoomContent, *, tells_after: bool) -> ContentJson:
    return {
        "before": _plain(content.before),
        "after": _plain(content.after) if tells_after else None,
        "air": _air(content.air),
        "labels": dict(content.labels),
    }


def _plain(body: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if body is None else dict(body)


def _air(air: Air) -> AirJson:
    return {
        "job": air.job,
        "started": timestamp(air.started) if air.started else None,
        "ended": timestamp(air.ended) if air.ended else None,
        "timezone": air.timezone,
        "windows": [
            {
                "local": window.local.isoformat(timespec="minutes"),
                "start": timestamp(window.start),
                "end": timestamp(window.end),
            }
            for window in air.windows
        ],
    }
