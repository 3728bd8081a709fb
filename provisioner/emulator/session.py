"""What every operation works with: one transaction, the service's time, and where new ids come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from provisioner.assets import Asset
from provisioner.emulator.store import Transaction

NewId: TypeAlias = Callable[[], str]
"""Returns an id never given before: 32 hexadecimal digits unless a test gives others."""


@dataclass(frozen=True, slots=True)
class Session:
    """One transaction at one moment of the service's clock."""

    tx: Transaction
    now_ms: int
    new_id: NewId
    project_id: str
    hide_secrets: bool
    start_delay_ms: int
    assets: tuple[Asset, ...] = ()
