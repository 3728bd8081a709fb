"""Whether the files that manifests are made of are as they were: a cheap look at names, sizes and times."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeAlias

from provisioner.manifests import data, files
from provisioner.manifests.templates import library
from provisioner.workspace import VALUES_FOLDER

Stamp: TypeAlias = frozenset[tuple[str, int, int, int]]
"""Each file with its inode, size in bytes and time of change in nanoseconds; zeros where it cannot be looked at."""

_FOLDERS = (files.FOLDER, library.FOLDER, data.FOLDER, VALUES_FOLDER)


def stamp_of(root: Path) -> Stamp:
    """Of everything that rooms, templates, values and tables may be read from."""
    paths = (Path(parent, name) for folder in _FOLDERS for parent, _, names in os.walk(root / folder) for name in names)
    return frozenset(_seen(path) for path in paths)


def _seen(path: Path) -> tuple[str, int, int, int]:
    try:
        found = path.stat()
    except OSError:  # gone by now, or a link to nothing: reading it tells
        return str(path), 0, 0, 0
    return str(path), found.st_ino, found.st_size, found.st_mtime_ns
