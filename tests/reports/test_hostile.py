"""What strangers wrote stays what it is: text. Names, values, messages and files may hold anything at all."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from provisioner.applying.outcomes import Failed, Report, Skipped, Unknown
from provisioner.comparing.compare import FieldChange, Kind
from provisioner.diagnostics import Diagnostic, Frame, Severity, Span
from provisioner.planning.actions import Blocked, Cause, Create, Rewrite, Start, Update
from provisioner.planning.since import plan_since
from provisioner.reports.annotations import findings_github
from provisioner.reports.findings import findings_text
from provisioner.reports.json_text import dumps
from provisioner.reports.outcome_text import outcome_text
from provisioner.reports.plan_json import plan_to_json
from provisioner.reports.plan_markdown import plan_markdown
from provisioner.reports.plan_text import plan_text
from provisioner.reports.sarif import findings_sarif
from provisioner.reports.since import since_json
from provisioner.reports.status import RoomStatus
from provisioner.reports.status_text import status_text
from provisioner.reports.values_text import bounded
from provisioner.reports.view import PlanView
from provisioner.rooms import RoomId, RoomKey
from tests.reports.plans import NOW, PLAN

FRAGMENTS = (
    *("\x1b[31m", "\x1b]8;;https://evil.example\x07", "\x9b2J", "\u202e", "\u2066", "\u200b", "\ufeff", "\x00", "\r"),
    *("\n", "\u2028", "\u3000", "[red]", "[/]", "[bold", ":smile:", "[link=x]", "::error::x", "%0A", "\ud800", "直播"),
)
hostile = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=3), min_size=1, max_size=6).map("".join)
values: st.SearchStrategy[Any] = st.recursive(
    hostile | st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(hostile, inner, max_size=3),
    max_leaves=6,
)


def is_inert(text: str) -> bool:
    """Whether a terminal shows it as it is."""
    return all(line.isprintable() for line in text.split("\n"))


@st.composite
def changes(draw: st.DrawFn) -> tuple[FieldChange, ...]:
    """Changes of any shape at any place."""
    places = st.sampled_from(("scene_scripts", "interaction_rules", "output_urls", "a.b[c].d", "a.b[e]")) | hostile
    made = st.builds(FieldChange, places, values, values, st.sampled_from(Kind), st.booleans())
    return tuple(draw(st.lists(made, max_size=4)))


@given(hostile, changes())
@settings(deadline=None, max_examples=150)
def test_nothing_in_a_plan_reaches_the_terminal_unescaped(name: str, changed: tuple[FieldChange, ...]) -> None:
    common: dict[str, Any] = {
        "key": RoomKey(name),
        "room_name": name,
        "cause": Cause.MANIFEST,
        "room_id": RoomId(name),
        "origin": Span(name),
        "reason": name,
        "changes": changed,
    }
    actions = (
        *(Create(**common), Update(**common), Blocked(**common), Start(run=name, **common)),
        Rewrite(commands=(name,), **common),
    )
    warning = Diagnostic(Severity.WARNING, "x", name, Span(name), (Frame(name, Span(name)),))
    plan = replace(
        PLAN, actions=actions, workspace=name, target=name, commit=name, selection=(name,), warnings=(warning,)
    )
    assert is_inert(plan_text(PlanView.of(plan)))
    document = plan_to_json(plan)
    written = dumps(document)
    assert is_inert(written)
    assert json.loads(written) == document
    outcomes = (
        Failed(actions[0], name, RoomId(name), name),
        Unknown(actions[1], name, RoomId(name), name, name),
        Skipped(actions[2], name),
    )
    assert is_inert(outcome_text(Report(plan, outcomes)))


@given(hostile)
def test_nothing_in_a_room_s_status_reaches_the_terminal_unescaped(name: str) -> None:
    room = RoomStatus(name, name, name, name, name, NOW, NOW, managed=True)
    assert is_inert(status_text([room], now=NOW))


@given(hostile, hostile)
def test_a_finding_is_one_line_and_one_workflow_command(name: str, message: str) -> None:
    finding = Diagnostic(Severity.ERROR, "rule", message, Span(name))
    for text in (findings_text([finding]), findings_github([finding])):
        assert is_inert(text)
        assert text.count("\n") == 1
    properties = findings_github([finding]).removeprefix("::error ").partition("::")[0]
    assert [pair.partition("=")[0] for pair in properties.split(",")] == ["file", "line", "col", "title"]
    assert is_inert(dumps(findings_sarif([finding])))


def test_markup_of_rich_is_shown_and_not_obeyed() -> None:
    action = Create(key=RoomKey("k"), room_name="[red]x[/red] :smile: [link=https://e]y", cause=Cause.NEW)
    plan = replace(PLAN, actions=(action,))
    assert "[red]x[/red] :smile: [link=https://e]y" in plan_text(PlanView.of(plan))


def test_a_long_value_is_cut_and_says_by_how_much() -> None:
    assert bounded("x" * 612).endswith("x… 312 more characters")


def test_a_sensitive_value_is_in_no_report() -> None:
    changed = (FieldChange("stream_keys", "s3cret-old", ["s3cret-new"], sensitive=True),)
    action = Update(key=RoomKey("k"), room_name="n", cause=Cause.MANIFEST, changes=changed)
    created = Create(key=RoomKey("l"), room_name="n", cause=Cause.NEW, changes=changed)
    plan = replace(PLAN, actions=(action, created))
    other = (FieldChange("stream_keys", "s3cret-oldest", ["s3cret-older"], sensitive=True),)
    earlier = replace(plan, actions=(replace(action, changes=other), replace(created, changes=())))
    view = PlanView.of(plan, plan_since(plan, earlier))
    written = plan_text(view) + plan_markdown(view) + dumps(plan_to_json(plan))
    assert view.since is not None
    assert len(view.since.rooms) == 2
    written += dumps(since_json(view.since)) + repr(view.groups[0].alike[0].heading)
    assert "s3cret" not in written
    assert "(sensitive value changed)" in written
