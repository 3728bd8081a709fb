"""A RuleSet that no room refers to. Pure."""

from __future__ import annotations

from provisioner.advice.rule import Rule

RULE = Rule(
    name="unused-rule-set",
    title="No room refers to a RuleSet",
    why="The rules of a RuleSet are in force where a room refers to it. One that none refers to was forgotten, or is "
    "left over. One whose key stands anywhere else in the workspace passes.",
    bad="kind: RuleSet\nkey: questions   # rooms say {rules: faq}",
    good="kind: RuleSet\nkey: faq",
    source="README.md, How a manifest looks",
)
MESSAGE = "no room refers to this RuleSet; refer to it with {rules: KEY} in `interaction_rules`, or remove it"
