"""A regular expression takes exponential time on some comments. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from provisioner.advice.backtracking import is_exponential
from provisioner.advice.parts import Part
from provisioner.advice.rule import Rule
from provisioner.advice.rules.bad_regex import expressions
from provisioner.checking import Violation

RULE = Rule(
    name="slow-regex",
    title="A regular expression can take exponential time",
    why="Where a repeated group can read the same text in two ways, an engine that backtracks tries them all: every "
    "further character of a comment doubles the time. Any viewer can write such a comment.",
    bad='- {tag: content, match: REGEX, value: "(好+)+吗"}',
    good='- {tag: content, match: REGEX, value: "好+吗"}',
    source="Creating an Intelligent Livestreaming Room, table HitConditionTag",
)


def found(rule: Part) -> Iterator[Violation]:
    """One violation for each such expression. It is read, not run."""
    for route, expression in expressions(rule):
        if is_exponential(expression):
            message = "a repeated group of this can read one text in two ways, so some comments take exponential time"
            yield RULE.broken(f"{message}; repeat only one of both", route)
