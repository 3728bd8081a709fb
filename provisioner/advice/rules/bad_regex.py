"""A regular expression of an interaction rule does not compile. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from provisioner.advice.parts import Part, below, mappings
from provisioner.advice.patterns import compiled
from provisioner.advice.rule import Rule
from provisioner.checking import Violation
from provisioner.yaml_source import Route

RULE = Rule(
    name="bad-regex",
    title="A regular expression does not compile",
    why="A test with match: REGEX compares by a regular expression. One that is not valid fits nothing, and nobody is "
    "told. What only some dialects have is left alone, since the service does not name its own.",
    bad='- {tag: content, match: REGEX, value: "how (much"}',
    good='- {tag: content, match: REGEX, value: "how (much|many)"}',
    source="Creating an Intelligent Livestreaming Room, table HitConditionTag",
)

_OTHER_DIALECTS = re.compile(r"\\[hHRzXKkQEGN]|\(\?[>|'R&0-9+-]|\(\*|\[\[:|&&|\\[xu]\{")
_FLAGS = re.compile(r"\(\?[a-zA-Z]*(?:-[a-zA-Z]+)?\)")
_NAMED = re.compile(r"\(\?<(?=[A-Za-z_])")
_PROPERTY = re.compile(r"\\[pP](?:\{[^{}]*\}|[A-Z])")


def expressions(rule: Part) -> Iterator[tuple[Route, str]]:
    """The regular expressions of an interaction rule."""
    condition = below(rule.body, "hit_condition")
    for position, tag in mappings(condition, "tags"):
        value = tag.get("value")
        if tag.get("match") == "REGEX" and isinstance(value, str):
            yield (*rule.route, "hit_condition", "tags", position, "value"), value


def found(rule: Part) -> Iterator[Violation]:
    """One violation for each expression that no dialect takes."""
    for route, expression in expressions(rule):
        problem = _problem(expression)
        if problem:
            yield RULE.broken(f"this regular expression does not compile: {problem}", route)


@lru_cache(maxsize=4096)
def _problem(expression: str) -> str:
    """What is wrong with it, and at which character; an empty text where nothing is, or where it cannot be told."""
    known = _PROPERTY.sub(r"\\w", _NAMED.sub("(?P<", _FLAGS.sub("", expression)))
    try:
        compiled(known)
    except re.error as error:
        if _OTHER_DIALECTS.search(expression):
            return ""
        place = f" at character {error.pos + 1}" if known == expression and error.pos is not None else ""
        return _IN_PLAIN_WORDS.get(error.msg.partition(",")[0], "it is not written as it must be") + place
    except (RecursionError, OverflowError):
        return ""
    return ""


_IN_PLAIN_WORDS = {
    "missing )": "a ( is not closed",
    "unbalanced parenthesis": "a ) closes nothing",
    "unterminated character set": "a [ is not closed",
    "nothing to repeat": "there is nothing to repeat before a * + or ?",
    "multiple repeat": "a * + or ? stands after another",
    "bad escape (end of pattern)": "it ends in a \\; write \\\\ for the character itself",
    "min repeat greater than max repeat": "the smaller number of { } comes first",
}
