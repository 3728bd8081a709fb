"""Text → documents or findings: limits, the two parsers, and the place of a syntax error. Pure.

libyaml parses. Where it finds an error, ruamel.yaml's own parser judges, which is forty times slower and reads a
few things more. No message repeats the text, which may be a secret.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]  # imported there from a compiled module
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from provisioner.diagnostics import Diagnostic, Span
from provisioner.yaml_source.composer import compose
from provisioner.yaml_source.nodes import Document, Mark
from provisioner.yaml_source.problems import explain

MAX_CHARACTERS = 4 * 1024 * 1024
"""Of one text. The largest room the service takes has 300,000 characters to say."""
_JUDGE_LIMIT = 256 * 1024
"""Characters that ruamel.yaml's own parser reads in about a second; beyond them libyaml's word is final."""
_LINE_BREAKS = "\x85\u2028\u2029"
"""Characters that parsers count as line ends and editors do not: places after them would be wrong."""
_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a text holds. With findings, the documents are incomplete."""

    documents: tuple[Document, ...]
    findings: tuple[Diagnostic, ...]


def parse_documents(text: str, file: str) -> Parsed:
    """The documents of a YAML text, and everything that is wrong with it, at its place in `file`."""
    if len(text) > MAX_CHARACTERS:
        message = f"the text has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read. Split the file"
        return _failed("yaml-size", message, Span(file))
    if any(char in text for char in _LINE_BREAKS):
        return _unreadable(text, file)
    try:
        return _composed(_fast_events(text), file)
    except YAMLError as error:
        first_verdict = error
    if "unexpected ':'" in (getattr(first_verdict, "problem", None) or ""):
        with contextlib.suppress(YAMLError):
            return _composed(_fast_events_with_colons(text), file)
    if len(text) > _JUDGE_LIMIT:
        return _syntax_error(first_verdict, text, file)
    try:
        return _composed(YAML(typ="safe", pure=True).parse(text), file)
    except YAMLError as error:
        return _syntax_error(error, text, file)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, AssertionError, OverflowError):
        # that parser has corners of its own, such as "\UFFFFFFFF"
        return _syntax_error(first_verdict, text, file)


class _FastParser(CParser):  # type: ignore[misc]
    """libyaml as a source of events. Its base class looks for these two names."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._parser = self._composer = self


def _fast_events(text: str) -> Iterator[Any]:
    return iter(_FastParser(text).get_event, None)


_INNER_COLON = re.compile(r"""(?<=[^\s,\[\]{}"':?]):(?=[^\s,\[\]{}:])""")


def _fast_events_with_colons(text: str) -> Iterator[Any]:
    """The same, for text with addresses or times inside [ ] and { }, where libyaml takes no colon in a word.

    Another character stands for such colons while it parses, so that no place moves.
    """
    stand_in = next(char for char in map(chr, range(0xF800, 0xF8FF)) if char not in text)
    for event in _fast_events(_INNER_COLON.sub(stand_in, text)):
        value = getattr(event, "value", None)
        if value is not None and stand_in in value:
            event.value = value.replace(stand_in, ":")
        yield event


def _composed(events: Iterator[Any], file: str) -> Parsed:
    documents, findings = compose(events, file)
    return Parsed(tuple(documents), tuple(findings))


def _failed(rule: str, message: str, span: Span) -> Parsed:
    return Parsed((), (Diagnostic.error(rule, message, span),))


def _syntax_error(error: YAMLError, text: str, file: str) -> Parsed:
    if not isinstance(error, MarkedYAMLError):
        return _unreadable(text, file)
    mark: Mark | None = error.problem_mark or error.context_mark
    before, character = _surroundings(text, mark)
    problem = explain(error.problem or "", error.context or "", before, character)
    if problem.at_context and error.context_mark is not None:
        mark = error.context_mark
    return _failed("yaml-syntax", problem.message, Span(file, mark.line + 1, mark.column + 1) if mark else Span(file))


def _unreadable(text: str, file: str) -> Parsed:
    found = _UNREADABLE.search(text)
    if found is None:
        return _failed("yaml-syntax", "this is not valid YAML", Span(file))
    before = text[: found.start()]
    line, column = before.count("\n") + 1, found.start() - before.rfind("\n")
    message = f"the invisible character U+{ord(found.group()):04X} may not stand here; remove it"
    return _failed("yaml-character", message, Span(file, line, column))


def _surroundings(text: str, mark: Mark | None) -> tuple[str, str]:
    """What stands before the mark in its line, and the character at it."""
    lines = text.split("\n", mark.line + 1) if mark is not None else []
    if mark is None or mark.line >= len(lines):
        return "", ""
    line = lines[mark.line]
    return line[: mark.column], line[mark.column : mark.column + 1]
