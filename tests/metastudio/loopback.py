"""A real server on 127.0.0.1 that answers byte for byte what a test says, or does not."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from provisioner.metastudio.endpoint import Endpoint, parse_endpoint

PROJECT = "0123456789abcdef0123456789abcdef"


@dataclass(slots=True)
class Received:
    """A request as it stood on the wire. Header names are lower-case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Loopback:
    """A server, and what it received so far."""

    port: int = 0
    received: list[Received] = field(default_factory=list)
    connections: int = 0

    @property
    def endpoint(self) -> Endpoint:
        """Its address."""
        return at(self.port)


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Behaviour = Callable[[Received, asyncio.StreamWriter], Awaitable[None]]


def http(status: int, body: bytes = b"", **headers: str) -> bytes:
    """A well-formed answer; underscores in header names stand for hyphens."""
    fields = {"Content-Length": str(len(body)), "Content-Type": "application/json"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Some Reason\r\n{head}\r\n".encode() + body


def answering(*answers: bytes) -> Behaviour:
    """Sends the given bytes, one answer a request, the last for ever."""
    left = list(answers)

    async def behave(_request: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(left.pop(0) if len(left) > 1 else left[0])
        await writer.drain()

    return behave


async def hanging(_request: Received, _writer: asyncio.StreamWriter) -> None:
    """Reads the request and says nothing."""
    await asyncio.sleep(3600)


async def resetting(_request: Received, writer: asyncio.StreamWriter) -> None:
    """Reads the request and hangs up hard."""
    writer.transport.abort()


@asynccontextmanager
async def listening(talk: Talk, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A port on which `talk` answers each connection until the block is left; what is open then is cut."""
    talks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        try:
            await talk(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            talks.discard(task)
            writer.transport.abort()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tuple(talks):
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await server.wait_closed()


@asynccontextmanager
async def serving(behave: Behaviour) -> AsyncIterator[Loopback]:
    """Reads requests and lets `behave` answer each."""
    loopback = Loopback()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loopback.connections += 1
        while request := await _read(reader):
            loopback.received.append(request)
            await behave(request, writer)

    async with listening(talk) as port:
        loopback.port = port
        yield loopback


def at(port: int, scheme: str = "http") -> Endpoint:
    """The endpoint of a port of this machine."""
    return parse_endpoint(f"{scheme}://127.0.0.1:{port}", project_id=PROJECT, region="cn-north-4")


async def _read(reader: asyncio.StreamReader) -> Received | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.strip().split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return Received(method, target, headers, await reader.readexactly(int(headers.get("content-length", 0))))
