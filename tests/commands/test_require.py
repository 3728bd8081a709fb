"""`live.require` in manifests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.support import ROOM, workspace

STRICT = "live: {state: running, run: one, require: no_warnings}\n"
SHARED = """\
kind: Room
key: spring
spec:
  room_name: Spring sale
  scene_scripts: [{script: short}]
live: {state: running, run: one, require: no_warnings}
---
kind: Script
key: short
spec: {script_name: Short, shoot_scripts: [{text_config: {text: Hello.}}]}
"""


@pytest.mark.parametrize("manifest", [ROOM + STRICT, SHARED])
def test_the_advice_on_a_manifest_holds_its_start_back(tmp_path: Path, manifest: str) -> None:
    """Also where it is about a scene that stands elsewhere."""
    folder = workspace(tmp_path, spring=manifest)
    plan = folder.run("plan", "--format", "json").json
    assert [action["action"] for action in plan["actions"]] == ["create", "blocked"]
    says = "live.require is no_warnings, and its manifest has warnings: too-little-to-say"
    assert plan["actions"][1]["reason"] == says
    ran = folder.run("apply", "--auto-approve")
    assert ran.code == 4
    assert "+ created spring" in ran.out


def test_what_is_required_is_rendered_and_another_word_is_an_error(tmp_path: Path) -> None:
    folder = workspace(tmp_path, spring=ROOM + STRICT)
    assert folder.run("render", "--format", "json").json["rooms"][0]["live"]["require"] == "no_warnings"
    folder.write("rooms/spring.yaml", ROOM + STRICT.replace("no_warnings", "nothing"))
    ran = folder.run("validate")
    assert ran.code == 1
    assert "require" in ran.out + ran.err
