"""From the list of rooms to a plan: what has to be looked at beyond the list is read, compared and planned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from provisioner.diagnostics import in_order
from provisioner.metastudio.models import SmartLiveJob
from provisioner.observed import LastJob, ObservedRoom
from provisioner.planning.actions import Plan
from provisioner.planning.comparisons import Comparison, Difference, compared, comparisons, shareable
from provisioner.planning.drafts import Facts
from provisioner.planning.live_actions import RunFact
from provisioner.planning.matching import Matches
from provisioner.planning.planner import drafts_of, make_plan
from provisioner.planning.questions import hidden_on_air, questions
from provisioner.planning.risks import NOT_ASKED, Risks, asked_about
from provisioner.planning.room_actions import Knowledge
from provisioner.planning.scope import Scope
from provisioner.planning.temporary import Missing, job_of_gone, not_looked_up
from provisioner.planning.whole_rooms import WholeRooms
from provisioner.rooms import RoomId, RoomKey
from provisioner.workers import Crew, LimitExceeded

_WORTH_A_CHILD = 128
"""Comparisons that are worth a child process of their own."""

Progress = Callable[[int, int], None]


class Remembers(Protocol):
    """Knows rooms that were read before."""

    def fill(self, rooms: Sequence[ObservedRoom]) -> tuple[ObservedRoom, ...]:
        """Those of the rooms that were read as they are now, each with its body."""


class Source(Protocol):
    """What a plan is made from besides the list of rooms."""

    async def read(self, rooms: Iterable[ObservedRoom], *, progress: Progress) -> tuple[ObservedRoom, ...]:
        """The given rooms with their bodies, as far as they are known; one that is gone by now is left out."""

    async def jobs_since(self, rooms: Iterable[tuple[RoomId, datetime]]) -> Mapping[RoomId, tuple[SmartLiveJob, ...]]:
        """For each room its jobs that were created at or after its moment, newest first."""

    async def jobs_named(self, name: str, since: datetime | None) -> tuple[SmartLiveJob, ...] | None:
        """The jobs of rooms of exactly this name, newest first, whether their rooms are still there or not.

        None where that is not known.
        """

    async def rooms_on_air(self) -> Mapping[RoomId, LastJob]:
        """The rooms that have a job on air, each with its newest."""

    async def risks_of(self, rooms: Iterable[RoomId]) -> Risks:
        """What the service warns of before rooms go on air."""


@dataclass(frozen=True, slots=True)
class Surveyed:
    """The plan, and the rooms that were read one by one for it."""

    plan: Plan
    read: tuple[ObservedRoom, ...]


async def survey(
    source: Source,
    scope: Scope,
    knowledge: Knowledge,
    listed: tuple[ObservedRoom, ...],
    *,
    created: datetime,
    memory: Remembers | None = None,
    crew: Crew | None = None,
    progress: Progress = lambda _done, _total: None,
) -> Surveyed:
    """The plan for what the list says; without a crew all is compared here. Raises what the source raises."""
    listed, matches = await _matched(source, scope, listed)
    question = questions(scope, matches, knowledge)
    remembered = memory.fill(question.rooms) if memory is not None else ()
    known = {room.id for room in remembered}
    shown = await source.read([room for room in question.rooms if room.id not in known], progress=progress)
    observed = listed
    if question.rooms:
        observed = _as_read(listed, question.rooms, (*remembered, *shown))
        matches = scope.match(observed)
    named = {room: await source.jobs_named(room.name, room.since) for room in question.missing}
    facts = Facts(
        differences=await _compared(tuple(comparisons(matches)), crew),
        runs=await _runs(source, question.runs, listed),
        gone=_gone(named, listed),
    )
    drafts = drafts_of(scope, matches, facts, knowledge)
    risks = await source.risks_of(asked_about(draft.actions(NOT_ASKED) for draft in drafts if draft.live))
    plan = make_plan(scope, matches, drafts, observed, knowledge, created=created, risks=risks)
    contents = WholeRooms(plan.actions, scope.declared, observed, scope.moment)
    unknown = [not_looked_up(room) for room, jobs in named.items() if jobs is None]
    return Surveyed(replace(plan, contents=contents, warnings=in_order((*plan.warnings, *unknown))), shown)


async def _matched(
    source: Source, scope: Scope, listed: tuple[ObservedRoom, ...]
) -> tuple[tuple[ObservedRoom, ...], Matches]:
    """The rooms, on air also where the list shows another job that is over, and what they are."""
    matches = scope.match(listed)
    hidden = hidden_on_air(scope, matches)
    on_air = await source.rooms_on_air() if hidden else {}
    found = hidden & on_air.keys()
    if not found:
        return listed, matches
    observed = tuple(replace(room, job=on_air[room.id]) if room.id in found else room for room in listed)
    return observed, scope.match(observed)


def _as_read(
    listed: tuple[ObservedRoom, ...], asked: Iterable[ObservedRoom], found: Iterable[ObservedRoom]
) -> tuple[ObservedRoom, ...]:
    """The listed rooms, those that were asked for as they were found, and without those that are gone by now."""
    ids = {room.id for room in asked}
    by_id = {room.id: room for room in found}
    return tuple(by_id.get(room.id, room) for room in listed if room.id not in ids or room.id in by_id)


async def _runs(
    source: Source, asked: Iterable[tuple[RoomId, datetime]], listed: Iterable[ObservedRoom]
) -> dict[RoomId, RunFact]:
    jobs = await source.jobs_since(asked)
    by_hand = {room.id: room.marker.by_hand for room in listed if room.marker is not None and room.id in jobs}
    return {room_id: RunFact.of(runs, by_hand.get(room_id)) for room_id, runs in jobs.items()}


def _gone(
    named: Mapping[Missing, Sequence[SmartLiveJob] | None], listed: tuple[ObservedRoom, ...]
) -> dict[RoomKey, SmartLiveJob]:
    found = {room.key: job_of_gone(jobs or (), listed) for room, jobs in named.items()}
    return {key: last for key, last in found.items() if last is not None}


async def _compared(asked: tuple[Comparison, ...], crew: Crew | None) -> dict[RoomKey, Difference]:
    """Every comparison, by as many as it is worth; one that would tell a remote crew a secret is made here."""
    differences: dict[RoomKey, Difference] = {}

    def take(_number: int, found: list[tuple[RoomKey, Difference]] | LimitExceeded) -> None:
        if isinstance(found, LimitExceeded):
            raise found
        differences.update(found)

    of = min(crew.size, len(asked) // _WORTH_A_CHILD) if crew is not None else 1
    here = asked
    if crew is not None and of > 1:
        given = [shareable(one) if crew.is_remote else one for one in asked]
        theirs = [one for one in given if one is not None]
        await crew.do(compared, [theirs[number::of] for number in range(of)], take)
        here = tuple(one for one, shared in zip(asked, given, strict=True) if shared is None)
    for found in compared(here):
        take(0, found)
    return differences
