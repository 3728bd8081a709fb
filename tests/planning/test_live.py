"""What is planned for a room's broadcast: in and out of its window, once a run, and when the service broke it off."""

# ruff: noqa: DTZ001 - local times have no time zone

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from provisioner.emulator import Doom, Fault, Operation
from provisioner.planning.actions import Plan, Start
from provisioner.reports.plan_json import plan_to_json
from provisioner.reports.plan_text import plan_text
from provisioner.reports.view import PlanView
from provisioner.rooms import DesiredRoom, Live, LiveState, OnChange, RoomKey
from provisioner.secrets import SecretText
from provisioner.windows import Once, Weekday, Weekly
from tests.rig import Rig, edited, kinds, names, room, scene

FRIDAY = Weekly(frozenset({Weekday.FRI}), time(19, 30), time(22), "Asia/Shanghai")
BEFORE = datetime(2026, 11, 20, 11, 29, tzinfo=UTC)
OPEN = datetime(2026, 11, 20, 11, 30, tzinfo=UTC)
CLOSED = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
RUN = "evening@2026-11-20T19:30"
CANNOT = (
    "video_config cannot be changed on air: set live.on_change to next_run or restart, "
    "or leave the field as it is until the run has ended"
)


def windowed(window: Once | Weekly = FRIDAY, **more: Any) -> DesiredRoom:
    live = Live(LiveState.RUNNING, "evening", window=window, **more)
    return room("a", {"scene_scripts": [scene("One", "old")]}, live=live)


def rig_at(moment: datetime) -> Rig:
    rig = Rig()
    rig.emulator.set_clock(moment)
    return rig


def on_air(rig: Rig) -> list[str]:
    return [str(job["job_id"]) for job in rig.emulator.jobs() if job["state"] in {"WAITING", "PROCESSING"}]


def room_id(rig: Rig) -> str:
    (body,) = rig.emulator.rooms()
    return str(body["room_id"])


def stop_by_hand(rig: Rig) -> None:
    (job_id,) = on_air(rig)
    status, _ = rig.emulator.console(Operation.STOP_JOB, room_id=room_id(rig), job_id=job_id)
    assert status == 200


def start_by_hand(rig: Rig) -> None:
    status, _ = rig.emulator.console(Operation.START_JOB, room_id=room_id(rig), body={})
    assert status == 202


def ahead(plan: Plan) -> list[tuple[str, str, datetime]]:
    return [(change.action, change.run, change.at) for change in plan.upcoming]


def test_a_room_is_on_air_in_its_window_and_off_the_air_outside_of_it() -> None:
    rig = rig_at(BEFORE)
    made = rig.plan(windowed())
    assert (names(made), ahead(made)) == ([("create", "a")], [("start", RUN, OPEN)])
    rig.apply(windowed(), plan=made)
    assert not rig.plan(windowed()).changes

    rig.emulator.set_clock(OPEN)
    (start,) = rig.plan(windowed()).changes
    assert isinstance(start, Start)
    assert (start.run, start.until) == (RUN, CLOSED)
    rig.apply(windowed())
    rig.emulator.advance(60)
    going = rig.plan(windowed())
    assert (names(going), ahead(going)) == ([], [("stop", RUN, CLOSED)])

    rig.emulator.set_clock(CLOSED)
    (stop,) = rig.plan(windowed()).changes
    assert stop.name == "stop"
    assert stop.reason == f"its window is closed and run {RUN} is on air: viewers lose the picture"
    rig.apply(windowed())
    assert not on_air(rig)
    done = rig.plan(windowed())
    following = "evening@2026-11-27T19:30"
    assert (names(done), ahead(done)) == ([], [("start", following, OPEN + timedelta(days=7))])

    rig.emulator.set_clock(OPEN + timedelta(days=7, minutes=5))
    (again,) = rig.plan(windowed()).changes
    assert isinstance(again, Start)
    assert again.run == following
    rig.apply(windowed())
    assert len(rig.emulator.jobs()) == 2


def test_a_run_that_was_stopped_by_hand_is_used_up_until_the_next_occurrence() -> None:
    rig = rig_at(OPEN)
    rig.apply(windowed())
    rig.emulator.advance(60)
    stop_by_hand(rig)
    plan = rig.plan(windowed())
    assert names(plan) == []
    assert ahead(plan) == [("start", "evening@2026-11-27T19:30", OPEN + timedelta(days=7))]
    rig.emulator.set_clock(OPEN + timedelta(days=7))
    assert names(rig.plan(windowed())) == [("start", "a")]


def test_a_run_that_was_stopped_before_the_list_knows_of_its_start_is_used_up_too() -> None:
    rig = rig_at(OPEN)
    rig.apply(windowed())
    stop_by_hand(rig)
    assert not rig.plan(windowed()).changes


def test_a_job_of_which_the_service_does_not_tell_the_state_uses_up_its_run() -> None:
    rig = rig_at(OPEN)
    rig.apply(windowed())
    stop_by_hand(rig)

    def without_state(body: Any) -> Any:
        return {**body, "smart_live_jobs": [{**job, "state": None} for job in body["smart_live_jobs"]]}

    rig.emulator.faults.add(Fault(operation=Operation.LIST_JOBS, edit=without_state))
    assert not rig.plan(windowed()).changes


def test_out_of_its_window_a_job_that_nobody_declared_is_left_alone() -> None:
    rig = rig_at(BEFORE)
    rig.apply(windowed())
    start_by_hand(rig)
    rig.emulator.advance(10)
    assert not rig.plan(windowed()).changes
    rig.emulator.set_clock(OPEN)
    (blocked,) = rig.plan(windowed()).changes
    assert blocked.name == "blocked"
    assert f"not started for run {RUN}; it is left alone" in blocked.reason


def test_a_job_started_by_hand_after_the_run_was_over_is_left_alone_when_the_window_closes() -> None:
    rig = rig_at(OPEN)
    rig.apply(windowed())
    rig.emulator.advance(60)
    stop_by_hand(rig)
    rig.emulator.advance(60)
    start_by_hand(rig)
    rig.emulator.set_clock(CLOSED)
    assert not rig.plan(windowed()).changes


def test_two_jobs_of_which_one_is_the_run_s_are_for_a_person_to_part() -> None:
    rig = rig_at(OPEN)
    rig.apply(windowed())
    rig.emulator.advance(60)
    start_by_hand(rig)
    rig.emulator.set_clock(CLOSED)
    (blocked,) = rig.plan(windowed()).changes
    assert blocked.name == "blocked"
    assert on_air(rig)[-1] in blocked.reason
    assert rig.apply(windowed()).exit_code == 4
    assert len(on_air(rig)) == 2


def hidden_behind_an_ended_job(rig: Rig) -> None:
    """Somebody starts a job beside the run's own and ends it: the list then shows that one."""
    (ours,) = on_air(rig)
    start_by_hand(rig)
    rig.emulator.advance(60)
    (theirs,) = set(on_air(rig)) - {ours}
    status, _ = rig.emulator.console(Operation.STOP_JOB, room_id=room_id(rig), job_id=theirs)
    assert status == 200
    assert on_air(rig) == [ours]


def test_a_window_ends_a_run_that_the_list_hides_behind_an_ended_job() -> None:
    rig = rig_at(OPEN)
    rig.apply(windowed())
    rig.emulator.advance(60)
    hidden_behind_an_ended_job(rig)
    assert not rig.plan(windowed()).changes
    rig.emulator.set_clock(CLOSED)
    assert names(rig.plan(windowed())) == [("stop", "a")]
    rig.apply(windowed())
    assert not on_air(rig)
    assert not rig.plan(windowed()).changes


def test_a_run_that_the_list_hides_is_ended_for_good_and_gives_way_to_no_other() -> None:
    rig = Rig()
    desired = room("a", run="evening")
    rig.apply(desired)
    rig.emulator.advance(60)
    hidden_behind_an_ended_job(rig)
    assert names(rig.plan(room("a", run="night"))) == [("blocked", "a")]
    assert names(rig.plan(replace(desired, live=Live(LiveState.STOPPED, "evening")))) == [("stop", "a")]


def test_all_jobs_on_air_are_listed_once_for_all_rooms_whose_own_may_be_hidden() -> None:
    rig = rig_at(OPEN)
    rooms = [replace(windowed(), key=RoomKey(key)) for key in "abc"]
    rig.apply(*rooms)
    rig.emulator.advance(60)
    before = len(rig.emulator.ledger())
    assert not rig.plan(*rooms).changes
    assert listed_jobs(rig, before) == []
    rig.emulator.set_clock(CLOSED)
    rig.apply(*rooms)
    before = len(rig.emulator.ledger())
    assert not rig.plan(*rooms).changes
    assert listed_jobs(rig, before) == [Operation.LIST_JOBS]


def listed_jobs(rig: Rig, before: int) -> list[Operation]:
    listing = {Operation.LIST_JOBS, Operation.LIST_ROOM_JOBS}
    return [entry.operation for entry in rig.emulator.ledger()[before:] if entry.operation in listing]


def test_an_earlier_occurrence_that_nobody_ended_gives_way_to_the_next() -> None:
    rig = rig_at(OPEN)
    rig.apply(windowed())
    rig.emulator.set_clock(OPEN + timedelta(days=7))
    (restart,) = rig.plan(windowed()).changes
    assert restart.name == "restart"
    assert "run evening@2026-11-27T19:30 takes its place: viewers lose the picture" in restart.reason
    rig.apply(windowed())
    assert [job["state"] for job in rig.emulator.jobs()] == ["CANCELED", "WAITING"]
    assert not rig.plan(windowed()).changes


def test_a_beginning_that_is_moved_while_on_air_is_for_a_person_to_decide_and_an_end_is_not() -> None:
    rig = rig_at(OPEN)
    rig.apply(windowed())
    rig.emulator.advance(600)
    assert names(rig.plan(windowed(replace(FRIDAY, start=time(19))))) == [("blocked", "a")]
    longer = rig.plan(windowed(replace(FRIDAY, end=time(23))))
    assert (names(longer), ahead(longer)) == ([], [("stop", RUN, CLOSED + timedelta(hours=1))])


def test_a_window_that_is_given_to_a_run_on_air_ends_it_where_it_is_closed_and_blocks_where_it_is_open() -> None:
    rig = rig_at(OPEN - timedelta(hours=1))
    plain = room("a", {"scene_scripts": [scene("One", "old")]}, run="evening")
    rig.apply(plain)
    rig.emulator.advance(60)
    assert names(rig.plan(windowed())) == [("stop", "a")]
    rig.emulator.set_clock(OPEN)
    assert names(rig.plan(windowed())) == [("blocked", "a")]
    rig.emulator.set_clock(CLOSED)
    assert names(rig.plan(windowed())) == [("stop", "a")]


def test_a_single_window_has_one_run() -> None:
    window = Once(datetime(2026, 11, 20, 19, 30), datetime(2026, 11, 20, 22), "Asia/Shanghai")
    rig = rig_at(OPEN)
    rig.apply(windowed(window))
    rig.emulator.advance(60)
    assert not rig.plan(windowed(window)).changes
    rig.emulator.set_clock(CLOSED)
    rig.apply(windowed(window))
    over = rig.plan(windowed(window))
    assert (names(over), over.upcoming) == ([], ())


def test_a_room_that_is_to_be_stopped_has_no_window() -> None:
    rig = rig_at(OPEN)
    stopped = replace(windowed(), live=replace(windowed().live, state=LiveState.STOPPED))
    rig.apply(stopped)
    assert not rig.emulator.jobs()
    assert not rig.plan(stopped).upcoming
    rig.apply(windowed())
    assert names(rig.plan(stopped)) == [("stop", "a")]


def test_a_start_that_comes_too_late_is_not_sent() -> None:
    """Somebody may think for an hour before saying yes."""
    rig = rig_at(OPEN)
    plan = rig.plan(windowed())
    rig.emulator.set_clock(CLOSED)
    report = rig.apply(windowed(), plan=plan)
    assert kinds(report.outcomes) == [("Applied", "create"), ("Skipped", "start")]
    assert report.exit_code != 0
    assert not rig.emulator.jobs()


def test_a_plan_for_another_moment_shows_that_moment() -> None:
    rig = rig_at(BEFORE)
    rig.apply(windowed())
    plan = rig.plan(windowed(), moment=OPEN + timedelta(days=7), is_rehearsal=True)
    assert names(plan) == [("start", "a")]
    assert plan.at == OPEN + timedelta(days=7)


@pytest.mark.parametrize("state", ["FAILED", "BLOCKED"])
@pytest.mark.parametrize("is_told", [False, True])
def test_a_run_that_the_service_broke_off_is_told_with_its_reason_and_not_started_again(
    state: str, is_told: bool
) -> None:
    """The service's words may hold the push address, so they are told only where its key is known and taken out."""
    rig = Rig(secrets={"KEY": "hunter2-hunter2"})
    spec = {"stream_keys": [SecretText.of("KEY")], "output_urls": ["rtmp://push.example.com/live"]}
    desired = room("a", spec, run="r1")
    rig.apply(desired)
    rig.emulator.advance(30)
    (job_id,) = on_air(rig)
    words = "Pushing to rtmp://push.example.com/live/hunter2-hunter2?sign=abc\x1b[2J failed."
    rig.emulator.fail_job(job_id, Doom(state, 0, "MSS.30000099", words))
    if not is_told:
        rig.secrets.clear()
    plan = rig.plan(desired)
    assert not plan.changes
    (warning,) = [found for found in plan.warnings if found.rule == "run-ended"]
    why = "MSS.30000099: Pushing to rtmp://*** failed" if is_told else "MSS.30000099"
    assert warning.message == (
        f"the job of room a for run r1 is over: {state} ({why}). "
        "It is not started again by itself; set live.run to a new name to go on air again"
    )
    assert warning.span == desired.origin
    written = plan_text(PlanView.of(plan)) + str(plan_to_json(plan))
    assert not [word for word in ("hunter2", "sign=abc", "signature", "live-event-report") if word in written]
    assert names(rig.plan(replace(desired, live=replace(desired.live, run="r2")))) == [("start", "a")]


def test_only_the_end_of_the_intended_run_is_told() -> None:
    rig = Rig()
    rig.apply(room("a", run="r1"))
    rig.emulator.advance(30)
    stop_by_hand(rig)
    rig.emulator.advance(30)
    start_by_hand(rig)
    rig.emulator.advance(30)
    (job_id,) = on_air(rig)
    rig.emulator.fail_job(job_id, Doom("FAILED", 0, "MSS.30000099", "no"))
    assert not rig.plan(room("a", run="r1")).warnings
    assert not rig.plan(room("a", live=Live(LiveState.STOPPED))).warnings


@pytest.mark.parametrize(
    ("on_change", "field", "told"),
    [
        (OnChange.NEXT_RUN, "scene_scripts", ["on air now: viewers see it from the next broadcast on"]),
        (OnChange.HOT, "scene_scripts", ["on air now: viewers see and hear the change while the job goes on", ""]),
        (OnChange.RESTART, "scene_scripts", ["", "on air now: viewers lose the picture until the new job is up"]),
        (
            OnChange.HOT,
            "video_config",
            [CANNOT],
        ),
    ],
)
def test_a_change_on_air_says_what_viewers_notice(on_change: OnChange, field: str, told: list[str]) -> None:
    rig = rig_at(OPEN)
    desired = windowed(on_change=on_change)
    rig.apply(desired)
    rig.emulator.advance(60)
    new: dict[str, Any] = {
        "scene_scripts": [scene("One", "new")],
        "video_config": {"width": 1080, "height": 1920, "bitrate": 4000},
    }
    plan = rig.plan(edited(desired, **{field: new[field]}))
    assert [action.reason for action in plan.changes] == told
    text = " ".join(plan_text(PlanView.of(plan)).split())
    assert all(reason in text for reason in told)


@pytest.mark.parametrize("on_change", [OnChange.HOT, OnChange.RESTART])
def test_a_change_does_not_reach_a_job_that_somebody_started_after_ours_had_ended(on_change: OnChange) -> None:
    """The room is what the manifest says; the job that nobody declared goes on with what it has."""
    rig = Rig()
    desired = room("a", {"scene_scripts": [scene("One", "old")]}, live=Live(LiveState.RUNNING, "1", on_change))
    rig.apply(desired)
    rig.emulator.advance(60)
    stop_by_hand(rig)
    start_by_hand(rig)
    rig.emulator.advance(60)
    theirs = on_air(rig)
    changed = edited(desired, scene_scripts=[scene("One", "new")])
    plan = rig.plan(changed)
    assert names(plan) == [("update", "a")]
    assert plan.changes[0].reason == "on air now: viewers see it from the next broadcast on"
    assert rig.apply(changed).exit_code == 0
    assert on_air(rig) == theirs
    assert not rig.emulator.commands(theirs[0])
    assert not rig.plan(changed).changes


@pytest.mark.parametrize("on_change", [OnChange.HOT, OnChange.RESTART])
def test_a_change_on_air_is_blocked_while_somebody_s_job_runs_beside_ours(on_change: OnChange) -> None:
    """Neither the room nor a job changes, so that the change is still to come when a person has decided."""
    rig = Rig()
    desired = room("a", {"scene_scripts": [scene("One", "old")]}, live=Live(LiveState.RUNNING, "1", on_change))
    rig.apply(desired)
    start_by_hand(rig)
    rig.emulator.advance(60)
    both = on_air(rig)
    changed = edited(desired, scene_scripts=[scene("One", "new")])
    plan = rig.plan(changed)
    assert names(plan) == [("blocked", "a")]
    assert f"{both[1]} is on air beside the job of run 1" in plan.changes[0].reason
    assert rig.apply(changed).exit_code == 4
    assert on_air(rig) == both
    assert not [command for job in both for command in rig.emulator.commands(job)]
    rig.emulator.console(Operation.STOP_JOB, room_id=room_id(rig), job_id=both[1])
    told = "rewrite" if on_change is OnChange.HOT else "restart"
    assert sorted(names(rig.plan(changed))) == [(told, "a"), ("update", "a")]


def test_jobs_of_a_room_on_air_are_asked_for_only_where_its_change_would_reach_one() -> None:
    rig = Rig(settle_s=0.1)
    desired = room("a", {"scene_scripts": [scene("One", "old")]}, live=Live(LiveState.RUNNING, "1", OnChange.HOT))
    rig.apply(desired)
    rig.emulator.advance(60)

    def asks(found: DesiredRoom) -> bool:
        before = len(rig.emulator.ledger())
        rig.plan(found)
        return any(entry.operation is Operation.LIST_ROOM_JOBS for entry in rig.emulator.ledger()[before:])

    assert not asks(desired)
    changed = edited(desired, scene_scripts=[scene("One", "new")])
    assert asks(changed)
    assert not asks(replace(changed, live=replace(changed.live, on_change=OnChange.NEXT_RUN)))
