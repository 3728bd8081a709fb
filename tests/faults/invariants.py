"""What has to hold whatever went wrong, held against the service's own ledger. Each check gives sentences."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from provisioner import marker as markers
from provisioner.applying.outcomes import Applied, Failed, Outcome, Skipped, Unchanged, Unknown
from provisioner.emulator import Entry
from provisioner.observed import ON_AIR
from provisioner.planning.actions import Action, Blocked, Plan, Restart
from provisioner.planning.live_actions import BROKEN_OFF
from provisioner.reports.html.page import plan_html
from provisioner.reports.json_text import dumps
from provisioner.reports.outcome_json import outcome_to_json
from provisioner.reports.outcome_markdown import outcome_markdown
from provisioner.reports.outcome_text import outcome_text
from provisioner.reports.plan_json import plan_to_json
from provisioner.reports.plan_markdown import plan_markdown
from provisioner.reports.plan_text import plan_text
from provisioner.reports.view import PlanView
from provisioner.rooms import DesiredRoom, LiveState
from tests.faults.network import HOST, Sent
from tests.faults.world import SECRETS, Run, World
from tests.leaks import leaks

LONGEST_WRITE_S = 125.0
"""A write that is under way at the deadline has its full time."""


@dataclass(frozen=True)
class Effect:
    """Something that a run changed at the service, by its ledger."""

    kind: str
    room_id: str
    key: str | None
    job_id: str | None
    sent: Sent


def effects(world: World, run: Run | None = None) -> list[Effect]:
    """What the runs changed, or one of them."""
    ledger: dict[str, Entry] = {entry.request_id: entry for entry in world.emulator.ledger()}
    found = []
    for sent in world.network.log:
        entry = ledger.get(sent.served_as or "")
        if entry is None or not entry.applied or not sent.is_write or (run is not None and sent.run != run.number):
            continue
        found.append(Effect(sent.kind, entry.room_id or "", _key_of(sent), entry.job_id, sent))
    return found


def always(world: World) -> Iterator[str]:
    """I2, I3, I4, I5, I6, I8 of every run so far, and that no credential went astray."""
    yield from one_job_a_key(world)
    yield from foreign_untouched(world)
    for run in world.runs:
        yield from nothing_unplanned(world, run)
        yield from report_is_true(world, run)
        yield from no_secret(world, run)
        yield from in_time(run)
        yield from within_budget(world, run)
    yield from (f"I5: {sent.method} went to {sent.host}" for sent in world.network.log if sent.host != HOST)


def rooms_by_key(world: World) -> dict[str, list[str]]:
    """The ids of the managed rooms that are there."""
    found: dict[str, list[str]] = defaultdict(list)
    for body in world.emulator.rooms():
        marker = markers.read(str(body.get("priv_data") or "")).marker
        if marker is not None:
            found[marker.key].append(str(body["room_id"]))
    return found


def one_room_a_key(world: World, run: Run) -> Iterator[str]:
    """I1, after a quiet apply: one room a key, or the others are listed and the exit code is 4."""
    for key, ids in rooms_by_key(world).items():
        if len(ids) < 2:
            continue
        report = run.report
        listed = (
            {str(outcome.room_id) for outcome in report.outcomes if isinstance(outcome, Skipped) and outcome.refused}
            if report
            else set()
        )
        if len(listed & set(ids)) < len(ids) - 1 or report is None or report.exit_code != 4:
            yield f"I1: {len(ids)} rooms bear {key}, and the apply lists {len(listed & set(ids))} of them"


def one_job_a_key(world: World) -> Iterator[str]:
    """I2: no two jobs of one key's rooms overlap, ever. A room whose marker somebody took away is nobody's."""
    spans: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for job in (job for job in world.emulator.jobs() if job["room_id"] not in world.stripped):
        ended = str(job.get("end_time") or "9999") if job["state"] not in ("WAITING", "PROCESSING") else "9999"
        spans[str(job["room_name"])].append((str(job["create_time"]), ended, str(job["job_id"])))
    for name, jobs in spans.items():
        jobs.sort()
        for (_, ended, first), (began, _, second) in itertools.pairwise(jobs):
            if began < ended:
                yield f"I2: jobs {first[:6]} and {second[:6]} of {name} are on air together"


def foreign_untouched(world: World) -> Iterator[str]:
    """I3: rooms of others are as they were."""
    for room_id, body in world.foreign.items():
        if world.shown(room_id) != body:
            yield f"I3: foreign room {room_id[:6]} was changed"


_NEEDS = {
    "create": {"create"},
    "update": {"update", "adopt", "start", "restart"},
    "start": {"start", "restart"},
    "stop": {"stop", "restart"},
    "delete": {"delete"},
    "command": {"rewrite"},
}


def nothing_unplanned(world: World, run: Run) -> Iterator[str]:
    """I3: each effect belongs to an action of the run's plan. A creator may take back its own room."""
    done = effects(world, run)
    own = {effect.room_id for effect in done if effect.kind == "create"}
    keys = {effect.room_id: effect.key for effect in effects(world) if effect.key}
    actions = run.plan.changes if run.plan else ()
    for effect in done:
        if effect.kind == "delete" and effect.room_id in own:
            continue
        key = effect.key or keys.get(effect.room_id)
        fits = (a for a in actions if a.name in _NEEDS[effect.kind] and (a.room_id == effect.room_id or a.key == key))
        if next(fits, None) is None:
            yield f"I3: run {run.number} made an unplanned {effect.kind} of {key} {effect.room_id[:6]}"


def report_is_true(world: World, run: Run) -> Iterator[str]:
    """I4: what the report says of each action is what the ledger says."""
    if run.crash is not None:
        yield f"I4: run {run.number} crashed: {type(run.crash).__name__}: {run.crash}"
    if run.report is None:
        return
    done = effects(world, run)
    told = [outcome.action for outcome in run.report.outcomes]
    if run.plan is None or told != list(run.plan.changes):
        yield f"I4: run {run.number} does not report every action once"
    for outcome in run.report.outcomes:
        yield from _outcome_is_true(world, run, outcome, done)


def _outcome_is_true(world: World, run: Run, outcome: Outcome, done: list[Effect]) -> Iterator[str]:
    action = outcome.action
    mine = [effect for effect in done if _is_of(effect, action, outcome)]
    taken_back = {effect.room_id for effect in done if effect.kind == "delete"}
    standing = [effect for effect in mine if action.name != "create" or effect.room_id not in taken_back]
    word = f"I4: run {run.number} calls {action.name} {action.key} {type(outcome).__name__.lower()}"
    match outcome:
        case Applied(action=Restart(), job_id=None, mismatch=("live",)):
            ended = [effect for effect in done if effect.kind == "stop" and effect.room_id == outcome.room_id]
            if mine or not ended:
                yield f"{word} by half, and it was not"
        case Applied(room_id=room_id, job_id=job_id):
            if action.name in {"start", "restart"}:
                if job_id not in {str(job["job_id"]) for job in world.emulator.jobs()}:
                    yield f"{word}, and there is no such job"
            elif not mine or (action.name == "create" and room_id not in {effect.room_id for effect in mine}):
                yield f"{word}, and the ledger has no such effect"
        case Failed() | Unchanged():
            if standing:
                yield f"{word}, and it was applied: {getattr(outcome, 'message', '')}"
        case Skipped(refused=refused):
            if [effect for effect in standing if not (refused and effect.room_id in outcome.because)] or (
                standing and action.name != "create"
            ):
                yield f"{word}, and it was applied: {outcome.because}"
        case Unknown():
            if not [sent for sent in world.network.log if sent.run == run.number and sent.is_write]:
                yield f"{word}, and nothing was sent"


def _is_of(effect: Effect, action: Action, outcome: Outcome) -> bool:
    kinds = {"adopt": "update", "restart": "start", "rewrite": "command"}
    if effect.kind != kinds.get(action.name, action.name):
        return False
    if effect.kind in {"create", "update"}:
        return effect.key == action.key
    return effect.room_id in {outcome.room_id, action.room_id}


def no_secret(world: World, run: Run) -> Iterator[str]:
    """I5: no secret in any form in what a person or a program gets to read."""
    secrets = {**SECRETS, "SK": world.emulator.secret_key, "token": world.emulator.token}
    for text in _texts(run):
        yield from (f"I5: secret {name} is shown: {text[:80]!r}" for name in leaks(text, secrets))


def _texts(run: Run) -> Iterator[str]:
    if run.plan is not None:
        yield plan_text(PlanView.of(run.plan))
        yield plan_markdown(PlanView.of(run.plan))
        yield plan_html(PlanView.of(run.plan))
        yield dumps(plan_to_json(run.plan))
    if run.report is not None:
        yield outcome_text(run.report)
        yield outcome_markdown(run.report)
        yield dumps(outcome_to_json(run.report))
        yield repr(run.report)
    if run.error is not None:
        yield str(run.error)


def in_time(run: Run) -> Iterator[str]:
    """I6: it ended by its deadline, but for a write that was under way."""
    if run.ended is None or run.ended > run.deadline + LONGEST_WRITE_S:
        yield f"I6: run {run.number} took {(run.ended or 0) - run.began:.0f} s"


def within_budget(world: World, run: Run) -> Iterator[str]:
    """I8: retries within a tenth and ten; at most five sendings of a call; a create that may be there goes once."""
    sent = [item for item in world.network.log if item.run == run.number]
    if run.retries > 10 + 0.1 * len(sent):
        yield f"I8: run {run.number} made {run.retries} retries in {len(sent)} calls"
    bodies: dict[str, list[Sent]] = defaultdict(list)
    for item in sent:
        if item.is_write and item.body is not None:
            bodies[f"{item.kind} {item.path} {json.dumps(item.body)}"].append(item)
    for name, items in bodies.items():
        if len(items) > (10 if name.startswith("start") else 5):
            yield f"I8: run {run.number} sent {name.split()[0]} {len(items)} times"


def quiet(world: World, rooms: Iterable[DesiredRoom], run: Run, then: Plan) -> Iterator[str]:
    """I1 and I7 after a quiet apply and a plan: nothing is left to write, and the rooms are as they should be, on air
    too.
    """
    yield from one_room_a_key(world, run)
    yield from on_air_as_declared(world, rooms)
    left = [f"{a.name} {a.key}" for a in then.changes if not isinstance(a, Blocked)]
    if left:
        yield f"I7: after a quiet apply the plan still has {', '.join(left)}"
    if run.report is None:
        yield f"I7: the quiet apply did not work: {run.error or run.crash}"
    elif run.report.exit_code not in (0, 4):
        yield f"I7: the quiet apply ends with {run.report.exit_code}: {_told(run.report.outcomes)}"


def on_air_as_declared(world: World, rooms: Iterable[DesiredRoom]) -> Iterator[str]:
    """I7 on air: each room that is to be on air has one job there, which plays what its manifest says; none where the
    service has broken off the run.
    """
    ids = rooms_by_key(world)
    for room in rooms:
        if room.live.state is not LiveState.RUNNING:
            continue
        every = [job for job in world.emulator.jobs() if job["room_id"] in ids[room.key]]
        jobs = [job for job in every if job["state"] in ON_AIR]
        is_broken_off = any(job["state"] in BROKEN_OFF for job in every)
        if len(jobs) != (0 if is_broken_off else 1):
            yield f"I7: {len(jobs)} jobs of {room.key} are on air, which is declared"
        for job in jobs:
            playing = world.emulator.playing(str(job["room_id"]), str(job["job_id"]))
            if _texts_of(playing) != _texts_of(room.spec.get("scene_scripts", [])):
                yield f"I7: {room.key} plays {_texts_of(playing)}, which its manifest does not say"


def _texts_of(scenes: Any) -> list[str]:
    return [str(part["text_config"]["text"]) for item in scenes for part in item["shoot_scripts"]]


def _told(outcomes: Iterable[Outcome]) -> list[Any]:
    return [outcome for outcome in outcomes if isinstance(outcome, Failed | Unknown | Skipped)]


def _key_of(sent: Sent) -> str | None:
    if sent.body is None or sent.kind not in {"create", "update"}:
        return None
    marker = markers.read(str(sent.body.get("priv_data") or "")).marker
    return marker.key if marker else None
