"""Writes the same YAML as different people would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

Tree: TypeAlias = "str | tuple[str, ...] | list[Tree] | dict[str, Tree]"
"""Words as they are written, a block with its header and lines, a list, a mapping."""


@dataclass(frozen=True)
class Hand:
    """Columns to a deeper level, to a dash, behind a dash or colon; blank lines in a row, trailing spaces."""

    step: int
    dash: int
    gap: int
    blank: int
    trailing: int


def written(tree: Tree, hand: Hand) -> str:
    """The text. Where one writes a comment or a blank line does not depend on the hand."""
    return "".join(f"{line}\n" for line in _lines(tree, 0, hand))


def _lines(tree: Tree, column: int, hand: Hand) -> Iterator[str]:
    match tree:
        case dict():
            for number, (key, below) in enumerate(tree.items()):
                if number == 1:
                    yield from [""] * hand.blank
                    yield f"{' ' * column}# about {key}"
                yield from _value(f"{' ' * column}{key}:", below, column, hand, hand.step)
        case list():
            for below in tree:
                yield from _item(below, column, hand)
        case _:
            raise AssertionError(tree)


def _value(before: str, below: Tree, column: int, hand: Hand, step: int) -> Iterator[str]:
    end = " " * hand.trailing
    match below:
        case str():
            yield f"{before}{' ' * hand.gap}{below}{end}"
        case tuple():
            header, *lines = below
            yield f"{before}{' ' * hand.gap}{header}{end}"
            yield from (f"{' ' * (column + step)}{line}" if line else "" for line in lines)
        case dict():
            yield f"{before}{end}"
            yield from _lines(below, column + step, hand)
        case list():
            yield f"{before}{end}"
            yield from _lines(below, column + min(hand.dash, step), hand)


def _item(below: Tree, column: int, hand: Hand) -> Iterator[str]:
    if not isinstance(below, list | dict):
        yield from _value(f"{' ' * column}-", below, column, hand, max(hand.step, 1))
        return
    inner = column + 1 + hand.gap
    first, *others = _lines(below, inner, hand)
    yield f"{' ' * column}-{' ' * hand.gap}{first[inner:]}"
    yield from others
