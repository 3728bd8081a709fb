"""The client of the smart-live API: each method is one call of it (api.md, "Operations").

Reads raise what went wrong (`provisioner.metastudio.errors`). Writes return what is known of them
(`provisioner.metastudio.outcome`) and raise nothing, so that no failure can be taken for "not done"; `persist`
sends one again where it is proven not to be applied. Cancelling a write that is under way leaves its outcome
unknown.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime
from functools import partial
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar

from provisioner.clock import Now, system_now
from provisioner.metastudio import contents
from provisioner.metastudio.answers import Answer
from provisioner.metastudio.contents import AssetPage, JobPage, RoomPage, ShownRoom
from provisioner.metastudio.endpoint import Endpoint, checked_id
from provisioner.metastudio.errors import UnusableRequest
from provisioner.metastudio.models import SmartLiveJob, StartSmartLiveResponse
from provisioner.metastudio.operation import Operation
from provisioner.metastudio.outcome import NotApplied, Write
from provisioner.metastudio.session import Session
from provisioner.metastudio.signing import Authenticator, Query
from provisioner.metastudio.strict_json import NotJsonError, serialise
from provisioner.metastudio.throttle import OnWait, Throttle, paces
from provisioner.metastudio.wire import DEFAULT_TIMEOUTS, Request, Timeouts, Wire
from provisioner.rooms import JobId, RoomId

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")
Body: TypeAlias = Mapping[str, Any]
"""Plain JSON data with the API's field names; a secret in it is already resolved."""

_ROOMS = "smart-live-rooms"
_ROOM = "smart-live-rooms/{room_id}"
_ROOM_JOBS = "smart-live-rooms/{room_id}/smart-live-jobs"
_JOB = "smart-live-rooms/{room_id}/smart-live-jobs/{job_id}"
_JOBS = "smart-live-jobs"
_ASSETS = "digital-assets"
_NO_IDS: Mapping[str, str] = MappingProxyType({})


class MetaStudio:
    """One project of the service, for one run. Use it as an async context manager.

    `transport` replaces the network. `rates` are the calls a second that the service takes of each operation
    (`regions.rates`), None for no limits. `deadline` is a loop time after which nothing is sent. `conceal` takes
    secrets out of the service's words before they become part of a message. `on_wait` hears of retries and pauses,
    in seconds. `chance` returns a number from 0 to 1.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        auth: Authenticator,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        rates: Mapping[Operation, float] | None = None,
        timeouts: Timeouts = DEFAULT_TIMEOUTS,
        now: Now = system_now,
        deadline: float | None = None,
        on_wait: OnWait | None = None,
        conceal: Callable[[str], str] = str,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._endpoint = endpoint
        self._session = Session(
            endpoint,
            auth,
            wire=Wire(endpoint, timeouts=timeouts, transport=transport, conceal=conceal),
            throttle=Throttle(paces(rates), deadline=deadline, on_wait=on_wait, chance=chance),
            now=now,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.aclose()

    @property
    def service_time(self) -> datetime:
        """The service's clock in UTC, estimated from the `Date` of its answers to within about a second."""
        return self._session.service_time

    async def persist(self, operation: Operation, send: Callable[[], Awaitable[Write[T]]]) -> Write[T]:
        """Sends a write until its outcome is another than "not applied, may be sent again".

        At most five times, within the run's retries and time, and until `stop_writing`; `send` is a call such as
        `lambda: client.create_room(body)`.
        """
        return await self._session.persist(operation, send)

    def stop_writing(self) -> None:
        """From now on no write is sent: one that still waits for its turn is "not applied" (`Interrupted`), and one
        that was refused and waits to be sent again stays so. What is under way ends as it does, and reads go on.
        """
        self._session.stop_writing()

    async def list_rooms(self, *, offset: int = 0, limit: int = 100, room_name: str | None = None) -> RoomPage:
        """A page of the rooms, in no documented order. `limit` is 1 to 100; `room_name` matches parts of names."""
        query = _query(offset=offset, limit=limit, room_name=room_name)
        return await self._read(Operation.LIST_ROOMS, _ROOMS, contents.room_page, query=query)

    async def show_room(self, room_id: RoomId) -> ShownRoom:
        """A whole room."""
        read = partial(contents.shown_room, room_id=room_id)
        return await self._read(Operation.SHOW_ROOM, _ROOM, read, ids={"room_id": room_id})

    async def create_room(self, body: Body) -> Write[RoomId]:
        """A new room. There is no idempotency key: the same call again makes a second one."""
        return await self._write(Operation.CREATE_ROOM, "POST", _ROOMS, contents.created_room, body=body)

    async def update_room(self, room_id: RoomId, body: Body) -> Write[dict[str, Any]]:
        """Replaces a room's whole body; the value is the room as the service has it afterwards."""
        read = partial(contents.updated_room, room_id=room_id)
        ids = {"room_id": room_id}
        return await self._write(Operation.UPDATE_ROOM, "PUT", _ROOM, read, ids=ids, body=body)

    async def delete_room(self, room_id: RoomId) -> Write[None]:
        """Deletes a room."""
        ids = {"room_id": room_id}
        return await self._write(Operation.DELETE_ROOM, "DELETE", _ROOM, contents.nothing, ids=ids)

    async def start_job(self, room_id: RoomId, body: Body) -> Write[StartSmartLiveResponse]:
        """Goes live. Not idempotent either, but for `job_run_config.single_job_in_room` in the body."""
        ids = {"room_id": room_id}
        return await self._write(Operation.START_JOB, "POST", _ROOM_JOBS, contents.started_job, ids=ids, body=body)

    async def stop_job(self, room_id: RoomId, job_id: JobId) -> Write[None]:
        """Ends a broadcast."""
        ids = {"room_id": room_id, "job_id": job_id}
        return await self._write(Operation.STOP_JOB, "POST", f"{_JOB}/stop", contents.nothing, ids=ids)

    async def command_job(self, room_id: RoomId, job_id: JobId, body: Body) -> Write[dict[str, Any]]:
        """Sends a command, such as REWRITE_PLAY_SCRIPT, to a running job; the value is what the service says."""
        ids = {"room_id": room_id, "job_id": job_id}
        return await self._write(
            Operation.COMMAND_JOB, "POST", f"{_JOB}/command", contents.command_result, ids=ids, body=body
        )

    async def list_room_jobs(
        self,
        room_id: RoomId,
        *,
        states: Collection[str] = (),
        create_since: str | None = None,
        offset: int = 0,
        limit: int = 100,
        sort_dir: str = "desc",
    ) -> JobPage:
        """A page of a room's jobs by their time of creation. `create_since` is RFC 3339 in UTC."""
        query = _job_query(states, create_since, offset, limit, sort_dir)
        ids = {"room_id": room_id}
        return await self._read(Operation.LIST_JOBS, _ROOM_JOBS, contents.job_page, ids=ids, query=query)

    async def list_jobs(
        self,
        *,
        states: Collection[str] = (),
        create_since: str | None = None,
        room_name: str | None = None,
        offset: int = 0,
        limit: int = 100,
        sort_dir: str = "desc",
    ) -> JobPage:
        """A page of all rooms' jobs by their time of creation. `room_name` matches parts of names."""
        query = [
            *_job_query(states, create_since, offset, limit, sort_dir),
            *_query(room_name=room_name),
        ]
        return await self._read(Operation.LIST_JOBS, _JOBS, contents.job_page, query=query)

    async def show_job(self, room_id: RoomId, job_id: JobId) -> SmartLiveJob:
        """One job."""
        read = partial(contents.shown_job, job_id=job_id)
        return await self._read(Operation.SHOW_JOB, _JOB, read, ids={"room_id": room_id, "job_id": job_id})

    async def live_warnings(self, room_id: RoomId) -> tuple[str, ...]:
        """The risks of going live with a room, such as TOO_SHORT_SCRIPT_TIME."""
        return await self._read(
            Operation.LIVE_WARNINGS, f"{_ROOM}/live-warning-info", contents.warnings, ids={"room_id": room_id}
        )

    async def list_assets(self, types: Collection[str], *, offset: int = 0, limit: int = 100) -> AssetPage:
        """A page of the assets of some types (HUMAN_MODEL_2D, VOICE_MODEL, …), the vendor's own and the tenant's, in
        any state, the oldest first. That `limit` is 1 to 100 here too is assumed.
        """
        query = _query(
            asset_source="ALL",
            asset_type=",".join(types),
            limit=limit,
            offset=offset,
            sort_dir="asc",
            sort_key="create_time",
        )
        return await self._read(Operation.LIST_ASSETS, _ASSETS, contents.asset_page, query=query)

    async def _read(
        self,
        operation: Operation,
        path: str,
        read: Callable[[Answer, str], T],
        *,
        ids: Mapping[str, str] = _NO_IDS,
        query: Query = (),
    ) -> T:
        request = self._request(operation, "GET", path, ids, query=query)
        return read(await self._session.read(request), request.where)

    async def _write(
        self,
        operation: Operation,
        method: str,
        path: str,
        read: Callable[[Answer, str], T],
        *,
        ids: Mapping[str, str] = _NO_IDS,
        body: Body | None = None,
    ) -> Write[T]:
        try:
            request = self._request(operation, method, path, ids, body=body)
        except UnusableRequest as error:
            return NotApplied(error, retryable=False)
        return await self._session.write(request, read)

    def _request(
        self,
        operation: Operation,
        method: str,
        path: str,
        ids: Mapping[str, str],
        *,
        query: Query = (),
        body: Body | None = None,
    ) -> Request:
        """A request whose ids are safe in a path and whose body is JSON. Raises UnusableRequest."""
        checked = {name: checked_id(name, value) for name, value in ids.items()}
        try:
            content = b"" if body is None else serialise(body)
        except NotJsonError as error:
            raise UnusableRequest(f"{operation}: the body cannot be sent: {error}. Nothing was sent") from error
        return Request(
            operation,
            method,
            self._endpoint.path(path.format_map(checked)),
            query,
            content,
            subject=" ".join(checked.values()),
        )


def _query(**values: str | int | None) -> list[tuple[str, str]]:
    """The query parameters that are set, in the order of their names, as the signature has them."""
    return [(name, str(value)) for name, value in sorted(values.items()) if value is not None]


def _job_query(
    states: Collection[str], create_since: str | None, offset: int, limit: int, sort_dir: str
) -> list[tuple[str, str]]:
    return _query(
        state=",".join(states) or None,
        create_since=create_since,
        offset=offset,
        limit=limit,
        sort_key="create_time",
        sort_dir=sort_dir,
    )
