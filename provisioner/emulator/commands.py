"""Commands to a job on air. Page ExecuteSmartLiveCommand.

What a command changes is the job, never its room. Each is kept, so that a test can see what reached the job.
Assumed, since no page says: `params` of the two rewrites is the array that the create call knows, or an object
that holds it under its name; `REFRESH_OUTPUT_URL` takes `output_urls` and `stream_keys` as the create call
does; a rewrite begins the script anew; a command to a job that is not PROCESSING is refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

from pydantic import BaseModel

from provisioner.emulator import broadcast
from provisioner.emulator.answers import Answer, JsonObject, invalid, json_answer, to_json, wrong_state
from provisioner.emulator.checking import check, without_nulls
from provisioner.emulator.defaults import fill_rules, fill_scenes
from provisioner.emulator.jobs import Job, find, keep
from provisioner.emulator.session import Session
from provisioner.metastudio.models import (
    ControlSmartLiveReq,
    LiveExitConfig,
    LiveRoomInteractionRuleInfo,
    LiveVideoScriptInfo,
)


@dataclass(frozen=True, slots=True)
class Command:
    """A command that reached a job. `params` is what was sent, secrets included."""

    at_ms: int
    command: str
    params: object


def execute(session: Session, room_id: str, job_id: str, body: JsonObject) -> Answer:
    """200 with `command_id`, `command` and, for a command that asks, `result`."""
    check(ControlSmartLiveReq, body)
    sent = cast("JsonObject", without_nulls(body))
    name, params = sent["command"], sent.get("params")
    job = find(session, room_id, job_id)
    if job.timeline.state != broadcast.PROCESSING:
        raise wrong_state(f"The job takes no commands: it is {job.timeline.state}")
    answer: JsonObject = {"command_id": session.new_id(), "command": name}
    if name in _CHANGES:
        _CHANGES[name](session, job, params)
    elif name in _QUESTIONS:
        answer["result"] = to_json(_QUESTIONS[name](job.config))
    session.tx.run(
        "INSERT INTO commands (job_id, at_ms, command, params) VALUES (?, ?, ?, ?)",
        (job_id, session.now_ms, name, to_json(params)),
    )
    return json_answer(200, answer)


def commands(session: Session, job_id: str) -> tuple[Command, ...]:
    """What reached a job, oldest first."""
    rows = session.tx.rows("SELECT at_ms, command, params FROM commands WHERE job_id = ? ORDER BY seq", (job_id,))
    return tuple(Command(at_ms, name, json.loads(params)) for at_ms, name, params in rows)


def _rewrite_script(session: Session, job: Job, params: object) -> None:
    scenes = _items(params, "scene_scripts", LiveVideoScriptInfo)
    fill_scenes(scenes, session.new_id)
    _change(session, job, {"scene_scripts": scenes})
    _plan_again(session, job, session.now_ms)


def _rewrite_rules(session: Session, job: Job, params: object) -> None:
    rules = _items(params, "interaction_rules", LiveRoomInteractionRuleInfo)
    fill_rules(rules, session.new_id)
    _change(session, job, {"interaction_rules": rules})


def _refresh_output(session: Session, job: Job, params: object) -> None:
    output = _object(params)
    for name, value in output.items():
        if name not in ("output_urls", "stream_keys"):
            raise invalid(f"params.{name}: not a field of RefreshOutputUrlConfig")
        if not isinstance(value, list) or len(value) > 1 or not all(isinstance(item, str) for item in value):
            raise invalid(f"params.{name}: not an array of at most one string")
    _change(session, job, output)


def _reset_exit(session: Session, job: Job, params: object) -> None:
    exit_config = _object(params)
    check(LiveExitConfig, exit_config, at="params")
    _change(session, job, {"play_policy": {**job.config.get("play_policy", {}), "live_exit_config": exit_config}})
    _plan_again(session, job, job.timeline.started_ms or session.now_ms)


def _items(params: object, name: str, model: type[BaseModel]) -> list[JsonObject]:
    items = params.get(name) if isinstance(params, dict) else params
    if not isinstance(items, list):
        raise invalid(f"params: not the array {name}")
    for index, item in enumerate(items):
        check(model, item, at=f"params[{index}]")
    return items


def _object(params: object) -> JsonObject:
    if not isinstance(params, dict):
        raise invalid("params: not an object")
    return params


def _change(session: Session, job: Job, changes: JsonObject) -> None:
    job.config.update(changes)
    session.tx.run(
        "UPDATE jobs SET config = ?, updated_ms = ? WHERE job_id = ?",
        (to_json(job.config), session.now_ms, job.job_id),
    )


def _plan_again(session: Session, job: Job, from_ms: int) -> None:
    """The job's end after its configuration changed; an end in the past is one that happens now."""
    length = broadcast.length_ms(job.config)
    ends_ms = None if length is None else max(from_ms + length, session.now_ms)
    keep(session, job.job_id, job.room_id, replace(job.timeline, ends_ms=ends_ms))


def _playing(config: JsonObject) -> JsonObject:
    return {"scene_scripts": config.get("scene_scripts", [])}


_CHANGES: dict[str, Callable[[Session, Job, object], None]] = {
    "REWRITE_PLAY_SCRIPT": _rewrite_script,
    "REWRITE_INTERACTION_RULES": _rewrite_rules,
    "REFRESH_OUTPUT_URL": _refresh_output,
    "RESET_EXIT_CONFIG": _reset_exit,
}
_QUESTIONS: dict[str, Callable[[JsonObject], JsonObject]] = {
    "GET_CURRENT_PLAYING_SCRIPTS": _playing,
    "GET_LIVE_JOB_CONFIG_INFO": dict,
}
