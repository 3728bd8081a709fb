"""Changes values in a YAML text and nothing else: comments, order, quotes and blank lines stay. Pure.

ruamel.yaml's round trip reads and writes the document twice, as it is and with the changes. Only the lines in which
these two differ are taken over into the text, so that what a round trip would lay out anew by itself stays as it was.
Items of lists that stand on lines of their own are moved as lines, with the comments above them.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import (
    DoubleQuotedScalarString,
    FoldedScalarString,
    LiteralScalarString,
    SingleQuotedScalarString,
)

from provisioner.yaml_source.dumping import ENDLESS, Verbatim, readable
from provisioner.yaml_source.edits import Added, Arrange, Drop, Edit, NotEditableError, Put
from provisioner.yaml_source.item_lines import arranged, indentation, is_on_lines
from provisioner.yaml_source.nodes import Document, Mapping, Node, Route, Sequence, find
from provisioner.yaml_source.reading import parse_documents
from provisioner.yaml_source.stand_ins import StandIns

_CANNOT = "the file is laid out in a way that cannot be kept"


def edited(text: str, edits: Iterable[Edit], stand_ins: StandIns) -> str:
    """A document's text with the edits made. Raises NotEditableError, and changes nothing then."""
    values: list[Edit] = []
    lists: list[Arrange] = []
    document = _parsed(text)
    for edit in edits:
        if isinstance(edit, Arrange) and is_on_lines(_node(document, edit.route), text):
            lists.append(edit)
        else:
            values.append(edit)
    result = _with_values(text, values, stand_ins, document) if values else text
    for edit in sorted(lists, key=lambda edit: len(edit.route), reverse=True):  # inner ones first
        node = _node(_parsed(result), edit.route)
        assert isinstance(node, Sequence)  # noqa: S101 - it was one before
        result = arranged(result, node, edit.items, stand_ins)
    if _comments(text) - _comments(result):
        raise NotEditableError("a comment would be lost")
    return result


def _with_values(text: str, edits: list[Edit], stand_ins: StandIns, document: Document) -> str:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.allow_unicode = True
    yaml.width = ENDLESS
    offset = _offset(document.root)
    yaml.indent(mapping=2, sequence=2 + offset, offset=offset)
    try:
        tree = yaml.load(text)
        before = _dumped(yaml, tree)
        for edit in sorted(edits, key=lambda edit: isinstance(edit, Drop)):
            _make(tree, edit, stand_ins)
        after = _dumped(yaml, tree)
    except (YAMLError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise NotEditableError(_CANNOT) from error
    return _taken_over(text, before, after)


def _dumped(yaml: YAML, tree: Any) -> str:
    stream = io.StringIO()
    yaml.dump(tree, stream)
    return stream.getvalue()


def _make(tree: Any, edit: Edit, stand_ins: StandIns) -> None:
    *above, last = edit.route
    parent = tree
    for step in above:
        parent = parent[step]
    match edit:
        case Put(value=value):
            parent[last] = _styled(value, parent[last], stand_ins)
        case Drop():
            del parent[last]
        case Arrange(items=items):
            old = list(parent[last])
            new = [_styled(item.value, None, stand_ins) if isinstance(item, Added) else old[item] for item in items]
            flow = CommentedSeq(new)
            flow.fa.set_flow_style()
            parent[last] = flow


def _styled(value: Any, old: Any, stand_ins: StandIns) -> Any:
    """A value in the style of the one in whose place it comes, where that style can hold it."""
    if isinstance(value, list) and not value:
        empty = CommentedSeq()
        empty.fa.set_flow_style()
        return empty
    new = readable(value, stand_ins)
    if isinstance(new, str) and not isinstance(value, Verbatim) and not isinstance(new, LiteralScalarString):
        match old:
            case DoubleQuotedScalarString() if max(new, default="") < "\U00010000":
                new = DoubleQuotedScalarString(new)
            case SingleQuotedScalarString() if "\n" not in new:
                new = SingleQuotedScalarString(new)
            case FoldedScalarString() if new.strip() == new and new:
                new = FoldedScalarString(new)
    if isinstance(new, LiteralScalarString | FoldedScalarString) and hasattr(old, "comment"):
        new.comment = old.comment  # type: ignore[union-attr]  # a slot that its stubs do not know
    return new


def _taken_over(text: str, before: str, after: str) -> str:
    """The text with the lines in which two round trips of it differ."""
    lines, base, new = (one.splitlines(keepends=True) for one in (text, before, after))
    place = _places(base, lines)
    result: list[str] = []
    done = 0
    for tag, b1, b2, n1, n2 in SequenceMatcher(None, base, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        first = next(b for b in range(b1, -1, -1) if place[b] is not None)
        last = next(b for b in range(b2, len(base) + 1) if place[b] is not None)
        start, end = place[first], place[last]
        assert start is not None and end is not None  # noqa: S101, PT018 - that is how they were chosen
        if start < done:
            raise NotEditableError(_CANNOT)
        shift = _shift(base, lines, place, b1 if b1 < b2 else b1 - 1)
        taken = [_shifted(line, shift) for line in (*base[first:b1], *new[n1:n2], *base[b2:last])]
        result += [*lines[done:start], *taken, *_comments_below(lines[start:end], taken)]
        done = end
    return "".join([*result, *lines[done:]])


def _places(base: list[str], lines: list[str]) -> list[int | None]:
    """Where each boundary between lines of one text is in the other; None where that cannot be told."""
    place: list[int | None] = [None] * (len(base) + 1)
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, base, lines, autojunk=False).get_opcodes():
        if tag == "equal" or i2 - i1 == j2 - j1:
            place[i1 : i2 + 1] = range(j1, j2 + 1)
        else:
            place[i1], place[i2] = j1, j2
    return place


def _shift(base: list[str], lines: list[str], place: list[int | None], b: int) -> int:
    """By how much further the text indents a line than its round trip does, which has one indentation for all lists."""
    if b < 0 or b >= len(base) or (here := place[b]) is None or place[b + 1] != here + 1:
        return 0
    return indentation(lines[here]) - indentation(base[b])


def _shifted(line: str, by: int) -> str:
    if not line.strip():
        return line
    return " " * (indentation(line) + by) + line.lstrip(" ")


def _comments_below(old: list[str], new: list[str]) -> list[str]:
    """The comments and blank lines at the end of lines that go away, which belong to what follows."""
    end = len(old)
    while end and (not old[end - 1].strip() or old[end - 1].lstrip().startswith("#")):
        end -= 1
    kept = old[end:]
    return [] if kept and new[-len(kept) :] == kept else kept


def _comments(text: str) -> Counter[str]:
    return Counter(line.strip() for line in text.splitlines() if line.lstrip().startswith("#"))


def _offset(root: Node) -> int:
    """By how many columns lists are indented in mappings; as most of them are."""
    found: Counter[int] = Counter()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Sequence):
            waiting.extend(node.items)
        elif isinstance(node, Mapping):
            for key, item in node.pairs:
                waiting.append(item)
                if isinstance(item, Sequence) and item.start.line > key.start.line:
                    found[item.start.column - key.start.column] += 1
    return found.most_common(1)[0][0] if found else 2


def _parsed(text: str) -> Document:
    parsed = parse_documents(text, "")
    if parsed.findings or len(parsed.documents) != 1:
        raise NotEditableError(_CANNOT)
    return parsed.documents[0]


def _node(document: Document, route: Route) -> Node:
    return find(document.root, route).node
