"""`provisioner apply`: plans, asks, and makes it so; or applies a saved plan to what it was made for."""

from __future__ import annotations

import asyncio
import secrets as randomness
import signal
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from provisioner.applying.context import Context, Stopping
from provisioner.applying.executor import apply_plan
from provisioner.applying.outcomes import Interruption, Outcome, Report, Skipped
from provisioner.applying.waiting import follow
from provisioner.clock import system_now
from provisioner.commands.job_table import job_table
from provisioner.commands.planning_steps import Asked, Manifests, listed_after, plan_for, read_manifests
from provisioner.commands.reporting import check_reports, read_plan, show_outcomes, show_plan, write_outcome_reports
from provisioner.commands.session import Connection, Session
from provisioner.comparing.declared import DesiredRooms
from provisioner.errors import RefusedError, StoppedError, UsageError, WorkspaceError
from provisioner.files import only_one
from provisioner.planning.actions import Plan
from provisioner.planning.guards import crossed
from provisioner.planning.staleness import check_binding, stale_actions
from provisioner.reports.numbers import counted
from provisioner.reports.plan_json import plan_digest
from provisioner.secret_store import SecretStore
from provisioner.sightings import Seen, seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What the person agreed to beforehand. `skips_stale` applies the rest of a plan of which a part is stale;
    after `deadline_s` seconds nothing more is sent. Jobs that were started are followed for `wait_s` seconds.
    """

    auto_approve: bool = False
    skips_stale: bool = False
    deadline_s: float | None = None
    wait_s: float | None = None


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


@contextmanager
def stoppable() -> Iterator[None]:
    """Where something may have been written already. Raises StoppedError on Ctrl-C."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        raise StoppedError(
            "stopped at once; what was in flight, if anything, may have been done. "
            "Look with: provisioner plan --refresh full"
        ) from interrupt


def alone(session: Session) -> AbstractContextManager[None]:
    """No other apply of this workspace and target on this machine."""
    lock = session.workspace.state_dir / f"apply-{session.target.name}.lock"
    return only_one(lock, on_wait=lambda: session.terminal.say("waiting: another apply of this workspace is at work"))


async def _apply(
    session: Session, asked: Asked, consent: Consent, manifests: Manifests, reviewed: Plan | None
) -> Report | None:
    async with listed_after(session, manifests, deadline_s=consent.deadline_s) as listed:
        connection = listed.connection
        if reviewed is not None:
            asked = Asked(keys=reviewed.selection, refresh=reviewed.refresh, prune=reviewed.prune, shard=reviewed.shard)
            check_binding(
                reviewed,
                session.workspace.name,
                session.target.name,
                connection.seals.project_id,
                manifests.rooms,
                system_now(),
            )
        plan = await plan_for(session, manifests, listed, asked)
        stale: tuple[Skipped, ...] = ()
        if reviewed is not None:
            plan, stale = _as_reviewed(plan, reviewed, consent)
        check_guards(session, plan, declared=len(manifests.rooms))
        if reviewed is None and not agreed(session, plan, consent):
            return None
        report = await carry_out(session, connection, plan, manifests, wait_s=consent.wait_s)
        return replace(report, outcomes=(*report.outcomes, *stale))


def check_secrets(session: Session, secrets: SecretStore) -> None:
    """Raises WorkspaceError where a secret is not set, and says where a stand-in is used."""
    if secrets.missing:
        names = ", ".join(secrets.missing)
        raise WorkspaceError(
            f"secrets are not set: {names}. Set them in the environment, or in the target's secrets_file"
        )
    if secrets.stand_ins:
        count = counted(len(secrets.stand_ins), "secret")
        session.terminal.say(f"{count} not set here: the embedded service gets stand-ins")


def check_guards(session: Session, plan: Plan, *, declared: int) -> None:
    """Raises RefusedError with every guard rail of the target that the plan crosses."""
    rules = crossed(plan, session.target.guards, declared=declared)
    if rules:
        lines = "\n".join(f"  {rule}" for rule in rules)
        raise RefusedError(f"the plan crosses a guard rail of target {plan.target}; nothing was written:\n{lines}")


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


def piped_consent(consent: Consent) -> Consent:
    """The answer that stdin holds where it is not a terminal. Raises UsageError where it is not yes."""
    if sys.stdin.readline().strip() != "yes":
        raise UsageError("nobody is there to agree: apply a saved plan, pass --auto-approve, or pipe in yes")
    return replace(consent, auto_approve=True)


def agreed(session: Session, plan: Plan, consent: Consent) -> bool:
    """Shows the plan and asks, unless there is nothing to do or consent was given."""
    if not plan.changes or consent.auto_approve:
        return True
    show_plan(session.terminal, plan, "text")
    # The event loop's own handler would wait for the loop, which waits for the answer.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.stderr.write("\nApply this? Only 'yes' is taken for yes: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip() == "yes"


async def carry_out(
    session: Session, connection: Connection, plan: Plan, manifests: Manifests, *, wait_s: float | None = None
) -> Report:
    stopping = Stopping()
    found: list[Seen] = []
    context = Context(
        client=connection.client,
        workspace=session.workspace.name,
        seals=connection.seals,
        desired=DesiredRooms(manifests.rooms),
        nonce=lambda: randomness.token_hex(8),
        secrets=manifests.secrets.values,
        settle_s=session.target.settle_s,
        commit=plan.commit,
        stopping=stopping,
        found_right=lambda room, digest: found.extend(seen(room, digest)),
    )
    total = len(plan.changes)
    done = 0
    with _signals(stopping, session):
        with session.terminal.progress("applying", total) as bar:

            def on_outcome(outcome: Outcome) -> None:
                nonlocal done
                done += 1
                bar(done, total, f"{outcome.action.name} {outcome.action.key}")

            report = await apply_plan(plan, context, on_outcome=on_outcome)
        connection.sightings.keep(found)
        if wait_s is not None:
            with job_table(session.terminal) as show:
                report = await follow(report, context, wait_s, on_change=show)
    return report


@contextmanager
def _signals(stopping: Stopping, session: Session) -> Iterator[None]:
    """The first signal asks for an orderly end; the second ends the process as usual."""
    loop = asyncio.get_running_loop()
    known = {signal.SIGINT: Interruption.SIGINT, signal.SIGTERM: Interruption.SIGTERM}

    def ask(number: signal.Signals) -> None:
        stopping.ask(known[number])
        for other in known:
            loop.remove_signal_handler(other)
        session.terminal.say("stopping: finishing what is in flight; a second signal stops at once")

    for number in known:
        loop.add_signal_handler(number, ask, number)
    try:
        yield
    finally:
        for number in known:
            loop.remove_signal_handler(number)
