"""`provisioner schema`: the JSON Schema of what the tool writes and reads."""

from __future__ import annotations

from pathlib import Path

from provisioner.commands.terminal import Terminal
from provisioner.errors import UsageError
from provisioner.files import READABLE, write_whole
from provisioner.reports.json_text import dumps
from provisioner.schemas.published import INPUTS, PUBLISHED

FOLDER = "schemas"
"""Where a workspace keeps the schemas that its editors use."""


def schema(terminal: Terminal, folder: Path, name: str | None, *, writes: bool = False) -> int:
    """Prints a schema, as a rule that of manifests, or writes those of manifests and `provisioner.yaml` into the
    workspace. Raises UsageError.
    """
    if writes and name is None:
        for path, text in editor_schemas().items():
            write_whole(folder / path, text, mode=READABLE)
            terminal.say(f"wrote {folder / path}")
        return 0
    made = PUBLISHED.get(name or "manifest")
    if made is None or writes:
        names = ", ".join(PUBLISHED)
        raise UsageError(f"schema takes one of {names}; or --write alone, for the files that editors use")
    terminal.out(dumps(made()))
    return 0


def editor_schemas() -> dict[str, str]:
    """The files of a workspace that editors use, by path."""
    return {f"{FOLDER}/{name}.json": f"{dumps(made())}\n" for name, made in INPUTS.items()}
