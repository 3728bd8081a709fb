"""A rule that plain data breaks, by the route to what breaks it. Values only, pure."""

from __future__ import annotations

from dataclasses import dataclass

from provisioner.diagnostics import Severity
from provisioner.yaml_source import Route


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that a value breaks, and where. The route becomes a line and a column only when that is printed."""

    rule: str
    message: str
    route: Route
    severity: Severity = Severity.ERROR
