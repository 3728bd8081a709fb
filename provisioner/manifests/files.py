"""Finds the manifests of a workspace: every `rooms/**/*.yaml`, in the order of their names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from provisioner.diagnostics import Diagnostic, Span
from provisioner.errors import FindingsError
from provisioner.text_files import confined, read_text, relative_name

FOLDER = "rooms"


@dataclass(frozen=True, slots=True)
class ManifestFile:
    """A manifest as written. `name` is relative to the workspace."""

    name: str
    source: str


@dataclass(frozen=True, slots=True)
class ManifestFiles:
    """Every manifest that could be read, and what stood in the way of the others."""

    files: tuple[ManifestFile, ...]
    findings: tuple[Diagnostic, ...]


def read_manifests(root: Path) -> ManifestFiles:
    """Reads the manifests. Names that start with a dot are left out; other files may stand beside them."""
    files: list[ManifestFile] = []
    findings: list[Diagnostic] = []
    for item in _walk(root):
        if isinstance(item, Diagnostic):
            findings.append(item)
            continue
        try:
            files.append(ManifestFile(relative_name(root, item), read_text(root, item)))
        except FindingsError as error:
            findings.extend(error.findings)
    if not files and not findings:
        message = f"there are no manifests: put them into {FOLDER}/ with names that end in .yaml"
        findings.append(Diagnostic.warning("no-manifests", message))
    return ManifestFiles(tuple(files), tuple(findings))


def _walk(root: Path) -> Iterator[Path | Diagnostic]:
    folder = root / FOLDER
    if not folder.is_dir():
        return
    try:
        confined(root, folder)
    except FindingsError as error:
        yield from error.findings
        return
    unreadable: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in folders:
            if Path(parent, name).is_symlink():
                message = "a symlink to a folder is not followed; put the folder itself here"
                yield _about(root, Path(parent, name), "symlink", message)
        yield from _manifests(root, Path(parent), sorted(names))
    for problem in unreadable:
        message = f"the folder cannot be read: {problem.strerror or type(problem).__name__}"
        yield _about(root, Path(str(problem.filename)), "file-unreadable", message)


def _manifests(root: Path, parent: Path, names: list[str]) -> Iterator[Path | Diagnostic]:
    for name in names:
        path = parent / name
        if name.startswith(".") or path.suffix.lower() not in {".yaml", ".yml"}:
            continue
        if not path.as_posix().isprintable():
            yield _about(root, path, "file-name", "the file's name has characters that cannot be shown; rename it")
        elif path.suffix != ".yaml":
            yield _about(root, path, "file-name", "manifests have names that end in .yaml; rename the file")
        else:
            yield path


def _about(root: Path, path: Path, rule: str, message: str) -> Diagnostic:
    name = relative_name(root, path)
    shown = name if name.isprintable() else name.encode("ascii", "backslashreplace").decode()
    return Diagnostic.error(rule, message, Span("".join(char if char.isprintable() else "?" for char in shown)))
