"""The catalogue of rules as text, as JSON and as the page docs/rules.md. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from typing_extensions import TypedDict

from provisioner.advice.rule import Freedom, Rule
from provisioner.diagnostics import Severity
from provisioner.reports.json_types import FORMAT_VERSION

_WIDTH = 100
_FREEDOMS = {
    Freedom.ANY: "may be error, warning, note or off in provisioner.yaml, and a comment may excuse a line",
    Freedom.RAISED: "may be error in provisioner.yaml, and never less",
    Freedom.NONE: "cannot be changed",
}
_INTRODUCTION = """\
# Rules

<!-- Written from the catalogue of rules; `UPDATE_GOLDENS=1` and the tests write it anew. -->

Every finding names a rule. `provisioner explain RULE` prints what stands here, `provisioner explain` lists all of them.

**How much a rule matters** is set in `provisioner.yaml`, for every target:

```yaml
rules:
  too-little-to-say: error     # error, warning, note or off
  unused-value: off
```

With an error nothing is planned or applied. Rules that are part of reading stay errors: what breaks them cannot be
used. `secret-in-clear` protects secrets and may be made an error, but not less. What a plan says of rooms on the
service is no matter of manifests, and stays as it is.

**One line is excused** by a comment with a reason, behind what it is about or on a line of its own above it:

```yaml
scene_scripts:
  # provisioner: allow[too-little-to-say] the recordings that follow are long
  - script_name: Welcome
```

Several rules are separated by commas. In a template the comment stands there, where the finding points, and counts for
every room that is made from it. A comment without a reason or with the name of no rule does not count and is a finding
(`bad-excuse`), and so is one that excuses nothing (`unused-excuse`).
"""


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


def rule_text(rule: Rule) -> str:
    """Everything about one rule, for a terminal."""
    lines = [f"{rule.name}: {rule.title}", f"severity: {rule.severity}; {_FREEDOMS[rule.freedom]}", ""]
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


def rules_markdown(rules: Mapping[str, Rule]) -> str:
    """The page with every rule: advice, warnings and errors, each by name."""
    groups = {
        "Advice": [rule for rule in rules.values() if rule.freedom is not Freedom.NONE],
        "Errors": [rule for rule in rules.values() if rule.severity is Severity.ERROR],
        "What plans say": [
            rule for rule in rules.values() if rule.freedom is Freedom.NONE and rule.severity is not Severity.ERROR
        ],
    }
    parts = [_INTRODUCTION]
    for title, group in groups.items():
        parts += [f"\n## {title}\n", *("\n".join(_section(rule)) for rule in group)]
    return "\n".join(parts)


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


def _section(rule: Rule) -> Iterator[str]:
    yield f"### {rule.name}\n"
    yield f"{rule.title}. Severity: {rule.severity}; {_FREEDOMS[rule.freedom]}.\n"
    yield from textwrap.wrap(rule.why, 120)
    for label, example in (("Bad", rule.bad), ("Good", rule.good)):
        if example:
            yield f"\n{label}:\n\n```yaml\n{example}\n```"
    if rule.source:
        yield f"\nSource: {rule.source}."
    yield ""
