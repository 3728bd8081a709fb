"""A manifest with its Jinja out of the way, so that it can be read and changed as YAML. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from provisioner.manifests.templates.tags import Tag, tags
from provisioner.yaml_source import Mapping, Node, Scalar
from provisioner.yaml_source import Sequence as ListNode
from provisioner.yaml_source.edits import NotEditableError
from provisioner.yaml_source.stand_ins import RESERVED, StandIns

_OPENS = re.compile(r"(for|if|macro|call|filter|block|with|autoescape)\b|set\b(?!.*=)", re.DOTALL)
_HARMLESS = re.compile(r"(import|from)\b|set\b.*=", re.DOTALL)
_START = re.compile(r"^---(?=\s|\Z).*\n?", re.MULTILINE)
_CONSTANT = re.compile(r"""\{\{-?\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*(?:\|\s*b64\s*)?-?\}\}""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Stretch:
    """One document of a masked file: the masked text from `start` up to `end`.

    `line` is that of its beginning in the file as it was, counted from 0. `made` tells that a statement of a template
    makes the document or a part of it.
    """

    start: int
    end: int
    line: int
    made: bool


@dataclass(slots=True)
class Masked:
    """A file whose expressions are words and whose statements and comments are comments of YAML."""

    text: str
    stand_ins: StandIns
    _cuts: list[tuple[int, int, int]] = field(default_factory=list)
    """Of each tag: where it was, where it is, and how much longer the text was up to its end."""
    _made: list[tuple[int, int]] = field(default_factory=list)
    """Stretches of the file as it was that a statement makes or leaves out."""

    @classmethod
    def of(cls, text: str) -> Masked:
        """Raises NotEditableError where the file is no template or has the words in it that stand for tags."""
        if any(char in text for char in RESERVED):
            raise NotEditableError("the file has private-use characters")
        try:
            found = tags(text)
        except ValueError as error:
            raise NotEditableError("the file is no template") from error
        masked = cls("", StandIns())
        masked._made.extend(_made(found, text))
        pieces: list[str] = []
        at = length = 0
        for tag in found:
            pieces += [text[at : tag.start], _stand_in(tag, text, masked.stand_ins)]
            length += tag.start - at
            masked._cuts.append((tag.start, length, tag.end - length - len(pieces[-1])))
            length += len(pieces[-1])
            at = tag.end
        masked.text = "".join([*pieces, text[at:]])
        return masked

    def document_at(self, line: int, original: str) -> Stretch:
        """The document around a line of the file as it was, counted from 1."""
        offset = sum(len(one) for one in original.splitlines(keepends=True)[: line - 1])
        here = self._masked_offset(offset)
        starts = [match.span() for match in _START.finditer(self.text)]
        start = max((end for _, end in starts if end <= here), default=0)
        end = min((begin for begin, _ in starts if begin >= max(here, start)), default=len(self.text))
        first, last = self._offset(start), self._offset(end)
        made = any(begin < last and finish > first for begin, finish in self._made)
        return Stretch(start, end, original.count("\n", 0, first), made)

    def line_of(self, masked_offset: int, original: str) -> int:
        """The line of the file as it was, counted from 1."""
        return original.count("\n", 0, self._offset(masked_offset)) + 1

    def _masked_offset(self, offset: int) -> int:
        shift = 0
        for was, begin, more in self._cuts:
            if was > offset:
                break
            shift = min(more, offset - begin)
        return offset - shift

    def _offset(self, masked: int) -> int:
        shift = 0
        for _, begin, more in self._cuts:
            if begin >= masked:
                break
            shift = more
        return masked + shift


def expressions_in(node: Node, stand_ins: StandIns) -> list[str]:
    """The expressions in a node that say more than a text that stands in them."""
    match node:
        case Scalar():
            return [tag for tag in stand_ins.behind(node.text) if not _CONSTANT.fullmatch(tag)]
        case ListNode():
            return [tag for item in node.items for tag in expressions_in(item, stand_ins)]
        case Mapping():
            return [tag for pair in node.pairs for part in pair for tag in expressions_in(part, stand_ins)]


def _stand_in(tag: Tag, text: str, stand_ins: StandIns) -> str:
    written = text[tag.start : tag.end]
    return stand_ins.word(written) if tag.kind == "expression" else stand_ins.comment(written)


def _made(found: Sequence[Tag], text: str) -> list[tuple[int, int]]:
    """What is made by statements: from the first of a block to its last, and each statement that prints by itself."""
    stretches: list[tuple[int, int]] = []
    open_since: list[int] = []
    for tag in found:
        if tag.kind == "raw" or (tag.kind != "expression" and not _ends_its_line(tag, text)):
            stretches.append((tag.start, tag.end))
        if tag.kind != "statement":
            continue
        if tag.words.startswith("end"):
            stretches.append((open_since.pop() if open_since else 0, tag.end))
        elif _OPENS.match(tag.words):
            open_since.append(tag.start)
        elif not _HARMLESS.match(tag.words):
            stretches.append((tag.start, tag.end))
    return stretches


def _ends_its_line(tag: Tag, text: str) -> bool:
    """Whether nothing is lost when the rest of a tag's line is a comment."""
    return not text[tag.end :].partition("\n")[0].strip()
