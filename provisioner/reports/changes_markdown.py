"""The changes of one action as a block that GitHub shows in the colours of a diff, long texts word by word. Pure.

Every line starts with a sign of ours, so that nothing in it can end the block.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from rich.text import Text

from provisioner.comparing.compare import FieldChange, Kind
from provisioner.planning.actions import Action, Create
from provisioner.reports.changes_text import kind_of
from provisioner.reports.markdown import block, units
from provisioner.reports.numbers import counted
from provisioner.reports.outline_text import item_outline, room_outline
from provisioner.reports.terminal import Line, to_text
from provisioner.reports.values_text import bounded, is_short, shortened, shown
from provisioner.reports.word_diff import Comparisons, Pairs, Part

_MOST_UNITS = 5000
"""Of one action; a person reads no more of it in a comment."""
_MOST_STRETCHES = 24
_WIDTH = 84
_CONTEXT = 36
"""Characters of unchanged text on either side of a change: a line has space for both."""
_LONGEST_PATH = 160
_SIGNS = {Part.KEPT: "  ", Part.GONE: "- ", Part.NEW: "+ "}


def changes_block(action: Action, comparisons: Comparisons) -> str:
    """What an action changes, as a code block; empty where it changes nothing inside its room."""
    if isinstance(action, Create):
        lines = [line for text in room_outline(action.changes) for line in _rows("+ ", text)]
        return block(lines) if lines else ""
    return replaced_block(action.changes, comparisons)


def replaced_block(changes: tuple[FieldChange, ...], comparisons: Comparisons) -> str:
    """Changes as a code block; empty where there is none."""
    lines: list[str] = []
    size = 0
    for number, change in enumerate(changes):
        added = [f"@@ {bounded(change.path, _LONGEST_PATH)} @@", *_change(change, comparisons)]
        size += sum(units(line) + 1 for line in added)
        if size > _MOST_UNITS and number:
            lines.append(f"! … {counted(len(changes) - number, 'more change')}")
            break
        lines += added
    return block(lines) if lines else ""


def _change(change: FieldChange, comparisons: Comparisons) -> Iterator[str]:
    kind = kind_of(change)
    if change.sensitive:
        yield "! (sensitive value)"
        return
    match kind:
        case Kind.MOVE:
            yield f"! moved from {shown(change.before)} to {shown(change.after)}"
        case Kind.ADD:
            yield from _rows("+ ", item_outline(change.after))
        case Kind.REMOVE:
            yield from _rows("- ", item_outline(change.before))
        case Kind.SET:
            yield from _set(change, comparisons)
        case _:
            assert_never(kind)


def _set(change: FieldChange, comparisons: Comparisons) -> Iterator[str]:
    before, after = change.before, change.after
    if isinstance(before, str) and isinstance(after, str) and not (is_short(before) and is_short(after)):
        stretches = comparisons.worth_showing(before, after)
        if stretches is not None:
            yield from _stretches(stretches)
            return
    yield from _rows("- ", shown(before))
    yield from _rows("+ ", shown(after))


def _stretches(stretches: Pairs) -> Iterator[str]:
    last = len(stretches) - 1
    for number, (part, words) in enumerate(stretches):
        if number >= _MOST_STRETCHES:
            more = sum(later is not Part.KEPT for later, _ in stretches[number:])
            yield f"! … {counted(more, 'more change')} in this text"
            return
        kept = part is Part.KEPT
        ends = {"is_first": number == 0, "is_last": number == last}
        yield from _rows(_SIGNS[part], shortened(words, **ends, context=_CONTEXT) if kept else bounded(words))


def _rows(sign: str, text: str) -> list[str]:
    """The text in lines that fit, each behind the sign."""
    return [f"{sign}{row}" for row in to_text([Line(Text(text))], width=_WIDTH).splitlines()]
