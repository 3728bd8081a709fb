"""The client's calls, against a service that is a function: what is sent, what is made of the answers, when a
read is tried again, and what the clock has to do with it. Time is virtual.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from provisioner.clock import Now
from provisioner.metastudio.client import MetaStudio
from provisioner.metastudio.credentials import fixed_key
from provisioner.metastudio.endpoint import parse_endpoint
from provisioner.metastudio.errors import (
    AuthenticationFailed,
    CallError,
    ClockSkewed,
    DeadlinePassed,
    Disconnected,
    InvalidRequest,
    MalformedAnswer,
    NotFound,
    RedirectRefused,
    ServiceFailed,
    Throttled,
    TimedOut,
    UnusableRequest,
)
from provisioner.metastudio.operation import Operation
from provisioner.metastudio.outcome import Applied, NotApplied, Unknown
from provisioner.metastudio.signing import Authenticator, TokenAuthenticator
from provisioner.rooms import JobId, RoomId
from tests.virtual_time import run

ENDPOINT = parse_endpoint("http://127.0.0.1", project_id="p1", region="cn-north-4")
ROOM, JOB = RoomId("room-1"), JobId("job-1")
START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

Handler = Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]
Scenario = Callable[[MetaStudio], Awaitable[Any]]


def loop_now() -> datetime:
    """A machine clock that is right and goes with the loop."""
    return START + timedelta(seconds=asyncio.get_running_loop().time())


class Service:
    """Answers in turn, the last answer for ever, and keeps the requests and when they came."""

    def __init__(self, *answers: httpx.Response | Exception | Handler) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.times: list[float] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        self.times.append(asyncio.get_running_loop().time())
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
        return await answer(request)


def call(
    service: Handler,
    scenario: Scenario,
    *,
    auth: Authenticator | None = None,
    now: Now = loop_now,
    **options: Any,
) -> Any:
    async def main() -> Any:
        async with MetaStudio(
            ENDPOINT,
            auth or fixed_key("AK", "SK", "p1"),
            transport=httpx.MockTransport(service),
            now=now,
            chance=lambda: 1.0,
            **options,
        ) as client:
            return await scenario(client)

    return run(main())


def answer(status: int, body: Any = None, **headers: str) -> httpx.Response:
    content = b"" if body is None else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, content=content, headers={"X-Request-Id": "req-1", **named})


def refused(status: int, code: str, words: str = "no", **headers: str) -> httpx.Response:
    return answer(status, {"error_code": code, "error_msg": words}, **headers)


THROTTLED = refused(429, "APIGW.0308", "policy user over ratelimit,limit:60,time:1 minute")
EMPTY_PAGE = answer(200, {"count": 0, "smart_live_rooms": []})
SHOWN = answer(200, {"room_id": ROOM, "room_name": "Sale", "update_time": "2026-11-21T11:00:00Z"})


@pytest.mark.parametrize(
    ("scenario", "good", "line", "body"),
    [
        (
            lambda client: client.list_rooms(offset=90, room_name="a b/ü"),
            EMPTY_PAGE,
            "GET /v1/p1/smart-live-rooms?limit=100&offset=90&room_name=a%20b%2F%C3%BC",
            b"",
        ),
        (lambda client: client.show_room(ROOM), SHOWN, "GET /v1/p1/smart-live-rooms/room-1", b""),
        (
            lambda client: client.create_room({"room_name": "ü"}),
            answer(200, {"room_id": "r"}),
            "POST /v1/p1/smart-live-rooms",
            '{"room_name":"ü"}'.encode(),
        ),
        (
            lambda client: client.update_room(ROOM, {"room_name": "x"}),
            SHOWN,
            "PUT /v1/p1/smart-live-rooms/room-1",
            b'{"room_name":"x"}',
        ),
        (lambda client: client.delete_room(ROOM), answer(204), "DELETE /v1/p1/smart-live-rooms/room-1", b""),
        (
            lambda client: client.start_job(ROOM, {}),
            answer(202, {"job_id": "j"}),
            "POST /v1/p1/smart-live-rooms/room-1/smart-live-jobs",
            b"{}",
        ),
        (
            lambda client: client.stop_job(ROOM, JOB),
            answer(200, {}),
            "POST /v1/p1/smart-live-rooms/room-1/smart-live-jobs/job-1/stop",
            b"",
        ),
        (
            lambda client: client.command_job(ROOM, JOB, {"command": "REFRESH_OUTPUT_URL"}),
            answer(200, {"command_id": "c"}),
            "POST /v1/p1/smart-live-rooms/room-1/smart-live-jobs/job-1/command",
            b'{"command":"REFRESH_OUTPUT_URL"}',
        ),
        (
            lambda client: client.list_room_jobs(
                ROOM, states=("WAITING", "PROCESSING"), create_since="2026-11-21T11:00:00Z", limit=5
            ),
            answer(200, {"count": 0, "smart_live_jobs": []}),
            (
                "GET /v1/p1/smart-live-rooms/room-1/smart-live-jobs?create_since=2026-11-21T11%3A00%3A00Z"
                "&limit=5&offset=0&sort_dir=desc&sort_key=create_time&state=WAITING%2CPROCESSING"
            ),
            b"",
        ),
        (
            lambda client: client.list_jobs(room_name="sale", sort_dir="asc"),
            answer(200, {"count": 0, "smart_live_jobs": []}),
            "GET /v1/p1/smart-live-jobs?limit=100&offset=0&sort_dir=asc&sort_key=create_time&room_name=sale",
            b"",
        ),
        (
            lambda client: client.show_job(ROOM, JOB),
            answer(200, {"job_id": JOB, "state": "PROCESSING"}),
            "GET /v1/p1/smart-live-rooms/room-1/smart-live-jobs/job-1",
            b"",
        ),
        (
            lambda client: client.live_warnings(ROOM),
            answer(200, {"live_warning_info": [{"warning_type": "TOO_LESSS_SCRIPT_ITEMS"}]}),
            "GET /v1/p1/smart-live-rooms/room-1/live-warning-info",
            b"",
        ),
    ],
)
def test_each_call_is_the_one_that_the_api_documents(
    scenario: Scenario, good: httpx.Response, line: str, body: bytes
) -> None:
    service = Service(good)
    call(service, scenario)
    (request,) = service.requests
    assert f"{request.method} {request.url.raw_path.decode()}" == line
    assert request.content == body
    assert ("content-type" in request.headers) is (request.method in {"POST", "PUT"})
    assert request.headers["accept-encoding"] == "identity"


def test_reads_return_what_the_service_said_and_when() -> None:
    room = {"room_id": ROOM, "room_name": "Sale", "priv_data": "x", "new_field": 1}
    date = format_datetime(START, usegmt=True)
    page = call(Service(answer(200, {"count": 7, "smart_live_rooms": [room]}, Date=date)), lambda it: it.list_rooms())
    assert (page.count, page.rooms[0].room_id, page.date, page.request_id) == (7, ROOM, START, "req-1")
    body = room | {"scene_scripts": [{"script_name": "a"}], "update_time": "2026-11-21T11:00:00Z"}
    shown = call(Service(answer(200, body, Date=date)), lambda it: it.show_room(ROOM))
    assert (shown.room.room_id, shown.body, shown.room.update_time) == (ROOM, body, "2026-11-21T11:00:00Z")
    assert (shown.date, shown.request_id) == (START, "req-1")


def test_writes_return_what_is_known() -> None:
    created = call(Service(answer(200, {"room_id": "r"})), lambda it: it.create_room({}))
    assert created == Applied(RoomId("r"), "req-1")
    started = call(Service(answer(202, {"job_id": "j"})), lambda it: it.start_job(ROOM, {}))
    assert started.value.job_id == "j"
    assert call(Service(answer(204)), lambda it: it.delete_room(ROOM)) == Applied(None, "req-1")
    gone = call(Service(refused(404, "MSS.00000005")), lambda it: it.delete_room(ROOM))
    assert isinstance(gone, NotApplied)
    assert isinstance(gone.error, NotFound)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"count": "7", "smart_live_rooms": []},
        {"count": 1, "smart_live_rooms": {}},
        {"count": 1, "smart_live_rooms": [{"room_name": "no id"}]},
        {"count": 1, "smart_live_rooms": [{"room_id": 5}]},
    ],
)
def test_a_list_that_is_none_is_never_read_as_empty(body: Any) -> None:
    service = Service(answer(200, body))
    with pytest.raises(MalformedAnswer) as raised:
        call(service, lambda it: it.list_rooms())
    assert raised.value.request_id == "req-1"
    assert len(service.requests) == 1


def test_a_malformed_answer_names_the_field_and_not_its_value() -> None:
    body = {"count": 1, "smart_live_rooms": [{"room_id": {"stream_keys": "k3y"}}]}
    with pytest.raises(MalformedAnswer, match=r"smart_live_rooms\.0\.room_id") as raised:
        call(Service(answer(200, body)), lambda it: it.list_rooms())
    assert "k3y" not in str(raised.value)


def test_another_room_or_job_than_asked_for_is_malformed() -> None:
    with pytest.raises(MalformedAnswer):
        call(Service(answer(200, {"room_id": "other"})), lambda it: it.show_room(ROOM))
    with pytest.raises(MalformedAnswer):
        call(Service(answer(200, {"job_id": "other"})), lambda it: it.show_job(ROOM, JOB))


@pytest.mark.parametrize("value", ["", "../x", "a?b", "a%2fb", "a/b", "é"])
def test_an_unsafe_id_is_sent_nowhere(value: str) -> None:
    service = Service(SHOWN)
    with pytest.raises(UnusableRequest):
        call(service, lambda it: it.show_room(RoomId(value)))
    outcomes = [
        call(service, lambda it: it.update_room(RoomId(value), {})),
        call(service, lambda it: it.delete_room(RoomId(value))),
        call(service, lambda it: it.stop_job(ROOM, JobId(value))),
    ]
    assert all(isinstance(outcome, NotApplied) and not outcome.retryable for outcome in outcomes)
    assert service.requests == []


@pytest.mark.parametrize("bad", ["half \ud83d", float("nan")])
def test_a_body_that_is_not_json_is_sent_nowhere(bad: object) -> None:
    service = Service(SHOWN)
    outcome = call(service, lambda it: it.create_room({"room_name": bad}))
    assert isinstance(outcome, NotApplied)
    assert isinstance(outcome.error, UnusableRequest)
    assert str(outcome.error).isprintable()
    assert service.requests == []


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (httpx.ConnectError("refused"), None),
        (httpx.ReadError("reset"), Disconnected),
        (httpx.RemoteProtocolError("eof"), Disconnected),
        (httpx.ReadTimeout("slow"), TimedOut),
        (refused(500, "MSS.00000004"), ServiceFailed),
        (answer(502), ServiceFailed),
        (answer(503), ServiceFailed),
        (answer(504), ServiceFailed),
        (answer(408), ServiceFailed),
        (answer(429), Throttled),
        (THROTTLED, Throttled),
    ],
)
def test_a_read_is_tried_again_after_what_may_pass(
    failure: httpx.Response | Exception, kind: type[CallError] | None
) -> None:
    told: list[float] = []
    recovering = Service(failure, failure, SHOWN)
    shown = call(recovering, lambda it: it.show_room(ROOM), on_wait=lambda _operation, seconds: told.append(seconds))
    assert shown.room.room_id == ROOM
    assert (len(recovering.requests), len(told)) == (3, 2)
    failing = Service(failure)
    with pytest.raises(kind or CallError):
        call(failing, lambda it: it.show_room(ROOM))
    assert len(failing.requests) == 5


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 409, 413, 422])
def test_a_read_is_not_tried_again_after_what_will_not_pass(status: int) -> None:
    service = Service(refused(status, "MSS.00000003", Location="https://evil.com/"))
    with pytest.raises(CallError):
        call(service, lambda it: it.show_room(ROOM))
    assert len(service.requests) == 1


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ConnectError("refused"),
        httpx.ReadError("reset"),
        httpx.ReadTimeout("slow"),
        THROTTLED,
        answer(503),
        refused(400, "MSS.00000003"),
        answer(200, {}),
    ],
)
def test_a_write_is_sent_once_whatever_happens(failure: httpx.Response | Exception) -> None:
    service = Service(failure)
    outcome = call(service, lambda it: it.create_room({}))
    assert isinstance(outcome, NotApplied | Unknown)
    assert len(service.requests) == 1


def test_persist_sends_again_what_is_proven_not_to_be_applied() -> None:
    service = Service(THROTTLED, httpx.ConnectError("refused"), answer(200, {"room_id": "r"}))

    async def scenario(client: MetaStudio) -> Any:
        return await client.persist(Operation.CREATE_ROOM, lambda: client.create_room({}))

    assert call(service, scenario) == Applied(RoomId("r"), "req-1")
    assert service.times == [0, 60, 61]


@pytest.mark.parametrize(
    "failure", [httpx.ReadError("reset"), answer(503), answer(429), refused(400, "MSS.00000003"), answer(200, {})]
)
def test_persist_sends_nothing_else_again(failure: httpx.Response | Exception) -> None:
    service = Service(failure)

    async def scenario(client: MetaStudio) -> Any:
        return await client.persist(Operation.CREATE_ROOM, lambda: client.create_room({}))

    assert not isinstance(call(service, scenario), Applied)
    assert len(service.requests) == 1


def test_a_redirect_is_refused_and_nothing_goes_to_the_other_host() -> None:
    service = Service(answer(302, Location="https://evil.com/v1"))
    with pytest.raises(RedirectRefused):
        call(service, lambda it: it.list_rooms(), auth=TokenAuthenticator("tok3n"))
    assert [request.url.host for request in service.requests] == ["127.0.0.1"]


def test_a_throttled_operation_slows_down_for_everybody() -> None:
    """20 shows at 10 a second, the first throttled for a minute: the rest come after it, at the named pace."""
    service = Service(THROTTLED, SHOWN)

    async def scenario(client: MetaStudio) -> None:
        await asyncio.gather(*(client.show_room(ROOM) for _ in range(20)))

    call(service, scenario, rates={Operation.SHOW_ROOM: 10.0})
    assert service.times[0] == 0
    assert min(service.times[1:]) == pytest.approx(60)
    assert len(service.times) == 21
    in_first_minute_after = [time for time in service.times if 60 <= time < 120]
    assert len(in_first_minute_after) <= 60


def test_after_the_deadline_writes_are_not_applied_and_reads_fail() -> None:
    service = Service(answer(200, {"room_id": "r"}))

    async def scenario(client: MetaStudio) -> Any:
        await asyncio.sleep(10)
        with pytest.raises(DeadlinePassed):
            await client.list_rooms()
        return await client.create_room({})

    outcome = call(service, scenario, deadline=10.0)
    assert isinstance(outcome, NotApplied)
    assert not outcome.retryable
    assert isinstance(outcome.error, DeadlinePassed)
    assert service.requests == []


def test_a_hanging_read_ends_by_the_deadline_and_a_hanging_write_by_its_own_time() -> None:
    async def hang(_request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(1e9)
        raise AssertionError

    async def read(client: MetaStudio) -> float:
        with pytest.raises(TimedOut):
            await client.list_rooms()
        return asyncio.get_running_loop().time()

    async def write(client: MetaStudio) -> float:
        outcome = await client.create_room({})
        assert isinstance(outcome, Unknown)
        assert isinstance(outcome.error, TimedOut)
        return asyncio.get_running_loop().time()

    assert call(hang, read, deadline=25.0) == 25
    assert call(hang, write, deadline=25.0) == 120


class Gateway:
    """Refuses signatures that are more than 15 minutes off its own clock, as the service's does."""

    def __init__(self) -> None:
        self.requests = 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        await asyncio.sleep(0.05)
        now = loop_now()
        signed = datetime.strptime(request.headers["X-Sdk-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        date = format_datetime(now.replace(microsecond=0), usegmt=True)
        if abs(now - signed) > timedelta(minutes=15):
            return refused(401, "APIGW.0301", "verify aksk signature fail", Date=date)
        return answer(200, {"room_id": "r", "count": 0, "smart_live_rooms": []}, Date=date)


@pytest.mark.parametrize("off_minutes", [-1440, -16, -14, 0, 14, 16, 1440])
def test_a_clock_that_is_off_is_corrected_once_from_the_services(off_minutes: int) -> None:
    gateway = Gateway()

    async def scenario(client: MetaStudio) -> timedelta:
        assert isinstance(await client.create_room({}), Applied)
        for _ in range(5):
            await client.list_rooms()
        return client.service_time - loop_now()

    error = call(gateway, scenario, now=lambda: loop_now() + timedelta(minutes=off_minutes))
    assert gateway.requests == (7 if abs(off_minutes) > 15 else 6)
    assert abs(error) <= timedelta(seconds=1)


def test_all_calls_that_were_under_way_are_corrected_together() -> None:
    gateway = Gateway()

    async def scenario(client: MetaStudio) -> None:
        await asyncio.gather(*(client.list_rooms() for _ in range(10)))

    call(gateway, scenario, now=lambda: loop_now() + timedelta(hours=1))
    assert gateway.requests == 20


def test_a_clock_that_jumps_after_its_correction_is_a_clear_error() -> None:
    gateway = Gateway()
    off = [timedelta(minutes=-16)]

    async def scenario(client: MetaStudio) -> Any:
        await client.list_rooms()
        off[0] = timedelta(hours=2)
        with pytest.raises(ClockSkewed, match="ahead of the service's: set this machine's clock"):
            await client.list_rooms()
        return await client.create_room({})

    outcome = call(gateway, scenario, now=lambda: loop_now() + off[0])
    assert isinstance(outcome, NotApplied)
    assert isinstance(outcome.error, ClockSkewed)
    assert gateway.requests == 4


@pytest.mark.parametrize(("code", "off_s"), [("APIGW.0301", 0), ("MSS.00000001", 86400)])
def test_a_wrong_key_is_not_taken_for_a_wrong_clock(code: str, off_s: int) -> None:
    """Only the gateway judges the time of a signature, and only a clock that is off is wrong."""
    date = format_datetime(START + timedelta(seconds=off_s), usegmt=True)
    service = Service(refused(401, code, "verify aksk signature fail", Date=date))
    with pytest.raises(AuthenticationFailed) as raised:
        call(service, lambda it: it.list_rooms())
    assert type(raised.value) is AuthenticationFailed
    assert len(service.requests) == 1


def test_a_token_has_no_time_that_could_be_wrong() -> None:
    service = Service(refused(401, "APIGW.0301", Date="Sat, 21 Nov 2020 12:00:00 GMT"))
    with pytest.raises(AuthenticationFailed) as raised:
        call(service, lambda it: it.list_rooms(), auth=TokenAuthenticator("tok3n"))
    assert type(raised.value) is AuthenticationFailed
    assert len(service.requests) == 1


def test_credentials_and_secrets_that_the_service_echoes_are_hidden() -> None:
    async def echo(request: httpx.Request) -> httpx.Response:
        return refused(400, "MSS.00000003", f"{request.headers['X-Auth-Token']} {request.content.decode()}")

    outcome = call(
        echo,
        lambda it: it.create_room({"stream_keys": ["k3y-k3y"]}),
        auth=TokenAuthenticator("tok3n-tok3n"),
        conceal=lambda words: words.replace("k3y-k3y", "(secret)"),
    )
    assert isinstance(outcome.error, InvalidRequest)
    assert "tok3n" not in str(outcome.error)
    assert "k3y" not in str(outcome.error)
    assert "(hidden)" in str(outcome.error)


def test_without_a_date_the_services_time_is_this_machines() -> None:
    async def scenario(client: MetaStudio) -> timedelta:
        await client.list_rooms()
        return client.service_time - loop_now()

    assert call(Service(EMPTY_PAGE), scenario) == timedelta()
