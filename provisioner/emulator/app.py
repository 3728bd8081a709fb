"""The ASGI side: addresses, reading a request, sending its answer. All rules are elsewhere.

Every answer carries `X-Request-Id` and a `Date` by the emulator's clock. Connections are cut through the scope
extension `SEVER`, which the server in `provisioner.emulator.server` provides; without it `ConnectionCut` is
raised out of the application.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.routing import BaseRoute, Route, Router
from starlette.types import Receive, Scope, Send

from provisioner.emulator.answers import Answer, Refusal, internal, no_such_api
from provisioner.emulator.authentication import Signed
from provisioner.emulator.calls import Call
from provisioner.emulator.faults import Cut, Fault, Stage
from provisioner.emulator.moments import http_date
from provisioner.emulator.operations import Operation
from provisioner.emulator.service import Emulator
from provisioner.errors import WorkspaceError

PREFIX = "/v1/{project_id}"
MAX_BODY = 16 * 1024 * 1024
SEVER = "provisioner.sever"
"""In `scope["extensions"]`: a function that closes the client's connection once what was sent is out."""


class ConnectionCut(Exception):  # noqa: N818  # it is the fault that was asked for
    """The connection is to be cut here, and the server gave no way to do it."""


def build(emulator: Emulator, *more: BaseRoute) -> Router:
    """The application, with `more` addresses beside `/v1`."""
    routes: list[BaseRoute] = [
        Route(PREFIX + operation.path, Endpoint(emulator, operation), methods=[operation.method])
        for operation in Operation
    ]
    return Router([*routes, *more, Route("/{path:path}", Nowhere(emulator))], redirect_slashes=False)


class Endpoint:
    """One operation over HTTP."""

    def __init__(self, emulator: Emulator, operation: Operation) -> None:
        self._emulator = emulator
        self._operation = operation

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request; one whose client went away before it was all here has no effect."""
        request = Request(scope, receive)
        try:
            body = await _read(request)
        except ClientDisconnect:
            return
        call = self._call(request, body)
        out = _Out(scope, receive, send, self._emulator, call.request_id)
        try:
            answer, fault = await self._decide(call, request)
        except WorkspaceError as error:  # the database failed, so the service did
            answer, fault = internal(str(error)).answer(), Fault()
        await _pause(fault.hold_s)
        await out.send(answer, fault)
        self._emulator.faults.reached(Stage.ANSWERED, call)

    async def _decide(self, call: Call, request: Request) -> tuple[Answer, Fault]:
        try:
            self._admit(request, call.body)
        except Refusal as refusal:
            return self._emulator.turned_away(call, refusal), Fault()
        fault = self._emulator.fault_for(call) or Fault()
        await _pause(fault.delay_s)
        return self._emulator.execute(call, fault), fault

    def _admit(self, request: Request, body: bytes) -> None:
        """Raises Refusal."""
        if len(body) > MAX_BODY:
            raise Refusal(413, "APIGW.0201", f"The request body is larger than {MAX_BODY} bytes")
        scope = request.scope
        path = scope.get("raw_path") or scope["path"].encode()
        signed = Signed(
            request.method,
            path.decode("ascii", "replace"),
            scope["query_string"].decode("ascii", "replace"),
            _headers(scope["headers"]),
            body,
        )
        self._emulator.admit(signed, request.path_params["project_id"], self._operation)

    def _call(self, request: Request, body: bytes) -> Call:
        query = parse_qsl(request.scope["query_string"].decode("ascii", "replace"), keep_blank_values=True)
        host = request.headers.get("host", "127.0.0.1")
        return Call(
            self._operation,
            self._emulator.new_id(),
            request.path_params.get("room_id", ""),
            request.path_params.get("job_id", ""),
            _joined(query),
            body,
            f"{request.scope['scheme']}://{host}",
        )


class Nowhere:
    """Every other address."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """404, as the gateway says it."""
        out = _Out(scope, receive, send, self._emulator, self._emulator.new_id())
        await out.send(no_such_api().answer(), Fault())


class _Out:
    """The way of one answer to the client."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, emulator: Emulator, request_id: str) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._emulator = emulator
        self._request_id = request_id

    async def send(self, answer: Answer, fault: Fault) -> None:
        """Sends the answer as far and as fast as the fault lets it."""
        if fault.cut is Cut.BEFORE_ANSWER:
            await self._sever()
            return
        body = answer.body or b""
        await self._send({"type": "http.response.start", "status": answer.status, "headers": self._headers(answer)})
        if fault.cut is Cut.IN_BODY:
            await self._send_body(body[: len(body) // 2], fault.drip_s, more=True)
            await self._sever()
        else:
            await self._send_body(body, fault.drip_s, more=False)

    async def _send_body(self, body: bytes, drip_s: float, *, more: bool) -> None:
        pieces = [bytes([byte]) for byte in body] if drip_s else [body]
        for piece in pieces:
            await _pause(drip_s)
            await self._send({"type": "http.response.body", "body": piece, "more_body": True})
        if not more:
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _sever(self) -> None:
        sever = self._scope.get("extensions", {}).get(SEVER)
        if sever is None:
            raise ConnectionCut("the connection is cut here by a fault")
        sever()
        while (await self._receive())["type"] != "http.disconnect":
            pass

    def _headers(self, answer: Answer) -> list[tuple[bytes, bytes]]:
        headers = {"x-request-id": self._request_id, "date": self._date()}
        if answer.body is not None:
            headers |= {"content-type": "application/json", "content-length": str(len(answer.body))}
        headers |= {name.lower(): value for name, value in answer.headers}
        return [(name.encode(), value.encode()) for name, value in headers.items()]

    def _date(self) -> str:
        try:
            return http_date(self._emulator.now_ms())
        except WorkspaceError:
            return http_date(0)


def _joined(query: list[tuple[str, str]]) -> dict[str, str]:
    """A parameter that is sent several times is a list, which other parameters write with commas."""
    values: dict[str, str] = {}
    for name, value in query:
        values[name] = f"{values[name]},{value}" if name in values else value
    return values


async def _read(request: Request) -> bytes:
    """The body, or its beginning where it is too large. Raises ClientDisconnect."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY:
            break
    return bytes(body)


async def _pause(seconds: float) -> None:
    if seconds > 0:
        await asyncio.sleep(seconds)


def _headers(raw: list[tuple[bytes, bytes]]) -> Mapping[str, str]:
    """Names in lower case; a header sent twice is joined, so that a signature covers both."""
    headers: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), value.decode("utf-8", "replace").strip()
        headers[key] = f"{headers[key]},{text}" if key in headers else text
    return headers
