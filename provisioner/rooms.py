"""The nouns of the tool: what a room is when manifests declare it. Values only, pure.

What the service returned is an `ObservedRoom`; it stands in `provisioner.observed`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType, TypeAlias

from provisioner.assets import AssetName
from provisioner.diagnostics import Span
from provisioner.secrets import SecretText, secrets_in
from provisioner.windows import Window

RoomKey = NewType("RoomKey", str)
"""Who a room is in a workspace: `[a-z0-9][a-z0-9._-]{0,62}`."""
RoomId = NewType("RoomId", str)
"""Who a room is to the service."""
JobId = NewType("JobId", str)
"""Who a live job is to the service."""

Value: TypeAlias = "bool | int | float | str | SecretText | AssetName | list[Value] | dict[str, Value] | None"
"""Plain data of a manifest: JSON, text whose secrets are not yet known, and names for which ids are not yet known."""
Spec: TypeAlias = dict[str, Value]
"""The body of the create call, with the API's field names (api.md, "create room")."""


class LiveState(StrEnum):
    """What a manifest asks of a room's job."""

    RUNNING = "running"
    STOPPED = "stopped"
    UNMANAGED = "unmanaged"


class OnChange(StrEnum):
    """What happens to a running job when its room changes."""

    NEXT_RUN = "next_run"
    HOT = "hot"
    RESTART = "restart"


class Require(StrEnum):
    """What has to hold before a job is started."""

    WARN = "warn"
    """Nothing; what speaks against it is a warning."""
    NO_WARNINGS = "no_warnings"


@dataclass(frozen=True, slots=True)
class Live:
    """The `live:` of a manifest. `run` names one intended broadcast; `start` is the body of the start call.

    With a window, `state` counts while it is open, and each of its occurrences is a broadcast of its own, whose name
    begins with `run` (`provisioner.planning.due`).
    """

    state: LiveState = LiveState.UNMANAGED
    run: str = "1"
    on_change: OnChange = OnChange.NEXT_RUN
    start: Spec = field(default_factory=dict)
    window: Window | None = None
    require: Require = Require.WARN


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The `lifecycle:` of a manifest. `ignore` holds paths such as `spec.room_description`."""

    protect: bool = False
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DesiredRoom:
    """A room as all manifests together declare it.

    `spec` is complete: templates rendered, scripts and rule sets put in place, nulls left out. Only secrets
    and assets may still be names. `adopt` is a room id, `by_name`, or None. `origin` is where its document starts.
    `advice` names the rules whose warnings say that it is not fit to go on air, each once.
    """

    key: RoomKey
    spec: Spec
    origin: Span
    live: Live = Live()
    lifecycle: Lifecycle = Lifecycle()
    labels: Mapping[str, str] = field(default_factory=dict)
    adopt: str | None = None
    advice: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its `room_name`."""
        return str(self.spec.get("room_name", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredRoom:
    """What is known of every desired room: `spec_hash` stands for its spec, which is packed away or left out.

    `name` is its `room_name`, `room_type` what its manifest says of that; `secrets` holds the texts that only a digest
    may stand for, with their paths, `assets` the assets that it names, each once. `comparing.declared` makes it, and
    makes it whole again.
    """

    key: RoomKey
    name: str
    spec_hash: str
    origin: Span
    live: Live = Live()
    lifecycle: Lifecycle = Lifecycle()
    labels: Mapping[str, str] = field(default_factory=dict)
    adopt: str | None = None
    secrets: tuple[tuple[str, SecretText | str], ...] = ()
    room_type: str | None = None
    advice: tuple[str, ...] = ()
    assets: tuple[AssetName, ...] = ()
    packed: bytes | None = field(default=None, repr=False)

    def secret_names(self) -> Iterator[str]:
        """The names of the secrets in its spec and its start, each as often as it stands there."""
        texts = (*(text for _, text in self.secrets), *secrets_in(self.live.start))
        return (name for text in texts if isinstance(text, SecretText) for name in text.names)
