"""Parser events → nodes, refusing what makes YAML more than data. Pure.

Events rather than libyaml's own composer: that one shows neither anchors nor explicit tags, and its recursion
crashes on 30,000 nested brackets, where events end at the first level too many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from provisioner.diagnostics import Diagnostic, Frame, Span
from provisioner.yaml_source.nodes import Document, Mapping, Mark, Node, Scalar, Sequence
from provisioner.yaml_source.scalars import ScalarError, plain_value

MAX_DEPTH = 64
"""Levels of lists and mappings; a room has about twelve."""
MAX_NODES = 500_000
"""Scalars, lists and mappings of one text."""
MAX_FINDINGS = 50
"""Of one text; the rest is found when these are mended."""

_NO_ALIASES = (
    "anchors (&name) and aliases (*name) are not read here; repeat the value, or use a template variable. "
    "Text that starts with & or * needs quotes"
)
_NO_TAGS = "tags such as !name are not read here; text that starts with ! needs quotes"
_NO_COMPLEX_KEY = "a key must be text, not a list or a mapping"
_NO_TEMPLATE = "this is plain YAML and not a template, so {{ }} has no meaning here; write the value itself"
_NO_MERGE = "merge keys (<<) are not read here; repeat the fields, or include them from a template"


class _EnoughError(Exception):
    """A limit was reached and what follows is not read. Never leaves this module."""


def compose(events: Iterable[Any], file: str) -> tuple[list[Document], list[Diagnostic]]:
    """The documents and what is wrong with them. What the parser behind `events` raises goes through."""
    composer = _Composer(file)
    handlers = composer.handlers()
    try:
        for event in events:
            handler = handlers.get(type(event))
            if handler is not None:
                handler(event)
    except _EnoughError:
        return [], composer.findings
    return composer.documents, composer.findings


class _Composer:
    """The state between two events: which lists and mappings are open, and the key whose value comes next."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Diagnostic] = []
        self.documents: list[Document] = []
        self._open: list[Sequence | Mapping] = []
        self._keys: list[Scalar | None] = []
        self._nodes = 0

    def handlers(self) -> dict[type, Callable[[Any], None]]:
        return {
            ScalarEvent: self._on_scalar,
            MappingStartEvent: lambda event: self._enter(event, Mapping([], event.start_mark)),
            SequenceStartEvent: lambda event: self._enter(event, Sequence([], event.start_mark)),
            MappingEndEvent: self._on_mapping_end,
            SequenceEndEvent: self._on_sequence_end,
            AliasEvent: self._on_alias,
            DocumentStartEvent: self._on_document_start,
        }

    def _on_scalar(self, event: Any) -> None:
        text: str = event.value
        mark: Mark = event.start_mark
        if event.anchor is not None or event.tag is not None:
            self._refuse_properties(event)
        if event.style:
            if not text.isascii():
                text = self._whole_characters(text, mark)
            self._put(Scalar(text, text, False, mark, event.end_mark))
            return
        try:
            value = plain_value(text)
        except ScalarError as error:
            self._report("yaml-number", str(error), mark)
            value = None
        self._put(Scalar(text, value, True, mark, event.end_mark))

    def _whole_characters(self, text: str, mark: Mark) -> str:
        r"""The text with pairs of escapes such as `\ud83c\udf75` as one character, as JSON writes some."""
        try:
            text.encode()
        except UnicodeEncodeError:
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            if "\ufffd" in text:
                self._report("yaml-syntax", "an escape in this text stands for half a character", mark)
        return text

    def _on_alias(self, event: Any) -> None:
        self._report("yaml-alias", _NO_ALIASES, event.start_mark)
        self._put(Scalar("", None, True, event.start_mark, event.end_mark))

    def _enter(self, event: Any, node: Sequence | Mapping) -> None:
        if event.anchor is not None or event.tag is not None:
            self._refuse_properties(event)
        self._put(node)
        self._open.append(node)
        self._keys.append(None)
        if len(self._open) > MAX_DEPTH:
            self._report("yaml-depth", f"lists and mappings nest deeper than {MAX_DEPTH} levels", node.start)
            raise _EnoughError

    def _on_sequence_end(self, _: Any) -> None:
        self._keys.pop()
        self._open.pop()

    def _on_mapping_end(self, _: Any) -> None:
        self._keys.pop()
        closed = self._open.pop()
        if isinstance(closed, Mapping) and len({key.text for key, _ in closed.pairs}) != len(closed.pairs):
            self._report_duplicates(closed)

    def _on_document_start(self, _: Any) -> None:
        self._open.clear()
        self._keys.clear()

    def _put(self, node: Node) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._report("yaml-size", f"the text has more than {MAX_NODES:,} values; split the file", node.start)
            raise _EnoughError
        if not self._open:
            self.documents.append(Document(node, self.file))
            return
        parent = self._open[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
            return
        key = self._keys[-1]
        if key is None:
            self._keys[-1] = self._key(node)
        else:
            parent.pairs.append((key, node))
            self._keys[-1] = None

    def _key(self, node: Node) -> Scalar:
        if not isinstance(node, Scalar):
            message = _NO_TEMPLATE if self._looks_like_expression(node) else _NO_COMPLEX_KEY
            self._report("yaml-key", message, node.start)
            return Scalar("", None, True, node.start, node.start)
        if node.plain and node.text == "<<":
            self._report("yaml-merge-key", _NO_MERGE, node.start)
        elif not isinstance(node.value, str):
            self._report("yaml-key", "a key must be text; write this one in quotes", node.start)
        return node

    def _looks_like_expression(self, key: Sequence | Mapping) -> bool:
        around = self._open[-1].start
        return isinstance(key, Mapping) and (around.line, around.column + 1) == (key.start.line, key.start.column)

    def _report_duplicates(self, mapping: Mapping) -> None:
        seen: dict[str, Scalar] = {}
        for key, _ in mapping.pairs:
            first = seen.setdefault(key.text, key)
            if first is not key and key.value is not None:
                frame = Frame("first written at", self._span(first.start))
                self._report("yaml-duplicate-key", "this key stands here a second time", key.start, frame)

    def _refuse_properties(self, event: Any) -> None:
        if event.anchor is not None:
            self._report("yaml-alias", _NO_ALIASES, event.start_mark)
        if event.tag is not None:
            self._report("yaml-tag", _NO_TAGS, event.start_mark)

    def _report(self, rule: str, message: str, mark: Mark, *trace: Frame) -> None:
        self.findings.append(Diagnostic.error(rule, message, self._span(mark), trace))
        if len(self.findings) >= MAX_FINDINGS:
            raise _EnoughError

    def _span(self, mark: Mark) -> Span:
        return Span(self.file, mark.line + 1, mark.column + 1)
