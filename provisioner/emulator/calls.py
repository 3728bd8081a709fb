"""One request as the service sees it once the gateway let it in. Values only, pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from provisioner.emulator.operations import Operation


class Origin(StrEnum):
    """Who asked."""

    API = "api"
    CONSOLE = "console"
    """Somebody in the console, played by a test: no signature, limit or fault applies."""
    LATE = "late"
    """A request that was answered earlier and takes effect only now, by a fault."""


@dataclass(frozen=True, slots=True)
class Call:
    """An operation with its path ids (empty where its path has none), query and body."""

    operation: Operation
    request_id: str
    room_id: str = ""
    job_id: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    base_url: str = "http://127.0.0.1"
    origin: Origin = Origin.API
