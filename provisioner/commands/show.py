"""`provisioner show`: a saved plan again, in any format."""

from __future__ import annotations

from pathlib import Path

from provisioner.commands.reporting import show_plan, write_plan_reports
from provisioner.commands.terminal import Terminal
from provisioner.errors import WorkspaceError
from provisioner.planning.saved import parse_plan


def show(terminal: Terminal, path: Path, *, form: str = "text", reports: tuple[Path, ...] = ()) -> int:
    """Prints a saved plan. It needs neither a workspace nor the service."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceError(f"{path} cannot be read; make a plan with: provisioner plan -o {path}") from error
    plan = parse_plan(text)
    write_plan_reports(plan, reports)
    show_plan(terminal, plan, form)
    return 0
