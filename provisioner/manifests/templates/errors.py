"""What stops a template: findings for the outside, refusals on the way there. Values only, pure."""

from __future__ import annotations

from jinja2 import TemplateRuntimeError

from provisioner.diagnostics import Diagnostic
from provisioner.errors import FindingsError


class TemplateFailed(FindingsError):  # noqa: N818  # named for what happened; it carries findings
    """A template cannot be used or cannot be rendered; nothing of it was used."""

    @property
    def diagnostic(self) -> Diagnostic:
        """The first finding, mostly the only one."""
        return self.findings[0]


class Refused(TemplateRuntimeError):  # noqa: N818  # named for what happened
    """Raised by what templates call. It becomes a finding at the expression that is being evaluated."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.words = message


class ReservedCharacter(Refused):
    """A value holds a character that placeholders are made of."""

    def __init__(self, character: str) -> None:
        super().__init__(
            "reserved-character",
            f"this value holds the private-use character U+{ord(character):04X}, which is kept for placeholders; "
            "remove it",
        )
