"""The line of `apply`: many creates with their starts, as fast as the service lets them.

It runs in virtual time: the real planner, executor, client and service in one process, and an event loop whose clock
jumps where all of them wait. So it takes seconds, comes out the same every time, and tells how well calls are paced;
what the work itself takes is given as processor time.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from benchmarks.asked import Asked
from benchmarks.table import Line, Rival
from provisioner.rooms import Spec
from tests.paced import LIMITS, SETTLE_S, Ran, applied
from tests.rig import room, scene

JITTER_S = 0.03
"""How much longer a call may be on its way, in each direction."""
_WORDS = "The shoe in front of me was made by people who walk a great deal. "


def creates(asked: Asked) -> Iterator[Line]:
    """So many rooms that are to be created, and as many that are to go on air: others, and the same ones."""
    usual = 500
    count = asked.size(usual)
    floor_s = max(count / LIMITS["create"], count / LIMITS["start"])
    in_turn_s = count / LIMITS["create"] + count / LIMITS["start"]
    rival = Rival(f"{in_turn_s:,.0f} s, reckoned: one call after the other, each at its rate", in_turn_s)
    rates_of = f"{count} creates at {LIMITS['create']:g}/s with {count} starts at {LIMITS['start']:g}/s"
    for others in (True, False):
        whose = "of other rooms" if others else "of the same rooms"
        asked.say(f"apply of {count} creates and starts {whose}, in virtual time")
        began = time.process_time()
        ran = _applied(count, others=others)
        cpu_s = time.process_time() - began
        share = ran.throttled / ran.calls
        settled = (
            ""
            if others
            else f"; no start may go before {SETTLE_S:g} s of settling, so that the floor is {floor_s + SETTLE_S:g} s: "
            f"{ran.seconds / (floor_s + SETTLE_S):.3f} x"
        )
        yield Line(
            f"`apply`, {rates_of}, {whose}",
            f"{ran.seconds / floor_s:.3f} x the slower floor ({ran.seconds:.1f} s of {floor_s:.1f} s, virtual time)",
            "<= 1.08 x the slower floor",
            asked.met(usual, ran.seconds <= 1.08 * floor_s),
            replace(rival, ratio=in_turn_s / ran.seconds),
            remarks=f"{cpu_s:.1f} s of processor time, with the service's{settled}",
        )
        yield Line(
            f"`apply`, {count} creates with {count} starts {whose}: throttled calls",
            f"{share:.1%} ({ran.throttled} of {ran.calls:,})",
            "<= 1 % of the calls",
            asked.met(usual, share <= 0.01),
            remarks=f"calls take 50 ms, and up to {2 * JITTER_S * 1000:.0f} ms more by chance",
        )


def _applied(count: int, *, others: bool) -> Ran:
    """What an apply of so many creates and starts took. Raises AssertionError where it was not all done."""
    spec: Spec = {"scene_scripts": [scene("Opening", *(_WORDS * 4 for _ in range(5)))]}
    names = [f"room-{number:04}" for number in range(count)]
    if not others:
        return applied([], [room(name, spec, run="evening") for name in names], jitter_s=JITTER_S)
    stood = [room(f"old-{name}", spec) for name in names]
    on_air = [room(found.key, spec, run="evening") for found in stood]
    return applied(stood, [*(room(name, spec) for name in names), *on_air], jitter_s=JITTER_S)
