"""Somebody in the console edits, deletes and copies rooms while an apply is at work."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from typing import Any

from provisioner.emulator import Operation
from provisioner.emulator.calls import Origin
from tests.faults import invariants
from tests.faults.row import VARIANTS, Case, Row
from tests.faults.world import World, play, reference

_FACTS = frozenset({"room_id", "room_state", "error_info", "create_time", "update_time", "script_version"})


def check(case: Case) -> list[str]:
    """Up to three deeds at times of chance. Nothing that was changed before our last look is written over."""
    seed, variant = case

    async def go() -> list[str]:
        world = World(seed)
        chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
        rooms = reference(world, variant)
        await asyncio.sleep(100)
        world.network.delay = lambda _sent: chance.uniform(0, 1.5)
        running = asyncio.ensure_future(world.apply(rooms))
        edits: dict[str, list[float]] = {}
        for _ in range(chance.randint(1, 3)):
            await asyncio.sleep(chance.choice([chance.uniform(0, 4), chance.uniform(0, 12)]))
            _deed(world, chance, edits)
        run = await running
        wrong = [*_written_over(world, edits)]
        # What they did to a room that we made or changed may be read as drift later; here only this run counts.
        del run
        return [*wrong, *invariants.always(world)]

    return play(go)


def _deed(world: World, chance: random.Random, edits: dict[str, list[float]]) -> None:
    bodies = world.emulator.rooms()
    if not bodies:
        return
    body = dict(chance.choice(bodies))
    room_id = str(body["room_id"])
    sendable = {name: value for name, value in body.items() if name not in _FACTS}
    match chance.choice(["edit", "edit", "delete", "copy", "strip"]):
        case "edit":
            _console(world, Operation.UPDATE_ROOM, room_id, sendable | {"room_description": f"theirs {world.now}"})
            edits.setdefault(room_id, []).append(world.now)
        case "delete":
            _console(world, Operation.DELETE_ROOM, room_id, None)
        case "copy":
            _, answer = world.emulator.console(Operation.CREATE_ROOM, body=sendable)
            world.foreign[str(answer["room_id"])] = world.shown(str(answer["room_id"]))
        case "strip":
            world.stripped.add(room_id)
            _console(world, Operation.UPDATE_ROOM, room_id, sendable | {"priv_data": ""})
            edits.setdefault(room_id, []).append(world.now)
    if room_id in world.foreign:
        world.foreign[room_id] = world.shown(room_id)


def _console(world: World, operation: Operation, room_id: str, body: Any) -> None:
    world.emulator.console(operation, room_id=room_id, body=body)


def _written_over(world: World, edits: dict[str, list[float]]) -> list[str]:
    """Updates of a plan whose room somebody changed between the plan's list and our last look before the write,
    in another second than the plan's base.
    """
    log = world.network.log
    listed = next((sent.served_at for sent in log if sent.kind == "list"), 0.0)
    created = {
        entry.room_id
        for entry in world.emulator.ledger()
        if entry.operation is Operation.CREATE_ROOM and entry.origin is Origin.API
    }
    wrong = []
    for write in log:
        room_id = write.room_id
        if write.kind != "update" or room_id not in edits or room_id in created:
            continue
        before = [sent for sent in log[: write.number] if sent.room_id == room_id]
        looks = [sent.served_at for sent in before if sent.kind == "show"]
        if any(sent.kind == "update" for sent in before):
            continue
        planned = looks[0] if looks else listed
        seen = [at for at in edits[room_id] if planned < at < (looks[-1] if len(looks) > 1 else write.at)]
        if seen:
            wrong.append(f"I3: an edit at {timedelta(seconds=seen[0])} of {room_id[:6]} was written over")
    return wrong


def _seeds() -> list[Case]:
    return [(seed, VARIANTS[seed % len(VARIANTS)]) for seed in range(1000)]


ROWS = (Row("somebody edits, deletes, copies a room", 1000, _seeds, check, 60),)
