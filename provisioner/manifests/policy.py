"""What no room may do, whoever wrote it: where secrets stand, where addresses lead, what our marker needs. Pure.

The service returns most fields in clear, so a secret may stand only where it is treated as one. The service calls
the addresses in a room, so none may lead into a private network, which is a way to make it attack its own.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from provisioner.checking import Violation
from provisioner.diagnostics import Severity
from provisioner.manifests.watching import ADDRESS_FIELDS, MEDIA_FIELDS, Watched, watched
from provisioner.marker import ENVELOPE, MARKER_LIMIT, PRIV_DATA_LIMIT
from provisioner.metastudio.sensitive import is_sensitive, is_url
from provisioner.secrets import SecretText
from provisioner.yaml_source import Route

_PUSH_FIELDS = frozenset({"output_urls"})
_PUSH_SCHEMES = frozenset({"rtmp", "rtmps"})
_WEB_SCHEMES = frozenset({"https", "http"})

_ENVELOPE = re.compile(r'\s*\{\s*"' + ENVELOPE + r'"\s*:')
_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#\\]*)")
_SCHEME = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]*:")
_NUMERIC_HOST = re.compile(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+))*\.?\Z")
_PRIVATE_NAMES = ("localhost", ".localhost", ".local", ".internal", ".lan", ".home.arpa")


def violations(body: Any, route: Route, found: Sequence[Watched] | None = None) -> Iterator[Violation]:
    """What is wrong with what will be sent to the service, or a part of it, that stands at `route`.

    `found` is what `watched` finds in it, where the caller knows that.
    """
    if isinstance(body, dict):
        yield from _priv_data(body.get("priv_data"), (*route, "priv_data"))
    for at, value in watched(body) if found is None else found:
        if _is_address(at):
            yield from _address(value, at, route)
        elif isinstance(value, str):
            yield from _in_clear(value, at, route)
        if isinstance(value, SecretText) and not (is_sensitive(at) or is_url(at)):
            yield Violation("secret-not-allowed", _MISPLACED, (*route, *at))


_MISPLACED = (
    "a secret cannot stand here, because the service shows this field in clear; "
    "secrets may stand in stream_keys, push and callback addresses, and the callback's key"
)


def _priv_data(value: object, route: Route) -> Iterator[Violation]:
    if not isinstance(value, str):
        return
    if _ENVELOPE.match(value):
        yield Violation("reserved", f'`priv_data` starts with {{"{ENVELOPE}":, which marks managed rooms', route)
    # it travels as a JSON text beside the marker, so quotes, backslashes and line ends take two characters
    room = PRIV_DATA_LIMIT - MARKER_LIMIT - len(',"user":')
    length = len(json.dumps(value, ensure_ascii=False))
    if room < length <= PRIV_DATA_LIMIT:
        message = f"`priv_data` takes {length:,} characters as JSON; {room:,} are left beside the marker of the room"
        yield Violation("too-long", message, route)


def _is_address(at: Route) -> bool:
    return next((step for step in reversed(at) if isinstance(step, str)), "") in ADDRESS_FIELDS


def _in_clear(value: str, at: Route, route: Route) -> Iterator[Violation]:
    if value and is_sensitive(at):
        message = 'a secret in clear, for everyone who reads the file; name it instead: {{ secret("NAME") }}'
        yield Violation("secret-in-clear", message, (*route, *at), Severity.WARNING)


def _address(value: str | SecretText, at: Route, route: Route) -> Iterator[Violation]:
    text = value if isinstance(value, str) else _known_beginning(value)
    if not text:
        return
    field = next(step for step in reversed(at) if isinstance(step, str))
    schemes = _PUSH_SCHEMES if field in _PUSH_FIELDS else _WEB_SCHEMES
    match = _ADDRESS.match(text)
    if match is None and field in MEDIA_FIELDS and not _SCHEME.match(text):
        return
    if match is None or match[1].lower() not in schemes or not text.isprintable():
        allowed = " or ".join(f"{scheme}://" for scheme in sorted(schemes))
        yield Violation("bad-address", f"`{field}` must be an address that starts with {allowed}", (*route, *at))
        return
    user, _, host_and_port = match[2].rpartition("@")
    if user and isinstance(value, str):
        message = f'the address in `{field}` holds a user name or password in clear; take it from secret("NAME")'
        yield Violation("secret-in-clear", message, (*route, *at), Severity.WARNING)
    if _leads_inside(host_and_port):
        message = f"`{field}` leads into a private network or to no host; the service may call public hosts only"
        yield Violation("private-address", message, (*route, *at))


def _known_beginning(value: SecretText) -> str:
    """The text before the first secret, where it is known up to the end of the host."""
    first = value.parts[0] if value.parts else ""
    if isinstance(first, str) and (match := _ADDRESS.match(first)) is not None and match.end() < len(first):
        return first
    return ""


@lru_cache(maxsize=1024)
def _leads_inside(host_and_port: str) -> bool:
    if host_and_port.startswith("["):
        return _is_private(host_and_port[1:].partition("]")[0])
    host = host_and_port.partition(":")[0].lower()
    if not host or host.strip(".") != host.rstrip("."):
        return True
    if _NUMERIC_HOST.match(host):  # what is not four decimal numbers is read in more than one way
        return _is_private(host)
    name = host.rstrip(".")
    return any(name == private.lstrip(".") or name.endswith("." + private.lstrip(".")) for private in _PRIVATE_NAMES)


def _is_private(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return True
    inner = getattr(address, "ipv4_mapped", None) or address
    return not inner.is_global or inner.is_multicast
