"""The twelve operations of the smart-live API (api.md, "Operations") and the list of assets. Values only, pure.

An operation has a call (method and path below the project), a class of limits that it shares its number
with ("Limits of calls"), and either changes something or not.
"""

from __future__ import annotations

from enum import Enum

_ROOMS = "/smart-live-rooms"
_ROOM = _ROOMS + "/{room_id}"
_JOBS = _ROOM + "/smart-live-jobs"
_JOB = _JOBS + "/{job_id}"


class Operation(Enum):
    """One operation; its value is the name that faults, limits and the ledger use."""

    CREATE_ROOM = "create_room"
    LIST_ROOMS = "list_rooms"
    SHOW_ROOM = "show_room"
    UPDATE_ROOM = "update_room"
    DELETE_ROOM = "delete_room"
    START_JOB = "start_job"
    SHOW_JOB = "show_job"
    LIST_ROOM_JOBS = "list_room_jobs"
    LIST_JOBS = "list_jobs"
    STOP_JOB = "stop_job"
    COMMAND_JOB = "command_job"
    LIVE_WARNINGS = "live_warnings"
    LIST_ASSETS = "list_assets"

    @property
    def method(self) -> str:
        """The HTTP method."""
        return _CALLS[self][0]

    @property
    def path(self) -> str:
        """The path template below `/v1/{project_id}`."""
        return _CALLS[self][1]

    @property
    def limit_class(self) -> str:
        """The name in a target's `limits` whose number holds for it: create, list and so on."""
        return _CALLS[self][2]

    @property
    def writes(self) -> bool:
        """Whether it changes what the service keeps."""
        return self.method != "GET"


_CALLS = {
    Operation.CREATE_ROOM: ("POST", _ROOMS, "create"),
    Operation.LIST_ROOMS: ("GET", _ROOMS, "list"),
    Operation.SHOW_ROOM: ("GET", _ROOM, "show"),
    Operation.UPDATE_ROOM: ("PUT", _ROOM, "update"),
    Operation.DELETE_ROOM: ("DELETE", _ROOM, "delete"),
    Operation.START_JOB: ("POST", _JOBS, "start"),
    Operation.SHOW_JOB: ("GET", _JOB, "show"),
    Operation.LIST_ROOM_JOBS: ("GET", _JOBS, "list"),
    Operation.LIST_JOBS: ("GET", "/smart-live-jobs", "list"),
    Operation.STOP_JOB: ("POST", _JOB + "/stop", "stop"),
    Operation.COMMAND_JOB: ("POST", _JOB + "/command", "command"),
    Operation.LIVE_WARNINGS: ("GET", _ROOM + "/live-warning-info", "show"),
    Operation.LIST_ASSETS: ("GET", "/digital-assets", "list"),
}
