"""The contents of a plan's rooms as plain data, within bounds. Pure.

`provisioner.planning.saved` reads them back; the two change together.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from provisioner.planning.actions import Create, Plan
from provisioner.planning.contents import Air, RoomContent
from provisioner.reports.json_text import timestamp

MAX_CONTENTS_BYTES = 24 * 1024 * 1024
"""UTF-8 bytes of compact JSON; what is beyond would make a saved plan too large to be read."""


def contents_to_json(plan: Plan) -> tuple[dict[str, Any], int]:
    """The rooms by key, in the order of the plan, and how many further ones are left out.

    What the changes of a created room tell is not told twice.
    """
    created = {action.key for action in plan.changes if isinstance(action, Create)}
    written: dict[str, Any] = {}
    size = 0
    for key in plan.contents:
        if size > MAX_CONTENTS_BYTES:
            break
        entry = _content(plan.contents[key], tells_after=key not in created)
        size += len(json.dumps(entry, ensure_ascii=False).encode("utf-8", "replace"))
        if size <= MAX_CONTENTS_BYTES:
            written[key] = entry
    return written, len(plan.contents) - len(written) + plan.contents_left_out


def _content(content: RoomContent, *, tells_after: bool) -> dict[str, Any]:
    return {
        "before": _plain(content.before),
        "after": _plain(content.after) if tells_after else None,
        "air": _air(content.air),
        "labels": dict(content.labels),
    }


def _plain(body: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if body is None else dict(body)


def _air(air: Air) -> dict[str, Any]:
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
