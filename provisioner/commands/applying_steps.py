"""From consent to a report, as `apply`, `start` and `stop` all do it."""

from __future__ import annotations

import asyncio
import secrets as randomness
import signal
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace

from provisioner.applying.context import Context, Stopping
from provisioner.applying.executor import apply_plan
from provisioner.applying.outcomes import Interruption, Outcome, Report
from provisioner.applying.waiting import follow
from provisioner.commands.job_table import job_table
from provisioner.commands.reading_steps import Resolved
from provisioner.commands.reporting import show_plan
from provisioner.commands.session import Connection, Session
from provisioner.comparing.declared import DesiredRooms
from provisioner.errors import RefusedError, StoppedError, UsageError, WorkspaceError
from provisioner.files import only_one
from provisioner.planning.actions import Plan
from provisioner.planning.guards import crossed
from provisioner.planning.secrecy import secret_fields_of
from provisioner.planning.words import counted
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
    of_the_loop = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        sys.stderr.write("\nApply this? Only 'yes' is taken for yes: ")
        sys.stderr.flush()
        return sys.stdin.readline().strip() == "yes"
    finally:
        signal.signal(signal.SIGINT, of_the_loop)


async def carry_out(
    session: Session, connection: Connection, plan: Plan, manifests: Resolved, *, wait_s: float | None = None
) -> Report:
    stopping = Stopping()
    found: list[Seen] = []
    secret = secret_fields_of(manifests.rooms)
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
        found_right=lambda room, digest: found.extend(seen(room, digest, secret=secret(room))),
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
    """The first signal asks for an orderly end. A second SIGTERM ends the process as usual, and a second SIGINT all
    tasks, by the handler that the event loop had: an exception amid any line of theirs would be told by Python too.
    """
    loop = asyncio.get_running_loop()
    known = {signal.SIGINT: Interruption.SIGINT, signal.SIGTERM: Interruption.SIGTERM}
    of_the_loop = signal.getsignal(signal.SIGINT)

    def give_back() -> None:
        for number in known:
            loop.remove_signal_handler(number)
        # A shell that starts a command in the background has it ignore SIGINT; the second one is promised all the same.
        is_ignored = of_the_loop is signal.SIG_IGN
        signal.signal(signal.SIGINT, signal.default_int_handler if is_ignored else of_the_loop)

    def ask(number: signal.Signals) -> None:
        stopping.ask(known[number])
        give_back()
        session.terminal.say("stopping: finishing what is in flight; a second signal stops at once")

    for number in known:
        loop.add_signal_handler(number, ask, number)
    try:
        yield
    finally:
        give_back()
