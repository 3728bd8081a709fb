"""What the calls of the API promise, taken from their answers. Pure.

Each function takes a 2xx and the name of the call for messages, and raises MalformedAnswer where the answer does
not hold what the API documents; for a write that makes the outcome unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from provisioner.assets import Asset, is_asset_id
from provisioner.metastudio.answers import Answer
from provisioner.metastudio.endpoint import is_id
from provisioner.metastudio.models import (
    CreateSmartLiveRoomResponse,
    ListAssetsResponse,
    ListSmartLiveJobsResponse,
    ListSmartLiveRoomsResponse,
    ShowLiveWarningInfoResponse,
    ShowSmartLiveRoomResponse,
    SmartLiveJob,
    SmartLiveRoomBaseInfo,
    StartSmartLiveResponse,
)
from provisioner.metastudio.remote_text import printable
from provisioner.rooms import RoomId

M = TypeVar("M", bound=BaseModel)

_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)\S+")


@dataclass(frozen=True, slots=True)
class RoomPage:
    """A page of the list. `count` is the service's number of all rooms; `date` its clock when it answered."""

    count: int
    rooms: tuple[SmartLiveRoomBaseInfo, ...] = field(repr=False)
    date: datetime | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class JobPage:
    """A page of jobs. `count` is the service's number of all that match; `date` its clock when it answered."""

    count: int
    jobs: tuple[SmartLiveJob, ...] = field(repr=False)
    date: datetime | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class AssetPage:
    """A page of the library. `count` is the service's number of all assets that match."""

    count: int
    assets: tuple[Asset, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ShownRoom:
    """A whole room: the fields that say what it is, and `body`, plain JSON as the service returned it, which may hold
    keys.
    """

    room: ShowSmartLiveRoomResponse
    body: dict[str, Any] = field(repr=False)
    date: datetime | None = None
    request_id: str | None = None


def room_page(answer: Answer, where: str) -> RoomPage:
    """A page of the list of rooms."""
    page = _read(ListSmartLiveRoomsResponse, answer, where)
    return RoomPage(page.count, tuple(page.smart_live_rooms), answer.date, answer.request_id)


def job_page(answer: Answer, where: str) -> JobPage:
    """A page of a list of jobs. What it says of errors is without secrets and without where an address leads."""
    page = _read(ListSmartLiveJobsResponse, answer, where)
    jobs = tuple(_without_secrets(job, answer) for job in page.smart_live_jobs)
    return JobPage(page.count, jobs, answer.date, answer.request_id)


def _without_secrets(job: SmartLiveJob, answer: Answer) -> SmartLiveJob:
    """The job, its errors in words that may be shown: the service may repeat an address to which it pushed."""
    error = job.error_info
    if error is None and job.block_reason is None:
        return job
    if error is not None:
        error = error.model_copy(update={"error_msg": _shown(error.error_msg, answer)})
    return job.model_copy(update={"error_info": error, "block_reason": _shown(job.block_reason, answer)})


def _shown(words: str | None, answer: Answer) -> str | None:
    return None if words is None else _ADDRESS.sub(r"\1***", answer.conceal(words))


def asset_page(answer: Answer, where: str) -> AssetPage:
    """A page of the library. What cannot be an id is malformed: it would go into a room."""
    page = _read(ListAssetsResponse, answer, where)
    if not all(is_asset_id(asset.asset_id) for asset in page.assets):
        raise answer.malformed(where, "its asset_id is not an id")
    return AssetPage(
        page.count,
        tuple(
            Asset(one.asset_id, one.asset_name or "", one.asset_type or "", one.asset_state or "")
            for one in page.assets
        ),
    )


def shown_room(answer: Answer, where: str, room_id: str) -> ShownRoom:
    """The room that was asked for; another one is malformed."""
    room = _read(ShowSmartLiveRoomResponse, answer, where)
    if room.room_id != room_id:
        raise answer.malformed(where, "it is about another room")
    return ShownRoom(room, answer.json_object(where), answer.date, answer.request_id)


def updated_room(answer: Answer, where: str, room_id: str) -> dict[str, Any]:
    """The whole room as it is after an update."""
    return shown_room(answer, where, room_id).body


def created_room(answer: Answer, where: str) -> RoomId:
    """The id of a new room."""
    room_id = _read(CreateSmartLiveRoomResponse, answer, where).room_id
    if not is_id(room_id):
        raise answer.malformed(where, "its room_id is not an id")
    return RoomId(room_id)


def started_job(answer: Answer, where: str) -> StartSmartLiveResponse:
    """The job that was started."""
    job = _read(StartSmartLiveResponse, answer, where)
    if not is_id(job.job_id):
        raise answer.malformed(where, "its job_id is not an id")
    return job


def shown_job(answer: Answer, where: str, job_id: str) -> SmartLiveJob:
    """The job that was asked for, its errors as in `job_page`; another one is malformed."""
    job = _read(SmartLiveJob, answer, where)
    if job.job_id != job_id:
        raise answer.malformed(where, "it is about another job")
    return _without_secrets(job, answer)


def warnings(answer: Answer, where: str) -> tuple[str, ...]:
    """The types of the risks of going live, as the service spells them."""
    found = _read(ShowLiveWarningInfoResponse, answer, where).live_warning_info
    return tuple(item.warning_type for item in found if item.warning_type)


def command_result(answer: Answer, where: str) -> dict[str, Any]:
    """What became of a command; empty where the service says nothing."""
    return answer.json_object(where) if answer.body.strip() else {}


def nothing(answer: Answer, where: str) -> None:
    """Calls that promise nothing answer with no body, or with JSON; a page of HTML is somebody else's answer."""
    if answer.body.strip():
        answer.json(where)


def _read(model: type[M], answer: Answer, where: str) -> M:
    try:
        return model.model_validate(answer.json_object(where))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        path = printable(".".join(str(step) for step in first["loc"]), 120)
        raise answer.malformed(where, f"its {path} is missing or of the wrong type") from None
