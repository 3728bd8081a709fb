"""The changes of one action as a tree of lines. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import assert_never

from rich.text import Text

from provisioner.comparing.compare import FieldChange, Kind
from provisioner.reports.outline_text import item_outline
from provisioner.reports.places import steps
from provisioner.reports.terminal import Line
from provisioner.reports.values_text import bounded, is_short, shown, word_diff
from provisioner.reports.word_diff import Comparisons

MOST_CHANGES = 60
"""Changes of one action that are shown; JSON has them all."""

_STEP_INDENT = 2
_LONGEST_STEP = 120


@dataclass(slots=True)
class _Node:
    """A place of the room: what happens there, and the places below it."""

    changes: list[FieldChange] = field(default_factory=list)
    below: dict[str, _Node] = field(default_factory=dict)


def change_lines(
    changes: tuple[FieldChange, ...], comparisons: Comparisons, *, indent: int, colour: bool
) -> Iterator[Line]:
    """The changes by place: what several have in common is written once, above them."""
    root = _Node()
    for change in changes[:MOST_CHANGES]:
        node = root
        for step in steps(change.path):
            node = node.below.setdefault(step, _Node())
        node.changes.append(change)
    yield from _below(root, indent, comparisons, colour=colour)
    if (more := len(changes) - MOST_CHANGES) > 0:
        yield Line(Text(f"… {more:,} more change{'s' if more > 1 else ''}; --format json has all", "dim"), indent)


def _below(node: _Node, indent: int, comparisons: Comparisons, *, colour: bool) -> Iterator[Line]:
    for step, child in node.below.items():
        yield from _place(step, child, indent, comparisons, colour=colour)


def _place(label: str, node: _Node, indent: int, comparisons: Comparisons, *, colour: bool) -> Iterator[Line]:
    while not node.changes and len(node.below) == 1:
        step, node = next(iter(node.below.items()))
        label += step
    name = bounded(label.removeprefix("."), _LONGEST_STEP)
    for change in node.changes:
        yield from _change(name, change, indent, comparisons, colour=colour)
    if node.below:
        if not node.changes:
            yield Line(Text(name, "bold"), indent, Text("  "))
        yield from _below(node, indent + _STEP_INDENT, comparisons, colour=colour)


def _change(name: str, change: FieldChange, indent: int, comparisons: Comparisons, *, colour: bool) -> Iterator[Line]:
    kind = kind_of(change)
    if change.sensitive:
        yield _named(kind, name, Text(f"(sensitive value {_WORDS[kind]})"), indent)
        return
    match kind:
        case Kind.MOVE:
            moved = f"moved from {shown(change.before)} to {shown(change.after)}"
            yield _named(kind, name, Text(moved), indent)
        case Kind.ADD:
            yield _named(kind, name, Text(item_outline(change.after), "green"), indent)
        case Kind.REMOVE:
            yield _named(kind, name, Text(item_outline(change.before), "red"), indent)
        case Kind.SET:
            yield from _set(name, change, indent, comparisons, colour=colour)
        case _:
            assert_never(kind)


def _set(name: str, change: FieldChange, indent: int, comparisons: Comparisons, *, colour: bool) -> Iterator[Line]:
    before, after = change.before, change.after
    if is_short(before) and is_short(after):
        value = Text.assemble((shown(before), "red"), (" → ", "dim"), (shown(after), "green"))
        yield _named(Kind.SET, name, value, indent)
        return
    both = isinstance(before, str) and isinstance(after, str)
    stretches = comparisons.worth_showing(before, after) if both else None
    yield _line(Kind.SET, Text(name), indent)
    if stretches is not None:
        yield Line(word_diff(stretches, colour=colour), indent + 4)
    else:
        yield _line(Kind.REMOVE, Text(shown(before), "red"), indent + 4)
        yield _line(Kind.ADD, Text(shown(after), "green"), indent + 4)


def kind_of(change: FieldChange) -> Kind:
    """A field that was not there comes, one that will not be there goes."""
    if change.kind is Kind.SET and not change.sensitive:
        if change.before is None:
            return Kind.ADD
        if change.after is None:
            return Kind.REMOVE
    return change.kind


_WORDS = {Kind.SET: "changed", Kind.ADD: "added", Kind.REMOVE: "removed", Kind.MOVE: "moved"}
_SIGNS = {
    Kind.SET: ("~ ", "yellow"),
    Kind.ADD: ("+ ", "green"),
    Kind.REMOVE: ("- ", "red"),
    Kind.MOVE: ("~ ", "yellow"),
}


def _named(kind: Kind, name: str, value: Text, indent: int) -> Line:
    return _line(kind, Text.assemble(f"{name}: ", value), indent)


def _line(kind: Kind, text: Text, indent: int) -> Line:
    return Line(text, indent, Text(*_SIGNS[kind]))
