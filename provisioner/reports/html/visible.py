"""Text for a page: what cannot be seen is shown by its number, before it is escaped. Pure."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup

from provisioner.metastudio.remote_text import printable

_SUSPECT = re.compile(r"[^\n\u3000]+")
"""Line breaks and the space of Chinese typography may stay."""


def visible(value: Any) -> Any:
    """What a template prints: markup of our own as it is, text without anything invisible in it."""
    if isinstance(value, Markup):
        return value
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if text.isprintable() else _SUSPECT.sub(_shown, text)


def _shown(match: re.Match[str]) -> str:
    run = match[0]
    return run if run.isprintable() else printable(run, limit=10 * len(run) + 1)
