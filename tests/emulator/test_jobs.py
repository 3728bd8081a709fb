"""Live jobs move through their states by the clock."""

from __future__ import annotations

import pytest

from provisioner.emulator import Doom, Emulator, JobFailure
from provisioner.emulator.answers import Refusal
from tests.emulator.support import Caller, Json, Machine, room, small_room

ALONE: Json = {"job_run_config": {"single_job_in_room": True}}
ONE_HOUR: Json = {"play_policy": {"live_exit_config": {"max_live_duration": 1}}}
FEED = {"output_urls": ["rtmp://other.example/live"], "stream_keys": ["other-key"]}


def jobs_path(room_id: str, *steps: str) -> str:
    return "/".join((f"/smart-live-rooms/{room_id}/smart-live-jobs", *steps))


def command(caller: Caller, room_id: str, job_id: str, name: str, params: object = None) -> Json:
    body = {"command": name} | ({} if params is None else {"params": params})
    answer = caller.send("POST", jobs_path(room_id, job_id, "command"), body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_job_waits_runs_and_ends_after_its_hours(caller: Caller, machine: Machine) -> None:
    room_id = caller.create(room())
    answer = caller.send("POST", jobs_path(room_id), ONE_HOUR)
    assert answer.status_code == 202
    started = answer.json()
    assert started["limit_duration"] == 1
    assert started["rtc_room_info"]["users"][0]["signature"]
    assert started["live_event_report_url"].endswith("/live-event-report")
    assert {"warning_type": "TOO_LESSS_SCRIPT_ITEMS"} in started["live_warning_info"]

    job_id = started["job_id"]
    waiting = caller.job(room_id, job_id)
    assert waiting["state"] == "WAITING"
    assert "start_time" not in waiting
    machine.pass_s(3)
    running = caller.job(room_id, job_id)
    assert (running["state"], running["start_time"]) == ("PROCESSING", "2026-11-21T09:00:03Z")
    machine.pass_s(3_599)
    assert caller.job(room_id, job_id)["duration"] == 3_599
    machine.pass_s(1)
    ended = caller.job(room_id, job_id)
    assert (ended["state"], ended["end_time"], ended["duration"]) == ("SUCCEED", "2026-11-21T10:00:03Z", 3_600)
    assert ended["stream_duration"] == 3_600
    assert ended["room_name"] == "Spring sale"


def test_a_finite_script_ends_its_job(caller: Caller, emulator: Emulator) -> None:
    """250 words or Chinese characters a minute, once and twice more."""
    scene = {"script_name": "s", "shoot_scripts": [{"text_config": {"text": "word " * 125 + "字" * 125}}]}
    room_id = caller.create(small_room(scene_scripts=[scene], play_policy={"repeat_count": 2}))
    job_id = caller.start(room_id)
    emulator.advance(3 + 179)
    assert caller.job(room_id, job_id)["state"] == "PROCESSING"
    emulator.advance(1)
    assert caller.job(room_id, job_id)["state"] == "SUCCEED"


@pytest.mark.parametrize(
    "policy",
    [
        None,
        {"repeat_count": -1},
        {"repeat_count": 0, "auto_play_script": False},
        {"repeat_count": 0, "play_mode": "NO_PRESET"},
    ],
    ids=str,
)
def test_without_an_end_a_job_runs_until_it_is_stopped(caller: Caller, emulator: Emulator, policy: Json | None) -> None:
    room_id = caller.create(room(play_policy=policy))
    job_id = caller.start(room_id)
    emulator.advance(3_600 * 24 * 30)
    assert caller.job(room_id, job_id)["state"] == "PROCESSING"
    assert caller.send("POST", jobs_path(room_id, job_id, "stop")).status_code == 200
    assert caller.job(room_id, job_id)["state"] == "CANCELED"
    assert caller.send("POST", jobs_path(room_id, job_id, "stop")).status_code == 400


def test_a_waiting_job_can_be_stopped(caller: Caller, emulator: Emulator) -> None:
    room_id = caller.create()
    job_id = caller.start(room_id)
    assert caller.send("POST", jobs_path(room_id, job_id, "stop")).status_code == 200
    emulator.advance(60)
    job = caller.job(room_id, job_id)
    assert job["state"] == "CANCELED"
    assert "start_time" not in job


def test_one_job_in_a_room_where_it_is_asked_for(caller: Caller, emulator: Emulator) -> None:
    room_id, other = caller.create(), caller.create(small_room("other"))
    first = caller.start(room_id, ALONE)
    refused = caller.send("POST", jobs_path(room_id), ALONE)
    assert (refused.status_code, refused.json()["error_code"]) == (400, "MSS.20010046")
    caller.start(other, ALONE)
    caller.start(room_id)  # nobody asked to be alone
    emulator.advance(5)
    assert caller.send("POST", jobs_path(room_id), ALONE).status_code == 400
    for job in emulator.jobs():
        caller.send("POST", jobs_path(job["room_id"], job["job_id"], "stop"))
    assert caller.start(room_id, ALONE) != first


def test_a_room_with_a_running_job_is_not_deleted(caller: Caller) -> None:
    room_id = caller.create()
    job_id = caller.start(room_id)
    assert caller.send("DELETE", f"/smart-live-rooms/{room_id}").status_code == 400
    caller.send("POST", jobs_path(room_id, job_id, "stop"))
    assert caller.send("DELETE", f"/smart-live-rooms/{room_id}").status_code == 204
    assert caller.job(room_id, job_id)["state"] == "CANCELED"


@pytest.mark.parametrize("by_stop", [True, False])
def test_a_temporary_room_disappears_with_its_job(caller: Caller, emulator: Emulator, *, by_stop: bool) -> None:
    room_id = caller.create(small_room(room_type="TEMP"))
    job_id = caller.start(room_id, ONE_HOUR)
    emulator.advance(10)
    assert caller.page()["count"] == 1
    if by_stop:
        caller.send("POST", jobs_path(room_id, job_id, "stop"))
    else:
        emulator.advance(3_600)
    assert caller.send("GET", f"/smart-live-rooms/{room_id}").status_code == 404
    assert caller.page()["count"] == 0
    listed = caller.send("GET", jobs_path(room_id)).json()["smart_live_jobs"]
    assert [job["state"] for job in listed] == ["CANCELED" if by_stop else "SUCCEED"]


def test_a_start_overrides_the_room(caller: Caller, emulator: Emulator) -> None:
    room_id = caller.create(room())
    callback = {
        "live_event_type_callback_url": "https://a.example/b",
        "callback_event_type": ["SHOOT_SCRIPT_SWITCH"],
    }
    answer = caller.send("POST", jobs_path(room_id), {**FEED, "live_event_callback_config": callback}).json()
    assert answer["live_event_callback_config"] == callback
    assert caller.job(room_id, answer["job_id"])["live_event_callback_config"] == callback
    emulator.advance(5)
    info = command(caller, room_id, answer["job_id"], "GET_LIVE_JOB_CONFIG_INFO")["result"]
    assert "other-key" in info
    assert caller.show(room_id)["stream_keys"] == ["key-7"]


@pytest.mark.parametrize(
    "body",
    [{"colour": 1}, {"output_urls": ["a", "b"]}, {"job_run_config": {"single_job_in_room": "true"}}],
    ids=str,
)
def test_a_wrong_start_is_refused(caller: Caller, emulator: Emulator, body: Json) -> None:
    answer = caller.send("POST", jobs_path(caller.create()), body)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "MSS.00000003")
    assert not emulator.jobs()


def test_rules_that_call_back_need_an_address(caller: Caller) -> None:
    rule = {"rule_name": "r", "event_type": 1, "trigger": {"reply_mode": "CALLBACK"}}
    room_id = caller.create(small_room(interaction_rules=[rule]))
    assert caller.send("POST", jobs_path(room_id), {}).status_code == 400
    caller.start(room_id, {"interaction_callback_url": "https://a.example/cb?token=x"})


def test_templates_and_blocked_rooms_do_not_go_live(caller: Caller, emulator: Emulator) -> None:
    template, blocked = caller.create(small_room(room_type="TEMPLATE")), caller.create()
    emulator.block_room(blocked)
    for room_id in (template, blocked):
        assert caller.send("POST", jobs_path(room_id), {}).status_code == 400
    assert caller.send("POST", jobs_path("nowhere"), {}).status_code == 404


def test_a_job_fails_on_command(caller: Caller, emulator: Emulator) -> None:
    emulator.faults.add(JobFailure("Spring*", "FAILED", "MSS.20010035", "There are not enough resources.", after_s=30))
    spared, doomed = caller.create(), caller.create(room())
    caller.start(spared)
    job_id = caller.start(doomed)
    emulator.advance(10)
    assert caller.job(doomed, job_id)["state"] == "PROCESSING"
    assert "error_info" not in caller.job(doomed, job_id)
    emulator.advance(20)
    job = caller.job(doomed, job_id)
    assert job["state"] == "FAILED"
    assert job["error_info"] == {"error_code": "MSS.20010035", "error_msg": "There are not enough resources."}
    again = caller.start(doomed)
    emulator.advance(600)
    assert caller.job(doomed, again)["state"] == "PROCESSING"  # used up
    assert [found["state"] for found in emulator.jobs()] == ["PROCESSING", "FAILED", "PROCESSING"]


def test_a_job_can_fail_before_it_is_on_air(caller: Caller, emulator: Emulator) -> None:
    emulator.faults.add(JobFailure(after_s=0))
    room_id = caller.create()
    job = caller.job(room_id, caller.start(room_id))
    assert job["state"] == "FAILED"
    assert "start_time" not in job


def test_a_running_job_is_blocked_by_review(caller: Caller, emulator: Emulator) -> None:
    room_id = caller.create()
    job_id = caller.start(room_id)
    doom = Doom("BLOCKED", 0, "MSS.1", "forbidden words")
    emulator.fail_job(job_id, doom)
    job = caller.job(room_id, job_id)
    assert (job["state"], job["block_reason"]) == ("BLOCKED", "forbidden words")
    with pytest.raises(Refusal):
        emulator.fail_job(job_id, doom)
    assert caller.page()["smart_live_rooms"][0]["last_job_status"] == "BLOCKED"


SCENES = [{"script_name": "new", "shoot_scripts": [{"text_config": {"text": "fresh"}}]}]
RULES = [{"rule_name": "new", "event_type": 1}]


@pytest.mark.parametrize("wrap", [False, True])
def test_rewrites_reach_the_job_and_not_the_room(caller: Caller, emulator: Emulator, *, wrap: bool) -> None:
    room_id = caller.create(room())
    job_id = caller.start(room_id)
    emulator.advance(5)
    for name, field, params in (
        ("REWRITE_PLAY_SCRIPT", "scene_scripts", SCENES),
        ("REWRITE_INTERACTION_RULES", "interaction_rules", RULES),
    ):
        answer = command(caller, room_id, job_id, name, {field: params} if wrap else params)
        assert answer["command"] == name
        assert answer["command_id"]
    command(caller, room_id, job_id, "REFRESH_OUTPUT_URL", FEED)
    info = command(caller, room_id, job_id, "GET_LIVE_JOB_CONFIG_INFO")["result"]
    assert all(text in info for text in ('"fresh"', '"new"', '"other-key"'))
    assert "fresh" in command(caller, room_id, job_id, "GET_CURRENT_PLAYING_SCRIPTS")["result"]
    assert caller.show(room_id)["scene_scripts"][0]["script_name"] == "Opening"
    assert [reached.command for reached in emulator.commands(job_id)][:3] == [
        "REWRITE_PLAY_SCRIPT",
        "REWRITE_INTERACTION_RULES",
        "REFRESH_OUTPUT_URL",
    ]
    assert emulator.commands(job_id)[2].params == FEED


def test_the_end_of_a_running_job_can_be_moved(caller: Caller, emulator: Emulator) -> None:
    room_id = caller.create()
    job_id = caller.start(room_id)
    emulator.advance(3 + 1_800)
    command(caller, room_id, job_id, "RESET_EXIT_CONFIG", {"max_live_duration": 1})
    emulator.advance(1_799)
    assert caller.job(room_id, job_id)["state"] == "PROCESSING"
    emulator.advance(1)
    assert caller.job(room_id, job_id)["state"] == "SUCCEED"


@pytest.mark.parametrize(
    ("name", "params", "path"),
    [
        ("REWRITE_PLAY_SCRIPT", [{"script_name": "x"}], "params[0].shoot_scripts"),
        ("REWRITE_PLAY_SCRIPT", {"scenes": []}, "params"),
        ("REWRITE_INTERACTION_RULES", [{"rule": 1}], "params[0].rule"),
        ("REWRITE_INTERACTION_RULES", None, "params"),
        ("REFRESH_OUTPUT_URL", {"output_url": "a"}, "params.output_url"),
        ("REFRESH_OUTPUT_URL", {"output_urls": ["a", "b"]}, "params.output_urls"),
        ("RESET_EXIT_CONFIG", {"max_live_duration": 169}, "params.max_live_duration"),
        ("RESET_EXIT_CONFIG", [], "params"),
        ("DANCE", None, "command"),
    ],
)
def test_a_wrong_command_is_refused(caller: Caller, emulator: Emulator, name: str, params: object, path: str) -> None:
    room_id = caller.create()
    job_id = caller.start(room_id)
    emulator.advance(5)
    answer = caller.send("POST", jobs_path(room_id, job_id, "command"), {"command": name, "params": params})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "MSS.00000003")
    assert f"{path}: " in answer.json()["error_msg"]
    assert not emulator.commands(job_id)


def test_only_a_job_on_air_takes_commands(caller: Caller, emulator: Emulator) -> None:
    room_id = caller.create()
    job_id = caller.start(room_id)
    path = jobs_path(room_id, job_id, "command")
    body = {"command": "REWRITE_PLAY_SCRIPT", "params": SCENES}
    assert caller.send("POST", path, body).status_code == 400
    emulator.advance(5)
    assert caller.send("POST", path, body).status_code == 200
    caller.send("POST", jobs_path(room_id, job_id, "stop"))
    assert caller.send("POST", path, body).status_code == 400
    assert caller.send("POST", jobs_path(room_id, "nothing", "command"), body).status_code == 404


def test_jobs_are_listed_by_state_time_and_name(caller: Caller, emulator: Emulator) -> None:
    first_room, second_room = caller.create(small_room("first")), caller.create(small_room("second"))
    jobs = []
    for room_id in (first_room, second_room, first_room):
        jobs.append(caller.start(room_id))
        emulator.advance(60)
    caller.send("POST", jobs_path(first_room, jobs[0], "stop"))

    def listed(path: str, **params: str | int) -> list[str]:
        answer = caller.send("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return [job["job_id"] for job in answer.json()["smart_live_jobs"]]

    every = "/smart-live-jobs"
    assert listed(every) == jobs
    assert listed(every, sort_dir="desc", sort_key="create_time") == jobs[::-1]
    assert listed(every, room_name="sec") == jobs[1:2]
    assert listed(every, state="CANCELED,FAILED") == jobs[:1]
    assert listed(every, create_since="2026-11-21T09:01:00Z", create_until="2026-11-21T09:01:00Z") == jobs[1:2]
    assert listed(every, offset=1, limit=1) == jobs[1:2]
    assert listed(jobs_path(first_room)) == [jobs[0], jobs[2]]
    assert listed(jobs_path(first_room), state="PROCESSING") == jobs[2:]
    assert caller.send("GET", every, params={"limit": 1}).json()["count"] == 3
    for wrong in ({"state": "SUCCESS"}, {"sort_key": "asset_order"}, {"sort_dir": "up"}, {"limit": 101}):
        assert caller.send("GET", every, params=wrong).status_code == 400
    assert caller.send("GET", jobs_path("nowhere")).status_code == 404
    assert caller.send("GET", jobs_path(second_room, jobs[0])).status_code == 404


def test_the_risks_of_going_live(caller: Caller) -> None:
    calm = room(
        backup_model_asset_ids=["b"],
        play_policy={"random_play_mode": "SCENE", "live_exit_config": {"max_live_duration": 5}},
        scene_scripts=[
            {
                "script_name": "s",
                "shoot_scripts": [{"text_config": {"text": "word " * 300}} for _ in range(10)],
            }
        ],
        interaction_rules=[{"rule_name": str(number), "event_type": 1} for number in range(5)],
    )
    path = f"/smart-live-rooms/{caller.create(calm)}/live-warning-info"
    assert caller.send("GET", path).json() == {"live_warning_info": [], "limit_duration": 5}
    bare = caller.send("GET", f"/smart-live-rooms/{caller.create()}/live-warning-info").json()
    assert [risk["warning_type"] for risk in bare["live_warning_info"]] == [
        "TOO_LESSS_SCRIPT_ITEMS",
        "TOO_SHORT_SCRIPT_TIME",
        "TOO_LESS_DANMAKU_RULES",
        "RANDOM_PLAY_CLOSED",
        "ROTATION_MODEL_CLOSED",
    ]


def test_a_clock_set_back_changes_nothing_that_happened(caller: Caller, emulator: Emulator, machine: Machine) -> None:
    room_id = caller.create()
    job_id = caller.start(room_id, ONE_HOUR)
    emulator.advance(7_200)
    emulator.set_clock(machine())
    assert caller.job(room_id, job_id)["state"] == "SUCCEED"
    assert emulator.now() == machine()
