"""What becomes of a finding: the severity that provisioner.yaml gives its rule, and comments that excuse it. Pure.

`# provisioner: allow[rule-name] the reason` behind something excuses its line; on a line of its own, the next line
that is not a comment. Templates are no exception: a finding is where a person wrote what it is about.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from provisioner.advice.catalogue import CATALOGUE
from provisioner.advice.rule import Freedom
from provisioner.advice.rules import bad_excuse, unused_excuse
from provisioner.checking import did_you_mean
from provisioner.diagnostics import Diagnostic, Severity, Span

OFF = "off"
_EXCUSE = re.compile(r"(?:^|(?<=\s))#[ \t]*provisioner:[ \t]*allow\[([^\]]*)\](.*)")


@dataclass(frozen=True, slots=True)
class Excuse:
    """One rule that a comment excuses, where the comment stands, and the line that it is about."""

    rule: str
    span: Span
    line: int


@dataclass(frozen=True, slots=True)
class Excuses:
    """The comments of some files, and what is wrong with those that do not count."""

    all: tuple[Excuse, ...] = ()
    findings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """What a workspace wants of rules: severities where they are not the catalogue's (None: off), and excuses."""

    severities: Mapping[str, Severity | None] = field(default_factory=dict)
    excuses: tuple[Excuse, ...] = ()


class Judge:
    """Weighs findings one by one, and remembers which excuses were needed."""

    def __init__(self, terms: Terms | None = None) -> None:
        terms = terms or Terms()
        self._severities = terms.severities
        self._excuses: dict[tuple[str, str, int], Excuse] = {
            (excuse.rule, excuse.span.file, excuse.line): excuse for excuse in terms.excuses
        }
        self.used: set[Excuse] = set()

    def weigh(self, finding: Diagnostic) -> Diagnostic | None:
        """The finding as it counts here; None where it does not."""
        if finding.rule in self._severities:
            severity = self._severities[finding.rule]
            if severity is None:
                return None
            if severity is not finding.severity:
                finding = replace(finding, severity=severity)
        if self._excuses and finding.span is not None:
            excuse = self._excuses.get((finding.rule, finding.span.file, finding.span.line))
            if excuse is not None:
                self.used.add(excuse)
                return None
        return finding

    def weighed(self, findings: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        """Those that count."""
        return (counts for finding in findings if (counts := self.weigh(finding)) is not None)


def severities(written: Mapping[str, str]) -> dict[str, Severity | None]:
    """What `rules:` in provisioner.yaml says, which is known to be allowed."""
    return {name: None if level == OFF else Severity(level) for name, level in written.items()}


def objection(rule: str, level: str) -> tuple[str, str] | None:
    """Why a rule may not have a level: a rule that says so, and a message."""
    known = CATALOGUE.get(rule)
    if known is None:
        hint = did_you_mean(rule, CATALOGUE) or "; `provisioner explain` lists them"
        return "unknown-rule", f"there is no rule of this name{hint}"
    if known.freedom is Freedom.ANY or level == known.severity:
        return None
    if known.freedom is Freedom.RAISED:
        if level == Severity.ERROR:
            return None
        return "fixed-severity", f"this rule protects secrets; it is {known.severity} or error, and never less"
    return "fixed-severity", f"this rule is always {known.severity}: what breaks it cannot be used, or a plan says it"


def excuses_in(file: str, text: str) -> Excuses:
    """The excuses of a file."""
    if "provisioner:" not in text:
        return Excuses()
    found: list[Excuse] = []
    findings: list[Diagnostic] = []
    lines = text.split("\n")
    about = len(lines)
    for number in range(len(lines), 0, -1):
        line = lines[number - 1]
        is_comment = line.lstrip().startswith("#")
        match = _EXCUSE.search(line) if "provisioner:" in line else None
        if match is not None:
            span = Span(file, number, match.start() + 1, number, match.start() + 1 + len(match.group().rstrip()))
            for name in (each.strip() for each in match[1].split(",")):
                problem = _problem(name, match[2].strip())
                if problem:
                    findings.append(Diagnostic(bad_excuse.RULE.severity, bad_excuse.RULE.name, problem, span))
                else:
                    found.append(Excuse(name, span, about if is_comment else number))
        if not is_comment:
            about = number
    return Excuses(tuple(found), tuple(findings))


def unused(excuses: Iterable[Excuse], used: Iterable[Excuse], unsure: frozenset[str]) -> Iterator[Diagnostic]:
    """The excuses that nothing needed, but for those in files that are not wholly looked at."""
    by_file: dict[str, set[Excuse]] = defaultdict(set)
    for excuse in used:
        by_file[excuse.span.file].add(excuse)
    for excuse in excuses:
        if excuse.span.file not in unsure and excuse not in by_file[excuse.span.file]:
            message = f"nothing here breaks the rule {excuse.rule}; remove the comment"
            yield Diagnostic(unused_excuse.RULE.severity, unused_excuse.RULE.name, message, excuse.span)


def _problem(name: str, reason: str) -> str:
    known = CATALOGUE.get(name)
    if known is None:
        hint = did_you_mean(name, CATALOGUE) or "; `provisioner explain` lists the rules"
        return f"this excuses nothing: there is no rule of this name{hint}"
    if known.freedom is not Freedom.ANY:
        return f"this excuses nothing: no line is excused from {name}, which is always {known.severity} or more"
    return "" if reason else f"this excuses nothing: write the reason after allow[{name}]"
