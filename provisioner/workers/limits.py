"""How much a work may use, and what becomes of one that uses more."""

from __future__ import annotations

from dataclasses import dataclass

from provisioner.errors import ProvisionerError


class LimitExceeded(ProvisionerError):  # noqa: N818  # named for what happened
    """The work was ended before it was done."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the work may use."""

    memory_bytes: int = 1024 * 1024 * 1024
    """On top of what this process has. Not enforced where the system does not tell how much that is (macOS)."""
    silence_s: float = 4.0
    """Between two results, as long as somebody waits for them."""
    processor_s: int = 600
    """In all."""
    output_bytes: int = 2 * 1024 * 1024 * 1024
    """Of all results together."""
