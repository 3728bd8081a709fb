"""Findings as text and as JSON. Pure. Annotations and SARIF have modules of their own.

File names and messages may quote what a stranger wrote, so every format escapes them in its own way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from typing_extensions import TypedDict

from provisioner.diagnostics import Diagnostic, Severity, Span
from provisioner.metastudio.remote_text import printable
from provisioner.reports.json_types import FORMAT_VERSION, Position
from provisioner.reports.log_lines import no_command

LONGEST = 2000
"""Characters of a message that are shown; the rest of a longer one quotes input."""

_STYLES = {Severity.ERROR: "\x1b[1;31m", Severity.WARNING: "\x1b[1;33m", Severity.NOTE: "\x1b[1;36m"}


class SpanJson(TypedDict):
    """A stretch of a file; every field is null where there is none."""

    file: str | None
    """The file, relative to the workspace."""
    line: Position | None
    """From 1."""
    column: Position | None
    """From 1, in characters."""
    end_line: Position | None
    end_column: Position | None
    """The column after the last character."""


class FrameJson(SpanJson):
    """One step of the way to a finding, such as a file that includes another."""

    label: str
    """What leads on from there, such as `included from`."""


class FindingJson(SpanJson):
    """What is wrong, where, and what to do about it."""

    severity: Severity
    rule: str
    """A stable name in kebab case, which scripts may match."""
    message: str
    """A sentence for people: what is wrong, and what to do."""
    trace: list[FrameJson]
    """The places that led there, the innermost first."""


class FindingsJson(TypedDict):
    """Findings: what `validate --format json` prints."""

    format_version: Literal[1]
    findings: list[FindingJson]
    """By file, line and column; empty when all is well."""


def findings_text(findings: Iterable[Diagnostic], *, colour: bool = False) -> str:
    """A line a finding, `file:line:column: error[rule]: message`, and a line for each step that led to it.

    Lines are never wrapped, so that they can be searched and clicked.
    """
    return "".join(f"{line}\n" for finding in findings for line in _lines(finding, colour=colour))


def findings_json(findings: Iterable[Diagnostic]) -> FindingsJson:
    """The document of `validate --format json`."""
    return {"format_version": FORMAT_VERSION, "findings": [finding_to_json(finding) for finding in findings]}


def finding_to_json(finding: Diagnostic) -> FindingJson:
    """One finding as plain data; the place is null where it has none."""
    return {
        "severity": finding.severity,
        "rule": finding.rule,
        "message": finding.message,
        **span_to_json(finding.span),
        "trace": [{"label": frame.label, **span_to_json(frame.span)} for frame in finding.trace],
    }


def span_to_json(span: Span | None) -> SpanJson:
    """A stretch of a file as plain data, every field null for none."""
    return {
        "file": span.file if span else None,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end_line": span.end_line if span else None,
        "end_column": span.end_column if span else None,
    }


def place_text(span: Span) -> str:
    """`file:line:column`."""
    return f"{printable(span.file, LONGEST)}:{span.line}:{span.column}"


def _lines(finding: Diagnostic, *, colour: bool) -> Iterator[str]:
    place = f"{no_command(place_text(finding.span))}: " if finding.span else ""
    label = f"{finding.severity.value}[{printable(finding.rule)}]"
    if colour:
        place, label = f"\x1b[1m{place}\x1b[0m", f"{_STYLES[finding.severity]}{label}\x1b[0m"
    yield f"{place}{label}: {printable(finding.message, LONGEST)}"
    for frame in finding.trace:
        trace = f"    {no_command(f'{printable(frame.label)} {place_text(frame.span)}')}"
        yield f"\x1b[2m{trace}\x1b[0m" if colour else trace
