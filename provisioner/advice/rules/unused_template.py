"""A template that no manifest includes or imports. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from provisioner.advice.rule import Rule
from provisioner.advice.written import Written
from provisioner.diagnostics import Diagnostic, Severity, Span

_BLANKS = "new/"
"""What `provisioner new` begins manifests from; no manifest loads it."""
_SUFFIXES = (".yaml", ".yml", ".j2", ".jinja", ".jinja2")

RULE = Rule(
    name="unused-template",
    title="No manifest includes or imports a template",
    why="A file under templates/ does nothing by itself. One that neither a manifest nor a template that is used loads "
    "is left over. Branches that are not taken count. Where the path of any is made up by an expression, nothing can "
    "be told, and nothing is said.",
    bad='templates/sceen.yaml   # manifests say {% include "scene.yaml" %}',
    good="templates/scene.yaml",
    source="README.md, How a manifest looks",
    severity=Severity.NOTE,
)


def found(folder: str, written: Written) -> Iterator[Diagnostic]:
    """One finding for each template that is certain not to be loaded, at its beginning."""
    used = written.templates_used()
    for path in sorted(written.templates):
        if used is not None and path not in used and path.endswith(_SUFFIXES):
            if path.startswith(_BLANKS):
                continue
            message = (
                "no manifest includes or imports this template; remove it, or look for the name that it should have"
            )
            yield Diagnostic(RULE.severity, RULE.name, message, Span(f"{folder}/{path}"))
