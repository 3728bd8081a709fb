"""`provisioner apply`: plans, asks, and makes it so; or applies a saved plan to what it was made for."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

from provisioner.applying.outcomes import Report, Skipped
from provisioner.clock import system_now
from provisioner.commands.applying_steps import (
    Consent,
    agreed,
    alone,
    carry_out,
    check_guards,
    check_secrets,
    piped_consent,
    stoppable,
)
from provisioner.commands.planning_steps import Asked, plan_for
from provisioner.commands.reading_steps import Manifests, listed_after, read_manifests
from provisioner.commands.reporting import check_reports, read_plan, show_outcomes, write_outcome_reports
from provisioner.commands.session import Session
from provisioner.errors import RefusedError
from provisioner.planning.actions import Plan
from provisioner.planning.staleness import check_binding, stale_actions
from provisioner.reports.plan_json import plan_digest


def apply(
    session: Session,
    asked: Asked,
    consent: Consent,
    *,
    saved: Path | None = None,
    reports: tuple[Path, ...] = (),
    form: str = "text",
) -> int:
    """Carries out a plan and reports what became of it. The exit code is the contract's."""
    check_reports(reports)
    reviewed = read_plan(saved) if saved is not None else None
    if reviewed is None and not consent.auto_approve and not sys.stdin.isatty():
        consent = piped_consent(consent)
    manifests = asyncio.run(read_manifests(session))
    check_secrets(session, manifests.secrets)
    with stoppable():
        with alone(session):
            report = asyncio.run(_apply(session, asked, consent, manifests, reviewed))
        if report is None:
            session.terminal.say("Nothing was written.")
            return 0
        digest = plan_digest(reviewed) if reviewed is not None else None
        write_outcome_reports(report, reports, digest=digest)
        show_outcomes(session.terminal, report, form, digest=digest)
        return report.exit_code


async def _apply(
    session: Session, asked: Asked, consent: Consent, manifests: Manifests, reviewed: Plan | None
) -> Report | None:
    async with listed_after(session, manifests, deadline_s=consent.deadline_s) as (resolved, listed):
        connection = listed.connection
        if reviewed is not None:
            asked = Asked(keys=reviewed.selection, refresh=reviewed.refresh, prune=reviewed.prune, shard=reviewed.shard)
            check_binding(
                reviewed,
                session.workspace.name,
                session.target.name,
                connection.seals.project_id,
                resolved.rooms,
                system_now(),
            )
        plan = await plan_for(session, resolved, listed, asked)
        stale: tuple[Skipped, ...] = ()
        if reviewed is not None:
            plan, stale = _as_reviewed(plan, reviewed, consent)
        check_guards(session, plan, declared=len(resolved.rooms))
        if reviewed is None and not agreed(session, plan, consent):
            return None
        report = await carry_out(session, connection, plan, resolved, wait_s=consent.wait_s)
        return replace(report, outcomes=(*report.outcomes, *stale))


def _as_reviewed(plan: Plan, reviewed: Plan, consent: Consent) -> tuple[Plan, tuple[Skipped, ...]]:
    """The part of the reviewed plan that still holds, and its stale actions. Raises RefusedError."""
    stale = stale_actions(reviewed, plan)
    if stale and not consent.skips_stale:
        lines = "\n".join(f"  {action.key}: {why}" for action, why in stale)
        raise RefusedError(
            f"{len(stale)} action(s) of the plan are stale, and nothing was written:\n{lines}\n"
            "Plan again, or apply the rest with --skip-stale"
        )
    gone = {action.key for action, _ in stale}
    seen = {(action.name, action.key, action.room_id) for action in reviewed.changes}
    kept = tuple(
        action
        for action in plan.actions
        if action.key not in gone and (action.name, action.key, action.room_id) in seen
    )
    return replace(plan, actions=kept), tuple(
        Skipped(action, why, action.room_id, refused=True) for action, why in stale
    )
