"""An httpx transport that reaches an emulator in the same process and behaves like a network.

`httpx.ASGITransport` does for plain use. This one also turns a cut connection into `httpx.ReadError`, as a
socket would, and lets a request that reached the service run on when its client gives up.
"""

from __future__ import annotations

import asyncio

import httpx

from provisioner.emulator.app import ConnectionCut
from provisioner.emulator.service import Emulator


class InProcess(httpx.AsyncBaseTransport):
    """The way to one emulator."""

    def __init__(self, emulator: Emulator) -> None:
        self._inner = httpx.ASGITransport(app=emulator.app)
        self._running: set[asyncio.Task[httpx.Response]] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises httpx.ReadError where the connection is cut."""
        task = asyncio.ensure_future(self._inner.handle_async_request(request))
        self._running.add(task)
        task.add_done_callback(self._finished)
        try:
            return await asyncio.shield(task)
        except ConnectionCut as error:
            raise httpx.ReadError("the connection was cut", request=request) from error

    def _finished(self, task: asyncio.Task[httpx.Response]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # nobody may be left to look at it
