"""The catalogue has every rule that a finding can name, and none besides; docs/rules.md is written from it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from provisioner.advice.catalogue import ADVICE, CATALOGUE
from provisioner.advice.reading import READING
from provisioner.advice.rule import Freedom
from provisioner.diagnostics import Severity
from provisioner.yaml_source import parse_documents

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "provisioner"
PAGE = ROOT / "docs" / "rules.md"
NAME = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*\Z")

SAYING = frozenset(
    {"Diagnostic", "Violation", "Refused", "PydanticCustomError", "BadValue", "unmet", "error", "warning", "finding"}
    | {"_failed", "_about", "_report", "_add", "_refuse", "_problem", "_error", "_refused", "_said", "_Found"}
)
"""What is called with the name of a rule as one of its first arguments."""
OF_PYDANTIC = frozenset({"int_type"})


def names_said() -> Iterator[tuple[str, str]]:
    """Every name of a rule that the package says, and where: as an argument, in a tuple with a message, or returned
    with one.
    """
    for path in sorted(PACKAGE.rglob("*.py")):
        where = path.relative_to(PACKAGE).as_posix()
        if where != "advice/judging.py" and where.startswith(
            ("advice/", "emulator/", "reports/", "metastudio/wire", "metastudio/errors")
        ):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for text in texts_of(node):
                if NAME.match(text) and text not in OF_PYDANTIC:
                    yield text.replace("_", "-"), where


def texts_of(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args) if name in SAYING:
            yield from (text for arg in args[:3] for text in literal(arg))
        case ast.Tuple(elts=[ast.Constant(value=str(text)), ast.JoinedStr() | ast.Call() | ast.BinOp(), *_]) if (
            "-" in text
        ):
            yield text
        case ast.Tuple(elts=[ast.Constant(value=str(text)), ast.Constant(value=str(words)), *_]) if " " in words:
            yield text
        case (
            ast.Yield(value=ast.Tuple(elts=[_, ast.Constant(value=str(text)), _]))
            | ast.Yield(value=ast.Tuple(elts=[ast.Constant(value=str(text)), *_]))
        ):
            yield text


def literal(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from (*literal(body), *literal(orelse))


def test_every_rule_that_is_said_is_in_the_catalogue_and_the_reverse() -> None:
    said = {name for name, _ in names_said()}
    by_reading = {rule.name for rule in READING}
    assert by_reading - said == set(), "in the catalogue, and never said"
    unknown = {(name, where) for name, where in names_said() if name not in CATALOGUE}
    assert unknown == set()


def test_no_name_is_given_twice() -> None:
    assert len(CATALOGUE) == len(READING) + len(ADVICE)


@pytest.mark.parametrize("case", sorted(path.name for path in (ROOT / "tests/manifests/cases").iterdir()))
def test_every_finding_of_the_whole_workspaces_names_a_rule(case: str) -> None:
    text = (ROOT / "tests/manifests/cases" / case / "findings.txt").read_text(encoding="utf-8")
    rules = re.findall(r"^\S.*?: (error|warning|note)\[([a-z0-9-]+)\]: ", text, re.MULTILINE)
    assert rules
    assert {rule for _, rule in rules} <= set(CATALOGUE)
    assert all(CATALOGUE[rule].severity == severity for severity, rule in rules)


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_rule_says_what_it_is_about(name: str) -> None:
    rule = CATALOGUE[name]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert rule.title
    assert rule.why.endswith((".", "it."))
    assert rule.freedom is Freedom.NONE or rule.bad
    assert bool(rule.bad) == bool(rule.good)
    assert rule.bad != rule.good or not rule.bad
    assert rule.severity is not Severity.ERROR or rule.freedom is Freedom.NONE


@pytest.mark.parametrize("rule", [each.RULE for each in ADVICE], ids=lambda rule: rule.name)
def test_examples_of_advice_are_yaml_once_expressions_and_ellipses_are_values(rule: object) -> None:
    for example in (rule.bad, rule.good):  # type: ignore[attr-defined]  # a Rule
        text = re.sub(r"\{\{.*?\}\}", "x", example).replace("…", "x")
        if "templates/" not in text:
            for part in text.split("\nx\n"):
                assert not parse_documents(part, "example").findings, part


def test_the_page_has_every_rule() -> None:
    assert sorted(re.findall(r"^### (\S+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)) == list(CATALOGUE)
