"""The calls of the smart-live API that this program makes. Values only, pure.

Each has a limit of its own at the service (api.md, "Limits of calls"), so each has its own bucket and its own
place in messages.
"""

from __future__ import annotations

from enum import StrEnum


class Operation(StrEnum):
    """One call of the API; the value is how messages name it."""

    LIST_ROOMS = "list rooms"
    SHOW_ROOM = "show room"
    CREATE_ROOM = "create room"
    UPDATE_ROOM = "update room"
    DELETE_ROOM = "delete room"
    START_JOB = "start job"
    STOP_JOB = "stop job"
    COMMAND_JOB = "command job"
    SHOW_JOB = "show job"
    LIST_JOBS = "list jobs"
    LIVE_WARNINGS = "list live warnings"
    LIST_ASSETS = "list assets"
