"""docs/rules.md, from the catalogue of rules."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from provisioner.advice.catalogue import CATALOGUE
from provisioner.advice.rule import Freedom, Rule
from provisioner.diagnostics import Severity
from provisioner.reports.rules_text import FREEDOMS

_INTRODUCTION = """\
# Rules

<!-- Written from the catalogue of rules; `make docs` writes it anew. -->

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


def page() -> str:
    """The whole page: advice, errors, and what plans say, each rule by name."""
    rules = CATALOGUE.values()
    groups = {
        "Advice": [rule for rule in rules if rule.freedom is not Freedom.NONE],
        "Errors": [rule for rule in rules if rule.severity is Severity.ERROR],
        "What plans say": [
            rule for rule in rules if rule.freedom is Freedom.NONE and rule.severity is not Severity.ERROR
        ],
    }
    parts = [_INTRODUCTION]
    for title, group in groups.items():
        parts += [f"\n## {title}\n", *("\n".join(_section(rule)) for rule in group)]
    return "\n".join(parts)


def _section(rule: Rule) -> Iterator[str]:
    yield f"### {rule.name}\n"
    yield f"{rule.title}. Severity: {rule.severity}; {FREEDOMS[rule.freedom]}.\n"
    yield from textwrap.wrap(rule.why, 120)
    for label, example in (("Bad", rule.bad), ("Good", rule.good)):
        if example:
            yield f"\n{label}:\n\n```yaml\n{example}\n```"
    if rule.source:
        yield f"\nSource: {rule.source}."
    yield ""
