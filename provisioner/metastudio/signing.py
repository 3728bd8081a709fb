"""The headers that prove who sends a request (api.md, "Signing").

The signature is the vendor's own code, imported when the first request is signed. Nothing here shows a secret in
its `repr`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from provisioner.metastudio.credentials import KeySource

Query = Sequence[tuple[str, str]]
"""The query in order, names and values not yet percent-encoded."""

SECRET_HEADERS = ("Authorization", "X-Auth-Token", "X-Security-Token")
"""Headers whose values must never be shown, whoever echoes them."""


@dataclass(frozen=True, slots=True)
class Signable:
    """What a signature covers. `path` is as sent; `at` is the time to sign with; no body is `b""`."""

    method: str
    host: str
    path: str
    query: Query
    body: bytes = field(repr=False)
    at: datetime


class Authenticator(Protocol):
    """Something that can vouch for requests."""

    async def ready(self) -> None:
        """Makes sure that there are credentials, and fresh ones; cheap when there are.

        Raises CredentialsMissing.
        """

    def headers(self, request: Signable) -> dict[str, str]:
        """The headers to add to a request. Only after `ready`."""


@dataclass(frozen=True, slots=True)
class AkSkAuthenticator:
    """Signs with an access key (`SDK-HMAC-SHA256`)."""

    source: KeySource
    project_id: str

    async def ready(self) -> None:
        """Fetches or renews the key where that is needed."""
        await self.source.ready()

    def headers(self, request: Signable) -> dict[str, str]:
        """`Authorization`, `X-Sdk-Date`, `X-Project-Id`, and `X-Security-Token` with a temporary key."""
        # 10 ms that commands which sign nothing need not spend
        from huaweicloudsdkcore.sdk_request import SdkRequest  # noqa: PLC0415
        from huaweicloudsdkcore.signer.signer import Signer  # noqa: PLC0415

        key = self.source.current()
        signed = {
            "Host": request.host,
            "X-Sdk-Date": request.at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"),
            "X-Project-Id": self.project_id,
        }
        if key.security_token:
            signed["X-Security-Token"] = key.security_token
        sdk_request = SdkRequest(
            method=request.method,
            host=request.host,
            resource_path=request.path,
            query_params=list(request.query),
            header_params=signed,
            body=request.body,
        )
        headers: dict[str, str] = Signer(key).sign(sdk_request).header_params
        return {name: value for name, value in headers.items() if name != "Host"}


@dataclass(frozen=True, slots=True)
class TokenAuthenticator:
    """Shows a token from IAM, valid for 24 hours and not renewed here."""

    token: str = field(repr=False)

    async def ready(self) -> None:
        """There is nothing to fetch."""

    def headers(self, request: Signable) -> dict[str, str]:  # noqa: ARG002 - a token covers no request
        """`X-Auth-Token`."""
        return {"X-Auth-Token": self.token}
