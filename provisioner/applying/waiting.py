"""Outcomes → outcomes: follows the jobs that an apply started until each is on air or over.

Only looks: what is left undone when the time is over, or when the end is asked for, is a job that goes its way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from provisioner.applying.context import Context
from provisioner.applying.outcomes import Applied, Failed, Outcome, Report
from provisioner.errors import ServiceError
from provisioner.metastudio.errors import DeadlinePassed
from provisioner.metastudio.models import SmartLiveJob
from provisioner.metastudio.remote_text import printable
from provisioner.planning.actions import Restart, Start
from provisioner.planning.ended_runs import why_it_ended
from provisioner.planning.live_actions import BROKEN_OFF
from provisioner.rooms import JobId, RoomId, RoomKey

POLL_S = 2.0
"""Seconds between two looks at a job."""
AT_ONCE = 16
"""Jobs that are asked for at the same time; the client keeps to the service's rate besides."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A job that was started, and its state when it was last looked at, "" before that."""

    key: RoomKey
    room_name: str
    job_id: JobId
    state: str = ""

    @property
    def is_settled(self) -> bool:
        """Whether it is on air (api.md, "Quirks": PROCESSING), or over. A state that nobody knows is neither."""
        return self.state in _SETTLED


_SETTLED = frozenset({"PROCESSING", "SUCCEED", "CANCELED", *BROKEN_OFF})

OnChange: TypeAlias = Callable[[Followed], None]
"""Hears of each job that is followed, and again whenever its state is another than before."""


async def follow(
    report: Report, context: Context, patience_s: float, *, on_change: OnChange = lambda _job: None
) -> Report:
    """The report with what became of the jobs that were started, at most `patience_s` seconds later.

    A job that the service broke off fails its start; one that is not on air for another reason stays applied, and says
    so. Raises nothing of the service's: what cannot be read is looked at again until the time is over.
    """
    places = dict(_started(report))
    if not places or context.stopping:
        return replace(report, interrupted=context.stopping.by)
    loop = asyncio.get_running_loop()
    began = loop.time()
    watch = _Watch(context, places, on_change)
    await watch.until_settled(patience_s)
    waited_s = loop.time() - began
    outcomes = tuple(
        watch.told(place, outcome, waited_s) if isinstance(outcome, Applied) and place in places else outcome
        for place, outcome in enumerate(report.outcomes)
    )
    return replace(report, outcomes=outcomes, interrupted=context.stopping.by)


def _started(report: Report) -> Iterator[tuple[int, tuple[RoomId, Followed]]]:
    """The jobs that were started, by their places among the outcomes."""
    for place, outcome in enumerate(report.outcomes):
        match outcome:
            case Applied(action=Start() | Restart(), job_id=job_id) if job_id is not None:
                action = outcome.action
                yield place, (outcome.room_id, Followed(action.key, action.room_name, job_id))
            case _:
                pass


class _Watch:
    """What is known of the jobs while they are followed."""

    def __init__(self, context: Context, places: dict[int, tuple[RoomId, Followed]], on_change: OnChange) -> None:
        self._context = context
        self._rooms = {place: room_id for place, (room_id, _) in places.items()}
        self._jobs = {place: followed for place, (_, followed) in places.items()}
        self._last: dict[int, SmartLiveJob] = {}
        self._on_change = on_change
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def until_settled(self, patience_s: float) -> None:
        """Ends when every job is on air or over, when the time is over, or when the end is asked for."""
        for followed in self._jobs.values():
            self._on_change(followed)
        watching = [asyncio.create_task(self._watch(place)) for place in self._jobs]
        all_settled = asyncio.gather(*watching)
        patience = asyncio.create_task(self._context.stopping.pause(patience_s))
        try:
            await asyncio.wait((all_settled, patience), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (*watching, patience):
                task.cancel()
            found = await asyncio.gather(*watching, patience, all_settled, return_exceptions=True)
        for error in found:
            if isinstance(error, Exception):
                raise error

    async def _watch(self, place: int) -> None:
        while not self._jobs[place].is_settled:
            try:
                async with self._slots:
                    job = await self._context.client.show_job(self._rooms[place], self._jobs[place].job_id)
            except DeadlinePassed:
                return
            except ServiceError:
                pass
            else:
                self._seen(place, job)
                if self._jobs[place].is_settled:
                    return
            await asyncio.sleep(POLL_S)

    def _seen(self, place: int, job: SmartLiveJob) -> None:
        self._last[place] = job
        state = printable(job.state or "", 64)
        if state != self._jobs[place].state:
            self._jobs[place] = replace(self._jobs[place], state=state)
            self._on_change(self._jobs[place])

    def told(self, place: int, outcome: Applied, waited_s: float) -> Outcome:
        """The outcome with what became of its job."""
        followed, job = self._jobs[place], self._last.get(place)
        state = followed.state
        if state == "PROCESSING":
            return replace(outcome, job_state=state)
        if job is not None and state in BROKEN_OFF:
            # An apply knows every secret of its rooms, so they were taken out of these words.
            message = (
                f"job {followed.job_id} was started and is over: {state}{why_it_ended(job, tells_all=True)}. "
                "Set live.run to a new name to go on air again"
            )
            return Failed(outcome.action, message, outcome.room_id, outcome.request_id, followed.job_id, state)
        if state == "SUCCEED":
            return replace(outcome, job_state=state, note=_with(outcome.note, "its job is over already"))
        if state == "CANCELED":
            why = "somebody ended its job before it was seen on air"
        elif self._context.stopping:
            why = f"interrupted while its job was {state or 'not seen yet'}"
        else:
            why = f"its job was {state or 'not seen yet'} after {waited_s:.0f} s; look again with: provisioner status"
        return replace(outcome, job_state=state or None, note=_with(outcome.note, why), mismatch=("live",))


def _with(note: str, more: str) -> str:
    return f"{note}; {more}" if note else more
