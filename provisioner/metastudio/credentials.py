"""Where access keys and tokens come from: the environment and the vendor's own places, never the workspace.

The vendor's providers are asked one by one instead of through its chain: the chain stops at the instance metadata
when that address does not answer, before pod identity is tried, and its error texts quote lines of the profile
file. They are imported when a real target is used (they bring `requests`), run beside the event loop, and get a
few seconds each. Their requests would read `.netrc` and put its password over their own headers; that is off.
"""

# ruff: noqa: PLC0415 - the vendor's modules bring `requests`, 0.2 s that only a real target has to spend

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeVar

from provisioner.metastudio.errors import CredentialsMissing
from provisioner.metastudio.signing import AkSkAuthenticator, TokenAuthenticator

T = TypeVar("T")

TOKEN_VARIABLE = "HUAWEICLOUD_AUTH_TOKEN"  # noqa: S105 - the name of a variable

_PROVIDER_TIME_S = 15.0
_METADATA_TIME_S = 4.0
_RENEWAL_CHECK_S = 60.0
_HTTP_TIMES_S = (5, 10)
_POD_VARIABLES = ("HC_CONTAINER_CREDENTIALS_FULL_URI", "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE")
_HEADER_SAFE = re.compile(r"[\x21-\x7e]{1,16384}")

_HOW_TO = (
    "Set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK (and HUAWEICLOUD_SDK_SECURITY_TOKEN for a temporary key),"
    " or write them into ~/.huaweicloud/credentials under [basic] as ak and sk"
)


@dataclass(frozen=True, slots=True)
class AccessKey:
    """An access key; `security_token` comes with temporary ones. Only the names of its fields are shown."""

    ak: str = field(repr=False)
    sk: str = field(repr=False)
    security_token: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for name, value in (("AK", self.ak), ("SK", self.sk), ("security token", self.security_token)):
            if value is not None and not _HEADER_SAFE.fullmatch(value):
                raise CredentialsMissing(
                    f"the {name} is empty or holds a space, a line break or a character outside ASCII:"
                    " copy it again, without quotes"
                )


class KeySource(Protocol):
    """Something that has an access key, or can get one."""

    async def ready(self) -> None:
        """Fetches or renews the key where that is needed. Raises CredentialsMissing."""

    def current(self) -> AccessKey:
        """The key to sign with. Only after `ready`."""


@dataclass(frozen=True, slots=True)
class FixedKey:
    """A key that is known and does not expire during a run."""

    key: AccessKey

    async def ready(self) -> None:
        """There is nothing to fetch."""

    def current(self) -> AccessKey:
        """The key."""
        return self.key


class VendorKeys:
    """The key that the vendor's providers find: OIDC, environment, profile file, pod identity, instance metadata.

    The first that is set up decides, even where it fails: another place may hold another identity. Temporary
    keys are renewed by the vendor's code well before they expire; where that fails, the old one is used on.
    """

    def __init__(self, region: str) -> None:
        self._region = region
        self._credentials: Any = None
        self._key: AccessKey | None = None
        self._checked_at = 0.0
        self._lock = asyncio.Lock()

    async def ready(self) -> None:
        """Asks the providers once, and every minute lets the vendor's code renew a temporary key."""
        async with self._lock:
            now = asyncio.get_running_loop().time()
            if self._credentials is None:
                self._credentials, self._key = await self._first_set_up()
                self._checked_at = now
            elif self._credentials.sts_accessor is not None and now - self._checked_at > _RENEWAL_CHECK_S:
                self._checked_at = now
                with contextlib.suppress(CredentialsMissing):
                    self._key = await _in_time(partial(self._fetched, self._credentials), _PROVIDER_TIME_S)

    def current(self) -> AccessKey:
        """The key found by `ready`."""
        if self._key is None:
            raise CredentialsMissing(f"no access key was fetched yet. {_HOW_TO}")
        return self._key

    async def _first_set_up(self) -> tuple[Any, AccessKey]:
        for provider in await _in_time(_providers, _PROVIDER_TIME_S):
            try:
                credentials = await _in_time(provider.get, provider.time_s)
                if credentials is not None:
                    return credentials, await _in_time(partial(self._fetched, credentials), _PROVIDER_TIME_S)
            except CredentialsMissing as error:
                raise CredentialsMissing(f"no access key: {provider.name}: {error}. {_HOW_TO}") from error
        raise CredentialsMissing(f"no access key was found. {_HOW_TO}")

    def _fetched(self, credentials: Any) -> AccessKey:
        from huaweicloudsdkcore.auth.internal import IamHelper, StsHelper

        if credentials.sts_accessor is not None:
            credentials.iam_endpoint = credentials.iam_endpoint or IamHelper.get_iam_endpoint(self._region)
            credentials.sts_endpoint = credentials.sts_endpoint or StsHelper.get_sts_endpoint(self._region)
            with contextlib.closing(_vendor_http()) as http:
                credentials.process_sts(http)
        token = credentials.security_token
        return AccessKey(credentials.ak.strip(), credentials.sk.strip(), token.strip() if token else None)


def aksk(project_id: str, region: str) -> AkSkAuthenticator:
    """Signs with the key that the vendor's places hold. They are asked before the first request."""
    return AkSkAuthenticator(VendorKeys(region), project_id)


def fixed_key(ak: str, sk: str, project_id: str) -> AkSkAuthenticator:
    """Signs with a key that is at hand, such as the emulator's. Raises CredentialsMissing for an unusable one."""
    return AkSkAuthenticator(FixedKey(AccessKey(ak, sk)), project_id)


def token(environment: Mapping[str, str]) -> TokenAuthenticator:
    """Shows the token of `HUAWEICLOUD_AUTH_TOKEN`. Raises CredentialsMissing."""
    value = environment.get(TOKEN_VARIABLE, "").strip()
    if not _HEADER_SAFE.fullmatch(value):
        problem = "holds a character that a token cannot have" if value else "is not set"
        raise CredentialsMissing(
            f"{TOKEN_VARIABLE} {problem}, and the target says `auth: token`: put a token from IAM into it"
            " (POST /v3/auth/tokens answers it as X-Subject-Token), or use `auth: aksk`"
        )
    return TokenAuthenticator(value)


@dataclass(frozen=True, slots=True)
class _Provider:
    """One of the vendor's providers. `get` returns its credentials, or None where it is not set up."""

    name: str
    get: Callable[[], Any]
    time_s: float = _PROVIDER_TIME_S


def _providers() -> tuple[_Provider, ...]:
    """The vendor's providers, those first that tell without the network whether they are set up."""
    from huaweicloudsdkcore.auth import provider as vendor
    from huaweicloudsdkcore.exceptions.exceptions import ApiTypeError, ApiValueError

    def if_set_up(provider: Any) -> Callable[[], Any]:
        def get() -> Any:
            try:
                return provider.get_credentials()
            except (ApiTypeError, ApiValueError):  # how these providers say that nothing is there
                return None

        return get

    def pod_identity() -> Any:
        is_set_up = all(os.environ.get(name) for name in _POD_VARIABLES)
        return vendor.PodIdentityCredentialProvider.get_basic().get_credentials() if is_set_up else None

    def metadata() -> Any:
        try:
            return vendor.MetadataCredentialProvider.get_basic().get_credentials()
        except Exception:  # noqa: BLE001 - off the vendor's cloud anything may answer, or nothing
            return None

    return (
        _Provider("OIDC", if_set_up(vendor.OidcStsCredentialProvider.get_basic())),
        _Provider("environment", if_set_up(vendor.EnvCredentialProvider.get_basic())),
        _Provider("profile file", if_set_up(vendor.ProfileCredentialProvider.get_basic())),
        _Provider("pod identity", pod_identity),
        _Provider("instance metadata", metadata, _METADATA_TIME_S),
    )


def _vendor_http() -> Any:
    """The vendor's HTTP client, which its OIDC and federation code needs."""
    from huaweicloudsdkcore.exceptions.exception_handler import DefaultExceptionHandler
    from huaweicloudsdkcore.http.http_client import HttpClient
    from huaweicloudsdkcore.http.http_config import HttpConfig

    silent = logging.getLogger("provisioner.vendor")
    silent.disabled = True  # it would log what the other side answered
    return HttpClient(HttpConfig(timeout=_HTTP_TIMES_S), None, DefaultExceptionHandler(), silent)


async def _in_time(work: Callable[[], T], seconds: float) -> T:
    """Runs the vendor's blocking code in a thread that nothing waits for when the time is over.

    Raises CredentialsMissing for whatever goes wrong there; the vendor's texts may quote secrets and stay out.
    """
    loop = asyncio.get_running_loop()
    result: asyncio.Future[T] = loop.create_future()

    def report(settle: Callable[[Any], None], value: object) -> None:
        if not result.done():
            settle(value)

    def run() -> None:
        try:
            with _without_netrc():
                outcome: tuple[Callable[[Any], None], object] = (result.set_result, work())
        except Exception as error:  # noqa: BLE001 - vendor code raises requests', configparser's and its own
            outcome = (result.set_exception, error)
        with contextlib.suppress(RuntimeError):  # the loop ended meanwhile
            loop.call_soon_threadsafe(report, *outcome)

    threading.Thread(target=run, daemon=True, name="credentials").start()
    try:
        async with asyncio.timeout(seconds):
            return await result
    except CredentialsMissing:
        raise
    except TimeoutError:
        raise CredentialsMissing(f"no answer in {seconds:g} s") from None
    except Exception as error:  # noqa: BLE001 - as above
        raise CredentialsMissing(_reason(error)) from None


def _reason(error: Exception) -> str:
    """What happened, in words that cannot quote a secret."""
    status = getattr(error, "status_code", None)
    return f"it failed with {type(error).__name__}{f' ({status})' if isinstance(status, int) else ''}"


@contextlib.contextmanager
def _without_netrc() -> Iterator[None]:
    """`requests` finds no `.netrc` meanwhile."""
    before = os.environ.get("NETRC")
    os.environ["NETRC"] = os.devnull
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("NETRC", None)
        else:
            os.environ["NETRC"] = before
