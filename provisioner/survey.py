"""From the list of rooms to a plan: what has to be looked at beyond the list is read, compared and planned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Protocol

from provisioner.observe import jobs_named, jobs_of, read, risks_of, rooms_on_air
from provisioner.observed import ObservedRoom, Seals
from provisioner.planning.actions import Plan
from provisioner.planning.comparisons import Comparison, Difference, compared, comparisons, shareable
from provisioner.planning.live_actions import RunFact
from provisioner.planning.planner import Scope, hidden_on_air, make_plan, questions
from provisioner.planning.risks import asked_about
from provisioner.planning.room_actions import Knowledge
from provisioner.planning.temporary import job_of_gone
from provisioner.planning.whole_rooms import WholeRooms
from provisioner.rooms import RoomKey
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
    listed = await _with_hidden_jobs(client, scope, listed)
    question = questions(scope, listed, knowledge)
    remembered = memory.fill(question.rooms) if memory is not None else ()
    known = {room.id for room in remembered}
    shown = await read(client, [room for room in question.rooms if room.id not in known], seals, progress=progress)
    asked = {room.id for room in question.rooms}
    found = {room.id: room for room in (*remembered, *shown)}
    observed = tuple(found.get(room.id, room) for room in listed if room.id not in asked or room.id in found)
    differences = await _compared(tuple(comparisons(scope.match(observed))), crew)
    jobs = await jobs_of(client, question.runs)
    by_hand = {room.id: room.marker.by_hand for room in listed if room.marker is not None and room.id in jobs}
    facts = {room_id: RunFact.of(runs, by_hand.get(room_id)) for room_id, runs in jobs.items()}
    named = {room.key: await jobs_named(client, room.name, room.since) for room in question.missing}
    gone = {key: last for key, found_jobs in named.items() if (last := job_of_gone(found_jobs, listed)) is not None}
    plan = partial(make_plan, scope, observed, differences, facts, knowledge, created=created, gone=gone)
    made = plan()
    asked_about_air = asked_about(made)
    if asked_about_air:
        made = plan(risks=await risks_of(client, asked_about_air))
    contents = WholeRooms(made.actions, scope.declared, observed, scope.moment)
    return Surveyed(replace(made, contents=contents), shown)


async def _with_hidden_jobs(
    client: MetaStudio, scope: Scope, listed: tuple[ObservedRoom, ...]
) -> tuple[ObservedRoom, ...]:
    """The rooms, on air where the list shows another job that is over."""
    hidden = hidden_on_air(scope, listed)
    if not hidden:
        return listed
    on_air = await rooms_on_air(client)
    return tuple(
        replace(room, job=on_air[room.id]) if room.id in hidden and room.id in on_air else room for room in listed
    )


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
