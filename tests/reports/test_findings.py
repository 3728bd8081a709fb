"""Findings in every format, whatever strangers wrote into them: one finding is one entry, and nothing is obeyed."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from provisioner.diagnostics import Diagnostic, Frame, Severity, Span
from provisioner.metastudio.remote_text import printable
from provisioner.reports.annotations import findings_github
from provisioner.reports.findings import LONGEST, findings_json, findings_text
from provisioner.reports.json_text import dumps, one_line
from provisioner.reports.outcome_markdown import outcome_markdown
from provisioner.reports.outcome_text import outcome_text
from provisioner.reports.plan_json import plan_to_json
from provisioner.reports.plan_markdown import plan_markdown
from provisioner.reports.plan_text import plan_text
from provisioner.reports.sarif import MOST_RESULTS, findings_sarif
from provisioner.reports.status_text import status_text
from provisioner.reports.view import PlanView
from tests.reports.hostile_plans import hostile_plan, hostile_report, hostile_rooms
from tests.reports.plans import FINDINGS, NOW
from tests.reports.test_hostile import is_inert
from tests.reports.workflow_commands import Command, commands_in

PLANTED = (
    *("::add-mask::x", "::stop-commands::x", "##[error]x", "##[stop-commands]x", "%0A::set-output name=a::b", "\r"),
    *(
        "\n::error::x",
        "\u2028::error::x",
        " ::debug::",
        "::",
        ":",
        ",",
        "%",
        "%25",
        "%0A",
        "=",
        "#",
        "[",
        "]",
        ",line=9",
    ),
    *("[here](https://evil.example)", "\x1b]8;;https://evil.example\x07", "\u202e", "\u200b", "\x9b", "\ud800", "茶"),
)
planted = st.lists(st.sampled_from(PLANTED) | st.text(max_size=4), max_size=6).map("".join)
spans = st.builds(
    Span,
    planted,
    st.integers(1, 99),
    st.integers(1, 99),
    st.none() | st.integers(1, 99),
    st.none() | st.integers(1, 99),
)
findings = st.lists(
    st.builds(
        Diagnostic,
        st.sampled_from(Severity),
        st.sampled_from(("unknown-field", "out-of-range")) | planted,
        planted,
        st.none() | spans,
        st.lists(st.builds(Frame, planted, spans), max_size=3).map(tuple),
    ),
    max_size=4,
)
HOSTILE = Diagnostic.error("::error::", "##[add-mask]x", Span("::stop-commands::x"), [Frame("::echo::on", Span("a"))])


@given(findings)
@example([HOSTILE])
def test_an_annotation_is_one_command_that_says_what_the_finding_says(found: list[Diagnostic]) -> None:
    written = findings_github(found)
    assert is_inert(written)
    assert commands_in(written) == [expected(finding) for finding in found]


def expected(finding: Diagnostic) -> Command:
    """The command that GitHub has to read."""
    level = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}[finding.severity]
    properties = {"title": printable(finding.rule, LONGEST).rstrip()}  # the runner trims what stands last
    span = finding.span
    if span is not None:
        properties |= {"file": printable(span.file, LONGEST), "line": str(span.line), "col": str(span.column)}
        if span.end_line is not None and span.end_line > span.line:
            properties["endLine"] = str(span.end_line)
        if span.end_line == span.line and span.end_column is not None:
            properties["endColumn"] = str(span.end_column)
    led = [
        f"{printable(frame.label)} {printable(frame.span.file, LONGEST)}:{frame.span.line}:{frame.span.column}"
        for frame in finding.trace
    ]
    return Command(level, properties, "\n".join([printable(finding.message, LONGEST), *led]))


@given(findings)
@example([HOSTILE])
def test_no_other_format_is_a_command_in_a_log(found: list[Diagnostic]) -> None:
    for text in (findings_text(found), dumps(findings_json(found)), dumps(findings_sarif(found))):
        assert is_inert(text)
        assert commands_in(text) == []


@given(planted)
@example("##[stop-commands]x")
@example("::stop-commands::x")
def test_no_report_is_a_command_in_a_log(name: str) -> None:
    plan = hostile_plan(name)
    assert commands_in(plan_text(PlanView.of(plan), lists_all=True)) == []
    assert commands_in(plan_markdown(PlanView.of(plan))) == commands_in(outcome_markdown(hostile_report(name))) == []
    assert commands_in(dumps(plan_to_json(plan))) == commands_in(one_line(plan_to_json(plan))) == []
    assert commands_in(outcome_text(hostile_report(name))) == []
    assert commands_in(status_text(hostile_rooms(name), now=NOW)) == []


@given(findings)
def test_a_finding_is_one_line_of_text_and_one_for_each_step_that_led_to_it(found: list[Diagnostic]) -> None:
    assert findings_text(found).count("\n") == len(found) + sum(len(finding.trace) for finding in found)


@given(findings)
def test_json_says_the_same_to_a_program(found: list[Diagnostic]) -> None:
    document = findings_json(found)
    assert json.loads(dumps(document)) == document == json.loads(one_line(document))
    assert [entry["message"] for entry in document["findings"]] == [finding.message for finding in found]


@given(findings)
def test_sarif_is_built_as_the_standard_and_github_ask(found: list[Diagnostic]) -> None:
    log = json.loads(dumps(findings_sarif(found)))
    check_sarif(log)
    results = log["runs"][0]["results"]
    assert [result["ruleId"] for result in results] == [finding.rule for finding in found]
    for result, finding in zip(results, found, strict=True):
        place = result["locations"][0]["physicalLocation"]
        if finding.span is not None and "\ud800" not in finding.span.file:
            assert unquote(place["artifactLocation"]["uri"]) == finding.span.file
        assert not re.search(r"(?<!\\)\[[^\]]*\]\(", result["message"]["text"])


def check_sarif(log: dict[str, Any]) -> None:
    """What SARIF 2.1.0 requires of the properties that are written here, and GitHub beyond it."""
    assert log.keys() == {"$schema", "version", "runs"}
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run.keys() <= {"tool", "columnKind", "originalUriBaseIds", "results", "invocations"}
    driver = run["tool"]["driver"]
    rules = [rule["id"] for rule in driver["rules"]]
    assert len(set(rules)) == len(rules)
    for rule in driver["rules"]:
        assert all(isinstance(rule[name]["text"], str) for name in ("shortDescription", "fullDescription", "help"))
    assert len(run["results"]) <= MOST_RESULTS
    prints = [result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]]
    assert len(set(prints)) == len(prints)
    for result in run["results"]:
        assert result["level"] in {"none", "note", "warning", "error"}
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert 0 <= len(result["message"]["text"]) <= 2 * LONGEST
        assert len(result["locations"]) == 1
        for place in (*result["locations"], *result.get("relatedLocations", ())):
            physical = place["physicalLocation"]
            assert re.fullmatch(r"[A-Za-z0-9._~/%-]*", physical["artifactLocation"]["uri"])
            assert physical["artifactLocation"]["uriBaseId"] in run["originalUriBaseIds"]
            assert physical["region"].keys() <= {"startLine", "startColumn", "endLine", "endColumn"}
            assert all(type(number) is int and number >= 1 for number in physical["region"].values())


def prints_of(*found: Diagnostic) -> list[str]:
    return [
        result["partialFingerprints"]["primaryLocationLineHash"]
        for result in findings_sarif(found)["runs"][0]["results"]
    ]


def test_a_finding_is_known_again_after_its_line_has_moved() -> None:
    here, there = (Diagnostic.error("unknown-field", "there is no field", Span("a.yaml", line)) for line in (3, 30))
    assert prints_of(here) == prints_of(there)
    assert len(set(prints_of(here, there))) == 2
    assert prints_of(here) != prints_of(Diagnostic.error("unknown-field", "there is no field", Span("b.yaml", 3)))
    assert prints_of(here) != prints_of(Diagnostic.error("unknown-field", "there is no other", Span("a.yaml", 3)))


def test_of_more_findings_than_github_takes_the_most_severe_are_kept() -> None:
    notes = [Diagnostic(Severity.NOTE, "note", f"note {n}") for n in range(MOST_RESULTS)]
    errors = [Diagnostic.error("error", f"error {n}") for n in range(3)]
    log = findings_sarif([*notes, *errors])
    check_sarif(log)
    (run,) = log["runs"]
    assert [result["level"] for result in run["results"][:4]] == ["error", "error", "error", "note"]
    assert "3 more findings" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert "invocations" not in findings_sarif(FINDINGS)["runs"][0]


def test_a_very_long_message_is_cut_in_every_format_for_people() -> None:
    finding = Diagnostic.error("rule", "x" * 1_000_000, Span("y" * 1_000_000))
    for text in (
        findings_text([finding]),
        findings_github([finding]),
        findings_sarif([finding])["runs"][0]["results"][0]["message"]["text"],
    ):
        assert len(text) < 10_000


@pytest.mark.parametrize(
    ("log", "read"),
    [
        ("::error file=a,line=1::x%0Ay", [Command("error", {"file": "a", "line": "1"}, "x\ny")]),
        ("  ::stop-commands::x", [Command("stop-commands", {}, "x")]),
        ("name ##[add-mask]x", [Command("add-mask", {}, "x")]),
        ("a ::error::x", []),
        ("::nonsense::x", []),
        ("a\r::debug::x", [Command("debug", {}, "x")]),
    ],
)
def test_the_judge_reads_logs_as_the_runner_does(log: str, read: list[Command]) -> None:
    assert commands_in(log) == read
