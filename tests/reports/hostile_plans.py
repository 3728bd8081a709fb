"""Plans, reports and rooms in which one text stands wherever a stranger may have written it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from provisioner.applying.outcomes import Applied, Failed, Report, Skipped, Unchanged, Unknown
from provisioner.comparing.compare import FieldChange
from provisioner.diagnostics import Diagnostic, Frame, Severity, Span
from provisioner.planning.actions import Blocked, Cause, Create, Plan, Rewrite, Start, Upcoming, Update
from provisioner.reports.status import RoomStatus
from provisioner.rooms import RoomId, RoomKey
from tests.reports.plans import LOCAL, NOW, PLAN


def hostile_plan(text: str) -> Plan:
    """A plan of it."""
    common: dict[str, Any] = {
        "key": RoomKey(text),
        "room_name": text,
        "cause": Cause.MANIFEST,
        "room_id": RoomId(text),
        "origin": Span(text),
        "reason": text,
        "changes": (FieldChange(text, text, f"{text} {text}"), FieldChange("room_name", [text], {text: text})),
    }
    warning = Diagnostic(Severity.WARNING, text, text, Span(text), (Frame(text, Span(text)),))
    return replace(
        PLAN,
        actions=(
            *(Create(**common), Update(**common), Blocked(**common), Start(run=text, **common)),
            Rewrite(commands=(text,), **common),
        ),
        workspace=text,
        target=text,
        commit=text,
        selection=(text,),
        warnings=(warning,),
        upcoming=(Upcoming(RoomKey(text), "start", text, NOW, LOCAL, text),),
    )


def hostile_report(text: str) -> Report:
    """What became of it."""
    plan = hostile_plan(text)
    create, update, blocked, start, rewrite = plan.actions
    return Report(
        plan,
        (
            Applied(create, RoomId(text), text, note=text),
            Failed(update, text, RoomId(text), text),
            Skipped(blocked, text, RoomId(text)),
            Unknown(start, text, RoomId(text), text, text),
            Unchanged(rewrite, RoomId(text), text),
        ),
    )


def hostile_rooms(text: str) -> list[RoomStatus]:
    """A room of that name, with that state."""
    return [RoomStatus(text, text, text, text, text, NOW, NOW, managed=True, declared=True)]
