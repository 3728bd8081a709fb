"""The marker: our envelope in a room's `priv_data`, which the list returns. Pure; keys and nonces are arguments.

    {"provisioner": {"v": 1, "w": workspace, "k": key, "n": nonce of the create, "h": hash of the public spec,
                     "s": digest of the secrets, "t": the service's time of this write, "c": Git commit,
                     "p": protected, "r": {"run", "t0", "n", "x"}, "b": {"run", "t0", "n", "a"}, "m": mac},
     "user": "what the manifest's own priv_data says"}

`r` is the last declared run: its name, since when a job counts for it, a nonce of whoever asked, and with `x` how far a
restart of it has come (`Restarting`). `b` is a run by hand after it. What reads no `x`, as earlier versions do, takes
`r` for a run that was announced. Whatever else stands in `x` counts as nothing.

It answers, from the list alone: whose room is this, which manifest made it, has that manifest changed since,
and was a broadcast of this run already asked for. It takes at most 700 of the field's 8,192 characters.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypedDict

from provisioner.errors import PrivDataTooLongError
from provisioner.rooms import RoomKey

PRIV_DATA_LIMIT = 8192
MARKER_LIMIT = 700
ENVELOPE = "provisioner"
_VERSION = 1
_HEX = re.compile(r"[0-9a-f]{8,64}\Z")
_KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}\Z")


@dataclass(frozen=True, slots=True)
class MarkerKeys:
    """What markers are sealed with: the current key, and the previous one while keys are being rotated."""

    current: str | None = None
    previous: str | None = None

    def __repr__(self) -> str:
        return f"MarkerKeys({'set' if self.current else 'unset'})"

    @property
    def all(self) -> tuple[str, ...]:
        """The keys that a seal may bear."""
        return tuple(key for key in (self.current, self.previous) if key)


class Restarting(StrEnum):
    """How far a restart of a run had come when its marker was written: looked at after a crash."""

    DUE = "due"
    """The room was changed; the run's job, made since `since`, is to be ended for it."""
    BEGUN = "begun"
    """The run's job, made before `since`, is about to be ended, and another to be started."""
    BEGUN_WAITING = "waits"
    """The same, and that job was still waiting: that one has started since then tells nothing."""


@dataclass(frozen=True, slots=True)
class RunIntent:
    """That a job for `run` is about to be asked for: written before the start, looked at after a crash."""

    run: str
    since: datetime
    nonce: str
    restart: Restarting | None = field(default=None, kw_only=True)

    @property
    def replaces(self) -> bool:
        """Whether the run's job is to take the place of one from before `since`."""
        return self.restart in {Restarting.BEGUN, Restarting.BEGUN_WAITING}


class _IntentFields(TypedDict):
    run: str
    since: datetime
    nonce: str
    restart: Restarting | None


@dataclass(frozen=True, slots=True)
class HandIntent(RunIntent):
    """The same for a run that a person starts by hand. `asked` stands for what the manifest's `live:` asked for then
    (`Due.digest`).
    """

    asked: str


@dataclass(frozen=True, slots=True)
class Marker:
    """Who manages a room and what it was last given. `written` is the service's time, to the second.

    `intent` is the last run that the manifest declared, `by_hand` one that was started by hand after it, if any.
    """

    workspace: str
    key: RoomKey
    nonce: str
    spec_hash: str
    written: datetime
    secrets_digest: str | None = None
    commit: str | None = None
    protect: bool = False
    intent: RunIntent | None = None
    by_hand: HandIntent | None = None
    mac: str | None = None

    @property
    def announced(self) -> RunIntent | None:
        """The run that was announced last."""
        return self.by_hand or self.intent

    def sealed(self, project_id: str, keys: MarkerKeys) -> Marker:
        """The same marker under a MAC of the current key, or without one where no key is set."""
        mac = _mac(self, project_id, keys.current) if keys.current else None
        return replace(self, mac=mac)

    def is_genuine(self, project_id: str, keys: MarkerKeys) -> bool:
        """Whether the seal is right. Without a key nothing can be checked, and every marker counts."""
        if not keys.all:
            return True
        return self.mac is not None and any(
            hmac.compare_digest(self.mac, _mac(self, project_id, key)) for key in keys.all
        )


@dataclass(frozen=True, slots=True)
class PrivData:
    """A room's `priv_data` taken apart: our marker, if it bears one, and what is the user's."""

    marker: Marker | None
    user: str


def write(marker: Marker, user: str = "") -> str:
    """The `priv_data` that carries a marker and the user's own text.

    Raises PrivDataTooLongError when it would be longer than the field, or the marker than its share.
    """
    own: dict[str, object] = {
        "v": _VERSION,
        "w": marker.workspace,
        "k": marker.key,
        "n": marker.nonce,
        "h": marker.spec_hash,
        "t": format_time(marker.written),
    }
    if marker.secrets_digest is not None:
        own["s"] = marker.secrets_digest
    if marker.commit is not None:
        own["c"] = marker.commit
    if marker.protect:
        own["p"] = True
    if marker.intent is not None:
        own["r"] = _intent(marker.intent)
    if marker.by_hand is not None:
        own["b"] = {**_intent(marker.by_hand), "a": marker.by_hand.asked}
    if marker.mac is not None:
        own["m"] = marker.mac
    envelope: dict[str, object] = {ENVELOPE: own}
    if len(_compact(envelope)) > MARKER_LIMIT:
        raise PrivDataTooLongError(
            f"the marker takes more than {MARKER_LIMIT} characters: shorten the workspace's name or the run's"
        )
    if user:
        envelope["user"] = user
    text = _compact(envelope)
    if len(text) > PRIV_DATA_LIMIT:
        over = len(text) - PRIV_DATA_LIMIT
        raise PrivDataTooLongError(
            f"priv_data with the marker is {over} characters over its {PRIV_DATA_LIMIT}: shorten it by that"
        )
    return text


def read(priv_data: str | None) -> PrivData:
    """Takes `priv_data` apart. Whatever is not exactly our envelope belongs to the user; never raises."""
    text = priv_data or ""
    if not text.startswith('{"' + ENVELOPE + '":') or len(text) > PRIV_DATA_LIMIT:
        return PrivData(None, text)
    try:
        envelope = json.loads(text)
        user = envelope.get("user", "")
        if not isinstance(user, str) or set(envelope) - {ENVELOPE, "user"}:
            return PrivData(None, text)
        return PrivData(_parse(envelope[ENVELOPE]), user)
    except (ValueError, KeyError, TypeError, RecursionError):
        return PrivData(None, text)


def format_time(moment: datetime) -> str:
    """RFC 3339 in UTC with a resolution of one second, as the service writes its times."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def parse_time(text: str) -> datetime:
    """The moment of an RFC 3339 time in UTC. Raises ValueError for anything else."""
    if _TIME.fullmatch(text) is None:  # `fromisoformat` takes more, and is ten times as fast as `strptime`
        raise ValueError("this is not a time in UTC, to the second")
    return datetime.fromisoformat(text)


def digest_secrets(secrets: Mapping[str, str], keys: MarkerKeys, salt: str) -> str | None:
    """A digest that tells whether any of the values (by their path in the spec) changed; None without any.

    Under a key it is an HMAC. Without one it is salted and cut to 32 bits, so that a short stream key cannot
    be recovered from it: many values share each digest.
    """
    if not secrets:
        return None
    text = _compact(sorted(secrets.items())).encode()
    if keys.current:
        return f"k{hmac.new(keys.current.encode(), text, hashlib.sha256).hexdigest()[:32]}"
    return f"{salt[:8]}.{hashlib.sha256(salt[:8].encode() + text).hexdigest()[:8]}"


def secrets_agree(digest: str | None, secrets: Mapping[str, str], keys: MarkerKeys) -> bool:
    """Whether a digest was made of these values, under either key or the digest's own salt."""
    if digest is None or not secrets:
        return digest is None and not secrets
    if digest.startswith("k"):
        made = [digest_secrets(secrets, MarkerKeys(key), "") for key in keys.all]
        return any(other is not None and hmac.compare_digest(digest, other) for other in made)
    salt = digest.partition(".")[0]
    return digest == digest_secrets(secrets, MarkerKeys(), salt)


def key_of(text: str) -> RoomKey:
    """The key that a text is. Raises ValueError."""
    if not _KEY.match(text):
        raise ValueError("this is not a key")
    return RoomKey(text)


def _parse(own: dict[str, object]) -> Marker:
    if own.get("v") != _VERSION:
        raise ValueError(ENVELOPE)
    intent, by_hand = own.get("r"), own.get("b")
    return Marker(
        workspace=_text(own["w"]),
        key=key_of(_text(own["k"])),
        nonce=_hexadecimal(own["n"]),
        spec_hash=_hexadecimal(own["h"]),
        written=parse_time(_text(own["t"])),
        secrets_digest=_text(own["s"]) if "s" in own else None,
        commit=_hexadecimal(own["c"]) if "c" in own else None,
        protect=own.get("p") is True,
        intent=RunIntent(**_parse_intent(intent)) if isinstance(intent, dict) else None,
        by_hand=HandIntent(**_parse_intent(by_hand), asked=_hexadecimal(by_hand["a"]))
        if isinstance(by_hand, dict)
        else None,
        mac=_hexadecimal(own["m"]) if "m" in own else None,
    )


def _intent(intent: RunIntent) -> dict[str, str]:
    own = {"run": intent.run, "t0": format_time(intent.since), "n": intent.nonce}
    return own if intent.restart is None else {**own, "x": intent.restart.value}


def _parse_intent(intent: dict[str, object]) -> _IntentFields:
    return {
        "run": _text(intent["run"]),
        "since": parse_time(_text(intent["t0"])),
        "nonce": _hexadecimal(intent["n"]),
        "restart": next((known for known in Restarting if known.value == intent.get("x")), None),
    }


def _mac(marker: Marker, project_id: str, key: str) -> str:
    sealed = _compact([project_id, marker.workspace, marker.key, marker.nonce]).encode()
    return hmac.new(key.encode(), sealed, hashlib.sha256).hexdigest()[:32]


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 256:
        raise ValueError(ENVELOPE)
    return value


def _hexadecimal(value: object) -> str:
    text = _text(value)
    if not _HEX.match(text):
        raise ValueError(ENVELOPE)
    return text


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
