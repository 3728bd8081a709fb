"""A comment excuses a line from a rule that nothing there breaks. Pure."""

from __future__ import annotations

from provisioner.advice.rule import Rule
from provisioner.diagnostics import Severity

RULE = Rule(
    name="unused-excuse",
    title="A comment excuses what is not there",
    why="An excuse that nothing needs any more would hide the next mistake on its line. One is judged only where "
    "everything that could need it was looked at: not in a file with errors.",
    bad="# provisioner: allow[too-little-to-say] a short greeting\n- script_name: Welcome   # 400 characters by now",
    good="- script_name: Welcome",
    source="docs/rules.md",
    severity=Severity.NOTE,
)
