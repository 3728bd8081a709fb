"""Lists whose items stand on lines of their own: moved, added and taken away as lines. Pure."""

from __future__ import annotations

import io
from typing import Any

from ruamel.yaml import YAML

from provisioner.yaml_source.dumping import ENDLESS, readable
from provisioner.yaml_source.edits import Added, NotEditableError
from provisioner.yaml_source.nodes import Node, Sequence
from provisioner.yaml_source.stand_ins import StandIns


def indentation(line: str) -> int:
    """The columns of spaces that a line begins with."""
    return len(line) - len(line.lstrip(" "))


def is_on_lines(node: Node, text: str) -> bool:
    """Whether a node is a list in block style, with at least one item."""
    if not isinstance(node, Sequence) or not node.items:
        return False
    line = text.split("\n")[node.start.line]
    return line[node.start.column : node.start.column + 1] == "-" and not line[: node.start.column].strip(" -")


def arranged(text: str, node: Sequence, items: tuple[int | Added, ...], stand_ins: StandIns) -> str:
    """The text with the list arranged anew. What stands above an item moves with it; above one that goes, it stays.

    Raises NotEditableError where the first item shares its line with the list around.
    """
    lines = text.splitlines(keepends=True)
    column = node.start.column
    if lines[node.start.line][:column].strip():
        raise NotEditableError("the list begins on the line of another")
    starts = [_dash(lines, item.start.line, column) for item in node.items]
    ends = [_end(lines, start, column) for start in starts]
    begin = starts[0]
    while begin and _is_blank_or_comment(lines[begin - 1]):
        begin -= 1
    above = [lines[end:start] for end, start in zip([begin, *ends], starts, strict=False)]
    bodies = [lines[start:end] for start, end in zip(starts, ends, strict=True)]
    blank = ["\n"] if any(piece and not piece[0].strip() for piece in above[1:]) else []
    result: list[str] = []
    kept = {item for item in items if isinstance(item, int)}
    waiting = {n: above[n] for n in range(len(bodies)) if n not in kept}
    for item in items:
        if isinstance(item, Added):
            result += [*(blank if result else []), *_written(item.value, column, stand_ins)]
            continue
        for n in sorted(waiting):
            if n < item:
                result += waiting.pop(n)
        result += [*above[item], *_ended(bodies[item])]
    for n in sorted(waiting):
        result += waiting[n]
    return "".join([*lines[:begin], *result, *lines[ends[-1] :]])


def _dash(lines: list[str], line: int, column: int) -> int:
    """The line with the dash of an item that begins at or below it."""
    while lines[line][:column].strip() or lines[line][column : column + 1] != "-":
        line -= 1
    return line


def _end(lines: list[str], start: int, column: int) -> int:
    """The line after an item: its lines are indented further than its dash, and so are comments that belong to it."""
    end = after = start + 1
    while after < len(lines):
        line = lines[after]
        after += 1
        is_inside = indentation(line) > column
        if not line.strip() or (not is_inside and line.lstrip().startswith("#")):
            continue
        if not is_inside:
            break
        end = after
    return end


def _is_blank_or_comment(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _ended(lines: list[str]) -> list[str]:
    """The lines with an end to the last of them, which the end of the file may have spared."""
    return [*lines[:-1], lines[-1] if lines[-1].endswith("\n") else f"{lines[-1]}\n"]


def _written(value: Any, column: int, stand_ins: StandIns) -> list[str]:
    yaml = YAML()
    yaml.allow_unicode = True
    yaml.width = ENDLESS
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    yaml.dump({"x": [readable(value, stand_ins)]}, stream)
    written = stream.getvalue().splitlines(keepends=True)[1:]
    return [" " * column + line[2:] if line.strip() else line for line in written]
