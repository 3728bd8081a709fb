"""Runs that the service ended before their time, and why. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from provisioner.diagnostics import Diagnostic
from provisioner.metastudio.models import SmartLiveJob
from provisioner.metastudio.remote_text import printable
from provisioner.observed import ObservedRoom
from provisioner.planning.due import Due
from provisioner.planning.live_actions import BROKEN_OFF, RunFact, is_meant_by_hand
from provisioner.rooms import DeclaredRoom, LiveState


def runs_ended(
    desired: DeclaredRoom, room: ObservedRoom, fact: RunFact, due: Due, known: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """That the service ended an intended run before its time, and why, in its own words. They may repeat a secret
    of the room; so they are told only where `known` has all of them, which were taken out then. A run by hand counts
    until `live:` asks for something else than it did when that was started.
    """
    tells_all = all(name in known for name in desired.secret_names())
    intent, by_hand = (room.marker.intent, room.marker.by_hand) if room.marker else (None, None)
    if due.state is LiveState.RUNNING and intent is not None and intent.run == due.run:
        then = "It is not started again by itself; set live.run to a new name to go on air again"
        yield from _broken_off(desired, fact.job, f"for run {intent.run}", then, tells_all=tells_all)
    if by_hand is not None and is_meant_by_hand(room, due):
        which = f"for run {by_hand.run}, which was started by hand,"
        then = f"To go on air again: provisioner start {desired.key}"
        yield from _broken_off(desired, fact.by_hand, which, then, tells_all=tells_all)


def _broken_off(
    desired: DeclaredRoom, job: SmartLiveJob | None, which: str, then: str, *, tells_all: bool
) -> Iterator[Diagnostic]:
    if job is not None and job.state in BROKEN_OFF:
        why = why_it_ended(job, tells_all=tells_all)
        message = f"the job of room {desired.key} {which} is over: {job.state}{why}. {then}"
        yield Diagnostic.warning("run-ended", message, desired.origin)


def why_it_ended(job: SmartLiveJob, *, tells_all: bool) -> str:
    """The service's error code and words in brackets, or nothing. The words only where all secrets were taken out."""
    error = job.error_info
    code = printable(error.error_code, 64) if error is not None and error.error_code else ""
    words = (error.error_msg if error is not None else None) or job.block_reason or ""
    told = printable(words) if tells_all else ""
    said = ": ".join(text for text in (code, told.rstrip(".")) if text)
    return f" ({said})" if said else ""
