"""Where the lines of a manifest begin, and what stands between its words. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from provisioner.formatting.cover import Covered, UnreadableError, with_indents
from provisioner.yaml_source import Mapping, Node, Scalar, Sequence
from provisioner.yaml_source.item_lines import indentation

_STEP = 2
"""Columns from one level to the next; the dash of a list is one as well."""
_COMMENT_GAP = 2
_SEPARATOR = re.compile(r"(?:---|\.\.\.)(?=\s|$)")
_REMARK = re.compile(r"\s+(?=#)|^(?=#)")
_BLOCK = re.compile(r"[|>][-+0-9]*")


@dataclass(slots=True)
class _Line:
    """What becomes of a line: `head` stands for all up to the column `since`, and `cuts` for stretches behind it."""

    head: str
    since: int
    cuts: list[tuple[int, int, str]] = field(default_factory=list)
    tail: int = 0
    """The column behind its last word."""

    def at(self, column: int) -> int:
        """Where a column of the line is, as far as its beginning alone moves it."""
        return len(self.head) + column - self.since


def laid_out(text: Covered) -> list[str]:
    """The lines as they should stand. Raises UnreadableError where that cannot be told."""
    layout = _Layout(text)
    for document in text.documents:
        layout.document(document.root)
    layout.remarks()
    return layout.lines()


class _Layout:
    """What is known of the lines so far. `_moved` has the columns by which further lines of a value move."""

    def __init__(self, text: Covered) -> None:
        self._text = text
        self._lines: dict[int, _Line] = {}
        self._moved: dict[int, int] = {}

    def document(self, root: Node) -> None:
        """One document from its outermost level on."""
        if isinstance(root, Scalar) and root.plain and not root.text:
            return
        self._begin(root, 0)
        self._node(root, 0)

    def remarks(self) -> None:
        """Comments that have a line of their own go with the lines that they are about."""
        waiting = [
            number
            for number, line in enumerate(self._text.covered)
            if line.startswith(" ") and line.lstrip(" ").startswith("#") and not self._is_settled(number)
        ]
        columns = {number: self._column(number) for number in waiting}
        for number, indent in columns.items():
            column = indentation(self._text.covered[number])
            self._lines[number] = _Line(" " * indent, column, tail=column)

    def lines(self) -> list[str]:
        """All lines, with one blank one where there are several, and none at the beginning and the end."""
        done: list[str] = []
        blank = False
        for number, line in enumerate(self._text.lines):
            if not self._is_settled(number) and not line.strip():
                blank = bool(done)
                continue
            done += [""] * blank
            blank = False
            if number in self._text.kept:
                done.append(line)
            elif number in self._moved:
                done.append(_shifted(line, self._moved[number]))
            else:
                done.append(self._rewritten(number) if number in self._lines else line.rstrip())
        return done

    def _is_settled(self, number: int) -> bool:
        return number in self._lines or number in self._moved or number in self._text.kept

    def _node(self, node: Node, indent: int) -> None:
        if self._is_flow(node) or isinstance(node, Scalar):
            self._words(node, indent)
        elif isinstance(node, Mapping):
            for key, value in node.pairs:
                self._pair(key, value, indent)
        else:
            for item in node.items:
                self._item(item, node.start.column, indent)

    def _pair(self, key: Scalar, value: Node, indent: int) -> None:
        line = self._begin(key, indent)
        if key.end.line != key.start.line:
            raise UnreadableError("a key runs over several lines", key.start.line + 1)
        row = self._text.covered[key.start.line]
        colon = row.find(":", key.end.column)
        if colon < 0 or row[key.end.column : colon].strip():
            raise UnreadableError("this key is written in a form that is left as it is", key.start.line + 1)
        if colon > key.end.column:
            line.cuts.append((key.end.column, colon, ""))
        line.tail = colon + 1
        if _is_missing(value):
            return
        if value.start.line == key.start.line:
            line.cuts.append((colon + 1, value.start.column, " "))
            line.tail = value.start.column
            self._node(value, indent)
        else:
            self._begin(value, indent + _STEP)
            self._node(value, indent + _STEP)

    def _item(self, item: Node, column: int, indent: int) -> None:
        number = item.start.line
        while number >= 0 and not self._is_dash(number, column):
            number -= 1
        if number < 0:
            raise UnreadableError("this list is written in a form that is left as it is", item.start.line + 1)
        line = self._lines.get(number)
        if line is None:
            if self._text.covered[number][:column].strip():
                raise UnreadableError("this list is written in a form that is left as it is", number + 1)
            line = self._lines[number] = _Line(" " * indent, column)
        if _is_missing(item):
            line.head, line.since, line.tail = line.head + "-", column + 1, column + 1
            return
        if item.start.line == number:
            line.head, line.since, line.tail = line.head + "- ", item.start.column, item.start.column
        else:
            line.head, line.since, line.tail = line.head + "-", column + 1, column + 1
            self._begin(item, indent + _STEP)
        self._node(item, indent if isinstance(item, Scalar) else indent + _STEP)

    def _is_dash(self, number: int, column: int) -> bool:
        row = self._text.covered[number]
        return (
            row[column : column + 1] == "-"
            and not row[column + 1 : column + 2].strip()
            and not row[:column].replace("-", " ").strip()
        )

    def _begin(self, node: Node, indent: int) -> _Line:
        """The line in which a node starts, and which it begins unless a dash does."""
        number, column = node.start.line, node.start.column
        line = self._lines.get(number)
        if line is None:
            if self._text.covered[number][:column].strip():
                raise UnreadableError("this is written in a form that is left as it is", number + 1)
            line = self._lines[number] = _Line(" " * indent, column, tail=column)
        return line

    def _words(self, node: Node, indent: int) -> None:
        """A text, or a list or mapping in brackets: further lines go where the first one goes."""
        line = self._lines[node.start.line]
        by = line.at(line.since) - line.since
        if isinstance(node, Scalar):
            last, column = node.end.line, node.end.column
            if not node.plain and self._text.covered[node.start.line][node.start.column] in "|>":
                self._block(node, indent, by)
                return
        else:
            last, column = self._brackets(node)
        inside = range(node.start.line + 1, last + 1)
        line.tail = column if last == node.start.line else len(self._text.covered[node.start.line])
        if self._text.kept.intersection(inside):
            raise UnreadableError("a statement stands inside a value of several lines", node.start.line + 1)
        self._moved.update(dict.fromkeys(inside, by))

    def _block(self, node: Scalar, indent: int, by: int) -> None:
        """The lines of a block go two columns further in than the field that it belongs to."""
        first = node.start.line
        row = self._text.covered[first]
        header = _BLOCK.match(row, node.start.column)
        self._lines[first].tail = header.end() if header else node.start.column
        rows = range(first + 1, min(max(node.end.line, first + 1), len(self._text.covered)))
        filled = [number for number in rows if self._text.covered[number].strip()]
        if not filled:
            return
        written = header[0] if header else ""
        start = indentation(self._text.covered[filled[0]])
        if not any(char.isdigit() for char in written):
            by = indent + _STEP - start
            filled = [number for number in filled if indentation(self._text.covered[number]) >= start]
        last = rows[-1] if "+" in written else filled[-1]
        lengths = {number: len(self._text.covered[number]) for number in rows if number not in filled}
        if self._text.kept.intersection(range(first + 1, last + 1)) and by:
            raise UnreadableError("a statement stands inside a text", first + 1)
        self._moved.update(dict.fromkeys(range(first + 1, last + 1), by))
        self._moved.update({number: -n for number, n in lengths.items() if n <= start and number <= last})

    def _brackets(self, node: Mapping | Sequence) -> tuple[int, int]:
        """Where a list or mapping in brackets ends; what stands between its words in one line is set right."""
        number, column = node.start.line, node.start.column
        depth = 0
        for word in _words_in(node):
            begin, column = column, column if number == word.start.line else 0
            while number < word.start.line:
                depth += _deeper(self._text.covered[number][begin:])
                number, begin = number + 1, 0
            depth += _deeper(self._text.covered[number][begin : word.start.column])
            self._set_right(number, begin if column else 0, word.start.column)
            number, column = word.end.line, word.end.column
        return self._closed(number, column, depth)

    def _closed(self, number: int, column: int, depth: int) -> tuple[int, int]:
        """Where the last bracket behind a place is."""
        begin = column
        for row in self._text.covered[number:]:
            for at in range(begin, len(row)):
                if row[at] == "#":
                    break
                depth += _deeper(row[at])
                if not depth and row[at] in "]}":
                    self._set_right(number, begin, at + 1)
                    return number, at + 1
            number, begin = number + 1, 0
        raise UnreadableError("a bracket is not closed", number)

    def _set_right(self, number: int, begin: int, stop: int) -> None:
        """What stands between two words of one line, where a field begins in that."""
        line = self._lines.get(number)
        row = self._text.covered[number]
        if line is None:
            return
        between = re.sub(r"([,:])(?=[^\]},]|$)", r"\1 ", re.sub(r"\s", "", row[begin:stop]))
        if between != row[begin:stop]:
            line.cuts.append((begin, stop, between))

    def _is_flow(self, node: Node) -> bool:
        return not isinstance(node, Scalar) and self._text.covered[node.start.line][node.start.column] in "[{"

    def _column(self, number: int) -> int:
        """Where a comment goes: with the next line if it stood in its column, else with the last one that did."""
        column = indentation(self._text.covered[number])
        after = self._nearest(range(number + 1, len(self._text.covered)), None)
        if after is None or indentation(self._text.covered[after]) != column:
            above = self._nearest(range(number - 1, -1, -1), column)
            after = above if above is not None else after
        return column if after is None else indentation(self._lines[after].head + "x")

    def _nearest(self, numbers: range, column: int | None) -> int | None:
        """The first of the lines of this document that begins something, in that column if there is one."""
        for number in numbers:
            row = self._text.covered[number]
            if _SEPARATOR.match(row):
                return None
            if number in self._lines and column in (None, indentation(row)):
                return number
        return None

    def _rewritten(self, number: int) -> str:
        line, row = self._lines[number], self._text.lines[number]
        beneath = self._text.covered[number]
        remark = _REMARK.search(beneath, line.tail)
        end = remark.end() if remark else len(row)
        pieces: list[str] = []
        at = line.since
        for begin, stop, between in sorted(line.cuts):
            pieces += [row[at:begin], between]
            at = stop
        pieces.append(row[at:end].rstrip() if beneath[at:end].strip() else "")
        words = line.head + self._indents("".join(pieces), len(line.head) - line.since)
        if remark is None:
            return words.rstrip()
        if not words.strip():
            return words + row[end:].rstrip()
        words = words.rstrip()
        gap = end - len(beneath[:end].rstrip())
        column = end if gap > _COMMENT_GAP else 0
        return words + " " * max(column - len(words), _COMMENT_GAP) + row[end:].rstrip()

    def _indents(self, words: str, by: int) -> str:
        """The words of a line with its `indent` filters at the column to which they move."""
        return with_indents(words, lambda number: max(number + by, 0)) if by and "{{" in words else words


def _words_in(node: Node) -> list[Scalar]:
    """The scalars that are written, in order."""
    match node:
        case Scalar():
            return [] if _is_missing(node) else [node]
        case Sequence():
            return [word for item in node.items for word in _words_in(item)]
        case Mapping():
            return [word for key, item in node.pairs for word in (*_words_in(key), *_words_in(item))]


def _is_missing(node: Node) -> bool:
    return isinstance(node, Scalar) and (node.start.line, node.start.column) == (node.end.line, node.end.column)


def _deeper(text: str) -> int:
    """By how many brackets more are open behind a stretch between words."""
    text = text.partition("#")[0]
    return sum(char in "[{" for char in text) - sum(char in "]}" for char in text)


def _shifted(line: str, by: int) -> str:
    return " " * max(indentation(line) + by, 0) + line.lstrip(" ")
