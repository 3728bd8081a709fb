"""Expressions with a loop that reads one text in two ways, and those with none."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from provisioner.advice.backtracking import is_exponential

SLOW = [
    *(r"(a+)+", r"(a*)*", r"(.*)*x", r"(\w+\s?)*", r"(a|a)*", r"(a+a)+", r"(\w+\d)+", r"(a|aa)+$", r"((ab)*)*"),
    *(r"(\d+)*!", r"(?:x+x+)+y", r"([a-z]+)*\.com", r"(a{1,30})+", r"(a?b?)*", r"(?P<n>a+)+", r"(?<n>a+)+"),
    *(r"(\p{Han}+)+吗", r"^(([a-z])+.)+[A-Z]([a-z])+$", r"(x{2,})*y", r"(好+)+吗", r"([^,]+,?)*"),
]
FAST = [
    *(r"(a+b)+", r"deliver|shipping|发货", r"怎么(泡|冲|喝)|水温|几分钟", r".*foo.*", r"(\w+,)*\w+", r"(a|b)*c"),
    *(r"\d+(\.\d+)*", r"(\w+\s)+", r"[0-9]{3}-[0-9]{4}", r"(ab|ac)+", r"(a{1,3}b)+", r"", r"((((a))))+", r"(a{3})*b"),
    *(r"(?=a+)+", r"a++", r"(a+)\1", r"(", r"[", r"(?>a+)+", r"\Qa+\E", "(" * 200, r"a{,3}", r"[]a]+", r"[^\]]+"),
]


@pytest.mark.parametrize("pattern", SLOW)
def test_a_slow_expression_is_seen(pattern: str) -> None:
    assert is_exponential(pattern)


@pytest.mark.parametrize("pattern", FAST)
def test_a_fast_one_and_one_that_is_not_understood_pass(pattern: str) -> None:
    assert not is_exponential(pattern)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [(r"(a+)+!", "a" * 18), (r"(a|aa)+!", "a" * 24), (r"(\w+\s?)*!", "a" * 18), (r"(a+a)+!", "a" * 22)],
)
def test_what_is_called_slow_doubles_its_time_in_an_engine_that_backtracks(pattern: str, text: str) -> None:
    assert is_exponential(pattern)
    assert steps(pattern, text + "aaaa") > 4 * steps(pattern, text)


def steps(pattern: str, text: str) -> float:
    expression = re.compile(pattern)
    return min(_timed(expression, text) for _ in range(3))


def _timed(expression: re.Pattern[str], text: str) -> float:
    before = time.process_time()
    assert expression.fullmatch(text) is None
    return time.process_time() - before


@example("[[]")
@example("[a--b]{2,}")
@given(st.text(alphabet="ab()[]{}|*+?.\\^$,-123d中", max_size=60))
def test_any_text_is_judged_in_no_time(pattern: str) -> None:
    before = time.process_time()
    is_exponential(pattern)
    assert time.process_time() - before < 1


@pytest.mark.parametrize(
    "pattern",
    [
        "a?" * 512,
        "(" + "[a-z]?" * 160 + ")*",
        "(" + "|".join(["[a-z]b"] * 19) + ")*",
        "(" * 50 + "a" + ")+" * 50,
        "(" + "aabab" * 8 + ")*",
    ],
)
def test_the_longest_expressions_take_no_time(pattern: str) -> None:
    before = time.process_time()
    is_exponential(pattern)
    assert time.process_time() - before < 2
