"""From the list of rooms to a plan: what has to be looked at beyond the list is read, compared and planned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from provisioner.metastudio.models import SmartLiveJob
from provisioner.observe import jobs_named, jobs_of, read, risks_of, rooms_on_air
from provisioner.observed import ObservedRoom, Seals
from provisioner.planning.actions import Plan
from provisioner.planning.comparisons import Comparison, Difference, compared, comparisons, shareable
from provisioner.planning.drafts import Facts
from provisioner.planning.live_actions import RunFact
from provisioner.planning.matching import Matches
from provisioner.planning.planner import drafts_of, make_plan
from provisioner.planning.questions import hidden_on_air, questions
from provisioner.planning.risks import NOT_ASKED, asked_about
from provisioner.planning.room_actions import Knowledge
from provisioner.planning.scope import Scope
from provisioner.planning.temporary import Missing, job_of_gone
from provisioner.planning.whole_rooms import WholeRooms
from provisioner.rooms import RoomId, RoomKey
from provisioner.workers import Crew, LimitExceeded

if TYPE_CHECKING:  # commands import it while children work
    from provisioner.metastudio.client import MetaStudio

_WORTH_A_CHILD = 128
"""Comparisons that are worth a child process of their own."""

Progress = Callable[[int, int], None]


class Remembers(Protocol):
    """Knows rooms that were read before."""

    def fill(self, rooms: Sequence[ObservedRoom]) -> tuple[ObservedRoom, ...]:
        """Those of the rooms that were read as they are now, each with its body."""


@dataclass(frozen=True, slots=True)
class Surveyed:
    """The plan, and the rooms that were read one by one for it."""

    plan: Plan
    read: tuple[ObservedRoom, ...]


async def survey(
    client: MetaStudio,
    seals: Seals,
    scope: Scope,
    knowledge: Knowledge,
    listed: tuple[ObservedRoom, ...],
    *,
    created: datetime,
    memory: Remembers | None = None,
    crew: Crew | None = None,
    progress: Progress = lambda _done, _total: None,
) -> Surveyed:
    """The plan for what the list says; without a crew all is compared here. Raises what the client raises."""
    listed, matches = await _matched(client, scope, listed)
    question = questions(scope, matches, knowledge)
    remembered = memory.fill(question.rooms) if memory is not None else ()
    known = {room.id for room in remembered}
    shown = await read(client, [room for room in question.rooms if room.id not in known], seals, progress=progress)
    observed = listed
    if question.rooms:
        observed = _as_read(listed, question.rooms, (*remembered, *shown))
        matches = scope.match(observed)
    facts = Facts(
        differences=await _compared(tuple(comparisons(matches)), crew),
        runs=await _runs(client, question.runs, listed),
        gone=await _gone(client, question.missing, listed),
    )
    drafts = drafts_of(scope, matches, facts, knowledge)
    risks = await risks_of(client, asked_about(draft.actions(NOT_ASKED) for draft in drafts if draft.live))
    plan = make_plan(scope, matches, drafts, observed, knowledge, created=created, risks=risks)
    contents = WholeRooms(plan.actions, scope.declared, observed, scope.moment)
    return Surveyed(replace(plan, contents=contents), shown)


async def _matched(
    client: MetaStudio, scope: Scope, listed: tuple[ObservedRoom, ...]
) -> tuple[tuple[ObservedRoom, ...], Matches]:
    """The rooms, on air also where the list shows another job that is over, and what they are."""
    matches = scope.match(listed)
    hidden = hidden_on_air(scope, matches)
    on_air = await rooms_on_air(client) if hidden else {}
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
    client: MetaStudio, asked: Iterable[tuple[RoomId, datetime]], listed: Iterable[ObservedRoom]
) -> dict[RoomId, RunFact]:
    jobs = await jobs_of(client, asked)
    by_hand = {room.id: room.marker.by_hand for room in listed if room.marker is not None and room.id in jobs}
    return {room_id: RunFact.of(runs, by_hand.get(room_id)) for room_id, runs in jobs.items()}


async def _gone(
    client: MetaStudio, asked: Iterable[Missing], listed: tuple[ObservedRoom, ...]
) -> dict[RoomKey, SmartLiveJob]:
    named = {room.key: await jobs_named(client, room.name, room.since) for room in asked}
    return {key: last for key, jobs in named.items() if (last := job_of_gone(jobs, listed)) is not None}


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
