"""How a broadcast goes: how long a script takes, when a job moves on, which risks it starts with. Pure.

Estimates, documented where the API says nothing: speech runs at 250 words or Chinese characters a minute
times the scene's `speed` (its page says so of 100), an audio paragraph lasts a minute, a room without a
`repeat_count` repeats until it is stopped. The thresholds of the warnings are assumed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from provisioner.emulator.answers import JsonObject

WAITING, PROCESSING, SUCCEED = "WAITING", "PROCESSING", "SUCCEED"
FAILED, CANCELED, BLOCKED = "FAILED", "CANCELED", "BLOCKED"
STATES = frozenset({WAITING, PROCESSING, SUCCEED, FAILED, CANCELED, BLOCKED})
RUNNING = frozenset({WAITING, PROCESSING})

WORDS_A_MINUTE = 250
AUDIO_MS = 60_000
HOUR_MS = 3_600_000
FEWEST_PARAGRAPHS = 10
SHORTEST_SCRIPT_MS = 600_000
FEWEST_COMMENT_RULES = 5
COMMENT = 1

_CHINESE = r"\u3400-\u9fff\uf900-\ufaff"
_TAG = r"<[^>]*>"
_WORD = rf"[{_CHINESE}]|[^\W{_CHINESE}]+"


@dataclass(frozen=True, slots=True)
class Timeline:
    """A job's way. `starts_ms` and `ends_ms` are planned (None: until stopped), the others happened."""

    state: str
    starts_ms: int
    ends_ms: int | None
    ends_as: str = SUCCEED
    started_ms: int | None = None
    ended_ms: int | None = None

    @property
    def next_ms(self) -> int | None:
        """When it moves on by itself, if ever."""
        if self.state not in RUNNING:
            return None
        if self.state == WAITING and (self.ends_ms is None or self.starts_ms < self.ends_ms):
            return self.starts_ms
        return self.ends_ms


def moved(timeline: Timeline, now_ms: int) -> Timeline:
    """The timeline after everything that is due by `now_ms` has happened."""
    while (due_ms := timeline.next_ms) is not None and due_ms <= now_ms:
        if due_ms != timeline.ends_ms:
            timeline = replace(timeline, state=PROCESSING, started_ms=due_ms)
        else:
            timeline = ended(timeline, timeline.ends_as, due_ms)
    return timeline


def ended(timeline: Timeline, state: str, at_ms: int) -> Timeline:
    """The timeline of a job that ended."""
    return replace(timeline, state=state, ended_ms=at_ms)


def script_ms(scenes: list[JsonObject]) -> int:
    """How long one round of the script takes."""
    total = 0.0
    for scene in scenes:
        speed = scene.get("voice_config", {}).get("speed", 100)
        for paragraph in scene.get("shoot_scripts", []):
            spoken = re.sub(_TAG, " ", paragraph.get("text_config", {}).get("text", ""))
            words = len(re.findall(_WORD, spoken))
            total += words / WORDS_A_MINUTE * 60_000 * 100 / speed
            total += AUDIO_MS if paragraph.get("audio_config") else 0
    return max(1_000, round(total))


def length_ms(config: JsonObject) -> int | None:
    """How long a job with this configuration is on air; None until it is stopped."""
    policy = config.get("play_policy", {})
    ends = []
    hours = limit_duration(config)
    if hours > 0:
        ends.append(hours * HOUR_MS)
    rounds = policy.get("repeat_count", -1) + 1
    plays_itself = policy.get("auto_play_script", True) and policy.get("play_mode") != "NO_PRESET"
    if rounds > 0 and plays_itself:
        ends.append(rounds * script_ms(config.get("scene_scripts", [])))
    return min(ends, default=None)


def limit_duration(config: JsonObject) -> int:
    """The longest broadcast in hours; 0 for no limit."""
    return int(config.get("play_policy", {}).get("live_exit_config", {}).get("max_live_duration", 0))


def risks(config: JsonObject) -> list[JsonObject]:
    """The `live_warning_info` of a room about to go live."""
    scenes = config.get("scene_scripts", [])
    found = {
        "TOO_LESSS_SCRIPT_ITEMS": sum(len(scene.get("shoot_scripts", [])) for scene in scenes) < FEWEST_PARAGRAPHS,
        "TOO_SHORT_SCRIPT_TIME": script_ms(scenes) < SHORTEST_SCRIPT_MS,
        "TOO_LESS_DANMAKU_RULES": _comment_rules(config) < FEWEST_COMMENT_RULES,
        "RANDOM_PLAY_CLOSED": config.get("play_policy", {}).get("random_play_mode", "NONE") == "NONE",
        "ROTATION_MODEL_CLOSED": not config.get("backup_model_asset_ids"),
    }
    return [{"warning_type": name} for name, holds in found.items() if holds]


def needs_callback_url(config: JsonObject) -> bool:
    """Whether a rule that is in force replies by calling back."""
    modes = (rule.get("trigger", {}).get("reply_mode") for rule in _rules_in_force(config))
    return any(mode in ("CALLBACK", "SYSTEM_REPLY_AND_CALLBACK") for mode in modes)


def _comment_rules(config: JsonObject) -> int:
    return sum(rule.get("event_type") == COMMENT for rule in _rules_in_force(config))


def _rules_in_force(config: JsonObject) -> list[JsonObject]:
    return [rule for rule in config.get("interaction_rules", []) if rule.get("enabled", True)]
