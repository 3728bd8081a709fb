"""Who asks: a token, or the AK/SK signature SDK-HMAC-SHA256, worked out anew from api.md, "Signing". Pure.

The signature covers the method, the path (ending in `/`), the sorted query, the signed headers and the body.
`host` and `x-sdk-date` must be among the signed headers; without them a request could be sent elsewhere or
later. There are no temporary credentials here, so a security token is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, quote, unquote

from provisioner.emulator.answers import unauthorised, wrong_project
from provisioner.emulator.identity import Identity

ALGORITHM = "SDK-HMAC-SHA256"
TOLERANCE = timedelta(minutes=15)
_AUTHORIZATION = re.compile(
    rf"{ALGORITHM}\s+Access=(?P<key>[^,\s]+),\s*SignedHeaders=(?P<names>[^,\s]+),\s*Signature=(?P<signature>[0-9a-f]{{64}})\Z"
)
_MUST_BE_SIGNED = frozenset({"host", "x-sdk-date"})


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signature covers. Header names are in lower case; `path` and `query` are as sent."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


def authenticate(request: Signed, project_id: str, identity: Identity, times: Iterable[datetime]) -> None:
    """Checks the credentials and that they are those of the project in the path. Raises Refusal (401).

    `times` are the moments that count as now: a signature must be made within 15 minutes of one of them.
    """
    token = request.headers.get("x-auth-token")
    if token is not None:
        if not hmac.compare_digest(token.encode(), identity.token.encode()):
            raise unauthorised("decrypt token fail")
    else:
        _verify_signature(request, identity, times)
        if request.headers.get("x-project-id") != identity.project_id:
            raise wrong_project()
    if project_id != identity.project_id:
        raise wrong_project()


def _verify_signature(request: Signed, identity: Identity, times: Iterable[datetime]) -> None:
    header = request.headers.get("authorization")
    if header is None:
        raise unauthorised("neither X-Auth-Token nor Authorization was sent")
    parts = _AUTHORIZATION.match(header)
    if parts is None:
        raise unauthorised(f"Authorization is not of the form {ALGORITHM} Access=, SignedHeaders=, Signature=")
    if "x-security-token" in request.headers:
        raise unauthorised("the security token is not known")
    names = parts["names"].split(";")
    if not _MUST_BE_SIGNED.issubset(names) or not all(name in request.headers for name in names):
        raise unauthorised("SignedHeaders must name host, x-sdk-date and only headers that were sent")
    stamp = request.headers["x-sdk-date"]
    _check_time(stamp, times)
    expected = signature(request, names, stamp, identity.secret_key)
    known = hmac.compare_digest(parts["key"].encode(), identity.access_key.encode())
    if not hmac.compare_digest(parts["signature"], expected) or not known:
        raise unauthorised("verify aksk signature fail")


def signature(request: Signed, names: Iterable[str], stamp: str, secret_key: str) -> str:
    """The signature that the request must carry, in hexadecimal digits."""
    names = sorted(names)
    canonical = "\n".join(
        (
            request.method,
            _canonical_path(request.path),
            _canonical_query(request.query),
            *(f"{name}:{request.headers[name].strip()}" for name in names),
            "",
            ";".join(names),
            hashlib.sha256(request.body).hexdigest(),
        )
    )
    text = f"{ALGORITHM}\n{stamp}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    return hmac.new(secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()


def _check_time(stamp: str, times: Iterable[datetime]) -> None:
    try:
        sent = datetime.strptime(f"{stamp}+0000", "%Y%m%dT%H%M%SZ%z")
    except ValueError as error:
        raise unauthorised("X-Sdk-Date is not of the form YYYYMMDDTHHMMSSZ") from error
    if all(abs(now - sent) > TOLERANCE for now in times):
        raise unauthorised("x-sdk-date is more than 15 minutes from the service's time")


def _canonical_path(path: str) -> str:
    encoded = "/".join(quote(unquote(step), safe="~") for step in path.split("/"))
    return encoded if encoded.endswith("/") else f"{encoded}/"


def _canonical_query(query: str) -> str:
    pairs = sorted(parse_qsl(query, keep_blank_values=True))
    return "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in pairs)
