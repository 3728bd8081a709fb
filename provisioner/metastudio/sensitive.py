"""Which parts of the API's objects are secrets, and how an address is shown without its proof. Pure.

A secret field is never shown at all. An address of `URL_FIELDS` is shown by `redact_url`: where it leads stays
readable, who may use it does not.
"""

from __future__ import annotations

import re
from itertools import pairwise

SECRET_FIELDS = frozenset(
    {
        "stream_keys",
        "stream_key",
        "signature",
        "token",
        "security_token",
        "x-auth-token",
        "x-subject-token",
        "x-security-token",
        "authorization",
    }
)
"""Secret wherever they stand, with all that is in them; compared in lower case."""

URL_FIELDS = frozenset(
    {
        "output_urls",
        "output_url",
        "live_event_type_callback_url",
        "interaction_callback_url",
        "live_event_report_url",
        "output_external_url",
        "interaction_records_url",
        "job_config_records_url",
        "scripts_records_url",
        "command_reviced_records_url",
        "command_exec_records_url",
    }
)
"""Addresses that carry a proof in their user info or query: push, callback, report and record addresses."""

MASK = "***"

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://")
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]*\]|[^:\[\]]*)(?::[0-9]{0,5})?")
_PARAMETER_NAME = re.compile(r"[A-Za-z0-9_.\-]{1,64}")


def is_sensitive(path: tuple[str | int, ...]) -> bool:
    """Whether what stands at `path` is a secret, or part of one.

    `path` holds field names and list positions from the root of a request or an answer, such as
    `("stream_keys", 0)` or `("rtc_room_info", "users", 1, "signature")`.
    """
    names = [part.lower() for part in path if isinstance(part, str)]
    if any(name in SECRET_FIELDS for name in names):
        return True
    return any(name == "key" and parent == "live_event_callback_config" for parent, name in pairwise(names))


def is_url(path: tuple[str | int, ...]) -> bool:
    """Whether what stands at `path` is an address to be shown by `redact_url`."""
    return any(part in URL_FIELDS for part in path)


def holds_secret(path: tuple[str | int, ...], text: str) -> bool:
    """Whether a text at `path` may not be shown as it is: a secret, or an address with a proof in it."""
    return is_sensitive(path) or (is_url(path) and redact_url(text) != text)


def redact_url(url: str) -> str:
    """The address without user info, query values and fragment, each put as `***`.

    Takes any text and never raises. Where user info cannot be told from the rest, such as after a stray `@`, more
    is masked rather than less. Masking twice changes nothing more.
    """
    rest, hash_mark, fragment = url.partition("#")
    address, question_mark, query = rest.partition("?")
    match = _SCHEME.match(address)
    scheme, place = (match[0], address[match.end() :]) if match else ("", address)
    masked = scheme + _without_user_info(place, stray_at="@" in query or "@" in fragment)
    if question_mark:
        masked += "?" + "&".join(_without_value(parameter) for parameter in re.split("[&;]", query))
    if hash_mark:
        masked += "#" + (MASK if fragment else "")
    return masked


def _without_user_info(place: str, *, stray_at: bool) -> str:
    """`place` is all between `://` and the query. `stray_at` says that an `@` follows it, so that what looks like
    a host with a port may be a name with the beginning of a password.
    """
    if "@" in place:
        return f"{MASK}@{place.rpartition('@')[2]}"
    host, slash, path = place.partition("/")
    if not _HOST.fullmatch(host) or (stray_at and ":" in host):
        host = MASK
    return f"{host}{slash}{path}"


def _without_value(parameter: str) -> str:
    """`name=***`; a parameter without a value, or with a name that looks like one, is masked whole."""
    name, _, value = parameter.partition("=")
    if not parameter:
        return ""
    return f"{name}={MASK}" if value.strip("=") and _PARAMETER_NAME.fullmatch(name) else MASK
