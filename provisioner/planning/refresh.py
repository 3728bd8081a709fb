"""How much of the service a plan reads. Pure; apart from the rest so that the command line can name it cheaply."""

from __future__ import annotations

from enum import StrEnum


class Refresh(StrEnum):
    """What the markers ask for, every room, or the list alone."""

    AUTO = "auto"
    FULL = "full"
    NONE = "none"
