"""`provisioner validate`: renders and checks everything, offline."""

from __future__ import annotations

import asyncio

from provisioner.commands.reporting import show_findings
from provisioner.commands.session import Session
from provisioner.commands.terminal import Terminal
from provisioner.diagnostics import Diagnostic, has_errors, in_order
from provisioner.errors import FindingsError
from provisioner.manifests import load
from provisioner.reports.view import counted


def validate(session: Session, *, form: str = "text") -> int:
    """Prints every finding. The exit code is 1 when one of them is an error."""
    try:
        loaded = asyncio.run(load(session.workspace, session.target, session.crew, keeps_specs=False))
        findings, rooms = loaded.findings, len(loaded.rooms)
    except FindingsError as error:
        findings, rooms = in_order(error.findings), 0
    return report_findings(session.terminal, findings, rooms, form)


def report_findings(terminal: Terminal, findings: tuple[Diagnostic, ...], rooms: int, form: str) -> int:
    """Prints findings in a format; for people also how it went."""
    show_findings(terminal, findings, form)
    errors = has_errors(findings)
    if form == "text":
        found = counted(len(findings), "finding") if findings else "nothing to complain about"
        terminal.say(f"{counted(rooms, 'room')}, {found}.")
    return 1 if errors else 0
