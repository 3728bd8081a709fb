"""`provisioner start` and `provisioner stop`: one room goes on air, or off it, because a person says so."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from provisioner.applying.outcomes import Report, Unchanged
from provisioner.commands.applying_steps import (
    Consent,
    agreed,
    alone,
    carry_out,
    check_secrets,
    stoppable,
)
from provisioner.commands.planning_steps import Asked, plan_for
from provisioner.commands.reading_steps import Listed, Resolved, listed_after, read_manifests
from provisioner.commands.reporting import show_outcomes
from provisioner.commands.session import Session
from provisioner.errors import RefusedError, UsageError
from provisioner.manifests.models import LONGEST_RUN, RUN_PATTERN
from provisioner.metastudio.models import SmartLiveJob
from provisioner.observe import jobs_on_air, jobs_since
from provisioner.planning.actions import Plan
from provisioner.planning.by_hand import room_of, start_of, stop_of, unfinished
from provisioner.planning.due import Due, resolve
from provisioner.planning.matching import Match, match_rooms
from provisioner.rooms import RoomKey


@dataclass(frozen=True, slots=True)
class _Found:
    """A room that is there, what is planned for it, what `live:` asks for, and its jobs on air, newest first."""

    listed: Listed
    match: Match
    plan: Plan
    due: Due
    jobs: tuple[SmartLiveJob, ...]


def start(session: Session, key: str, consent: Consent, *, run: str | None = None, form: str = "text") -> int:
    """Goes on air with a room that is off it. The exit code is that of an apply."""
    if run is not None and not (re.fullmatch(RUN_PATTERN, run) and len(run) <= LONGEST_RUN):
        raise UsageError(f"--run {run}: a run is named by letters, digits, . _ : + -, at most {LONGEST_RUN}")

    async def go(found: _Found, resolved: Resolved, consent: Consent) -> Report | None:
        room = room_of(found.match)
        if found.jobs:
            return _on_air_already(found, run)
        announced = unfinished(room)
        name = run
        if run is None and announced is not None:
            jobs = await jobs_since(found.listed.connection.client, room.id, announced.since)
            name = None if jobs else announced.run
        now = found.listed.connection.client.service_time
        action = start_of(found.match, found.plan, found.due, name, now)
        check_secrets(session, session.secrets([found.match.desired]))
        return await _done(session, found, resolved, replace(found.plan, actions=(action,)), consent)

    return _by_hand(session, key, consent, go, form, needed=frozenset({RoomKey(key)}))


def stop(session: Session, key: str, consent: Consent, *, form: str = "text") -> int:
    """Ends what is on air in a room. The exit code is that of an apply."""

    async def go(found: _Found, resolved: Resolved, consent: Consent) -> Report | None:
        if not found.jobs:
            session.terminal.say(f"{key} is not on air.")
            return Report(replace(found.plan, actions=()))
        action = stop_of(found.match, found.due, found.jobs)
        return await _done(session, found, resolved, replace(found.plan, actions=(action,)), consent)

    return _by_hand(session, key, consent, go, form, needed=frozenset())  # whatever is missing, it can be stopped


def _by_hand(
    session: Session,
    key: str,
    consent: Consent,
    go: Callable[[_Found, Resolved, Consent], Awaitable[Report | None]],
    form: str,
    *,
    needed: frozenset[RoomKey],
) -> int:
    """`needed` are the rooms that must be known to the last asset. Where nobody can be asked, to name one room and what
    is to be done with it is consent enough.
    """
    if not sys.stdin.isatty():
        consent = replace(consent, auto_approve=True)
    manifests = asyncio.run(read_manifests(session))

    async def run() -> Report | None:
        async with listed_after(session, manifests, needed=needed) as (resolved, listed):
            return await go(await _find(session, listed, resolved, key), resolved, consent)

    with stoppable(), alone(session):
        report = asyncio.run(run())
    if report is None:
        session.terminal.say("Nothing was written.")
        return 0
    show_outcomes(session.terminal, report, form)
    return report.exit_code


async def _find(session: Session, listed: Listed, resolved: Resolved, key: str) -> _Found:
    """Raises UsageError for a key that no manifest declares, RefusedError for a room that is not there."""
    plan = await plan_for(session, resolved, listed, Asked(keys=(key,)))
    desired = next(room for room in resolved.rooms if room.key == key)
    matches = match_rooms([desired], listed.rooms, session.workspace.name, frozenset({desired.key}))
    room = room_of(matches.matched[0])
    client = listed.connection.client
    jobs = await jobs_on_air(client, [room.id])
    return _Found(listed, matches.matched[0], plan, resolve(desired.live, client.service_time), jobs[room.id])


def _on_air_already(found: _Found, run: str | None) -> Report:
    """Nothing is to be done, unless another run than that on air is asked for. Raises RefusedError."""
    room, key, job_id = room_of(found.match), found.match.desired.key, found.jobs[0].job_id
    announced = room.marker.announced if room.marker else None
    if run is not None and (announced is None or announced.run != run):
        raise RefusedError(f"room {key} is on air as job {job_id}; end that first with: provisioner stop {key}")
    action = start_of(found.match, replace(found.plan, actions=()), found.due, None, found.plan.created)
    plan = replace(found.plan, actions=(action,))
    return Report(plan, (Unchanged(action, room.id, f"it is on air already as job {job_id}"),))


async def _done(session: Session, found: _Found, resolved: Resolved, plan: Plan, consent: Consent) -> Report | None:
    """What became of the action; None where the person did not agree to it."""
    if not agreed(session, plan, consent):
        return None
    return await carry_out(session, found.listed.connection, plan, resolved)
