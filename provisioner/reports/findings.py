"""Findings as text, as JSON, as annotations of GitHub Actions and as SARIF 2.1.0. Pure.

File names and messages may quote what a stranger wrote, so every format escapes them in its own way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from provisioner import __version__
from provisioner.diagnostics import Diagnostic, Severity, Span
from provisioner.metastudio.remote_text import printable

FORMAT_VERSION = 1
_LONGEST = 2000
"""Characters of a message that are shown; the rest of a longer one quotes input."""

_STYLES = {Severity.ERROR: "\x1b[1;31m", Severity.WARNING: "\x1b[1;33m", Severity.NOTE: "\x1b[1;36m"}
_GITHUB_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "SRCROOT"


def findings_text(findings: Iterable[Diagnostic], *, colour: bool = False) -> str:
    """A line a finding, `file:line:column: error[rule]: message`, and a line for each step that led to it.

    Lines are never wrapped, so that they can be searched and clicked.
    """
    return "".join(f"{line}\n" for finding in findings for line in _lines(finding, colour=colour))


def findings_json(findings: Iterable[Diagnostic]) -> dict[str, Any]:
    """The document of `validate --format json`."""
    return {"format_version": FORMAT_VERSION, "findings": [finding_to_json(finding) for finding in findings]}


def finding_to_json(finding: Diagnostic) -> dict[str, Any]:
    """One finding as plain data; the place is null where it has none."""
    return {
        "severity": finding.severity.value,
        "rule": finding.rule,
        "message": finding.message,
        **span_to_json(finding.span),
        "trace": [{"label": frame.label, **span_to_json(frame.span)} for frame in finding.trace],
    }


def span_to_json(span: Span | None) -> dict[str, Any]:
    """A stretch of a file as plain data, every field null for none."""
    return {
        "file": span.file if span else None,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end_line": span.end_line if span else None,
        "end_column": span.end_column if span else None,
    }


def findings_github(findings: Iterable[Diagnostic]) -> str:
    """Workflow commands, one a line; GitHub shows each at its line of the pull request."""
    return "".join(f"{_annotation(finding)}\n" for finding in findings)


def findings_sarif(findings: Sequence[Diagnostic]) -> dict[str, Any]:
    """A SARIF log with one run, for code scanning. Files are relative to the workspace (`%SRCROOT%`)."""
    rules = sorted({finding.rule for finding in findings})
    driver = {"name": "metastudio-provisioner", "version": __version__, "rules": [{"id": rule} for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder that holds provisioner.yaml."}}},
        "results": [_result(finding, rules.index(finding.rule)) for finding in findings],
    }
    return {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def _lines(finding: Diagnostic, *, colour: bool) -> Iterator[str]:
    place = f"{_place(finding.span)}: " if finding.span else ""
    label = f"{finding.severity.value}[{printable(finding.rule)}]"
    if colour:
        place, label = f"\x1b[1m{place}\x1b[0m", f"{_STYLES[finding.severity]}{label}\x1b[0m"
    yield f"{place}{label}: {printable(finding.message, _LONGEST)}"
    for frame in finding.trace:
        trace = f"    {printable(frame.label)} {_place(frame.span)}"
        yield f"\x1b[2m{trace}\x1b[0m" if colour else trace


def _place(span: Span) -> str:
    return f"{printable(span.file, _LONGEST)}:{span.line}:{span.column}"


def _annotation(finding: Diagnostic) -> str:
    properties: dict[str, object] = {}
    if (span := finding.span) is not None:
        properties = {"file": span.file, "line": span.line, "col": span.column}
        if span.end_line is not None and span.end_line > span.line:
            properties["endLine"] = span.end_line
        elif span.end_line == span.line and span.end_column is not None:
            properties["endColumn"] = span.end_column  # GitHub takes it within one line only
    properties["title"] = finding.rule
    written = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    trace = [f"{printable(frame.label)} {_place(frame.span)}" for frame in finding.trace]
    message = "\n".join([printable(finding.message, _LONGEST), *trace])
    return f"::{_GITHUB_LEVELS[finding.severity]} {written}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text, _LONGEST)).replace(":", "%3A").replace(",", "%2C")


def _result(finding: Diagnostic, rule_index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": finding.severity.value,
        "message": {"text": printable(finding.message, _LONGEST)},
    }
    if finding.span is not None:
        result["locations"] = [{"physicalLocation": _location(finding.span)}]
    if finding.trace:
        result["relatedLocations"] = [
            {"physicalLocation": _location(frame.span), "message": {"text": printable(frame.label)}}
            for frame in finding.trace
        ]
    return result


def _location(span: Span) -> dict[str, Any]:
    region: dict[str, int] = {"startLine": span.line, "startColumn": span.column}
    if span.end_line is not None:
        region["endLine"] = span.end_line
    if span.end_column is not None:
        region["endColumn"] = span.end_column
    uri = quote(span.file.encode("utf-8", "replace"))
    return {"artifactLocation": {"uri": uri, "uriBaseId": _ROOT}, "region": region}
