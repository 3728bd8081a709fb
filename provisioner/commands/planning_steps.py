"""Observing and planning, as `plan` and `apply` both do it."""

from __future__ import annotations

import subprocess
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from provisioner import sightings
from provisioner.clock import system_now
from provisioner.commands.session import Connection, Session
from provisioner.comparing.fingerprint import spec_hash
from provisioner.errors import UsageError
from provisioner.observe import jobs_since, read, scan
from provisioner.observed import ObservedRoom
from provisioner.planning.actions import NoOp, Plan
from provisioner.planning.live_actions import RunFact
from provisioner.planning.planner import Scope, make_plan, questions
from provisioner.planning.refresh import Refresh
from provisioner.planning.room_actions import Knowledge
from provisioner.rooms import DesiredRoom, RoomId
from provisioner.secret_store import SecretStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command line says of a plan."""

    keys: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    refresh: Refresh = Refresh.AUTO
    prune: bool = False


def scope_of(session: Session, asked: Asked, desired: tuple[DesiredRoom, ...], project_id: str) -> Scope:
    """The scope of a plan. Raises UsageError for a key that no manifest declares, unless `--prune` may mean it."""
    unknown = set(asked.keys) - {room.key for room in desired}
    if unknown and not asked.prune:
        raise UsageError(f"no manifest declares {', '.join(sorted(unknown))}; provisioner render lists the rooms")
    return Scope(
        workspace=session.workspace.name,
        target=session.target.name,
        project_id=project_id,
        declared=desired,
        selection=asked.keys,
        labels=asked.labels,
        prune=asked.prune,
        commit=commit_of(session.workspace.root),
    )


async def observe_and_plan(
    session: Session,
    connection: Connection,
    desired: tuple[DesiredRoom, ...],
    asked: Asked,
    secrets: SecretStore,
    *,
    now: datetime | None = None,
) -> Plan:
    """Reads what has to be read, and plans. Raises what the client raises."""
    client, seals = connection.client, connection.seals
    scope = scope_of(session, asked, desired, seals.project_id)
    knowledge = Knowledge(
        refresh=asked.refresh,
        trusts_marker=not connection.is_local,
        sightings=connection.sightings.load(),
        secrets=secrets.values,
        marker_keys=seals.keys,
    )
    with session.terminal.progress("reading the list of rooms") as bar:
        rooms = await scan(client, seals, progress=lambda done, total: bar(done, total, "rooms"))
    question = questions(scope, rooms, knowledge)
    with session.terminal.progress("reading rooms", len(question.rooms)) as bar:
        shown = await read(client, question.rooms, seals, progress=lambda done, total: bar(done, total, ""))
    asked_ids = {room.id for room in question.rooms}
    by_id = {room.id: room for room in shown}
    rooms = tuple(by_id.get(room.id, room) for room in rooms if room.id not in asked_ids or room.id in by_id)
    facts = await _run_facts(connection, question.runs)
    plan = make_plan(scope, rooms, facts, knowledge, created=now or system_now())
    _remember(connection, desired, plan, shown)
    return plan


async def _run_facts(connection: Connection, rooms: Collection[ObservedRoom]) -> dict[RoomId, RunFact]:
    facts: dict[RoomId, RunFact] = {}
    for room in rooms:
        intent = room.marker.intent if room.marker else None
        jobs = await jobs_since(connection.client, room.id, intent.since) if intent else ()
        facts[room.id] = RunFact(jobs[0].state if jobs else None)
    return facts


def _remember(
    connection: Connection, desired: tuple[DesiredRoom, ...], plan: Plan, shown: tuple[ObservedRoom, ...]
) -> None:
    """Keeps which of the rooms that were read are as their manifests say."""
    hashes = {room.key: spec_hash(room) for room in desired} if shown else {}
    changed = {action.room_id for action in plan.actions if not isinstance(action, NoOp) and action.changes}
    found = (
        sightings.sighting(room, hashes[room.marker.key])
        for room in shown
        if room.marker is not None and room.id not in changed and room.marker.spec_hash == hashes.get(room.marker.key)
    )
    connection.sightings.keep(item for item in found if item is not None)


def commit_of(root: Path) -> str | None:
    """The Git commit that is checked out, where Git knows one."""
    head = root / ".git"
    if not head.exists():
        return None
    try:
        done = subprocess.run(  # noqa: S603 - fixed words
            ["git", "-C", str(root), "rev-parse", "HEAD"],  # noqa: S607 - the user's Git
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    commit = done.stdout.strip()
    return commit if done.returncode == 0 and len(commit) in {40, 64} else None
