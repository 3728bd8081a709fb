"""`provisioner show`: a saved plan again, in any format."""

from __future__ import annotations

from pathlib import Path

from provisioner.commands.reporting import read_plan, show_plan, write_plan_reports
from provisioner.commands.terminal import Terminal


def show(terminal: Terminal, path: Path, *, form: str = "text", reports: tuple[Path, ...] = ()) -> int:
    """Prints a saved plan. It needs neither a workspace nor the service."""
    plan = read_plan(path)
    write_plan_reports(plan, reports)
    show_plan(terminal, plan, form)
    return 0
