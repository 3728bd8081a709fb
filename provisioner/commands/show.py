"""`provisioner show`: a saved plan again, in any format; several parts of a plan as one."""

from __future__ import annotations

from pathlib import Path

from provisioner.commands.reporting import PLAN_ENDINGS, check_reports, read_plan, show_plan, write_plan_reports
from provisioner.commands.terminal import Terminal
from provisioner.planning.actions import Plan
from provisioner.planning.merging import Part, merge_plans
from provisioner.planning.since import plan_since


def show(
    terminal: Terminal,
    paths: tuple[Path, ...],
    earlier: tuple[Path, ...] = (),
    *,
    form: str = "text",
    reports: tuple[Path, ...] = (),
    lists_all: bool = False,
) -> int:
    """Prints a saved plan, or the one of which several are parts, and what changed since an `earlier` one.

    It needs neither a workspace nor the service. Raises WorkspaceError for a file that is no plan, RefusedError for
    plans that do not belong together.
    """
    check_reports(reports, PLAN_ENDINGS)
    plan = _read(paths)
    since = plan_since(plan, _read(earlier)) if earlier else None
    write_plan_reports(plan, reports, since)
    show_plan(terminal, plan, form, since, lists_all=lists_all)
    return 0


def _read(paths: tuple[Path, ...]) -> Plan:
    return merge_plans([Part(str(path), read_plan(path)) for path in paths])
