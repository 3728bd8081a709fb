"""`provisioner explain`: what a rule is about, and how much it matters in the workspace."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from provisioner.advice.catalogue import CATALOGUE
from provisioner.checking import did_you_mean
from provisioner.commands.terminal import Terminal
from provisioner.diagnostics import Severity
from provisioner.errors import UsageError, WorkspaceError
from provisioner.reports.json_text import dumps
from provisioner.reports.rules_text import rule_text, rules_text, rules_to_json
from provisioner.workspace import open_workspace


def explain(terminal: Terminal, folder: Path, name: str | None, *, form: str = "text") -> int:
    """Prints one rule, or a list of all of them. Raises UsageError for a name that no rule has, and FindingsError for
    what is wrong in provisioner.yaml; there need not be one.
    """
    if name is not None and name not in CATALOGUE:
        hint = did_you_mean(name, CATALOGUE) or "; `provisioner explain` lists them"
        raise UsageError(f"there is no rule of this name{hint}")
    severities = _severities(folder)
    rules = CATALOGUE if name is None else {name: CATALOGUE[name]}
    if form == "json":
        terminal.out(dumps(rules_to_json(rules.values(), severities)))
    else:
        terminal.out(rules_text(rules, severities) if name is None else rule_text(CATALOGUE[name], severities))
    return 0


def _severities(folder: Path) -> Mapping[str, Severity | None]:
    try:
        return open_workspace(folder).severities
    except WorkspaceError:  # no workspace: the catalogue's own hold
        return {}
