"""What an editor with the YAML language server shows in a workspace: completions, descriptions, and no false error."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from tests.commands.support import Folder
from tests.schemas.language_server import LanguageServer, language_server, why_not

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")
ROOT = Path(__file__).resolve().parents[2]
NEW = ROOT / "rooms/new.yaml"
ROOM = "kind: Room\nkey: a\nspec:\n  room_name: A\n"
SCRIPT = "kind: Script\nkey: a\nspec:\n  script_name: A\n  shoot_scripts: []\n"


def settings_of(folder: Path) -> dict[str, Any]:
    """What the folder itself says to an editor."""
    found: dict[str, Any] = json.loads((folder / ".vscode/settings.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def sample() -> Iterator[LanguageServer]:
    """The sample workspace, opened as it is."""
    with language_server(ROOT, {"schemas": settings_of(ROOT)["yaml.schemas"]}) as server:
        yield server


def yaml_files(folder: Path) -> list[Path]:
    """The files of a workspace that an editor takes for plain YAML, by the folder's own settings."""
    others = [pattern.replace("**/", "*") for pattern in settings_of(folder)["files.associations"]]
    found = [folder / "provisioner.yaml", *(folder / "values").glob("*.yaml"), *(folder / "rooms").rglob("*.yaml")]
    return [path for path in found if not any(fnmatch(str(path.relative_to(folder)), other) for other in others)]


@pytest.mark.parametrize("path", yaml_files(ROOT), ids=lambda path: str(path.relative_to(ROOT)))
def test_there_is_no_false_error_in_the_sample_workspace(sample: LanguageServer, path: Path) -> None:
    with sample.document(path) as document:
        assert document.problems == []


def test_the_sample_a_new_workspace_and_the_documentation_have_the_same_settings() -> None:
    text = (ROOT / "docs/editor.md").read_text(encoding="utf-8").split("```json\n")[1].split("```")[0]
    starter = (ROOT / "provisioner/starter/vscode/settings.json").read_text(encoding="utf-8")
    assert settings_of(ROOT) == json.loads(text) == json.loads(starter)


def test_every_manifest_of_the_sample_is_among_them() -> None:
    assert {*(ROOT / "rooms").rglob("*.yaml")} < {*yaml_files(ROOT)}


@pytest.mark.parametrize(
    ("text", "offered", "not_offered"),
    [
        ("", {"kind"}, set()),
        ("kind: ", {"Room", "Script", "RuleSet"}, set()),
        ("kind: Room\nkey: a\n", {"spec", "live", "labels", "lifecycle", "adopt"}, {"rules"}),
        ("kind: RuleSet\nkey: a\n", {"rules"}, {"live", "spec"}),
        ("kind: Room\nkey: a\nspec:\n  ", {"room_name", "scene_scripts", "stream_keys"}, {"script_name"}),
        (f"{ROOM}  room_type: ", {"NORMAL", "TEMP", "TEMPLATE"}, set()),
        (f"{ROOM}  scene_scripts:\n    - ", {"script", "script_name", "shoot_scripts"}, {"room_name"}),
        (f"{ROOM}  interaction_rules:\n    - rule_name: A\n      ", {"event_type", "trigger"}, {"rule_name"}),
        (f"{ROOM}live:\n  ", {"state", "window", "run", "on_change", "start"}, set()),
        (f"{ROOM}live:\n  on_change: ", {"next_run", "hot", "restart"}, set()),
        (f"{ROOM}live:\n  start:\n    ", {"play_policy", "job_run_config"}, {"room_name"}),
        (f"{SCRIPT}  voice_config:\n    voice_asset_id: a\n    ", {"speed", "pitch", "volume"}, {"voice_asset_id"}),
        (f"{SCRIPT}  layer_config:\n    - layer_type: ", {"HUMAN", "IMAGE", "VIDEO", "TEXT"}, set()),
        (f"{SCRIPT}  layer_config:\n    - layer_type: TEXT\n      ", {"position", "size", "text_config"}, set()),
    ],
)
def test_fields_and_values_are_completed(
    sample: LanguageServer, text: str, offered: set[str], not_offered: set[str]
) -> None:
    lines = text.split("\n")
    with sample.document(NEW, text) as document:
        labels = document.completions(len(lines) - 1, len(lines[-1]))
    assert offered <= {*labels}
    assert not not_offered & {*labels}


@pytest.mark.parametrize(
    ("text", "word", "shown"),
    [
        (ROOM, "room_name", "1 to 256 characters"),
        (f"{ROOM}live:\n  on_change: hot\n", "on_change", "running broadcast"),
        (f"{SCRIPT}  voice_config: {{voice_asset_id: a, speed: 90}}\n", "speed", "Default 100"),
        (SCRIPT, "kind", "RuleSet"),
    ],
)
def test_a_description_is_shown(sample: LanguageServer, text: str, word: str, shown: str) -> None:
    lines = text.split("\n")
    line = next(number for number, line in enumerate(lines) if word in line)
    with sample.document(NEW, text) as document:
        assert shown in document.hover(line, lines[line].index(word) + 1)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            f"{SCRIPT}  voice_config: {{voice_asset_id: a, speed: fast}}\n",
            "6: Expected a whole number, or an expression: {{ … }}",
        ),
        (f"{SCRIPT}  voice_config: {{voice_asset_id: a, speed: 900}}\n", "6: Value is above the maximum of 200."),
        (f"{ROOM}  room_nme: B\n", "5: Property room_nme is not allowed."),
        (
            f"{ROOM}  room_type: NORML\n",
            '5: Value is not accepted. Valid values: "NORMAL", "TEMP", "TEMPLATE".',
        ),
        ("kind: Room\nkey: a\n", '1: Missing property "spec".'),
        (f"{ROOM}---\n{ROOM}  room_nme: B\n", "10: Property room_nme is not allowed."),
    ],
)
def test_what_is_wrong_is_told_at_its_line(sample: LanguageServer, text: str, problem: str) -> None:
    with sample.document(NEW, text) as document:
        assert document.problems == [problem]


@pytest.mark.parametrize(
    "value",
    [
        "{{ values.x }}",
        "{{ values.x | int }}",
        "{{ f(a, b=2) | indent(6) }}",
        '"{{ values.x }}/y"',
        """'{{ "a" | b64 }}'""",
    ],
)
@pytest.mark.parametrize(
    "place",
    [
        f"{ROOM}  room_description: %s\n",
        f"{ROOM}  room_type: %s\n",
        f"{ROOM}  scene_scripts: %s\n",
        f"{ROOM}  scene_scripts:\n    - %s\n",
        f"{ROOM}  video_config: %s\n",
        f"{SCRIPT}  voice_config: {{voice_asset_id: a, speed: %s}}\n",
        f"{ROOM}lifecycle: {{protect: %s}}\n",
        f"{ROOM}labels: %s\n",
        f"{ROOM}live:\n  start: %s\n",
    ],
)
def test_an_expression_is_no_error_wherever_a_value_stands(sample: LanguageServer, place: str, value: str) -> None:
    with sample.document(NEW, place % value) as document:
        assert document.problems == []


def test_provisioner_yaml_is_completed_too(sample: LanguageServer) -> None:
    text = "workspace: shop\ntargets:\n  production:\n    "
    with sample.document(ROOT / "provisioner.yaml", text) as document:
        assert {"endpoint", "project_id", "guards"} <= {*document.completions(3, 4)}
    with sample.document(ROOT / "provisioner.yaml", "workspace: shop\ndefault_taget: local\n") as document:
        assert document.problems == ["2: Property default_taget is not allowed."]


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `init` writes."""
    folder = Folder(tmp_path_factory.mktemp("started"))
    assert folder.run("init").code == 0
    return folder.path


def test_a_new_workspace_has_help_at_once(started: Path) -> None:
    with language_server(started, {"schemas": settings_of(started)["yaml.schemas"]}) as server:
        for path in yaml_files(started):
            with server.document(path) as document:
                assert document.problems == [], path
        with server.document(started / "rooms/second.yaml", f"{ROOM}  room_type: ") as document:
            assert "TEMPLATE" in document.completions(4, 13)


def test_the_modeline_alone_is_enough_for_other_editors(started: Path) -> None:
    path = started / "rooms/welcome.yaml"
    text = path.read_text(encoding="utf-8")
    with language_server(started, {}) as server:
        with server.document(path) as document:
            assert document.problems == []
        planted = text.replace("room_name:", "room_nme:").replace("  script_name:", "  script_nme:")
        with server.document(path, planted) as document:
            assert len([problem for problem in document.problems if "_nme is not allowed" in problem]) == 2
        name = text.split("\n").index("kind: Room") + 3
        with server.document(path) as document:
            assert "256 characters" in document.hover(name, 4)
