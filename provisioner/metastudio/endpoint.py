"""Where requests go, and the only ids that may stand in their paths. Pure.

Credentials follow the endpoint, so an address is accepted only when it is plainly one of the vendor's, or this
machine itself (reliability.md, section 4, rows 16 and 17). Nothing is repaired: what a lenient parser could read
in two ways is refused.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass

from provisioner.errors import WorkspaceError
from provisioner.metastudio.errors import UnusableRequest
from provisioner.metastudio.remote_text import printable

VENDOR_DOMAINS = (".myhuaweicloud.com", ".myhuaweicloud.eu", ".myhuaweicloud.cn")
"""The domains under which the vendor serves its APIs."""

_URL = re.compile(r"(https?)://([A-Za-z0-9.-]{1,253})(?::([0-9]{1,5}))?/?", re.ASCII)
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)
_REGION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A checked address. `url` has scheme, host and port without a final slash."""

    url: str
    project_id: str
    region: str
    is_loopback: bool

    @property
    def host(self) -> str:
        """The `Host` header: the name, and the port where it is not the scheme's own."""
        return self.url.partition("://")[2]

    def path(self, resource: str) -> str:
        """The path of a resource of the project. Ids in `resource` have passed `checked_id`."""
        return f"/v1/{self.project_id}/{resource}"


def parse_endpoint(
    url: str, *, project_id: str, region: str, trusted_domains: Sequence[str] = VENDOR_DOMAINS
) -> Endpoint:
    """Checks a target's `endpoint`, `project_id` and `region`. `trusted_domains` start with a dot.

    Raises WorkspaceError.
    """
    match = _URL.fullmatch(url)
    if not match:
        raise WorkspaceError(
            f"endpoint {_shown(url)} is not an address of the form https://host or https://host:port:"
            " no user, path, query, fragment or IPv6 address may stand in it"
        )
    scheme, host, port = match[1], match[2].lower(), int(match[3] or _DEFAULT_PORTS[match[1]])
    is_loopback = _is_loopback(host)
    _check_host(url, host, port, is_trusted=is_loopback or host.endswith(tuple(trusted_domains)))
    if scheme == "http" and not is_loopback:
        raise WorkspaceError(f"endpoint {_shown(url)} must start with https://: plain http goes to this machine only")
    suffix = "" if port == _DEFAULT_PORTS[scheme] else f":{port}"
    return Endpoint(f"{scheme}://{host}{suffix}", _project_id(project_id), _region(region), is_loopback)


def checked_id(kind: str, value: str) -> str:
    """A room's or job's id, which will stand in a path. `kind` is its field name. Raises UnusableRequest."""
    if not _ID.fullmatch(value):
        raise UnusableRequest(
            f"{kind} {_quoted(value)} is not an id: it has 1 to 64 letters, digits, '-' and '_'."
            " Nothing was sent; correct it where it is written"
        )
    return value


def is_id(value: object) -> bool:
    """Whether a value that the service returned can be an id."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.IPv4Address(host).is_loopback
    except ValueError:
        return False


def _check_host(url: str, host: str, port: int, *, is_trusted: bool) -> None:
    if not all(_LABEL.fullmatch(label) for label in host.split(".")) or not 0 < port < 65536:
        raise WorkspaceError(f"endpoint {_shown(url)} does not name a host: check its dots, hyphens and port")
    if not is_trusted:
        raise WorkspaceError(
            f"endpoint {_shown(url)} is refused, because credentials would go there: it must be a host under"
            f" {', '.join(name.lstrip('.') for name in VENDOR_DOMAINS)}, or this machine (localhost, 127.0.0.1)"
        )


def _project_id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise WorkspaceError(
            f"project_id {_quoted(value)} is not a project id: it has 1 to 64 letters, digits, '-' and '_';"
            " the console shows it under My Credentials"
        )
    return value


def _region(value: str) -> str:
    if len(value) > 64 or not _REGION.fullmatch(value):
        raise WorkspaceError(f"region {_quoted(value)} is not a region's name, such as cn-north-4")
    return value


def _shown(url: str) -> str:
    """The address without what may be a password or a token in it."""
    return _quoted(re.sub(r"//.*@", "//…@", re.split(r"[?#]", url, maxsplit=1)[0], flags=re.DOTALL))


def _quoted(value: str) -> str:
    return f'"{printable(value, 120)}"'
