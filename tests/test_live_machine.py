"""Rooms on air through any sequence of edits, applies, hands in the console, broken jobs and hours that pass.

What is shown: at most one job of ours runs in a room, a run is started once, a job that nobody declared is neither
stopped nor commanded, and a plan after an apply is empty at the same moment, but for what is blocked. All the same
where applies before it were killed at any request.
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from provisioner import marker as markers
from provisioner.applying.outcomes import Applied, Skipped, Unchanged
from provisioner.emulator import Doom, Emulator, Operation
from provisioner.emulator.calls import Origin
from provisioner.observed import ON_AIR
from provisioner.planning.actions import Blocked
from provisioner.planning.due import resolve
from provisioner.rooms import DesiredRoom, Live, LiveState, OnChange
from provisioner.windows import Weekday, Weekly
from tests.rig import Rig, kinds, names, room, scene
from tests.virtual_time import StandingClock

KEYS = ("a", "b")
ENDS = ("SUCCEED", "FAILED", "BLOCKED")
DAILY = tuple(
    Weekly(frozenset(Weekday), time(start), time(end), zone)
    for start, end, zone in ((12, 13, "UTC"), (13, 12, "UTC"), (19, 22, "Asia/Shanghai"), (22, 1, "Europe/Berlin"))
)
keys = st.sampled_from(KEYS)


class LiveMachine(RuleBasedStateMachine):
    """Two rooms. Every run has a name of its own, since a marker remembers one run and not all that ever were."""

    def __init__(self) -> None:
        super().__init__()
        clock = StandingClock(datetime(2026, 11, 20, 11, 30, 5, tzinfo=UTC))
        ids = (f"{number:032x}" for number in itertools.count(1))
        self.rig = Rig(emulator=Emulator.open(":memory:", now=clock.now, ids=lambda: next(ids)), run=clock.run)
        self.declared = {key: Live(run="0") for key in KEYS}
        self.texts = dict.fromkeys(KEYS, 0)
        self.runs = 0
        self.starts: Counter[tuple[str, str]] = Counter()
        self.refused: set[tuple[str, str]] = set()
        self.taken: set[str] = set()

    def teardown(self) -> None:
        self.rig.emulator.close()

    # --- what people write

    @rule(key=keys, state=st.sampled_from(LiveState))
    def edit_state(self, key: str, state: LiveState) -> None:
        window = None if state is LiveState.UNMANAGED else self.declared[key].window
        self.declared[key] = replace(self.declared[key], state=state, window=window)

    @rule(key=keys)
    def name_another_run(self, key: str) -> None:
        self.runs += 1
        self.declared[key] = replace(self.declared[key], run=str(self.runs))

    @rule(key=keys, on_change=st.sampled_from(OnChange))
    def edit_on_change(self, key: str, on_change: OnChange) -> None:
        self.declared[key] = replace(self.declared[key], on_change=on_change)

    @rule(key=keys, window=st.sampled_from((None, *DAILY)))
    def edit_window(self, key: str, window: Weekly | None) -> None:
        self.name_another_run(key)
        state = LiveState.RUNNING if window is not None else self.declared[key].state
        self.declared[key] = replace(self.declared[key], window=window, state=state)

    @rule(key=keys)
    def edit_text(self, key: str) -> None:
        self.texts[key] += 1

    # --- what happens to jobs

    @precondition(lambda self: self.on_air())
    @rule(data=st.data())
    def stop_by_hand(self, data: st.DataObject) -> None:
        room_id, job_id = data.draw(st.sampled_from(sorted(self.on_air())))
        status, _ = self.rig.emulator.console(Operation.STOP_JOB, room_id=room_id, job_id=job_id)
        assert status == 200

    @precondition(lambda self: self.rig.emulator.rooms())
    @rule(data=st.data())
    def start_by_hand(self, data: st.DataObject) -> None:
        room_id = data.draw(st.sampled_from([str(body["room_id"]) for body in self.rig.emulator.rooms()]))
        status, answer = self.rig.emulator.console(Operation.START_JOB, room_id=room_id, body={})
        assert status == 202
        # A run that was announced and refused is still open: who starts a job then has started it.
        (body,) = [body for body in self.rig.emulator.rooms() if body["room_id"] == room_id]
        marker = markers.read(str(body["priv_data"])).marker
        if marker is not None and marker.intent is not None and (marker.key, marker.intent.run) in self.refused:
            self.taken.add(str(answer["job_id"]))

    @precondition(lambda self: self.on_air())
    @rule(data=st.data(), state=st.sampled_from(ENDS))
    def end(self, data: st.DataObject, state: str) -> None:
        _, job_id = data.draw(st.sampled_from(sorted(self.on_air())))
        self.rig.emulator.fail_job(job_id, Doom(state, 0, "MSS.X", "broken off"))

    @rule(minutes=st.sampled_from((1, 10, 45, 60, 300, 1440)))
    def time_passes(self, minutes: int) -> None:
        self.rig.emulator.advance(60 * minutes)

    # --- what the tool does

    @rule()
    def apply(self) -> None:
        # No window opens or closes during an apply, which takes some seconds.
        second = self.rig.emulator.now().second
        if second > 30:
            self.rig.emulator.advance(65 - second)
        moment = self.rig.emulator.now()
        before = len(self.rig.emulator.ledger())
        rooms = [self.room(key) for key in KEYS]
        report = self.rig.apply(*rooms)
        assert report.exit_code in (0, 4), kinds(report.outcomes)
        for outcome in report.outcomes:
            assert isinstance(outcome, Applied | Unchanged | Skipped), outcome
            is_first = "a restart was begun" not in outcome.action.reason
            if isinstance(outcome, Applied) and outcome.action.name == "start" and is_first:
                self.starts[outcome.action.key, outcome.action.run] += 1
            if isinstance(outcome, Skipped) and outcome.action.name == "start":
                self.refused.add((outcome.action.key, outcome.action.run))
        self.check_hands_off(before, moment)
        refused = {outcome.action.key for outcome in report.outcomes if isinstance(outcome, Skipped)}
        again = self.rig.plan(*rooms, moment=moment)
        assert all(isinstance(action, Blocked) or action.key in refused for action in again.changes), names(again)

    @rule(nth=st.integers(1, 24))
    def killed_apply(self, nth: int) -> None:
        """An apply that dies of its nth request, which is done, and what the next one makes of it."""
        self.rig.killed_apply(*(self.room(key) for key in KEYS), nth=nth)
        jobs = self.rig.emulator.jobs()
        for body in self.rig.emulator.rooms():
            marker = markers.read(str(body["priv_data"])).marker
            intent = marker.intent if marker is not None else None
            if marker is None or intent is None:
                continue
            since = markers.format_time(intent.since)
            if not any(job["room_id"] == body["room_id"] and str(job["create_time"]) >= since for job in jobs):
                self.refused.add((marker.key, intent.run))
        self.apply()

    def check_hands_off(self, before: int, moment: datetime) -> None:
        """What this apply told jobs that nobody declared: nothing, but the end where there are to be none at all."""
        ledger = self.rig.emulator.ledger()
        declared = {entry.job_id for entry in ledger if is_ours(entry, Operation.START_JOB)} | self.taken
        stopped = {
            str(body["room_id"])
            for body in self.rig.emulator.rooms()
            if is_to_be_off(self.declared[str(body["room_name"]).removeprefix("Room ")], moment)
        }
        for entry in ledger[before:]:
            if entry.job_id in declared:
                continue
            assert not is_ours(entry, Operation.COMMAND_JOB)
            assert not is_ours(entry, Operation.STOP_JOB) or entry.room_id in stopped

    @invariant()
    def one_job_of_ours_runs_in_a_room(self) -> None:
        ours = {entry.job_id for entry in self.rig.emulator.ledger() if is_ours(entry, Operation.START_JOB)}
        running = Counter(room_id for room_id, job_id in self.on_air() if job_id in ours)
        assert max(running.values(), default=0) <= 1

    @invariant()
    def a_run_is_started_once(self) -> None:
        assert max(self.starts.values(), default=0) <= 1, self.starts

    @invariant()
    def no_start_is_tried_in_vain(self) -> None:
        starts = [entry for entry in self.rig.emulator.ledger() if entry.operation is Operation.START_JOB]
        assert all(entry.applied for entry in starts)

    def room(self, key: str) -> DesiredRoom:
        spec: Any = {"scene_scripts": [scene("One", f"text {self.texts[key]}")]}
        return room(key, spec, live=self.declared[key])

    def on_air(self) -> list[tuple[str, str]]:
        """Rooms with their jobs."""
        return [(str(job["room_id"]), str(job["job_id"])) for job in self.rig.emulator.jobs() if job["state"] in ON_AIR]


def is_ours(entry: Any, operation: Operation) -> bool:
    return entry.operation is operation and entry.origin is Origin.API and entry.applied


def is_to_be_off(live: Live, moment: datetime) -> bool:
    """Whether the room is to be off the air for good, whoever put it there."""
    due = resolve(live, moment)
    return due.state is LiveState.STOPPED and not due.is_closed


TestLiveJobs = LiveMachine.TestCase
TestLiveJobs.settings = settings(
    max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
