"""Severities from provisioner.yaml, and comments that excuse a line."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from provisioner.advice.judging import excuses_in
from provisioner.diagnostics import Severity
from provisioner.errors import FindingsError
from provisioner.manifests import Keeps, load
from provisioner.workspace import open_workspace
from tests.advice.support import ON_AIR, found, marked, paragraph, room, said

SHORT = {"rooms/a.yaml": room(paragraph("Hi"), ON_AIR)}


def with_rules(rules: str) -> dict[str, str]:
    return SHORT | {"provisioner.yaml": f"workspace: shop\nrules: {rules}\n"}


@pytest.mark.parametrize("level", ["error", "warning", "note"])
def test_a_rule_has_the_severity_that_the_workspace_gives_it(level: str, tmp_path: Path) -> None:
    (finding,) = found(tmp_path, with_rules(f"{{too-little-to-say: {level}}}"))
    assert (finding.severity, finding.rule) == (Severity(level), "too-little-to-say")


def test_a_rule_that_is_off_says_nothing(tmp_path: Path) -> None:
    assert found(tmp_path, with_rules("{too-little-to-say: off}")) == ()


@pytest.mark.parametrize(("level", "advice"), [("warning", ("too-little-to-say",)), ("note", ()), ("off", ())])
def test_only_warnings_that_count_speak_against_going_on_air(
    level: str, advice: tuple[str, ...], tmp_path: Path
) -> None:
    found_here = with_rules(f"{{too-little-to-say: {level}}}")
    for name, text in found_here.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    workspace = open_workspace(tmp_path)
    loaded = asyncio.run(load(workspace, workspace.target(None), keeps=Keeps.ROOMS))
    assert loaded.rooms[0].advice == advice


def refused(tmp_path: Path, rules: str) -> list[tuple[str, str, str]]:
    (tmp_path / "provisioner.yaml").write_text(f"workspace: shop\nrules:\n  {rules}\n")
    with pytest.raises(FindingsError) as caught:
        open_workspace(tmp_path)
    return [(finding.rule, str(finding.span), finding.message) for finding in caught.value.findings]


@pytest.mark.parametrize(
    ("rules", "rule", "words"),
    [
        ("too-litle-to-say: off", "unknown-rule", "did you mean `too-little-to-say`?"),
        ("xyz: off", "unknown-rule", "`provisioner explain` lists them"),
        ("secret-not-allowed: warning", "fixed-severity", "always error"),
        ("private-address: off", "fixed-severity", "always error"),
        ("secret-in-clear: off", "fixed-severity", "protects secrets"),
        ("secret-in-clear: note", "fixed-severity", "never less"),
        ("live-risk: error", "fixed-severity", "always warning"),
        ("too-little-to-say: maybe", "not-allowed", "must be one of error, warning, note, off"),
    ],
)
def test_what_may_not_be_set_is_a_finding_at_its_place(rules: str, rule: str, words: str, tmp_path: Path) -> None:
    ((name, place, message),) = refused(tmp_path, rules)
    assert name == rule
    assert place == f"provisioner.yaml:3:{5 + rules.index(':')}"
    assert words in message


def test_a_secret_in_clear_may_be_made_an_error(tmp_path: Path) -> None:
    files = {
        "rooms/a.yaml": room("output_urls: ['rtmp://push.example.com/a']\nstream_keys: [abc]"),
        "provisioner.yaml": "workspace: shop\nrules: {secret-in-clear: error}\n",
    }
    assert [finding.severity for finding in found(tmp_path, files)] == [Severity.ERROR]


BEHIND = "  scene_scripts:\n    - script_name: Opening # provisioner: allow[too-little-to-say] it is a greeting\n"
ABOVE = "  scene_scripts:\n    # provisioner: allow[too-little-to-say] it is a greeting\n    - script_name: Opening\n"
STACKED = ABOVE.replace("    - s", "    # the first of the evening\n    - s")
TOGETHER = ABOVE.replace("too-little-to-say", "paragraph-too-long, too-little-to-say")
TEXT = "      shoot_scripts: [{text_config: {text: Hi}}]\n"
START = "kind: Room\nkey: a\nspec:\n  room_name: a\n"


@pytest.mark.parametrize("excused", [BEHIND, ABOVE, STACKED])
def test_a_comment_with_a_reason_excuses_its_line_or_the_one_below(excused: str, tmp_path: Path) -> None:
    assert found(tmp_path, {"rooms/a.yaml": START + excused + TEXT + ON_AIR}) == ()


def test_what_is_excused_does_not_speak_against_going_on_air(tmp_path: Path) -> None:
    assert (
        found(tmp_path, {"rooms/a.yaml": START + ABOVE + TEXT + "live: {state: running, require: no_warnings}\n"}) == ()
    )


def test_of_several_rules_each_is_judged_by_itself(tmp_path: Path) -> None:
    findings = found(tmp_path, {"rooms/a.yaml": START + TOGETHER + TEXT + ON_AIR})
    assert said(findings) == [("unused-excuse", "rooms/a.yaml:6:5")]
    assert "paragraph-too-long" in findings[0].message


@pytest.mark.parametrize("written", ["allow[too-little-to-say]", "allow[too-little-to-say]   ", "allow[not-for-air] x"])
def test_a_comment_that_does_not_count_excuses_nothing(written: str, tmp_path: Path) -> None:
    text = START + f"  scene_scripts:\n    # provisioner: {written}\n    - script_name: Opening\n" + TEXT + ON_AIR
    rules = {finding.rule for finding in found(tmp_path, {"rooms/a.yaml": text})}
    assert "too-little-to-say" in rules
    assert len(rules) == 2


@pytest.mark.parametrize("line", ["  # provisioner: allow[too-little-to-say] far above\n\n", "  x"])
def test_a_comment_elsewhere_excuses_nothing(line: str, tmp_path: Path) -> None:
    """Not two lines above, and not behind something on the line above."""
    body = f"  scene_scripts: # provisioner: allow[too-little-to-say] no\n{'' if 'x' in line else line}"
    text = START + body + "    - script_name: Opening\n" + TEXT + ON_AIR
    assert "too-little-to-say" in {finding.rule for finding in found(tmp_path, {"rooms/a.yaml": text})}


def test_an_excuse_in_a_template_counts_for_every_room_made_from_it(tmp_path: Path) -> None:
    files = {
        "rooms/a.yaml": "{% for n in range(40) %}\n---\n{% include 'room.yaml' %}\n{% endfor %}\n",
        "templates/room.yaml": START.replace("key: a", "key: r{{ n }}")
        + ABOVE
        + "      shoot_scripts: [{text_config: {text: '{{ \"x\" * n }}'}}]\n"
        + ON_AIR,
    }
    assert found(tmp_path, files) == ()


def test_an_excuse_for_a_reference_stands_at_the_reference(tmp_path: Path) -> None:
    files = {
        "rooms/a.yaml": START
        + "  scene_scripts:\n    - script: hello # provisioner: allow[too-little-to-say] recordings follow\n"
        + ON_AIR,
        "rooms/b.yaml": "kind: Script\nkey: hello\nspec:\n  script_name: Hello\n" + TEXT[4:],
    }
    assert found(tmp_path, files) == ()


def test_excuses_in_values_count(tmp_path: Path) -> None:
    files = {
        "rooms/a.yaml": room("room_description: x"),
        "values/common.yaml": "# provisioner: allow[unused-value] the next sale needs it\nsale: 1\n",
    }
    assert found(tmp_path, files) == ()


def test_an_excuse_is_not_called_unused_where_errors_hid_what_may_need_it(tmp_path: Path) -> None:
    text = START + ABOVE + TEXT + "live: {state: runing}\n"
    assert [finding.rule for finding in found(tmp_path, {"rooms/a.yaml": text})] == ["not-allowed"]


def test_positions_of_excuses(tmp_path: Path) -> None:
    files = {"rooms/a.yaml": room("room_description: x  §# provisioner: allow[slow-regex] it was one")}
    assert said(found(tmp_path, files)) == [("unused-excuse", place) for place in marked(files)]


def test_a_file_of_nothing_but_excuses_is_read_in_no_time() -> None:
    text = "# provisioner: allow[slow-regex] because\n" * 50_000
    excuses = excuses_in("rooms/a.yaml", text)
    assert len(excuses.all) == 50_000
    assert {excuse.line for excuse in excuses.all} == {50_001}
