"""The way to the service, point by point: cut, held up, bent or killed wherever a case says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import httpx

from provisioner.emulator import Emulator

HOST = "127.0.0.1"


class Point(StrEnum):
    """Where a request may be when something happens."""

    BEFORE_SEND = "before send"
    MID_BODY = "mid-body"
    SENT = "sent"
    COMMITTED = "committed"
    MID_RESPONSE = "mid-response"
    AFTER_RESPONSE = "after response"


@dataclass
class Sent:
    """One request as the network saw it. `served_as` is the service's name for it, None if it never arrived."""

    number: int
    run: int
    nth: int
    method: str
    path: str
    query: dict[str, str]
    body: dict[str, Any] | None
    headers: dict[str, str] = field(repr=False)
    host: str
    at: float
    served_as: str | None = None
    served_at: float = float("inf")
    trouble: str = ""

    @property
    def is_write(self) -> bool:
        """Whether it would change something."""
        return self.method != "GET"

    @property
    def room_id(self) -> str | None:
        """The room in its path."""
        parts = self.path.split("/smart-live-rooms/")
        return parts[1].split("/")[0] if len(parts) > 1 else None

    @property
    def kind(self) -> str:
        """create, update, delete, start, stop, command; or list, look, show, jobs, job."""
        tail = self.path.rpartition("/")[2]
        if "/smart-live-jobs/" in self.path:
            return tail if tail in {"stop", "command"} else "job"
        if tail == "smart-live-jobs":
            return "start" if self.is_write else "jobs"
        if self.room_id is None:
            return "create" if self.is_write else ("look" if "room_name" in self.query else "list")
        return {"GET": "show", "PUT": "update", "DELETE": "delete"}.get(self.method, "?")


@dataclass
class Plain:
    """An answer as it goes over the line. `pieces` replaces the body by an endless or slow one."""

    status: int
    headers: dict[str, str]
    body: bytes
    pieces: Callable[[], AsyncIterator[bytes]] | None = None


class Trouble:
    """What happens to one request. This one lets it pass; the others override what they need."""

    lands_after_s: float | None = None
    """It reaches the service only so long after the client gave up."""
    serves: bool = True

    async def at(self, point: Point, sent: Sent) -> None:
        """Called at each point; may raise, hang or kill."""

    def bend(self, sent: Sent, answer: Plain) -> Plain:
        """The answer that the client gets for the true one (or for none: status 0)."""
        return answer

    @property
    def words(self) -> str:
        """For the log."""
        return type(self).__name__


Choose = Callable[[Sent], Trouble | None]


class Network:
    """Shared by all runs of a case: the log, and what goes wrong. `delay` is the seconds of each way."""

    def __init__(self, emulator: Emulator) -> None:
        self._service = httpx.ASGITransport(app=emulator.app)
        self.log: list[Sent] = []
        self.choose: Choose = lambda _sent: None
        self.delay: Callable[[Sent], float] = lambda _sent: 0.0
        self.before: Callable[[Sent], Awaitable[None]] | None = None
        self.after: Callable[[Sent], Awaitable[None]] | None = None
        self.dead: set[int] = set()
        self._tasks: set[asyncio.Task[Any]] = set()

    def line(self, run: int) -> Line:
        """The way of one run."""
        return Line(self, run)

    def note(self, request: httpx.Request, run: int) -> Sent:
        """Logs a request."""
        data = request.content
        sent = Sent(
            number=len(self.log),
            run=run,
            nth=sum(other.run == run for other in self.log),
            method=request.method,
            path=request.url.path,
            query=dict(request.url.params),
            body=json.loads(data) if data else None,
            headers=dict(request.headers),
            host=request.url.host,
            at=asyncio.get_running_loop().time(),
        )
        self.log.append(sent)
        return sent

    async def serve(self, request: httpx.Request, sent: Sent) -> Plain:
        """The service's own answer. It goes on with a request whose client has gone."""
        return await asyncio.shield(self._spawn(self._served(request, sent)))

    def serve_later(self, request: httpx.Request, sent: Sent, seconds: float) -> None:
        """Lets a request land when nobody waits for it any more."""

        async def land() -> None:
            await asyncio.sleep(seconds)
            await self._served(request, sent)

        self._spawn(land())

    async def _served(self, request: httpx.Request, sent: Sent) -> Plain:
        response = await self._service.handle_async_request(request)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        body = b"".join([piece async for piece in response.stream])
        sent.served_as = response.headers["x-request-id"]
        sent.served_at = asyncio.get_running_loop().time()
        return Plain(response.status_code, dict(response.headers), body)

    def _spawn(self, work: Any) -> asyncio.Task[Any]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


class Line(httpx.AsyncBaseTransport):
    """The transport of one run, tracing as httpcore does and keeping httpx's time-outs."""

    def __init__(self, network: Network, run: int) -> None:
        self._network = network
        self._run = run

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises what httpx raises."""
        network = self._network
        if self._run in network.dead:
            raise asyncio.CancelledError
        await request.aread()
        sent = network.note(request, self._run)
        if network.before is not None:
            await network.before(sent)
        trouble = network.choose(sent) or Trouble()
        sent.trouble = trouble.words if type(trouble) is not Trouble else ""
        times = request.extensions["timeout"]
        await _trace(request, "connection.connect_tcp.started")
        await _within(times["connect"], trouble.at(Point.BEFORE_SEND, sent), httpx.ConnectTimeout)
        await _trace(request, "http11.send_request_headers.started")
        await _trace(request, "http11.send_request_body.started")
        await _within(times["write"], trouble.at(Point.MID_BODY, sent), httpx.WriteTimeout)
        answer = await _within(times["read"], self._exchanged(request, sent, trouble), httpx.ReadTimeout)
        stream = _Answer(network, sent, trouble, answer, times["read"])
        return httpx.Response(answer.status, headers=answer.headers, stream=stream)

    async def _exchanged(self, request: httpx.Request, sent: Sent, trouble: Trouble) -> Plain:
        network = self._network
        if trouble.lands_after_s is not None:
            try:
                await trouble.at(Point.SENT, sent)
            finally:
                network.serve_later(request, sent, trouble.lands_after_s)
        await asyncio.sleep(network.delay(sent))
        answer = Plain(0, {}, b"")
        if trouble.serves:
            work = asyncio.ensure_future(network.serve(request, sent))
            await trouble.at(Point.SENT, sent)
            answer = await work
        else:
            await trouble.at(Point.SENT, sent)
        await trouble.at(Point.COMMITTED, sent)
        await asyncio.sleep(network.delay(sent))
        answer = trouble.bend(sent, answer)
        assert answer.status, "a request that is not served needs an answer"
        return answer


class _Answer(httpx.AsyncByteStream):
    """The body of an answer, in two halves."""

    def __init__(self, network: Network, sent: Sent, trouble: Trouble, answer: Plain, read_s: float) -> None:
        self._network = network
        self._sent = sent
        self._trouble = trouble
        self._answer = answer
        self._read_s = read_s

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._answer.pieces is not None:
            async for piece in self._answer.pieces():
                yield piece
            return
        body = self._answer.body
        yield body[: len(body) // 2]
        await _within(self._read_s, self._trouble.at(Point.MID_RESPONSE, self._sent), httpx.ReadTimeout)
        yield body[len(body) // 2 :]
        await self._trouble.at(Point.AFTER_RESPONSE, self._sent)
        if self._network.after is not None:
            await self._network.after(self._sent)


async def _trace(request: httpx.Request, event: str) -> None:
    trace = request.extensions.get("trace")
    if trace is not None:
        await trace(event, {})


async def _within(seconds: float, work: Awaitable[Any], error: type[httpx.TimeoutException]) -> Any:
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError as late:
        raise error("") from late
