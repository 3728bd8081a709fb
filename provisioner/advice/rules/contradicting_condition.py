"""The tests of an interaction rule exclude each other, so it never fires. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from provisioner.advice.parts import Part, below, mappings
from provisioner.advice.rule import Rule
from provisioner.checking import Violation

RULE = Rule(
    name="contradicting-condition",
    title="The tests of a rule exclude each other",
    why="With relation AND every test has to hold. No event has two different values in one field, none is above 5 and "
    "below 3, and a comparison of numbers with what is no number holds for nothing: such a rule never fires.",
    bad="relation: AND\ntags:\n  - {tag: content, match: EQUAL, value: price}\n"
    "  - {tag: content, match: EQUAL, value: discount}",
    good="relation: OR\ntags:\n  - {tag: content, match: EQUAL, value: price}\n"
    "  - {tag: content, match: EQUAL, value: discount}",
    source="Creating an Intelligent Livestreaming Room, table HitCondition",
)

_DIGITS = 30
"""After the point: numbers are compared as whole numbers of the last of these."""
_NUMBER = re.compile(rf"\s*([-+]?[0-9]{{1,30}})(?:\.([0-9]{{1,{_DIGITS}}}))?\s*\Z")


@dataclass(slots=True)
class _Left:
    """What the tests of one field leave: one text, and numbers between two."""

    texts: set[str] = field(default_factory=set)
    least: tuple[int, bool] | None = None
    most: tuple[int, bool] | None = None

    def is_nothing(self) -> bool:
        """Whether no value is left."""
        if len(self.texts) > 1:
            return True
        if self.least is None or self.most is None:
            return False
        return self.least[0] > self.most[0] or (self.least[0] == self.most[0] and not (self.least[1] and self.most[1]))


def found(rule: Part) -> Iterator[Violation]:
    """One violation a rule, at the test that leaves nothing."""
    condition = below(rule.body, "hit_condition")
    if not condition.get("tags"):
        return
    tests = list(mappings(condition, "tags"))
    if condition.get("relation") != "AND":
        hopeless = [test for _, test in tests if _is_hopeless(test)]
        if condition.get("relation") == "OR" and tests and len(hopeless) == len(tests):
            yield _broken(rule, tests[0][0], "no test of this rule can hold: each compares with what is no number")
        return
    left: dict[tuple[object, object], _Left] = defaultdict(_Left)
    for position, test in tests:
        if _is_hopeless(test):
            yield _broken(rule, position, "this compares numbers, and `value` is no number, so the rule never fires")
            return
        of_field = left[test.get("tag"), test.get("operation") or "NONE"]
        _narrow(of_field, test)
        if of_field.is_nothing():
            message = "this excludes another test of the same field, and AND wants both, so the rule never fires"
            yield _broken(rule, position, message)
            return


def _broken(rule: Part, position: int, message: str) -> Violation:
    return RULE.broken(message, (*rule.route, "hit_condition", "tags", position))


def _is_hopeless(test: Mapping[str, Any]) -> bool:
    compares = str(test.get("match", "")).startswith("MATH_")
    return compares and isinstance(test.get("value"), str) and _number(test["value"]) is None


def _number(text: str) -> int | None:
    """What is compared with, in units of its last digit; None for what is no number."""
    number = _NUMBER.match(text)
    return int(number[1] + (number[2] or "").ljust(_DIGITS, "0")) if number else None


def _narrow(left: _Left, test: Mapping[str, Any]) -> None:
    value, match = test.get("value"), test.get("match")
    if not isinstance(value, str):
        return
    if match == "EQUAL":
        left.texts.add(value)
    elif (bound := _number(value)) is not None:
        if match in {"MATH_GT", "MATH_GE", "MATH_EQ"}:
            new = (bound, match != "MATH_GT")
            left.least = max(left.least or new, new, key=lambda limit: (limit[0], not limit[1]))
        if match in {"MATH_LT", "MATH_LE", "MATH_EQ"}:
            new = (bound, match != "MATH_LT")
            left.most = min(left.most or new, new, key=lambda limit: (limit[0], limit[1]))
