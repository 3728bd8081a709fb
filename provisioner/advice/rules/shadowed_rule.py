"""An interaction rule is always preceded by an equal one. Pure."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence

from provisioner.advice.parts import Part, below
from provisioner.advice.rule import Rule
from provisioner.checking import Violation

RULE = Rule(
    name="shadowed-rule",
    title="An earlier rule takes every event of this one",
    why="Of the rules that fit an event, the one with the smaller priority is tried first. Where two have the same "
    "event and the same condition, and the first fires every time (time_window 0), the second never does.",
    bad="- {event_type: 4, hit_condition: {relation: RESERVED, priority: 100}, trigger: …}\n"
    "- {event_type: 4, hit_condition: {relation: RESERVED, priority: 200}, trigger: …}",
    good="- {event_type: 4, hit_condition: {relation: RESERVED, priority: 100}, trigger: {time_window: 60, …}}\n"
    "- {event_type: 4, hit_condition: {relation: RESERVED, priority: 200}, trigger: …}",
    source="Creating an Intelligent Livestreaming Room, tables HitCondition and TriggerProcess",
)

_MOST_OTHERS = 50
_PRIORITY = 500
"""Where none is written (table HitCondition)."""


def found(rules: Sequence[Part], *, across: bool = False) -> Iterator[Violation]:
    """The rules of a list that never fire because of an earlier one of it.

    `across`: only where one of both is from a RuleSet and the other is not from the same one; all other pairs are
    said where they are written.
    """
    similar: dict[tuple[object, object], list[Part]] = defaultdict(list)
    for rule in rules:
        condition = below(rule.body, "hit_condition")
        if condition and rule.body.get("enabled") is not False and "event_type" in rule.body:
            similar[rule.body["event_type"], condition.get("relation")].append(rule)
    alike: dict[tuple[object, str], list[Part]] = defaultdict(list)
    for group in similar.values():
        if len(group) > 1:  # most rules are the only ones of their kind, and need not be compared
            for rule in group:
                alike[rule.body["event_type"], _condition(rule)].append(rule)
    for group in alike.values():
        ordered = sorted(group, key=_priority)
        for number, rule in enumerate(ordered[1:], 1):
            others = (other for other in ordered[: min(number, _MOST_OTHERS)] if not across or _is_across(other, rule))
            if any(_shadows(other, rule) for other in others):
                message = "an earlier rule with the same event and condition fires every time, so this one never does"
                yield RULE.broken(f"{message}; give that one a time_window, or remove this", rule.route)


def _condition(rule: Part) -> str:
    """The condition but for its priority, the tests in any order. A fallback has no tests that count."""
    condition = below(rule.body, "hit_condition")
    relation = condition.get("relation")
    tests = [] if relation == "RESERVED" else condition.get("tags") or []
    written = sorted(json.dumps(test, sort_keys=True, default=str) for test in tests)
    return json.dumps([relation, written])


def _priority(rule: Part) -> int:
    written = below(rule.body, "hit_condition").get("priority")
    return written if isinstance(written, int) else _PRIORITY


def _is_across(one: Part, other: Part) -> bool:
    return (one.shared or other.shared) and one.route != other.route


def _shadows(first: Part, second: Part) -> bool:
    """Whether the first takes every event of the second. Which of two with one priority is tried first is not known,
    so both have to fire every time.
    """
    if not _is_always(first) or (_priority(first) == _priority(second) and not _is_always(second)):
        return False
    scenes, others = first.body.get("enabled_scenes"), second.body.get("enabled_scenes")
    return not scenes or (bool(others) and set(others or ()) <= set(scenes))


def _is_always(rule: Part) -> bool:
    return not below(rule.body, "trigger").get("time_window")
