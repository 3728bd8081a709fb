"""What a plan that was made from a snapshot says of itself. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from provisioner.diagnostics import Diagnostic, in_order
from provisioner.planning.actions import Plan, Taken
from provisioner.planning.planner import LIFETIME
from provisioner.planning.risks import asked_about
from provisioner.planning.scope import Scope
from provisioner.planning.words import age_words, counted

OLD = timedelta(days=1)
"""From this age on a snapshot is warned of."""


def as_offline(plan: Plan, scope: Scope, taken: Taken) -> Plan:
    """The plan, with what is not known of it. It expires a day after what it saw was seen."""
    warnings = in_order((*plan.warnings, *_warnings(plan, scope, taken)))
    return replace(plan, snapshot=taken, expires=taken.at + LIFETIME, warnings=warnings)


def _warnings(plan: Plan, scope: Scope, taken: Taken) -> Iterator[Diagnostic]:
    age = plan.created - taken.at
    if age > OLD:
        message = (
            f"the snapshot is {age_words(age)} old, and the rooms may have changed since; "
            "take a new one with: provisioner snapshot -o FILE"
        )
        yield Diagnostic.warning("snapshot-old", message)
    secret = sum(bool(room.secrets) for room in scope.asked())
    if secret:
        message = f"secrets not compared: a snapshot holds nothing of them, and {counted(secret, 'room')} may have some"
        yield Diagnostic.warning("secrets-not-compared", message)
    starting = len(asked_about(actions for _, actions in plan.rooms()))
    if starting:
        message = f"what the service warns of before {counted(starting, 'room')} go on air was not asked"
        yield Diagnostic.warning("risks-not-asked", message)
