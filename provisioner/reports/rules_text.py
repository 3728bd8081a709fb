"""The catalogue of rules as text and as JSON. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal

from typing_extensions import TypedDict

from provisioner.advice.rule import Freedom, Rule
from provisioner.diagnostics import Severity
from provisioner.reports.json_types import FORMAT_VERSION

_WIDTH = 100
FREEDOMS = {
    Freedom.ANY: "may be error, warning, note or off in provisioner.yaml, and a comment may excuse a line",
    Freedom.RAISED: "may be error in provisioner.yaml, and never less",
    Freedom.NONE: "cannot be changed",
}
"""What a workspace may make of a rule."""


Level = Literal["error", "warning", "note", "off"]


class RuleJson(TypedDict):
    """One rule."""

    name: str
    """A stable name in kebab case: the `rule` of a finding."""
    title: str
    why: str
    """Why it is a rule, in a few sentences."""
    bad: str | None
    """An example of what breaks it, most often YAML; null where there is none."""
    good: str | None
    """The same as it should be."""
    source: str | None
    """The page of the API, or the document, that says so."""
    severity: Level
    """What counts in the workspace."""
    default_severity: Level
    """What counts where provisioner.yaml says nothing."""
    may_be: list[Level]
    """What provisioner.yaml may make of it."""


class RulesJson(TypedDict):
    """Rules: what `explain --format json` prints."""

    format_version: Literal[1]
    rules: list[RuleJson]
    """By name."""


def rule_text(rule: Rule, severities: Mapping[str, Severity | None] = MappingProxyType({})) -> str:
    """Everything about one rule, for a terminal, with the severity that counts in the workspace."""
    level = _level(rule, severities)
    changed = f" (set in provisioner.yaml; {rule.severity} by default)" if rule.name in severities else ""
    lines = [f"{rule.name}: {rule.title}", f"severity: {level}{changed}; {FREEDOMS[rule.freedom]}", ""]
    lines += textwrap.wrap(rule.why, _WIDTH)
    for label, example in (("Bad", rule.bad), ("Good", rule.good)):
        if example:
            lines += ["", f"{label}:", *textwrap.indent(example, "    ").splitlines()]
    if rule.source:
        lines += ["", f"Source: {rule.source}"]
    return "\n".join(lines) + "\n"


def rules_text(rules: Mapping[str, Rule], severities: Mapping[str, Severity | None]) -> str:
    """All rules with their severities, a line each; a star where provisioner.yaml sets one."""
    width = max(map(len, rules))
    return "".join(
        f"{name:{width}}  {_level(rule, severities) + ('*' if name in severities else ''):9} {rule.title}\n"
        for name, rule in rules.items()
    )


def rule_to_json(rule: Rule, severities: Mapping[str, Severity | None]) -> RuleJson:
    """One rule as plain data. `severity` is what counts in the workspace, and may be `off`."""
    return {
        "name": rule.name,
        "title": rule.title,
        "why": rule.why,
        "bad": rule.bad or None,
        "good": rule.good or None,
        "source": rule.source or None,
        "severity": _level(rule, severities),
        "default_severity": _LEVELS[rule.severity],
        "may_be": _may_be(rule),
    }


def rules_to_json(rules: Iterable[Rule], severities: Mapping[str, Severity | None]) -> RulesJson:
    """Rules as the document of `explain --format json`."""
    return {"format_version": FORMAT_VERSION, "rules": [rule_to_json(rule, severities) for rule in rules]}


_LEVELS: dict[Severity | None, Level] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "note",
    None: "off",
}


def _level(rule: Rule, severities: Mapping[str, Severity | None]) -> Level:
    return _LEVELS[severities.get(rule.name, rule.severity)]


def _may_be(rule: Rule) -> list[Level]:
    match rule.freedom:
        case Freedom.ANY:
            return list(_LEVELS.values())
        case Freedom.RAISED:
            return ["error", _LEVELS[rule.severity]]
        case Freedom.NONE:
            return [_LEVELS[rule.severity]]
