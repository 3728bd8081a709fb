"""What a real connection does to a request: cut, hang, trickle, flood, and what the environment may change.

Everything listens on 127.0.0.1 in this process.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from provisioner.metastudio.client import MetaStudio
from provisioner.metastudio.endpoint import Endpoint, parse_endpoint
from provisioner.metastudio.errors import (
    CertificateRefused,
    ConnectFailed,
    Disconnected,
    MalformedAnswer,
    RedirectRefused,
    TimedOut,
)
from provisioner.metastudio.outcome import Applied, NotApplied, Unknown, Write
from provisioner.metastudio.signing import TokenAuthenticator
from provisioner.metastudio.wire import MAX_ANSWER_BYTES, Timeouts
from provisioner.rooms import RoomId
from tests.metastudio.loopback import (
    PROJECT,
    Behaviour,
    Loopback,
    Received,
    answering,
    at,
    hanging,
    http,
    listening,
    resetting,
    serving,
)

QUICK = Timeouts(connect_s=0.3, read_s=0.2, write_s=0.2, read_total_s=0.5, write_total_s=0.5)
ROOM = b'{"room_id": "room-1"}'
BODY = {"room_name": "x" * 1000}


def client(endpoint: Endpoint, timeouts: Timeouts = QUICK) -> MetaStudio:
    return MetaStudio(endpoint, TokenAuthenticator("tok3n"), timeouts=timeouts, chance=lambda: 0.0)


def against(behave: Behaviour, act: Callable[[MetaStudio], Awaitable[Any]]) -> tuple[Any, Loopback]:
    async def main() -> tuple[Any, Loopback]:
        async with serving(behave) as server, client(server.endpoint) as metastudio:
            return await act(metastudio), server

    return asyncio.run(main())


async def create(metastudio: MetaStudio) -> Write[RoomId]:
    return await metastudio.create_room(BODY)


def saying(*pieces: bytes, pause_s: float = 0.0, then_hang: bool = False) -> Behaviour:
    async def behave(_request: Received, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause_s)
        if then_hang:
            await asyncio.sleep(3600)
        writer.close()

    return behave


def test_a_good_answer_arrives() -> None:
    outcome, server = against(answering(http(200, ROOM, X_Request_Id="req-7")), create)
    assert outcome == Applied(RoomId("room-1"), "req-7")
    assert server.received[0].headers["x-auth-token"] == "tok3n"


def test_connections_are_kept() -> None:
    async def three(metastudio: MetaStudio) -> None:
        for _ in range(3):
            await metastudio.create_room(BODY)

    _, server = against(answering(http(200, ROOM)), three)
    assert (len(server.received), server.connections) == (3, 1)


GOOD = http(200, ROOM)


@pytest.mark.parametrize(
    ("behave", "kind"),
    [
        (resetting, Disconnected),
        (saying(), Disconnected),
        (saying(b"HTTP/1.1 200 OK\r\nContent-Le"), Disconnected),
        (saying(GOOD[:-1]), Disconnected),
        (saying(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{"ro'), Disconnected),
        (saying(b"\x16\x03\x01 this is not HTTP\r\n\r\n"), Disconnected),
        (saying(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 40_000 + b"\r\n"), Disconnected),
        (hanging, TimedOut),
        (saying(GOOD[:40], then_hang=True), TimedOut),
        (saying(GOOD[:-1], then_hang=True), TimedOut),
        (saying(*(bytes([byte]) for byte in GOOD), pause_s=0.1), TimedOut),
        (saying(*(b"HTTP/1.1 102 Processing\r\n\r\n" for _ in range(100)), pause_s=0.1), TimedOut),
        (saying(http(200, b"")), MalformedAnswer),
        (saying(http(200, b"<html>", Content_Type="text/html")), MalformedAnswer),
        (saying(http(200, ROOM, Content_Encoding="gzip")), MalformedAnswer),
        (saying(http(302, b"", Location="https://evil.com/")), RedirectRefused),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_write_that_has_left_and_has_no_complete_answer_is_unknown(behave: Behaviour, kind: type[Exception]) -> None:
    outcome, server = against(behave, create)
    assert isinstance(outcome, Unknown)
    assert type(outcome.error) is kind
    assert len(server.received) == 1
    assert "tok3n" not in str(outcome.error)


@pytest.mark.parametrize("behave", [resetting, hanging, saying()])
def test_a_write_without_a_body_has_left_with_its_headers(behave: Behaviour) -> None:
    outcome, _ = against(behave, lambda it: it.delete_room(RoomId("room-1")))
    assert isinstance(outcome, Unknown)


HEADERS, BODY_BEGINS = "http11.send_request_headers.started", "http11.send_request_body.started"


@pytest.mark.parametrize(
    ("steps", "with_a_body", "without"),
    [
        ((), Unknown, Unknown),
        (("connection.connect_tcp.started",), NotApplied, NotApplied),
        (("connection.connect_tcp.started", "connection.start_tls.started"), NotApplied, NotApplied),
        ((HEADERS,), NotApplied, Unknown),
        ((HEADERS, "http11.send_request_headers.failed"), NotApplied, Unknown),
        ((HEADERS, BODY_BEGINS), Unknown, Unknown),
    ],
)
def test_a_write_has_left_when_its_body_begins_to_leave(
    steps: tuple[str, ...], with_a_body: type, without: type
) -> None:
    """The steps are httpcore's; a transport that names none proves nothing."""

    async def fail(request: httpx.Request) -> httpx.Response:
        for step in steps:
            await request.extensions["trace"](step, {"request": request})
        raise httpx.WriteError("broken pipe")

    async def main() -> tuple[Write[RoomId], Write[None]]:
        transport = httpx.MockTransport(fail)
        async with MetaStudio(at(1), TokenAuthenticator("t"), transport=transport) as metastudio:
            return await metastudio.create_room(BODY), await metastudio.delete_room(RoomId("room-1"))

    created, deleted = asyncio.run(main())
    assert isinstance(created, with_a_body)
    assert isinstance(deleted, without)


def test_a_flood_is_not_read_to_its_end() -> None:
    sent = [0]

    async def flood(_request: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
        while True:
            writer.write(b" " * 65536)
            await writer.drain()
            sent[0] += 65536

    async def patient(endpoint: Endpoint) -> Write[RoomId]:
        async with client(endpoint, Timeouts()) as metastudio:
            return await metastudio.create_room(BODY)

    async def main() -> Write[RoomId]:
        async with serving(flood) as server:
            return await patient(server.endpoint)

    outcome = asyncio.run(main())
    assert isinstance(outcome, Unknown)
    assert isinstance(outcome.error, MalformedAnswer)
    assert sent[0] < MAX_ANSWER_BYTES * 3


def test_an_answer_before_the_body_was_read_still_counts() -> None:
    """A gateway that refuses by the headers alone is believed."""

    async def early(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(http(403, b'{"error_code": "APIGW.0302", "error_msg": "no"}', Connection="close"))
        while await reader.read(65536):
            pass
        writer.close()

    async def main() -> Write[RoomId]:
        async with listening(early) as port, client(at(port)) as metastudio:
            return await metastudio.create_room({"room_name": "x" * 5_000_000})

    outcome = asyncio.run(main())
    assert isinstance(outcome, NotApplied)
    assert not outcome.retryable


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def create_at(endpoint: Endpoint) -> Write[RoomId]:
    async with client(endpoint) as metastudio:
        return await metastudio.create_room(BODY)


def test_a_refused_connection_is_not_applied_and_may_be_sent_again() -> None:
    outcome = asyncio.run(create_at(at(free_port())))
    assert isinstance(outcome, NotApplied)
    assert outcome.retryable
    assert isinstance(outcome.error, ConnectFailed)


def test_a_host_that_does_not_exist_is_not_applied() -> None:
    endpoint = Endpoint("http://nowhere.invalid", PROJECT, "cn-north-4", is_loopback=False)
    outcome = asyncio.run(create_at(endpoint))
    assert isinstance(outcome, NotApplied)
    assert outcome.retryable


@pytest.mark.parametrize("behave", [saying(b"HTTP/1.1 400 plain text\r\n\r\n"), resetting, hanging])
def test_a_failed_handshake_is_not_applied(behave: Behaviour) -> None:
    """The other side does not speak TLS: nothing of the request left, whatever it does instead."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        await behave(Received("", "", {}, b""), writer)

    async def main() -> Write[RoomId]:
        async with listening(talk) as port:
            return await create_at(at(port, "https"))

    outcome = asyncio.run(main())
    assert isinstance(outcome, NotApplied)
    assert outcome.retryable


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A key and a certificate that nobody signed but itself."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificate, and is not installed")
    path = tmp_path / "self-signed.pem"
    made = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1")
    named = ("-subj", "/CN=x", "-addext", "subjectAltName=IP:127.0.0.1")
    subprocess.run(
        [openssl, *made, *named, "-keyout", str(path), "-out", str(tmp_path / "cert.pem")],
        check=True,
        capture_output=True,
    )
    path.write_text(path.read_text() + (tmp_path / "cert.pem").read_text())
    return path


def test_an_untrusted_certificate_is_not_applied_and_not_for_sending_again(certificate: Path) -> None:
    async def never(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        raise AssertionError

    async def main() -> Write[RoomId]:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        async with listening(never, context) as port:
            return await create_at(at(port, "https"))

    outcome = asyncio.run(main())
    assert isinstance(outcome, NotApplied)
    assert not outcome.retryable
    assert isinstance(outcome.error, CertificateRefused)
    assert "SSL_CERT_FILE" in str(outcome.error)


@pytest.mark.parametrize("behave", [saying(http(407)), saying(http(503)), saying(b"HTT"), resetting, hanging])
def test_proxies_come_from_the_environment_and_a_failing_one_is_not_applied(
    monkeypatch: pytest.MonkeyPatch, behave: Behaviour
) -> None:
    """The proxy sees a CONNECT and no header of ours; whatever it does then, nothing was sent."""
    seen: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        await behave(Received("", "", {}, b""), writer)

    async def main() -> Write[RoomId]:
        endpoint = parse_endpoint(
            "https://metastudio.cn-north-4.myhuaweicloud.com", project_id=PROJECT, region="cn-north-4"
        )
        async with listening(proxy) as port:
            monkeypatch.setenv("HTTPS_PROXY", f"http://user:hunter2@127.0.0.1:{port}")
            monkeypatch.delenv("NO_PROXY", raising=False)
            monkeypatch.delenv("no_proxy", raising=False)
            return await create_at(endpoint)

    outcome = asyncio.run(main())
    assert isinstance(outcome, NotApplied)
    assert outcome.retryable
    assert "hunter2" not in str(outcome.error)
    assert seen[0].startswith(b"CONNECT metastudio.cn-north-4.myhuaweicloud.com:443 ")
    assert b"tok3n" not in seen[0]


def test_a_request_to_this_machine_never_goes_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    outcome, server = against(answering(http(200, ROOM)), create)
    assert isinstance(outcome, Applied)
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTPS_PROXY", "gopher://user:hunter2@h"),
        ("SSL_CERT_FILE", "/nowhere/ca.pem"),
        ("ALL_PROXY", "socks5://h:1"),
    ],
)
def test_settings_of_the_environment_that_cannot_be_used_are_named_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConnectFailed, match=name) as raised:
        client(at(1))
    assert "hunter2" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_netrc_is_never_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password hunter2\ndefault login a password b\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    _, server = against(answering(http(200, ROOM)), create)
    assert "authorization" not in server.received[0].headers


def test_nothing_is_logged_that_could_be_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    """Even with every logger at DEBUG."""
    caplog.set_level("DEBUG")
    answer = http(200, b'{"room_id": "room-1", "stream_keys": ["k3y-answered"]}')
    against(answering(answer), lambda it: it.create_room({"stream_keys": ["k3y-sent"]}))
    assert "k3y" not in caplog.text
    assert "tok3n" not in caplog.text


def test_a_cancelled_call_stays_cancelled() -> None:
    async def cancel(metastudio: MetaStudio) -> bool:
        task = asyncio.ensure_future(metastudio.create_room(BODY))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return True

    assert against(hanging, cancel)[0]


def test_no_exception_of_httpx_escapes() -> None:
    """Whatever the transport raises becomes an outcome."""
    kinds = [kind for kind in vars(httpx).values() if isinstance(kind, type) and issubclass(kind, httpx.TransportError)]
    assert len(kinds) > 10
    for kind in kinds:

        async def fail(request: httpx.Request, kind: type[httpx.TransportError] = kind) -> httpx.Response:
            raise kind("x", request=request)

        async def main() -> Write[RoomId]:
            transport = httpx.MockTransport(fail)
            async with MetaStudio(at(1), TokenAuthenticator("t"), transport=transport) as metastudio:
                return await metastudio.create_room(BODY)

        unsent = issubclass(kind, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError)
        assert isinstance(asyncio.run(main()), NotApplied if unsent else Unknown)
