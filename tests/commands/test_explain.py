"""`provisioner explain`: every rule can be looked up."""

from __future__ import annotations

from pathlib import Path

import pytest

from provisioner.advice.catalogue import CATALOGUE
from provisioner.reports.rules_text import rule_text
from tests.commands.support import ROOM, Folder, workspace


def test_all_rules_are_listed_with_the_severities_of_the_workspace(tmp_path: Path) -> None:
    folder = workspace(tmp_path, room=ROOM)
    folder.write("provisioner.yaml", "workspace: shop\nrules: {slow-regex: off, unused-value: error}\n")
    ran = folder.run("explain")
    lines = {line.split()[0]: line.split()[1] for line in ran.out.splitlines()}
    assert (ran.code, list(lines)) == (0, list(CATALOGUE))
    assert (lines["slow-regex"], lines["unused-value"], lines["base64"]) == ("off*", "error*", "error")
    listed = folder.run("explain", "--format", "json").json["rules"]
    assert [rule["name"] for rule in listed] == list(CATALOGUE)
    assert {rule["name"]: rule["severity"] for rule in listed if rule["severity"] != rule["default_severity"]} == {
        "slow-regex": "off",
        "unused-value": "error",
    }


def test_one_rule_is_told_as_it_counts_in_the_workspace(tmp_path: Path) -> None:
    folder = workspace(tmp_path, room=ROOM)
    folder.write("provisioner.yaml", "workspace: shop\nrules: {slow-regex: off}\n")
    told = folder.run("explain", "slow-regex").out
    assert "severity: off (set in provisioner.yaml; warning by default); may be" in told
    assert "provisioner.yaml;" not in folder.run("explain", "bad-regex").out


def test_one_rule_is_explained_without_a_workspace(tmp_path: Path) -> None:
    ran = Folder(tmp_path).run("explain", "slow-regex")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == rule_text(CATALOGUE["slow-regex"])
    one = Folder(tmp_path).run("explain", "secret-in-clear", "--format", "json").json["rules"]
    assert [(rule["name"], rule["may_be"]) for rule in one] == [("secret-in-clear", ["error", "warning"])]


@pytest.mark.parametrize(("name", "words"), [("slow-regx", "did you mean `slow-regex`?"), ("x", "lists them")])
def test_a_wrong_name_is_64_with_a_suggestion(name: str, words: str, tmp_path: Path) -> None:
    ran = Folder(tmp_path).run("explain", name)
    assert (ran.code, ran.out) == (64, "")
    assert words in ran.err


@pytest.mark.parametrize("name", CATALOGUE)
def test_each_rule_has_a_text(name: str) -> None:
    rule = CATALOGUE[name]
    text = rule_text(rule)
    assert text.startswith(f"{name}: {rule.title}\nseverity: {rule.severity}")
    assert all(line in text for line in (*rule.bad.splitlines(), *rule.good.splitlines()))
