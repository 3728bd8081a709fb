"""Findings are values: collected while a phase runs, sorted once, printed once. Pure.

A `Diagnostic` says what is wrong, where in a file that a person wrote, and what to do about it. Where a
finding stands inside an include, a macro or a loop over a table, `trace` names the places that led there,
innermost first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters: an error stops a command before anything is written."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a file. `file` is relative to the workspace; lines and columns count from 1."""

    file: str
    line: int = 1
    column: int = 1
    end_line: int | None = None
    end_column: int | None = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Frame:
    """One step of the way to a finding, such as `included from rooms/stores.yaml:4:3`."""

    label: str
    span: Span

    def __str__(self) -> str:
        return f"{self.label} {self.span}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    `rule` is a stable kebab-case name that scripts may match; `message` says what is wrong and what to do,
    in words that never contain a secret.
    """

    severity: Severity
    rule: str
    message: str
    span: Span | None = None
    trace: tuple[Frame, ...] = ()

    @classmethod
    def error(cls, rule: str, message: str, span: Span | None = None, trace: Iterable[Frame] = ()) -> Diagnostic:
        """A finding of severity error."""
        return cls(Severity.ERROR, rule, message, span, tuple(trace))

    @classmethod
    def warning(cls, rule: str, message: str, span: Span | None = None, trace: Iterable[Frame] = ()) -> Diagnostic:
        """A finding of severity warning."""
        return cls(Severity.WARNING, rule, message, span, tuple(trace))


def in_order(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings without repetitions, by file, line, column and rule; those without a place first."""
    unique = dict.fromkeys(findings)
    return tuple(sorted(unique, key=_place))


def has_errors(findings: Iterable[Diagnostic]) -> bool:
    """Whether any finding is an error."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def _place(finding: Diagnostic) -> tuple[str, int, int, str, str]:
    span = finding.span or Span("", 0, 0)
    return (span.file, span.line, span.column, finding.rule, finding.message)
