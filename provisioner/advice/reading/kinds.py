"""The two kinds of rules that nobody sets: what cannot be used, and what is only said."""

from __future__ import annotations

from provisioner.advice.rule import Freedom, Rule
from provisioner.diagnostics import Severity


def error(name: str, title: str, why: str, bad: str = "", good: str = "", source: str = "") -> Rule:
    """A rule that is an error whoever wrote what breaks it."""
    return Rule(name, title, why, bad, good, source, Severity.ERROR, Freedom.NONE)


def said(name: str, title: str, why: str, source: str = "") -> Rule:
    """A rule of what is no matter of manifests, and no reason to stop."""
    return Rule(name, title, why, source=source, severity=Severity.WARNING, freedom=Freedom.NONE)
