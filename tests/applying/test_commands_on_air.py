"""A room that changes while it is on air: what its running job is told."""

from __future__ import annotations

from typing import Any

import pytest

from provisioner.applying.outcomes import Applied
from provisioner.planning.live_actions import COMMANDS
from provisioner.rooms import Live, LiveState, OnChange, Spec
from provisioner.secrets import SecretText
from tests.rig import Rig, edited, kinds, room, scene

BEFORE: Spec = {
    "scene_scripts": [scene("opening", "Welcome")],
    "interaction_rules": [{"rule_name": "greet", "event_type": 1}],
    "output_urls": ["rtmp://live.example.com/app"],
    "stream_keys": [SecretText.of("KEY")],
    "play_policy": {"live_exit_config": {"max_live_duration": 2}},
}


CHANGES: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("REWRITE_PLAY_SCRIPT", {"scene_scripts": [scene("opening", "Hello")]}, "Hello"),
    ("REWRITE_INTERACTION_RULES", {"interaction_rules": [{"rule_name": "thank", "event_type": 1}]}, "thank"),
    ("REFRESH_OUTPUT_URL", {"output_urls": ["rtmp://other.example.com/app"]}, "the key"),
    ("RESET_EXIT_CONFIG", {"play_policy": {"live_exit_config": {"max_live_duration": 3}}}, "max_live_duration"),
)


@pytest.mark.parametrize(("command", "changed", "told"), CHANGES)
def test_each_command_reaches_the_job(command: str, changed: dict[str, Any], told: str) -> None:
    rig = Rig(secrets={"KEY": "the key"})
    desired = room("a", BEFORE, live=Live(LiveState.RUNNING, "evening", OnChange.HOT))
    assert rig.apply(desired).exit_code == 0
    rig.emulator.advance(5)
    report = rig.apply(edited(desired, **changed))
    assert kinds(report.outcomes) == [("Applied", "update"), ("Applied", "rewrite")], report.outcomes
    rewritten = report.outcomes[1]
    assert isinstance(rewritten, Applied)
    (reached,) = rig.emulator.commands(str(rewritten.job_id))
    assert reached.command == command
    assert told in str(reached.params)


def test_every_command_is_tried() -> None:
    assert {command for command, _, _ in CHANGES} == set(COMMANDS.values())
