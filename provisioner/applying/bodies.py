"""The bodies of write calls: the manifest over what the room has, with secrets, under a fresh marker. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from provisioner import marker as markers
from provisioner.comparing.compare import merged, secret_texts
from provisioner.comparing.fingerprint import spec_hash
from provisioner.marker import Marker, MarkerKeys, RunIntent
from provisioner.metastudio.requests import as_room_request
from provisioner.observed import ObservedRoom
from provisioner.planning.room_actions import known_secrets
from provisioner.rooms import DesiredRoom
from provisioner.secrets import resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What a marker says beyond the room itself. `written` is the service's time, to the second."""

    workspace: str
    project_id: str
    nonce: str
    written: datetime
    keys: MarkerKeys
    secrets: Mapping[str, str] = field(repr=False)
    commit: str | None = None
    intent: RunIntent | None = None


def room_body(desired: DesiredRoom, observed: ObservedRoom | None, stamp: Stamp) -> dict[str, Any]:
    """The body of the create call, or of the update call over the room as it was read.

    Raises KeyError with the name of a secret that is not set, and ValueError when `priv_data` gets too long.
    """
    seen = as_room_request(observed.body) if observed is not None and observed.body is not None else {}
    if observed is not None:
        seen["priv_data"] = observed.user_data
    body = resolve(merged(desired.spec, seen, desired.lifecycle.ignore), stamp.secrets)
    assert isinstance(body, dict)  # noqa: S101 - a spec is a mapping
    body = {name: value for name, value in body.items() if value is not None}
    body["priv_data"] = markers.write(_marker(desired, stamp), str(body.get("priv_data") or ""))
    return body


def start_body(desired: DesiredRoom, secrets: Mapping[str, str]) -> dict[str, Any]:
    """The body of the start call; the service is always told to refuse a second job. Raises KeyError."""
    body = resolve(desired.live.start, secrets)
    assert isinstance(body, dict)  # noqa: S101 - a start body is a mapping
    run_config = body.get("job_run_config")
    return body | {
        "job_run_config": (run_config if isinstance(run_config, dict) else {}) | {"single_job_in_room": True}
    }


def _marker(desired: DesiredRoom, stamp: Stamp) -> Marker:
    secrets = known_secrets(secret_texts(desired.spec), stamp.secrets) or {}
    return Marker(
        workspace=stamp.workspace,
        key=desired.key,
        nonce=stamp.nonce,
        spec_hash=spec_hash(desired),
        written=stamp.written,
        secrets_digest=markers.digest_secrets(secrets, stamp.keys, stamp.nonce),
        commit=stamp.commit,
        protect=desired.lifecycle.protect,
        intent=stamp.intent,
    ).sealed(stamp.project_id, stamp.keys)
