"""Signatures, judged by the vendor's own path and by a calculation by hand from the vendor's description."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qsl, quote, unquote

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from hypothesis import given, settings
from hypothesis import strategies as st

from provisioner.metastudio.credentials import AccessKey, FixedKey, fixed_key
from provisioner.metastudio.operation import Operation
from provisioner.metastudio.signing import AkSkAuthenticator, Query, Signable, TokenAuthenticator
from provisioner.metastudio.wire import DEFAULT_TIMEOUTS, Request, Wire
from tests.metastudio.loopback import PROJECT, Received, answering, http, serving

AK, SK, TEMPORARY = "HPUAEXAMPLE0", "s3cr3t-key-of-the-tests", "temporary-token"
AT = datetime(2026, 11, 21, 1, 2, 3, tzinfo=UTC)
HOST = "metastudio.cn-north-4.myhuaweicloud.com"

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def by_hand(method: str, path: str, query: Query, signed: dict[str, str], body: bytes) -> str:
    """The `Authorization` header after the vendor's description of SDK-HMAC-SHA256."""

    def encode(text: str) -> str:
        return quote(text, safe="-_.~")

    names = sorted(name.lower() for name in signed)
    values = {name.lower(): value.strip() for name, value in signed.items()}
    canonical = "\n".join(
        [
            method,
            "/".join(encode(unquote(part)) for part in path.split("/")).rstrip("/") + "/",
            "&".join(f"{encode(name)}={encode(value)}" for name, value in sorted(query)),
            "".join(f"{name}:{values[name]}\n" for name in names),
            ";".join(names),
            hashlib.sha256(body).hexdigest(),
        ]
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = f"SDK-HMAC-SHA256\n{values['x-sdk-date']}\n{digest}"
    signature = hmac.new(SK.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    return f"SDK-HMAC-SHA256 Access={AK}, SignedHeaders={';'.join(names)}, Signature={signature}"


def by_vendor(request: Signable, security_token: str | None) -> dict[str, str]:
    credentials = BasicCredentials(AK, SK, PROJECT)
    if security_token:
        credentials.with_security_token(security_token)
    signed = credentials.sign_request(
        SdkRequest(
            method=request.method,
            schema="https",
            host=request.host,
            resource_path=request.path,
            query_params=list(request.query),
            header_params={"X-Sdk-Date": request.at.strftime("%Y%m%dT%H%M%SZ")},
            body=request.body,
        )
    )
    return {name: value for name, value in signed.header_params.items() if name != "Host"}


def signer(security_token: str | None = None) -> AkSkAuthenticator:
    return AkSkAuthenticator(FixedKey(AccessKey(AK, SK, security_token)), PROJECT)


@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    st.lists(st.tuples(st.sampled_from(["offset", "room_name", "state"]), TEXT), max_size=4),
    st.binary(max_size=64),
    st.sampled_from([None, TEMPORARY]),
)
def test_signatures_equal_the_vendors_and_those_made_by_hand(
    method: str, query: list[tuple[str, str]], body: bytes, security_token: str | None
) -> None:
    path = f"/v1/{PROJECT}/smart-live-rooms/26f06524-4f75-4b3a-a853-b649a21aaf66"
    request = Signable(method, HOST, path, query, body, AT)
    headers = signer(security_token).headers(request)
    assert headers == by_vendor(request, security_token)
    signed = {name: value for name, value in headers.items() if name != "Authorization"} | {"Host": HOST}
    assert headers["Authorization"] == by_hand(method, path, query, signed, body)


def test_the_headers_are_those_that_the_api_asks_for() -> None:
    request = Signable("GET", HOST, "/v1/p/smart-live-rooms", (), b"", AT)
    assert set(signer().headers(request)) == {"Authorization", "X-Sdk-Date", "X-Project-Id"}
    assert set(signer(TEMPORARY).headers(request)) == {
        "Authorization",
        "X-Sdk-Date",
        "X-Project-Id",
        "X-Security-Token",
    }
    assert TokenAuthenticator("t").headers(request) == {"X-Auth-Token": "t"}


def test_the_time_is_signed_in_utc_wherever_it_comes_from() -> None:
    beijing = AT.astimezone(timezone(timedelta(hours=8)))
    headers = signer().headers(Signable("GET", HOST, "/", (), b"", beijing))
    assert headers["X-Sdk-Date"] == "20261121T010203Z"


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["room_name", "state"]), TEXT), max_size=3), st.binary(max_size=32))
def test_what_arrives_is_what_was_signed(query: list[tuple[str, str]], body: bytes) -> None:
    """A server that knows only the bytes on the wire calculates the same signature."""

    async def scenario() -> Received:
        async with serving(answering(http(200, b"{}"))) as server:
            endpoint = server.endpoint
            wire = Wire(endpoint, timeouts=DEFAULT_TIMEOUTS, transport=None, conceal=str)
            request = Request(Operation.LIST_ROOMS, "POST", endpoint.path("smart-live-rooms"), query, body)
            auth = fixed_key(AK, SK, PROJECT)
            headers = auth.headers(
                Signable(request.method, endpoint.host, request.path, request.query, request.body, AT)
            )
            await wire.send(request, headers)
            await wire.aclose()
            return server.received[0]

    received = asyncio.run(scenario())
    path, _, raw_query = received.target.partition("?")
    arrived = parse_qsl(raw_query, keep_blank_values=True, strict_parsing=bool(raw_query))
    named = received.headers["authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
    signed = {name: received.headers[name] for name in named}
    assert arrived == query
    assert received.headers["authorization"] == by_hand(received.method, path, arrived, signed, received.body)


def test_nothing_shows_a_secret() -> None:
    request = Signable("POST", HOST, "/", (), b"k3y", AT)
    shown = repr([signer(TEMPORARY), TokenAuthenticator("tok3n"), AccessKey(AK, SK, TEMPORARY), request])
    for secret in (AK, SK, TEMPORARY, "tok3n", "k3y"):
        assert secret not in shown


def test_the_vendors_code_is_not_imported_before_something_is_signed() -> None:
    check = (
        "import sys, provisioner.metastudio.client, provisioner.metastudio.credentials;"
        "sys.exit(any(name.startswith(('huaweicloudsdkcore', 'requests')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
