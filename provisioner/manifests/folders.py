"""The folders that templates may read: on this machine's disk, or gathered to be read where there is no such disk."""

from __future__ import annotations

import errno
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Protocol

from provisioner.diagnostics import Diagnostic
from provisioner.errors import FindingsError, ProvisionerError, WorkspaceError
from provisioner.text_files import read_text, relative_name

MAX_NAMES = 1_000
"""Names to choose a suggestion from."""


class LeadsOutError(ProvisionerError):
    """A path in a folder is a symlink that leads out of it."""


class Folder(Protocol):
    """Text files by their paths below a folder of the workspace, in shortest form, with forward slashes."""

    @property
    def name(self) -> str:
        """The folder's own path in the workspace."""

    def has(self, path: str) -> bool:
        """Whether anything has that path."""

    def read(self, path: str) -> str:
        """The text of what has that path. Raises LeadsOutError, and FindingsError for what stands in the way."""

    def names(self) -> Iterable[str]:
        """The paths of some files, no more than MAX_NAMES."""


@dataclass(frozen=True, slots=True)
class OnDisk:
    """A folder of the workspace at `root`. Symlinks of one that `is_closed` lead to places in it, those of others
    to places in the workspace.
    """

    root: Path
    name: str
    is_closed: bool = False

    def has(self, path: str) -> bool:
        """As a Folder has."""
        return os.path.lexists(self.path / path)

    def read(self, path: str) -> str:
        """As a Folder reads."""
        file = self.path / path
        if self.is_closed and not self._holds(file):
            raise LeadsOutError(path)
        return read_text(self.root, file)

    def names(self) -> Iterator[str]:
        """As a Folder names them."""
        found = (file for file in self.path.rglob("*") if file.is_file())
        return (file.relative_to(self.path).as_posix() for file in islice(found, MAX_NAMES))

    def paths(self) -> list[str]:
        """The paths of all files, in order, those left out whose names start with a dot."""
        found = (Path(parent, name) for parent, _, names in os.walk(self.path) for name in names)
        named = (file.relative_to(self.path) for file in found)
        return sorted(path.as_posix() for path in named if not any(part.startswith(".") for part in path.parts))

    @property
    def path(self) -> Path:
        """Where the folder is."""
        return self.root / self.name

    def _holds(self, file: Path) -> bool:
        try:
            return file.resolve().is_relative_to(self.path.resolve()) and not _is_circle(file)
        except (OSError, RuntimeError):  # RuntimeError: a circle of symlinks, before Python 3.13
            return False


def _is_circle(file: Path) -> bool:
    """Whether a path leads from symlink to symlink without an end."""
    try:
        file.stat()
    except OSError as error:
        return error.errno == errno.ELOOP
    return False


@dataclass(frozen=True, slots=True)
class Gathered:
    """What reading a folder gave: the text of every path, what stood in its way, or None where it leads out."""

    name: str
    texts: Mapping[str, str | tuple[Diagnostic, ...] | None] = field(repr=False)
    listed: tuple[str, ...] = field(repr=False)

    def has(self, path: str) -> bool:
        """As a Folder has."""
        return path in self.texts

    def read(self, path: str) -> str:
        """As a Folder reads."""
        match self.texts[path]:
            case str(text):
                return text
            case None:
                raise LeadsOutError(path)
            case findings:
                raise FindingsError(findings)

    def names(self) -> Iterable[str]:
        """As a Folder names them."""
        return self.listed


def gather(folder: OnDisk, *, secret: Collection[Path], suffixes: Collection[str] | None = None) -> Gathered:
    """Everything that can be read in a folder, or what of it has one of the suffixes.

    Raises WorkspaceError for a symlink to a folder, which may have no end, and for a file that is one of `secret`.
    """
    texts: dict[str, str | tuple[Diagnostic, ...] | None] = {}
    kept_here = {file.resolve() for file in secret}
    for file in _entries(folder):
        if suffixes is not None and file.suffix not in suffixes:
            continue
        if kept_here and file.resolve() in kept_here:
            name = relative_name(folder.root, file)
            raise WorkspaceError(f"{name} is a target's secrets_file, and a cluster would get it; keep it elsewhere")
        path = file.relative_to(folder.path).as_posix()
        try:
            texts[path] = folder.read(path)
        except LeadsOutError:
            texts[path] = None
        except FindingsError as error:
            texts[path] = error.findings
    return Gathered(folder.name, texts, tuple(folder.names()))


def _entries(folder: OnDisk) -> Iterator[Path]:
    """Everything below a folder that a template could name, folders too."""
    for parent, folders, files in os.walk(folder.path):
        for name in (*folders, *files):
            path = Path(parent, name)
            if not path.relative_to(folder.path).as_posix().isprintable():
                continue
            if name in folders and path.is_symlink():
                link = relative_name(folder.root, path)
                raise WorkspaceError(
                    f"{link} is a symlink to a folder, which no cluster is given; put the folder there"
                )
            yield path
