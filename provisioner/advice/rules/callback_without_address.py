"""A rule calls an address that nobody gives. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from provisioner.advice.parts import WholeRoom, below
from provisioner.advice.rule import Rule
from provisioner.checking import Violation

_CALLING = frozenset({"CALLBACK", "SYSTEM_REPLY_AND_CALLBACK"})

RULE = Rule(
    name="callback-without-address",
    title="A rule of a room on air calls back, and there is no address",
    why="Rules with reply_mode CALLBACK call the interaction_callback_url of the start call. Without one, viewers get "
    "no answer.",
    bad="live: {state: running}\nspec:\n  interaction_rules:\n    - trigger: {reply_mode: CALLBACK}",
    good="live:\n  state: running\n  start: {interaction_callback_url: 'https://replies.example.com/hook'}",
    source="Starting a Virtual Human Intelligent Livestreaming Task, request body",
)


def found(room: WholeRoom) -> Iterator[Violation]:
    """One violation a room, at the first rule that calls."""
    if room.start.get("interaction_callback_url"):
        return
    for rule in room.rules:
        if rule.body.get("enabled") is not False and below(rule.body, "trigger").get("reply_mode") in _CALLING:
            message = "this rule calls back, and `live.start` has no `interaction_callback_url`; write one"
            yield RULE.broken(message, rule.route)
            return
