"""Where the values of a document stand, for those who find something wrong with them. Values only, pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from provisioner.diagnostics import Diagnostic, Frame, Severity, Span
from provisioner.yaml_source import Route


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands. `computed`: an expression of a template made it, not a person's literal text.

    `inside` leads on from there, where the expression made a list or a mapping and this is a part of it.
    """

    span: Span
    trace: tuple[Frame, ...] = ()
    computed: bool = False
    inside: Route = ()

    def error(self, rule: str, message: str) -> Diagnostic:
        """A finding of severity error about this place."""
        return self.finding(Severity.ERROR, rule, message)

    def finding(self, severity: Severity, rule: str, message: str) -> Diagnostic:
        """A finding about this place, which says which part of a computed value it means."""
        part = f" (at {_shown(self.inside)} of what this expression gives)" if self.inside else ""
        return Diagnostic(severity, rule, message + part, self.span, self.trace)


def _shown(route: Route) -> str:
    steps = (f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in route)
    return "".join(steps).removeprefix(".")


class Locate(Protocol):
    """Finds the place of the value at a route, or of its key."""

    def __call__(self, route: Route, *, key: bool = False) -> Place: ...
