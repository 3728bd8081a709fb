"""`provisioner fmt`: lays out manifests, and changes nothing that they say.

Before a file is written, the workspace is rendered for each of its targets as it is and as it would be. A file that
would make any difference stays as it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from provisioner.commands.reporting import show_findings
from provisioner.commands.session import Session
from provisioner.diagnostics import Diagnostic, Span, in_order
from provisioner.errors import FindingsError, UsageError, WorkspaceError
from provisioner.files import write_over
from provisioner.formatting import formatted
from provisioner.manifests import Loaded, load
from provisioner.manifests.files import FOLDER, ManifestFile, read_manifests
from provisioner.text_files import read_text

_TEMPLATES_NEED_IT = "its templates make something else of it when it is laid out"


@dataclass(frozen=True, slots=True)
class _Laid:
    """The texts that would change, by name, and what is said of files that stay as they are."""

    texts: Mapping[str, str]
    kept: tuple[Diagnostic, ...]


def fmt(session: Session, paths: tuple[Path, ...], *, checks: bool = False, form: str = "text") -> int:
    """Writes the manifests that are named, or all, and prints their names; or only tells of them, with exit code 1.

    Raises UsageError or FindingsError for what is no manifest, and WorkspaceError where one cannot be written.
    """
    files = _asked(session, paths)
    laid = _laid(files)
    with session.terminal.progress("rendering the rooms before and after"):
        sound = asyncio.run(_sound(session, laid.texts)) if laid.texts else frozenset()
    left = [_kept(name, _TEMPLATES_NEED_IT) for name in laid.texts if name not in sound]
    kept = in_order((*laid.kept, *left))
    changed = [file for file in files if file.name in sound]
    if checks:
        found = (_untidy(file, laid.texts[file.name]) for file in changed)
        show_findings(session.terminal, in_order((*kept, *found)), form)
        return 1 if changed else 0
    for file in changed:
        _write(session.workspace.root, file, laid.texts[file.name])
    if form == "text":
        session.terminal.findings(kept)
        if changed:
            session.terminal.out("\n".join(file.name for file in changed))
    else:
        show_findings(session.terminal, kept, form)
    return 0


def _asked(session: Session, paths: tuple[Path, ...]) -> tuple[ManifestFile, ...]:
    root = session.workspace.root
    manifests = read_manifests(root)
    if not paths:
        session.terminal.findings(manifests.findings)
        return manifests.files
    names = {_name(root, path): path for path in paths}
    there = {file.name for file in manifests.files}
    about = tuple(finding for finding in manifests.findings if finding.span and finding.span.file in names)
    if about:
        raise FindingsError(about)
    for name, path in names.items():
        if name not in there:
            raise UsageError(f"{path} is no manifest; those are the files in {FOLDER}/ that end in .yaml")
    return tuple(file for file in manifests.files if file.name in names)


def _name(root: Path, path: Path) -> str:
    """The file as the workspace calls it, whether it is named from here or from there."""
    for candidate in (path.absolute(), root / path):
        if candidate.exists():
            real = candidate.parent.resolve() / candidate.name
            return real.relative_to(root.resolve()).as_posix() if real.is_relative_to(root.resolve()) else str(path)
    raise UsageError(f"there is no file {path}")


def _laid(files: tuple[ManifestFile, ...]) -> _Laid:
    texts: dict[str, str] = {}
    kept: list[Diagnostic] = []
    for file in files:
        result = formatted(file.source)
        if result.why:
            kept.append(_kept(file.name, result.why, result.line))
        elif result.text != file.source:
            texts[file.name] = result.text
    return _Laid(texts, tuple(kept))


async def _sound(session: Session, texts: Mapping[str, str]) -> frozenset[str]:
    """The files that say the same for every target as they are and as they would be."""
    before = await _said(session, {})

    async def sound(names: tuple[str, ...]) -> frozenset[str]:
        if not names or await _said(session, {name: texts[name] for name in names}) == before:
            return frozenset(names)
        half = len(names) // 2
        return await sound(names[:half]) | await sound(names[half:]) if half else frozenset()

    found = await sound(tuple(texts))
    together = await _said(session, {name: texts[name] for name in found})
    return found if together == before else frozenset()


async def _said(session: Session, instead: Mapping[str, str]) -> list[object]:
    said: list[object] = []
    for target in session.workspace.targets.values():
        async with session.crew() as crew:
            said.append(_without_lines(await load(session.workspace, target, crew, instead=instead)))
    return said


def _without_lines(loaded: Loaded) -> object:
    rooms = [replace(room, origin=Span(room.origin.file)) for room in loaded.rooms]
    found = [(one.severity, one.rule, one.message, one.span.file if one.span else "") for one in loaded.findings]
    return rooms, sorted(found), dict(loaded.parts)


def _untidy(file: ManifestFile, text: str) -> Diagnostic:
    old, new = file.source.split("\n"), text.split("\n")
    line = next((n for n, (one, other) in enumerate(zip(old, new, strict=False), 1) if one != other), len(new))
    message = f"fmt would lay this file out otherwise, from here on; write it with: provisioner fmt {file.name}"
    return Diagnostic.error("layout", message, Span(file.name, line))


def _kept(name: str, why: str, line: int = 1) -> Diagnostic:
    return Diagnostic.warning("layout-kept", f"fmt leaves this file as it is: {why}", Span(name, line))


def _write(root: Path, file: ManifestFile, text: str) -> None:
    path = root / file.name
    if read_text(root, path) != file.source:
        raise WorkspaceError(f"{file.name} was changed meanwhile, so it was left alone; run fmt again")
    write_over(path, text)
