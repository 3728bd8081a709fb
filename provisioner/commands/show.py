"""`provisioner show`: a saved plan again, in any format; several parts of a plan as one."""

from __future__ import annotations

from pathlib import Path

from provisioner.commands.reporting import PLAN_ENDINGS, check_reports, read_plan, show_plan, write_plan_reports
from provisioner.commands.terminal import Terminal
from provisioner.planning.merging import Part, merge_plans


def show(terminal: Terminal, paths: tuple[Path, ...], *, form: str = "text", reports: tuple[Path, ...] = ()) -> int:
    """Prints a saved plan, or the one of which several are parts. It needs neither a workspace nor the service.

    Raises WorkspaceError for a file that is no plan, RefusedError for plans that do not belong together.
    """
    check_reports(reports, PLAN_ENDINGS)
    plan = merge_plans([Part(str(path), read_plan(path)) for path in paths])
    write_plan_reports(plan, reports)
    show_plan(terminal, plan, form)
    return 0
