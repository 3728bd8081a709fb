"""`provisioner plan`: what would change, and why."""

from __future__ import annotations

import asyncio
from pathlib import Path

from provisioner.commands.planning_steps import Asked, plan_for, plan_offline
from provisioner.commands.reading_steps import both_at_once, listed_after, read_manifests
from provisioner.commands.reporting import (
    PLAN_ENDINGS,
    check_reports,
    read_snapshot,
    save_plan,
    show_plan,
    write_plan_reports,
)
from provisioner.commands.session import Session
from provisioner.exit_codes import ExitCode
from provisioner.planning.actions import Plan


def plan(
    session: Session,
    asked: Asked,
    *,
    output: Path | None = None,
    snapshot: Path | None = None,
    reports: tuple[Path, ...] = (),
    form: str = "text",
    lists_all: bool = False,
    detailed_exitcode: bool = False,
) -> int:
    """Prints the plan and writes what is asked for. The exit code is 2 for changes where that was asked for."""
    check_reports(reports, PLAN_ENDINGS)
    made = asyncio.run(_plan(session, asked) if snapshot is None else _offline(session, asked, snapshot))
    if output is not None:
        save_plan(made, output)
    write_plan_reports(made, reports)
    show_plan(session.terminal, made, form, lists_all=lists_all)
    if output is not None:
        use = "apply it with: provisioner apply" if made.at is None else "see it with: provisioner show"
        session.terminal.say(f"Saved as {output}; {use} {output}")
    return ExitCode.CHANGES if detailed_exitcode and made.changes else ExitCode.DONE


async def _offline(session: Session, asked: Asked, snapshot: Path) -> Plan:
    return await plan_offline(session, asked, *read_snapshot(snapshot))


async def _plan(session: Session, asked: Asked) -> Plan:
    if session.is_local:  # its list takes no time, and a workspace with mistakes leaves no file behind
        manifests = await read_manifests(session)
        async with listed_after(session, manifests) as (resolved, listed):
            return await plan_for(session, resolved, listed, asked)
    async with both_at_once(session) as (resolved, listed):
        return await plan_for(session, resolved, listed, asked)
