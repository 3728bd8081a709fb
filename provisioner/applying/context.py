"""What every protocol of the executor works with. Values and callables; the world is behind the client."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from provisioner import marker as markers
from provisioner.applying.outcomes import Interruption
from provisioner.comparing.compare import secret_texts
from provisioner.comparing.fingerprint import spec_hash
from provisioner.errors import ServiceError
from provisioner.marker import HandIntent, Marker, RunIntent
from provisioner.metastudio.client import MetaStudio
from provisioner.metastudio.errors import DeadlinePassed
from provisioner.observed import ObservedRoom, Seals
from provisioner.planning.room_actions import known_secrets
from provisioner.rooms import DesiredRoom, RoomKey

T = TypeVar("T")

LOOKS_S = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Pauses between looks for a write whose outcome is unknown: about a minute in all."""
AT_ONCE = 16
"""Rooms that are between their last look and their write at the same time, per kind of write."""


def _places() -> asyncio.Semaphore:
    return asyncio.Semaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Turns:
    """For each kind of write the few places between a look and the write that relies on it."""

    create: asyncio.Semaphore = field(default_factory=_places)
    update: asyncio.Semaphore = field(default_factory=_places)
    delete: asyncio.Semaphore = field(default_factory=_places)
    start: asyncio.Semaphore = field(default_factory=_places)
    stop: asyncio.Semaphore = field(default_factory=_places)
    command: asyncio.Semaphore = field(default_factory=_places)


class Stopping:
    """Whether the run was asked to end: nothing new is sent, what is in flight is finished."""

    def __init__(self) -> None:
        self.by: Interruption | None = None
        self._event = asyncio.Event()
        self._at_once: list[Callable[[], None]] = []

    def ask(self, by: Interruption) -> None:
        """Asks for the end; the first asking counts."""
        self.by = self.by or by
        for act in self._at_once:
            act()
        self._event.set()

    def at_once(self, act: Callable[[], None]) -> None:
        """Has `act` called within `ask`, before anything else happens; now, where the end is asked for already."""
        self._at_once.append(act)
        if self:
            act()

    def __bool__(self) -> bool:
        return self.by is not None

    async def pause(self, seconds: float) -> bool:
        """Waits, or until the end is asked for; tells whether it is."""
        if seconds <= 0 and not self:
            await asyncio.sleep(0)
            return bool(self)
        try:
            await asyncio.wait_for(self._event.wait(), timeout=seconds)
        except TimeoutError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs that a marker announces: the last one that was declared, and one by hand after it."""

    declared: RunIntent | None = None
    by_hand: HandIntent | None = None

    @property
    def latest(self) -> RunIntent | None:
        """The one that was announced last."""
        return self.by_hand or self.declared


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One apply. `nonce` makes 16 hexadecimal digits; `found_right` hears of each room that was read back and is
    as it should be; `settle_s` is 0 for the embedded service, where nothing waits.
    """

    client: MetaStudio
    workspace: str
    seals: Seals
    desired: Mapping[RoomKey, DesiredRoom]
    nonce: Callable[[], str]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    settle_s: float = 15.0
    commit: str | None = None
    stopping: Stopping = field(default_factory=Stopping)
    found_right: Callable[[ObservedRoom, str], None] = lambda _room, _hash: None
    turns: Turns = field(default_factory=Turns)

    @property
    def waits(self) -> bool:
        """Whether the service is far away, so that time has to pass for its answers to settle."""
        return self.settle_s > 0

    def marker(self, desired: DesiredRoom, nonce: str, runs: Runs) -> Marker:
        """The marker of a write of a room that is sent now."""
        secrets = known_secrets(secret_texts(desired.spec), self.secrets) or {}
        return Marker(
            workspace=self.workspace,
            key=desired.key,
            nonce=nonce,
            spec_hash=spec_hash(desired),
            written=self.service_second(),
            secrets_digest=markers.digest_secrets(secrets, self.seals.keys, nonce),
            commit=self.commit,
            protect=desired.lifecycle.protect,
            intent=runs.declared,
            by_hand=runs.by_hand,
        ).sealed(self.seals.project_id, self.seals.keys)

    def service_second(self) -> datetime:
        """The service's clock, to the second."""
        return self.client.service_time.replace(microsecond=0)

    async def until(self, moment: datetime) -> None:
        """Waits until the service's clock shows `moment`, which is a second or two away at most."""
        left = (moment - self.client.service_time).total_seconds()
        if left > 0:
            await self.stopping.pause(min(left, 5.0))

    async def until_seen(self, look: Callable[[], Awaitable[T | None]]) -> T | None:
        """Looks for about a minute until there is something; once, where the end was asked for. What cannot be read
        was not seen: after a write no failure to look may pass for a failure to write.
        """
        for pause in LOOKS_S:
            is_last = await self.stopping.pause(pause)
            try:
                seen = await look()
            except DeadlinePassed:
                return None
            except ServiceError:
                seen = None
            if seen is not None or is_last:
                return seen
        return None
