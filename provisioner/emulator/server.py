"""An emulator on a port of this machine, for other programs: the vendor's SDK, a browser, a second shell.

`serve` runs until SIGINT or SIGTERM; `running` serves from a thread while a block of code runs. Both listen
on 127.0.0.1 only. Anything that a fault does to a connection works here as on a network.
"""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from provisioner.emulator.app import SEVER, build
from provisioner.emulator.control import routes
from provisioner.emulator.service import Emulator
from provisioner.errors import WorkspaceError

HOST = "127.0.0.1"
_GRACE_S = 2
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def serve(
    emulator: Emulator, *, port: int = 0, tell: Callable[[Mapping[str, str]], None], control: bool = False
) -> None:
    """Listens, tells how it is reached, and serves until the process gets SIGINT or SIGTERM; then returns.

    `tell` hears what a client needs (`endpoint`, `project id`, `access key`, `secret key` and `token`, in this order),
    once requests are taken. Port 0 picks a free one. `control` adds `/_faults` and `/_clock`, without any
    authentication. Raises WorkspaceError where the port cannot be had.
    """
    with _listening(port) as listener:
        access = {
            "endpoint": _endpoint(listener),
            "project id": emulator.project_id,
            "access key": emulator.access_key,
            "secret key": emulator.secret_key,
            "token": emulator.token,
        }
        _Server(_config(emulator, control=control), lambda: tell(access)).run(sockets=[listener])


@contextmanager
def running(emulator: Emulator, *, port: int = 0, control: bool = False) -> Iterator[str]:
    """Serves from a thread; the value is the endpoint. Raises WorkspaceError where the port cannot be had."""
    with _listening(port) as listener:
        server = _Server(_config(emulator, control=control))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield _endpoint(listener)
        finally:
            server.should_exit = True
            thread.join()


class _Server(uvicorn.Server):
    """Ends quietly: uvicorn's own would raise the signal again after an orderly shutdown."""

    def __init__(self, config: uvicorn.Config, has_started: Callable[[], None] = lambda: None) -> None:
        super().__init__(config)
        self._has_started = has_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Tells that requests, and signals, are taken from now on."""
        await super().startup(sockets)
        self._has_started()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class _Protocol(H11Protocol):
    """HTTP/1.1 whose connections the application may close in the middle of an answer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app = _severable(self.app, transport)


def _severable(app: ASGIApp, transport: asyncio.Transport) -> ASGIApp:
    async def with_extension(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "extensions": {SEVER: transport.close}}, receive, send)

    return with_extension


def _config(emulator: Emulator, *, control: bool) -> uvicorn.Config:
    return uvicorn.Config(
        build(emulator, *(routes(emulator) if control else ())),
        http=_Protocol,
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
    )


def _listening(port: int) -> socket.socket:
    # asyncio sends small pieces at once (TCP_NODELAY) only where the protocol is named; else each answer waits 40 ms
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        raise WorkspaceError(_why(port, error)) from error
    return listener


def _why(port: int, error: Exception) -> str:
    hint = "choose another with --port, or 0 for any free one"
    match getattr(error, "errno", None):
        case errno.EADDRINUSE:
            return f"port {port} of {HOST} is in use; {hint}"
        case errno.EACCES:
            return f"port {port} of {HOST} needs more rights than this user has; {hint}"
        case _:
            return f"port {port} of {HOST} cannot be listened on ({error}); {hint}"


def _endpoint(listener: socket.socket) -> str:
    return f"http://{HOST}:{listener.getsockname()[1]}"
