"""`provisioner new`: a manifest to begin with, from the workspace's own templates or from ours."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path, PurePosixPath

from provisioner.commands.options import ManifestKind as Kind
from provisioner.commands.schema import FOLDER as SCHEMAS
from provisioner.commands.session import Session
from provisioner.diagnostics import Severity
from provisioner.errors import FindingsError, UsageError, WorkspaceError
from provisioner.files import READABLE, write_whole
from provisioner.manifests import Loaded
from provisioner.manifests.files import FOLDER
from provisioner.manifests.models import KEY_FORM, KEY_PATTERN
from provisioner.manifests.templates.library import FOLDER as TEMPLATES
from provisioner.reports.done_json import written_json
from provisioner.reports.json_text import dumps
from provisioner.text_files import read_text

BLANKS = "new"
"""Below `templates/`: what the workspace wants new manifests to look like, by their kind or by a name of its own."""
_SHARED = f"{FOLDER}/shared"
_MODELINE = re.compile(r"\A# yaml-language-server:.*\n")


_KINDS = {Kind.ROOM: "Room", Kind.SCRIPT: "Script", Kind.RULESET: "RuleSet"}


@dataclass(frozen=True, slots=True)
class _Blank:
    """A manifest with blanks: `__key__`, `__KEY__` for the names of secrets, `__name__`. `name` says where it is."""

    name: str
    text: str


def new(
    session: Session,
    kind: Kind,
    key: str,
    *,
    blank: str | None = None,
    folder: Path | None = None,
    form: str = "text",
) -> int:
    """Writes a manifest and prints its name. It is rendered and checked with all others first.

    Raises UsageError for a key or a template that cannot be, WorkspaceError where there is a file already, and
    FindingsError where the new manifest would be wrong; nothing is written then.
    """
    if not re.fullmatch(KEY_PATTERN, key):
        raise UsageError(f"a key is {KEY_FORM}{_suggestion(key)}")
    root = session.workspace.root
    name = f"{_folder(root, kind, folder)}/{key}.yaml"
    if (root / name).exists() or (root / name).is_symlink():
        raise WorkspaceError(f"{name} exists, and was left as it is; choose another key, or another folder with --to")
    found = _blank(root, kind, blank)
    text = _filled(found.text, key, name)
    loaded = asyncio.run(session.loaded(instead={name: text}))
    wrong = tuple(
        one for one in loaded.findings if one.severity is Severity.ERROR and one.span and one.span.file == name
    )
    if wrong:
        session.terminal.say(f"made from {found.name}; nothing was written:")
        raise FindingsError(wrong)
    if not _declares(loaded, kind, key):
        raise WorkspaceError(f"{found.name} makes no {_KINDS[kind]} with that key; write in it: key: __key__")
    write_whole(root / name, text, mode=READABLE)
    session.terminal.out(dumps(written_json([str(root / name)])) if form == "json" else name)
    if not (root / SCHEMAS / "manifest.json").exists():
        session.terminal.say("for help in editors, write the schemas once: provisioner schema --write")
    return 0


def _suggestion(key: str) -> str:
    better = re.sub(r"[^a-z0-9._-]+", "-", key.lower()).strip("._-")[:63]
    return f"; try {better}" if re.fullmatch(KEY_PATTERN, better) else ""


def _folder(root: Path, kind: Kind, folder: Path | None) -> str:
    """Where the manifest goes, relative to the workspace."""
    if folder is None:
        return FOLDER if kind is Kind.ROOM else _SHARED
    real = (folder if folder.is_absolute() else root / folder).resolve()
    if not real.is_relative_to((root / FOLDER).resolve()):
        raise UsageError(f"manifests stand in {FOLDER}/ of the workspace; name a folder there with --to {FOLDER}/…")
    return real.relative_to(root.resolve()).as_posix()


def _blank(root: Path, kind: Kind, name: str | None) -> _Blank:
    """The one that is named, or the workspace's own for the kind, or ours."""
    for path in _places(kind if name is None else name):
        if (root / path).is_file():
            return _Blank(path, read_text(root, root / path))
    if name is None:
        return _Blank("the template that comes with the tool", _ours(kind))
    there = sorted(path.stem for path in (root / TEMPLATES / BLANKS).glob("*.yaml"))
    listed = f"there are {', '.join(there)}" if there else "there is none yet; a manifest with `key: __key__` is one"
    raise UsageError(f"there is no template {name} in {TEMPLATES}/{BLANKS}/; {listed}")


def _places(name: str) -> list[str]:
    """Where a template of that name may be, relative to the workspace."""
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
        raise UsageError(f"a template is named as it is in {TEMPLATES}/, such as {BLANKS}/room.yaml")
    inside = name.removeprefix(f"{TEMPLATES}/")
    return [f"{TEMPLATES}/{BLANKS}/{inside}.yaml", f"{TEMPLATES}/{BLANKS}/{inside}", f"{TEMPLATES}/{inside}"]


def _ours(kind: Kind) -> str:
    return (files("provisioner") / "blanks" / f"{kind}.yaml").read_text(encoding="utf-8")


def _filled(text: str, key: str, name: str) -> str:
    shown = re.sub(r"[._-]+", " ", key).strip().capitalize()
    secret = re.sub(r"[^A-Z0-9]", "_", key.upper())
    filled = text.replace("__key__", key).replace("__KEY__", secret).replace("__name__", shown)
    way = "../" * name.count("/")
    return f"# yaml-language-server: $schema={way}{SCHEMAS}/manifest.json\n{_MODELINE.sub('', filled)}"


def _declares(loaded: Loaded, kind: Kind, key: str) -> bool:
    if kind is Kind.ROOM:
        return any(room.key == key for room in loaded.rooms)
    return (_KINDS[kind], key) in loaded.parts
