"""A comment means to excuse a line and does not. Pure."""

from __future__ import annotations

from provisioner.advice.rule import Rule

RULE = Rule(
    name="bad-excuse",
    title="A comment excuses nothing as it is written",
    why="`# provisioner: allow[rule-name] the reason` excuses a line from a rule. It takes the name of a rule that "
    "may be turned off, and a reason for those who read it later; without them it does not count.",
    bad="room_name: x   # provisioner: allow[too-little-to-say]",
    good="- script_name: x   # provisioner: allow[too-little-to-say] it is followed by recordings",
    source="docs/rules.md",
)
