"""One HTTP request and what became of it: the only module that knows httpx.

Nothing is hidden in here: no redirect is followed, nothing is sent twice, `.netrc` is not read, and nothing is
logged. Proxies and certificates follow the environment as httpx documents, except that a request to this machine
never goes through a proxy. An answer is read up to a size and within a time.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx

from provisioner import __version__
from provisioner.metastudio.answers import Answer
from provisioner.metastudio.endpoint import Endpoint
from provisioner.metastudio.errors import (
    CallError,
    CertificateRefused,
    ConnectFailed,
    Disconnected,
    MalformedAnswer,
    TimedOut,
)
from provisioner.metastudio.operation import Operation
from provisioner.metastudio.outcome import Exchange, Lost, Phase
from provisioner.metastudio.remote_text import printable
from provisioner.metastudio.signing import SECRET_HEADERS, Query

MAX_ANSWER_BYTES = 8 * 1024 * 1024
"""A page of a hundred rooms has less than a megabyte. What this size can become as data stays below 160 MB."""

_CONNECTIONS = httpx.Limits(max_connections=64, max_keepalive_connections=32, keepalive_expiry=15)
_NOTHING_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_UNCHANGED = "identity"


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. `read_s` and `write_s` bound each wait for a piece of the answer to a read or a write, the totals a
    whole call; a short time for writes makes unknown outcomes.
    """

    connect_s: float = 5
    read_s: float = 30
    write_s: float = 60
    read_total_s: float = 60
    write_total_s: float = 120


DEFAULT_TIMEOUTS = Timeouts()


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `path` holds nothing that needs encoding; no body is `b""`. `subject` is the id of the room or
    job it is about.
    """

    operation: Operation
    method: str
    path: str
    query: Query = ()
    body: bytes = field(default=b"", repr=False)
    subject: str = ""

    @property
    def where(self) -> str:
        """How messages name it."""
        return f"{self.operation} {self.subject}".strip()

    @property
    def is_read(self) -> bool:
        """Whether it changes nothing at the service."""
        return self.method == "GET"

    @property
    def target(self) -> str:
        """Path and query as sent, percent-encoded exactly as signatures want it."""
        pairs = "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in self.query)
        return f"{self.path}?{pairs}" if pairs else self.path


class Wire:
    """Connections to one endpoint. `conceal` takes secrets out of the service's words. Close it with `aclose`."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        timeouts: Timeouts,
        transport: httpx.AsyncBaseTransport | None,
        conceal: Callable[[str], str],
    ) -> None:
        self._endpoint = endpoint
        self._timeouts = timeouts
        self._conceal = conceal
        direct: dict[str, httpx.AsyncBaseTransport | None] = {}
        if endpoint.is_loopback:
            direct[f"all://{endpoint.host.partition(':')[0]}"] = None
        try:
            self._client = httpx.AsyncClient(
                auth=httpx.Auth(),
                follow_redirects=False,
                limits=_CONNECTIONS,
                mounts=direct,
                transport=transport,
            )
        except (OSError, ValueError, ImportError, httpx.InvalidURL):
            # without its cause: httpx quotes the proxy's address, which may hold a password
            raise ConnectFailed(
                "the proxy or certificate settings of the environment cannot be used: look at HTTPS_PROXY,"
                " ALL_PROXY, NO_PROXY, SSL_CERT_FILE and SSL_CERT_DIR"
            ) from None

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def send(
        self,
        request: Request,
        credentials: Mapping[str, str],
        *,
        signed_at: datetime | None = None,
        until: float | None = None,
    ) -> Exchange:
        """Sends a request once, with the headers that vouch for it; `signed_at` is the time they bear. A read ends
        at the loop time `until` at the latest; a write has its full time, since stopping to listen would leave
        its outcome unknown.
        """
        times = self._timeouts
        progress = _Progress(has_body=bool(request.body))
        ends_at = asyncio.get_running_loop().time() + (times.read_total_s if request.is_read else times.write_total_s)
        if request.is_read and until is not None:
            ends_at = min(ends_at, until)
        try:
            async with asyncio.timeout_at(ends_at):
                return await self._exchange(request, credentials, progress, signed_at)
        except TimeoutError:
            return Lost(progress.phase, TimedOut(f"{request.where}: no complete answer in time. {_LATER}"))
        except (httpx.HTTPError, OSError) as error:
            return self._lost(request, error, progress)

    async def _exchange(
        self,
        request: Request,
        credentials: Mapping[str, str],
        progress: _Progress,
        signed_at: datetime | None,
    ) -> Exchange:
        times = self._timeouts
        answer_s = times.read_s if request.is_read else times.write_s
        outgoing = self._client.build_request(
            request.method,
            self._endpoint.url + request.target,
            content=request.body or None,
            headers={**_headers(request), **credentials},
            timeout=httpx.Timeout(answer_s, connect=times.connect_s),
            extensions={"trace": progress.trace},
        )
        incoming = await self._client.send(outgoing, stream=True)
        try:
            progress.phase = Phase.SENT
            return await self._complete(request, incoming, credentials, signed_at)
        finally:
            await incoming.aclose()

    async def _complete(
        self,
        request: Request,
        incoming: httpx.Response,
        credentials: Mapping[str, str],
        signed_at: datetime | None,
    ) -> Exchange:
        if incoming.headers.get("content-encoding", _UNCHANGED).lower() != _UNCHANGED:
            return self._unreadable(request, incoming, "it is compressed, which was not asked for")
        chunks: list[bytes] = []
        size = 0
        async for chunk in incoming.aiter_bytes():
            size += len(chunk)
            if size > MAX_ANSWER_BYTES:
                return self._unreadable(request, incoming, f"it is larger than {MAX_ANSWER_BYTES:,} bytes")
            chunks.append(chunk)
        sent_secrets = tuple(credentials[name] for name in SECRET_HEADERS if credentials.get(name))
        return Answer(
            incoming.status_code,
            {name.lower(): value for name, value in incoming.headers.items()},
            b"".join(chunks),
            signed_at,
            lambda words: self._conceal(_without(words, sent_secrets)),
        )

    @staticmethod
    def _unreadable(request: Request, incoming: httpx.Response, reason: str) -> Lost:
        status = incoming.status_code
        return Lost(
            Phase.SENT,
            MalformedAnswer(
                f"{request.where}: the answer ({status}) was not read: {reason}."
                " Look for a proxy between this machine and the service.",
                status=status,
            ),
        )

    def _lost(self, request: Request, error: Exception, progress: _Progress) -> Lost:
        """What a failure of the network means. Words of the HTTP parser stay out: they quote what was read."""
        host, where = self._endpoint.host, request.where
        kind = type(error).__name__
        if isinstance(error, _NOTHING_SENT):
            words = printable(str(error), 160) or kind
            return Lost(Phase.UNSENT, _connect_failure(error, f"{where}: cannot reach {host} ({words})."))
        failure: CallError
        if isinstance(error, httpx.TimeoutException):
            failure = TimedOut(f"{where}: {host} did not answer in time. {_LATER}")
        else:
            failure = Disconnected(
                f"{where}: the connection to {host} broke before the answer was complete ({kind}). {_LATER}"
            )
        return Lost(progress.phase, failure)


_LATER = "Try again later, and look at the network if it goes on."


@dataclass(slots=True)
class _Progress:
    """How far a request came, as httpcore's trace tells it; a transport that traces nothing counts as sent."""

    has_body: bool
    phase: Phase = Phase.SENT

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Called by httpcore at every step of a request."""
        request = info.get("request")
        if request is not None and request.method == b"CONNECT":
            return  # the proxy's own request, on the way to the connection
        match event.split(".")[-2:]:
            case ["connect_tcp" | "start_tls", "started"]:
                self.phase = Phase.UNSENT
            case ["send_request_headers", "started"]:
                self.phase = Phase.UNSENT if self.has_body else Phase.SENT
            case ["send_request_body", "started"]:
                self.phase = Phase.SENT


def _headers(request: Request) -> dict[str, str]:
    headers = {
        "Accept": "application/json",
        "Accept-Encoding": _UNCHANGED,
        "User-Agent": f"metastudio-provisioner/{__version__}",
    }
    if request.method in {"POST", "PUT"}:
        headers["Content-Type"] = "application/json"
    return headers


def _connect_failure(error: BaseException, message: str) -> ConnectFailed:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return CertificateRefused(
                f"{message} Its certificate is not trusted: check the address, or name your CA in SSL_CERT_FILE."
            )
        cause = cause.__cause__ or cause.__context__
    return ConnectFailed(f"{message} Check the endpoint, the network and the proxy settings.")


def _without(words: str, secrets: tuple[str, ...]) -> str:
    for secret in secrets:
        words = words.replace(secret, "(hidden)")
    return words
