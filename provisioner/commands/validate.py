"""`provisioner validate`: renders and checks everything, offline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

from provisioner.commands.reporting import show_findings
from provisioner.commands.session import OpenCrew, open_session
from provisioner.commands.terminal import Terminal
from provisioner.diagnostics import has_errors, in_order
from provisioner.errors import FindingsError
from provisioner.manifests import Keeps
from provisioner.planning.words import counted


def validate(
    terminal: Terminal, folder: Path, target: str | None, crew: OpenCrew | None = None, *, form: str = "text"
) -> int:
    """Prints every finding, those of `provisioner.yaml` too. The exit code is 1 when one of them is an error.

    Raises WorkspaceError or UsageError where there is nothing to check.
    """
    try:
        session = open_session(folder, target, terminal, crew)
        with terminal.progress("checking the manifests") as bar:
            progress = partial(_tell, bar)
            loaded = asyncio.run(session.loaded(keeps=Keeps.KEYS, progress=progress))
        findings, rooms = loaded.findings, loaded.count
    except FindingsError as error:
        findings, rooms = in_order(error.findings), 0
    show_findings(terminal, findings, form)
    if form == "text":
        found = counted(len(findings), "finding") if findings else "nothing to complain about"
        terminal.say(f"{counted(rooms, 'room')}, {found}.")
    return 1 if has_errors(findings) else 0


def _tell(bar: Callable[[int, int, str], None], done: int) -> None:
    bar(done, 0, "documents")
