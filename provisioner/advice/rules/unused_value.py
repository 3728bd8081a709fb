"""A value that no manifest and no template reads. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from provisioner.advice.rule import Rule
from provisioner.advice.written import Written
from provisioner.diagnostics import Diagnostic, Severity, Span

RULE = Rule(
    name="unused-value",
    title="No template reads a value",
    why="A name at the top of values/common.yaml, or of the target's file, that no manifest and no template reads is "
    "left over, or misspelt here. Branches that are not taken count. Where a name is made up, as in values[name], or "
    "values is handed on as a whole, nothing can be told, and nothing is said.",
    bad="# values/common.yaml\ngreting: Hello   # templates say values.greeting",
    good="# values/common.yaml\ngreeting: Hello",
    source="README.md, How a manifest looks",
    severity=Severity.NOTE,
)


def found(names: Iterable[tuple[str, Span]], written: Written) -> Iterator[Diagnostic]:
    """One finding for each name that is certain not to be read."""
    read = written.values_read()
    for name, span in names:
        if read is not None and name not in read:
            message = (
                "no manifest and no template reads this value; remove it, or look for the name that it should have"
            )
            yield Diagnostic(RULE.severity, RULE.name, message, span)
