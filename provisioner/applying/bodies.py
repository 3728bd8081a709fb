"""The bodies of write calls: the manifest over what the room has, with secrets, under a fresh marker. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any

from provisioner import marker as markers
from provisioner.comparing.compare import merged
from provisioner.marker import Marker
from provisioner.metastudio.requests import as_room_request
from provisioner.observed import ObservedRoom
from provisioner.planning.live_actions import carried_by
from provisioner.rooms import DesiredRoom
from provisioner.secrets import resolve_body


def room_body(
    desired: DesiredRoom, observed: ObservedRoom | None, marker: Marker, secrets: Mapping[str, str]
) -> dict[str, Any]:
    """The body of the create call, or of the update call over the room as it was read, bearing `marker`.

    Raises PrivDataTooLongError. All secrets are set: whoever applies looks first.
    """
    seen = as_room_request(observed.body) if observed is not None and observed.body is not None else {}
    if observed is not None:
        seen["priv_data"] = observed.user_data
    body = resolve_body(merged(desired.spec, seen, desired.lifecycle.ignore), secrets)
    body = {name: value for name, value in body.items() if value is not None}
    body["priv_data"] = markers.write(marker, str(body.get("priv_data") or ""))
    return body


def start_body(desired: DesiredRoom, secrets: Mapping[str, str]) -> dict[str, Any]:
    """The body of the start call; the service is always told to refuse a second job."""
    body = resolve_body(desired.live.start, secrets)
    run_config = body.get("job_run_config")
    return body | {
        "job_run_config": (run_config if isinstance(run_config, dict) else {}) | {"single_job_in_room": True}
    }


def command_params(desired: DesiredRoom, command: str, secrets: Mapping[str, str]) -> dict[str, Any]:
    """What a command to a running job carries: the manifest's values of the fields that it brings, by their names; or
    the one config that is all it takes (api.md, "Operations").
    """
    spec = resolve_body(desired.spec, secrets)
    params: dict[str, Any] = {}
    for path in carried_by(command):
        *parents, name = path.split(".")
        holder: Any = reduce(lambda value, parent: value.get(parent, {}), parents, spec)
        if parents:
            return dict(holder.get(name, {}))
        if name in holder:
            params[name] = holder[name]
    return params
