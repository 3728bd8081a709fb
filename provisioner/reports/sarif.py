"""Findings as SARIF 2.1.0, for code scanning. Pure.

What GitHub asks for beyond the standard, and its limits: "SARIF support for code scanning" in GitHub's documents.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from provisioner import __version__
from provisioner.advice.catalogue import CATALOGUE
from provisioner.diagnostics import Diagnostic, Severity, Span
from provisioner.metastudio.remote_text import printable
from provisioner.reports.findings import LONGEST

MOST_RESULTS = 25_000
"""GitHub refuses a file with more results in a run."""
_MOST_FRAMES = 100
"""GitHub shows no more locations of a result."""

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "SRCROOT"
_NOWHERE = Span("provisioner.yaml")
"""Where a finding without a place is shown: GitHub refuses a result without a location."""
_HELP = "Every result says what is wrong at its place, and what to do about it."


def findings_sarif(findings: Sequence[Diagnostic]) -> dict[str, Any]:
    """A SARIF log with one run. Files are relative to the workspace (`%SRCROOT%`).

    Of more findings than GitHub takes, the most severe are kept, and a notification says how many were not.
    """
    kept = _most_severe(findings)
    rules = sorted({finding.rule for finding in kept})
    index = {rule: position for position, rule in enumerate(rules)}
    prints = _fingerprints(kept)
    driver = {"name": "metastudio-provisioner", "version": __version__, "rules": [_rule(rule) for rule in rules]}
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder that holds provisioner.yaml."}}},
        "results": [_result(finding, index[finding.rule], made) for finding, made in zip(kept, prints, strict=True)],
    }
    if left := len(findings) - len(kept):
        text = f"{left:,} more findings were left out; the format json has all of them."
        notice = {"level": "warning", "message": {"text": text}}
        run["invocations"] = [{"executionSuccessful": True, "toolExecutionNotifications": [notice]}]
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _most_severe(findings: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
    if len(findings) <= MOST_RESULTS:
        return findings
    return sorted(findings, key=lambda finding: list(Severity).index(finding.severity))[:MOST_RESULTS]


def _rule(rule: str) -> dict[str, Any]:
    known = CATALOGUE.get(rule)
    if known is None:  # of a plan that another version of this program saved
        title = {"text": printable(rule.replace("-", " ").capitalize())}
        return {"id": rule, "shortDescription": title, "fullDescription": title, "help": {"text": _HELP}}
    why = {"text": known.why}
    return {"id": rule, "shortDescription": {"text": known.title}, "fullDescription": why, "help": why}


def _fingerprints(findings: Sequence[Diagnostic]) -> list[str]:
    """What a finding is known by from run to run, wherever in its file it has moved to.

    Equal findings of one file are numbered, in the form of the line hashes that GitHub works out itself.
    """
    seen: Counter[str] = Counter()
    prints = []
    for finding in findings:
        file = finding.span.file if finding.span else ""
        said = repr((finding.rule, file, finding.message)).encode("utf-8", "backslashreplace")
        digest = hashlib.sha256(said).hexdigest()[:16]
        seen[digest] += 1
        prints.append(f"{digest}:{seen[digest]}")
    return prints


def _result(finding: Diagnostic, rule_index: int, fingerprint: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": finding.severity.value,
        "message": _message(finding.message, LONGEST),
        "locations": [{"physicalLocation": _location(finding.span or _NOWHERE)}],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint},
    }
    if finding.trace:
        result["relatedLocations"] = [
            {"physicalLocation": _location(frame.span), "message": _message(frame.label)}
            for frame in finding.trace[:_MOST_FRAMES]
        ]
    return result


def _message(text: str, limit: int = 300) -> dict[str, str]:
    r"""Plain text, in which `[here](address)` would be a link: SARIF escapes the bracket with a backslash."""
    shown = printable(text, limit)
    return {"text": shown.replace("[", r"\[") if "](" in shown else shown}


def _location(span: Span) -> dict[str, Any]:
    region: dict[str, int] = {"startLine": span.line, "startColumn": span.column}
    if span.end_line is not None:
        region["endLine"] = span.end_line
    if span.end_column is not None:
        region["endColumn"] = span.end_column
    uri = quote(span.file.encode("utf-8", "replace"))
    return {"artifactLocation": {"uri": uri, "uriBaseId": _ROOT}, "region": region}
