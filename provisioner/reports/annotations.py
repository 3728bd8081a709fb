"""Findings as workflow commands of GitHub Actions, which shows each at its line of the pull request. Pure.

The form and its escapes: GitHub's "Workflow commands for GitHub Actions". A step shows ten errors and ten warnings
beside the code; all of them stand in its log.
"""

from __future__ import annotations

from collections.abc import Iterable

from provisioner.diagnostics import Diagnostic, Severity
from provisioner.metastudio.remote_text import printable
from provisioner.reports.findings import LONGEST, place_text

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_MOST_FRAMES = 20


def findings_github(findings: Iterable[Diagnostic]) -> str:
    """One command a line."""
    return "".join(f"{_annotation(finding)}\n" for finding in findings)


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
    trace = [f"{printable(frame.label)} {place_text(frame.span)}" for frame in finding.trace[:_MOST_FRAMES]]
    message = "\n".join([printable(finding.message, LONGEST), *trace])
    return f"::{_LEVELS[finding.severity]} {written}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text, LONGEST)).replace(":", "%3A").replace(",", "%2C")
