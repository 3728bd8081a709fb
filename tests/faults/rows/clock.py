"""A clock of ours that is wrong, or jumps."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from tests.faults import invariants
from tests.faults.row import VARIANTS, Case, Row
from tests.faults.world import World, play, reference

MINUTES = (-16, -14, 14, 16)


def check(case: Case) -> list[str]:
    """Off from the start: everything works, with one correction. Jumping in the middle: once is corrected, twice is
    a clear error; the report stays true.
    """
    minutes, jumps, variant = case

    async def go() -> list[str]:
        world = World(5)
        rooms = reference(world, variant)
        await asyncio.sleep(100)
        before = len(world.network.log)

        def skew() -> timedelta:
            made = len(world.network.log) - before
            turns = 0 if jumps == "steady" else made // 4
            return timedelta(minutes=minutes) * (1 + 2 * turns) * (-1 if turns % 2 else 1)

        run = await world.apply(rooms, skew=skew)
        wrong = []
        if jumps == "steady":
            refused = sum(entry.status == 401 for entry in world.emulator.ledger())
            if run.report is None or run.report.exit_code != 0:
                wrong.append(f"clock {minutes} minutes off: {run.error or run.report}")
            if refused > len(world.network.log) // 4:
                wrong.append(f"{refused} signatures were refused")
        elif run.error is not None and "clock" not in str(run.error):
            wrong.append(f"an unclear error: {run.error}")
        final = await world.apply(rooms)
        then = await world.plan(rooms)
        return [*wrong, *invariants.always(world), *invariants.quiet(world, rooms, final, then)]

    return play(go)


def _cases() -> list[Case]:
    return [(minutes, jumps, variant) for minutes in MINUTES for jumps in ("steady", "jumps") for variant in VARIANTS]


ROWS = (Row("clock off by 14 and 16 minutes, jumping", 8, _cases, check, 16),)
