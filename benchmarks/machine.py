"""What the figures were measured on. No name of it, only its size."""

from __future__ import annotations

import os
import platform
from pathlib import Path

_PROCESSORS, _MEMORY = Path("/proc/cpuinfo"), Path("/proc/meminfo")


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def described() -> str:
    """Cores, memory, system and Python, in one line, and how busy it is now: other work makes seconds longer."""
    memory = f", {_field(_MEMORY, 'MemTotal')} of memory" if _MEMORY.exists() else ""
    processor = _field(_PROCESSORS, "model name") or platform.machine()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{cores()} cores ({processor}){memory}, {platform.system()}, {python}{_load()}"


def _load() -> str:
    return f", load {os.getloadavg()[0]:.1f} before" if hasattr(os, "getloadavg") else ""


def _field(file: Path, name: str) -> str:
    """The value of the first line with this name; sizes in GB."""
    if not file.exists():
        return ""
    for line in file.read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            value = value.strip()
            return f"{int(value.split()[0]) / 1024**2:.0f} GB" if value.endswith("kB") else value
    return ""
