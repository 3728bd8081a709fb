"""A rule: its stable name, and what `provisioner explain` says of it. Values only, pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from provisioner.checking import Violation
from provisioner.diagnostics import Severity
from provisioner.yaml_source import Route


class Freedom(StrEnum):
    """What `rules:` in provisioner.yaml may make of a rule's severity."""

    ANY = "any"
    """Anything, `off` too, and a comment may excuse a line."""
    RAISED = "raised"
    """An error, never less: it protects secrets or the service."""
    NONE = "none"
    """Nothing: what breaks it cannot be used, or it is said by a plan, not by a manifest."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `bad` and `good` are short pieces of a manifest, or of whatever the rule is about, or empty."""

    name: str
    title: str
    why: str
    bad: str = ""
    good: str = ""
    source: str = ""
    """The API page or the document that says so."""
    severity: Severity = Severity.WARNING
    freedom: Freedom = Freedom.ANY

    def broken(self, message: str, route: Route) -> Violation:
        """That what stands at a route breaks the rule."""
        return Violation(self.name, message, route, self.severity)
