"""Whether a regular expression takes exponential time where it does not fit. Pure; the expression is never run.

A backtracking engine tries every way in which a text can be read. There are exponentially many where a loop of the
expression can read one text in two ways and be back where it was: from one place in the loop two paths with the same
characters lead to that place again. The places are those of Glushkov's automaton, one for each character that
the expression names, with as many edges between two as there are ways to go on.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product

from provisioner.advice.patterns import Choice, NotUnderstoodError, Repeat, Row, Take, Tree, compiled, tree_of

_MOST_PLACES = 200
_MOST_IN_A_LOOP = 40
"""Places that are looked at: their pairs are counted, and the ways between those."""
_SAMPLES = "aZ09_ -.,;:!?@#/\\'\"\n\t中é"


@dataclass(frozen=True, slots=True)
class _Ends:
    """The places where a part begins and ends, how often each way, and whether it may be empty."""

    first: Counter[int]
    last: Counter[int]
    empty: bool


@dataclass(slots=True)
class _Automaton:
    expressions: list[str] = field(default_factory=list)
    edges: Counter[tuple[int, int]] = field(default_factory=Counter)


@lru_cache(maxsize=4096)
def is_exponential(pattern: str) -> bool:
    """Whether there is such a loop. False, too, for what is not understood."""
    try:
        tree = tree_of(pattern)
        automaton = _Automaton()
        _add(tree, automaton)
        if len(automaton.expressions) > _MOST_PLACES:
            return False
        takes = _characters(automaton.expressions, pattern)
    except (NotUnderstoodError, re.error, OverflowError):
        return False
    loops = _loops(len(automaton.expressions), automaton.edges)
    return any(_is_ambiguous(loop, automaton.edges, takes) for loop in loops if len(loop) <= _MOST_IN_A_LOOP)


def _add(tree: Tree, automaton: _Automaton) -> _Ends:
    match tree:
        case Take(expression):
            automaton.expressions.append(expression)
            place = len(automaton.expressions) - 1
            return _Ends(Counter([place]), Counter([place]), empty=False)
        case Choice(items):
            parts = [_add(item, automaton) for item in items]
            first: Counter[int] = sum((part.first for part in parts), Counter())
            last: Counter[int] = sum((part.last for part in parts), Counter())
            return _Ends(first, last, any(part.empty for part in parts))
        case Row(items):
            row = _Ends(Counter(), Counter(), empty=True)
            for item in items:
                row = _joined(row, _add(item, automaton), automaton)
            return row
        case Repeat(item, empty, loops):
            part = _add(item, automaton)
            if loops:
                _connect(part.last, part.first, automaton)
            return _Ends(part.first, part.last, part.empty or empty)


def _joined(left: _Ends, right: _Ends, automaton: _Automaton) -> _Ends:
    _connect(left.last, right.first, automaton)
    first = left.first + right.first if left.empty else left.first
    last = right.last + left.last if right.empty else right.last
    return _Ends(first, last, left.empty and right.empty)


def _connect(sources: Counter[int], goals: Counter[int], automaton: _Automaton) -> None:
    for source, goal in product(sources, goals):
        automaton.edges[source, goal] += 1


def _characters(expressions: list[str], pattern: str) -> list[frozenset[str]]:
    """Which of some characters each place takes: those of the expression, and one or two of every kind."""
    alphabet = set(_SAMPLES) | set(pattern)
    by_expression = {
        expression: frozenset(filter(compiled(expression, re.DOTALL).fullmatch, alphabet))
        for expression in set(expressions)
    }
    return [by_expression[expression] for expression in expressions]


def _loops(size: int, edges: Counter[tuple[int, int]]) -> list[frozenset[int]]:
    """The places that lead to each other."""
    ahead: dict[int, list[int]] = defaultdict(list)
    back: dict[int, list[int]] = defaultdict(list)
    for source, goal in edges:
        ahead[source].append(goal)
        back[goal].append(source)
    left = set(range(size)) & set(ahead) & set(back)
    loops = []
    while left:
        start = min(left)
        loop = _reached(start, ahead) & _reached(start, back)
        left -= loop | {start}
        if loop:
            loops.append(frozenset(loop))
    return loops


def _reached(start: int, ahead: dict[int, list[int]]) -> set[int]:
    """Everything that is one step or more away."""
    found: set[int] = set()
    open_ = [start]
    while open_:
        for goal in ahead.get(open_.pop(), ()):
            if goal not in found:
                found.add(goal)
                open_.append(goal)
    return found


def _is_ambiguous(loop: frozenset[int], edges: Counter[tuple[int, int]], takes: list[frozenset[str]]) -> bool:
    """Whether two paths in a loop take the same characters and come back to the same place."""
    inner = {edge: ways for edge, ways in edges.items() if edge[0] in loop and edge[1] in loop}
    if any(ways > 1 for ways in inner.values()):
        return True
    ahead: dict[int, list[int]] = defaultdict(list)
    for source, goal in inner:
        ahead[source].append(goal)
    pairs: dict[int, list[int]] = {}
    number = {pair: index for index, pair in enumerate(product(sorted(loop), repeat=2))}
    back: dict[int, list[int]] = defaultdict(list)
    for (one, other), index in number.items():
        goals = [number[goal] for goal in product(ahead[one], ahead[other]) if takes[goal[0]] & takes[goal[1]]]
        pairs[index] = goals
        for goal in goals:
            back[goal].append(index)
    for place in loop:
        same = number[place, place]
        round_trips = _reached(same, pairs) & _reached(same, back)
        if any(one != other for (one, other), index in number.items() if index in round_trips):
            return True
    return False
