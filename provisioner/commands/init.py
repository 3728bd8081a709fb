"""`provisioner init`: a new workspace that plans and applies at once."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from provisioner.commands.schema import editor_schemas
from provisioner.commands.terminal import Terminal
from provisioner.errors import WorkspaceError
from provisioner.files import READABLE, write_whole
from provisioner.reports.done_json import written_json
from provisioner.reports.json_text import dumps

_HIDDEN = ("gitignore", "vscode")
"""What gets a leading dot, which would hide it from packaging tools."""


def init(terminal: Terminal, folder: Path, *, form: str = "text") -> int:
    """Writes the starting files; refuses where one of them exists, and then writes none."""
    starter = dict(_files(files("provisioner") / "starter", "")) | editor_schemas()
    name = _workspace_name(folder.resolve().name)
    taken = sorted(path for path in starter if (folder / path).exists())
    if taken:
        raise WorkspaceError(f"{folder} has {', '.join(taken)} already; nothing was written. Choose an empty folder")
    for path, text in starter.items():
        write_whole(folder / path, text.replace("my-rooms", name), mode=READABLE)
    is_here = folder.resolve() == Path.cwd()
    terminal.say(f"{'This folder' if is_here else folder} is a workspace now. Look at rooms/welcome.yaml, then:")
    where = "" if is_here else f" --workspace {folder}"
    terminal.say(f"  provisioner plan{where}\n  provisioner apply{where}")
    if form == "json":
        terminal.out(dumps(written_json(str(folder / path) for path in starter)))
    return 0


def _files(folder: Traversable, prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for item in folder.iterdir():
        name = f".{item.name}" if item.name in _HIDDEN else item.name
        if item.is_dir():
            found += _files(item, f"{prefix}{name}/")
        elif not name.startswith("__"):
            found.append((f"{prefix}{name}", item.read_text(encoding="utf-8")))
    return found


def _workspace_name(text: str) -> str:
    kept = "".join(
        character if character.isascii() and (character.isalnum() or character in "._-") else "-"
        for character in text.lower()
    )
    return kept.strip("._-")[:63] or "my-rooms"
