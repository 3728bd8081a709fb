"""From files to rooms, through templates, references and values."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from provisioner.comparing.declared import DesiredRooms
from provisioner.diagnostics import Span, has_errors
from provisioner.manifests import Keeps, Loaded, load
from provisioner.rooms import DesiredRoom, Lifecycle, Live, LiveState, OnChange, Spec
from provisioner.secrets import SecretName, SecretText
from provisioner.workers import Forked
from provisioner.workspace import open_workspace


def loaded(root: Path, files: dict[str, str], target: str | None = None) -> Loaded:
    for name, content in {"provisioner.yaml": "workspace: shop\n", **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    workspace = open_workspace(root)
    return asyncio.run(load(workspace, workspace.target(target)))


def rooms(root: Path, files: dict[str, str], target: str | None = None) -> dict[str, DesiredRoom]:
    result = loaded(root, files, target)
    assert not has_errors(result.findings), result.findings
    return dict(DesiredRooms(result.rooms))


def spec_of(root: Path, spec: str, **files: str) -> dict[str, Any]:
    """The spec of one room whose `spec:` is written in a line."""
    return dict(rooms(root, {"rooms/a.yaml": f"kind: Room\nkey: a\nspec: {spec}\n", **files})["a"].spec)


def test_a_room_is_what_its_manifest_says(tmp_path: Path) -> None:
    text = """\
# the sale
kind: Room
key: spring-sale
labels: {team: shoes, region: no}
spec:
  room_name: Spring
  room_description: null
live:
  state: running
  run: 2026-11-21
  on_change: hot
  start: {job_run_config: {allow_resource_type: ONDEMAND}, view_mode: ~}
lifecycle: {protect: true, ignore: [spec.room_description, "spec.scene_scripts[*].layer_config"]}
adopt: by_name
"""
    room = rooms(tmp_path, {"rooms/spring.yaml": text})["spring-sale"]
    assert room.spec == {"room_name": "Spring"}
    assert room.origin == Span("rooms/spring.yaml", 2, 1)
    start: Spec = {"job_run_config": {"allow_resource_type": "ONDEMAND"}}
    assert room.live == Live(LiveState.RUNNING, "2026-11-21", OnChange.HOT, start)
    assert room.lifecycle == Lifecycle(
        protect=True, ignore=("spec.room_description", "spec.scene_scripts[*].layer_config")
    )
    assert (dict(room.labels), room.adopt, room.name) == ({"team": "shoes", "region": "no"}, "by_name", "Spring")


def test_rooms_come_by_key_from_all_files_and_documents(tmp_path: Path) -> None:
    room = "kind: Room\nkey: {}\nspec: {{room_name: x}}\n"
    files = {
        "rooms/z.yaml": room.format("b") + "---\n" + room.format("a"),
        "rooms/deep/er/y.yaml": "---\n" + room.format("c") + "...\n",
    }
    assert list(rooms(tmp_path, files)) == ["a", "b", "c"]


def test_scripts_and_rule_sets_take_the_place_of_what_refers_to_them(tmp_path: Path) -> None:
    shared = """\
kind: Script
key: welcome
spec: {script_name: Welcome, script_description: null, shoot_scripts: []}
---
kind: RuleSet
key: faq
rules: [{rule_name: f1}, {rule_name: f2, enabled_scenes: [Welcome]}]
"""
    room = """\
kind: Room
key: {key}
spec:
  room_name: x
  scene_scripts:
    - {{script_name: First, shoot_scripts: []}}
    - {{script: welcome}}
  interaction_rules:
    - rule_name: own
    - rules: faq
    - {{rule_name: last, enabled_scenes: [First, Welcome]}}
"""
    files = {"rooms/a.yaml": room.format(key="a"), "rooms/b.yaml": room.format(key="b"), "rooms/s.yaml": shared}
    found = rooms(tmp_path, files)
    assert found["a"].spec == found["b"].spec
    assert found["a"].spec["scene_scripts"] == [
        {"script_name": "First", "shoot_scripts": []},
        {"script_name": "Welcome", "shoot_scripts": []},
    ]
    rules = found["a"].spec["interaction_rules"]
    assert isinstance(rules, list)
    assert [rule["rule_name"] for rule in rules if isinstance(rule, dict)] == ["own", "f1", "f2", "last"]


def test_values_and_the_target_reach_templates(tmp_path: Path) -> None:
    files = {
        "provisioner.yaml": (
            "workspace: shop\n"
            "targets:\n"
            "  live:\n"
            "    endpoint: https://metastudio.cn-east-3.myhuaweicloud.com\n"
            "    region: cn-east-3\n"
            "    project_id: ${UNSET_IN_TESTS}\n"
        ),
        "values/common.yaml": "name: {first: a, second: b}\n",
        "values/live.yaml": "name: {second: c}\n",
        "rooms/a.yaml": (
            "kind: Room\nkey: a\nspec:\n"
            "  room_name: {{ values.name.first }}{{ values.name.second }}\n"
            "  room_description: {{ target.name }} {{ target.region }} {{ target.endpoint or 'no endpoint' }}\n"
        ),
    }
    assert rooms(tmp_path, files)["a"].spec == {
        "room_name": "ab",
        "room_description": "local cn-north-4 no endpoint",
    }
    assert rooms(tmp_path, files, "live")["a"].spec == {
        "room_name": "ac",
        "room_description": "live cn-east-3 https://metastudio.cn-east-3.myhuaweicloud.com",
    }


def test_a_value_never_becomes_structure(tmp_path: Path) -> None:
    evil = "x\\noutput_urls: [rtmp://evil.example.com/live]"
    spec = spec_of(
        tmp_path,
        "\n  room_name: {{ values.evil }}\n  room_description: '{{ values.quote }}'",
        **{"values/common.yaml": f'evil: "{evil}"\nquote: "it\'s: \\"# {{{{ x }}}}"\n'},
    )
    assert spec == {
        "room_name": "x\noutput_urls: [rtmp://evil.example.com/live]",
        "room_description": "it's: \"# {{ x }}",
    }


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("{{ values.text }}", "00123"),
        ('"{{ values.int }}"', "12"),
        ("no {{ values.int }}", "no 12"),
        ("'{{ values.yes }}/{{ values.off }}'", "true/false"),
        ("{{ values.half }} and {{ values.half }}", "0.5 and 0.5"),
        ('{{ secret("K") }}', SecretText.of("K")),
    ],
)
def test_what_stands_in_text_is_text(tmp_path: Path, written: str, value: object) -> None:
    values = 'text: "00123"\nint: 12\nyes: true\noff: false\nhalf: 0.5\n'
    spec = spec_of(tmp_path, f"{{room_name: x, stream_keys: [{written}]}}", **{"values/common.yaml": values})
    assert spec["stream_keys"] == [value]


def test_a_lone_expression_keeps_its_type(tmp_path: Path) -> None:
    spec = spec_of(
        tmp_path,
        "{room_name: x, play_policy: {{ values.policy }}, video_config: {bitrate: {{ values.rate }}, "
        "width: 1080, height: 1920, is_subtitle_enable: {{ values.no }}}, "
        "backup_model_asset_ids: {{ values.ids }}, room_description: {{ values.nothing }}}",
        **{
            "values/common.yaml": (
                "policy: {repeat_count: -1, play_mode: null}\nrate: 4000\nno: false\nids: [a, b]\nnothing: null\n"
            )
        },
    )
    assert spec == {
        "room_name": "x",
        "play_policy": {"repeat_count": -1},
        "video_config": {"bitrate": 4000, "width": 1080, "height": 1920, "is_subtitle_enable": False},
        "backup_model_asset_ids": ["a", "b"],
    }


def test_text_round_a_secret_keeps_a_hole(tmp_path: Path) -> None:
    spec = spec_of(
        tmp_path,
        "{room_name: x, output_urls: ['rtmp://push.example.com/{{ values.app }}/{{ secret(\"K\") }}?n={{ 1 }}']}",
        **{"values/common.yaml": "app: live\n"},
    )
    assert spec["output_urls"] == [SecretText(("rtmp://push.example.com/live/", SecretName("K"), "?n=1"))]


def test_keys_may_be_computed(tmp_path: Path) -> None:
    spec = spec_of(
        tmp_path,
        "{room_name: x, 'room_{{ values.part }}': y, {{ values.type }}: TEMP}",
        **{"values/common.yaml": "part: description\ntype: room_type\n"},
    )
    assert spec == {"room_name": "x", "room_description": "y", "room_type": "TEMP"}


LOOP = """\
{% for row in data("rows.csv") %}
---
kind: Room
key: r{{ row.n }}
spec:
  room_name: Room {{ row.n }}
  room_description: {{ row.text }}
  play_policy: {repeat_count: 1, live_exit_config: {max_live_duration: 2}}
{% endfor %}
"""


def test_a_table_makes_rooms_that_share_what_is_equal(tmp_path: Path) -> None:
    table = "n,text\n" + "".join(f"{number},\"{number}: # 'x' {{{{ y }}}}\"\n" for number in range(300))
    found = rooms(tmp_path, {"rooms/a.yaml": LOOP, "data/rows.csv": table})
    assert len(found) == 300
    assert found["r7"].spec["room_description"] == "7: # 'x' {{ y }}"


def test_a_room_that_is_only_declared_takes_little(tmp_path: Path) -> None:
    """Its spec is packed or left out, and what many rooms have in common is kept once."""
    table = "n,text\n" + "".join(f"{number},text\n" for number in range(300))
    files = {"rooms/a.yaml": LOOP, "data/rows.csv": table}
    kept = loaded(tmp_path, files).rooms
    assert max(len(room.packed or b"") for room in kept) < 200
    assert len({id(room.origin) for room in kept}) < 30
    workspace = open_workspace(tmp_path)
    lighter = asyncio.run(load(workspace, workspace.target(None), keeps=Keeps.ROOMS)).rooms
    assert [replace(room, packed=None) for room in kept] == list(lighter)
    keys_alone = asyncio.run(load(workspace, workspace.target(None), keeps=Keeps.KEYS))
    assert (keys_alone.rooms, keys_alone.count) == ((), 300)


SHARED = """\
kind: Script
key: hello
spec: {script_name: Hello, shoot_scripts: []}
---
{% for row in data("rows.csv") %}
---
kind: Room
key: s{{ row.n }}
spec:
  room_name: {{ row.text }}
  room_descripton: x
  scene_scripts:
    - script: {{ "hello" if row.n != "3" else "helo" }}
    - {script_name: Hello{{ row.n }}, shoot_scripts: []}
{% endfor %}
"""


@pytest.mark.parametrize("size", [2, 3, 5])
def test_the_number_of_processes_does_not_show(tmp_path: Path, size: int) -> None:
    """Neither in rooms nor in findings: in loops, with references, with mistakes, and with keys that stand twice."""
    table = "n,text\n" + "".join(f'{number % 280},"{number}: x"\n' for number in range(300))
    valid = SHARED.replace("  room_descripton: x\n", "").replace("key: s", "key: t")
    hand = {f"rooms/h{n}.yaml": f"kind: Room\nkey: h{n}\nspec: {{room_name: Room {n}}}\n" for n in range(40)}
    files = {"rooms/a.yaml": LOOP, "rooms/s.yaml": SHARED, "rooms/v.yaml": valid.replace("key: hello", "key: more")}
    loaded(tmp_path, {**files, **hand, "data/rows.csv": table})
    workspace = open_workspace(tmp_path)

    def by(crew: Forked) -> Loaded:
        return asyncio.run(load(workspace, workspace.target(None), crew))

    alone = by(Forked(1))
    assert by(Forked(size)) == alone
    rules = {finding.rule for finding in alone.findings}
    assert rules == {"duplicate-key", "unknown-field", "unknown-reference"}
    assert len(alone.rooms) == 40 + 280 + 279


def test_a_template_that_does_not_end_is_a_finding_of_its_file(tmp_path: Path) -> None:
    loop = "{% for x in range(100000) %}"
    endless = f"kind: Room\nkey: b\nspec: {{room_name: x}}\n{loop * 3}{'{% endfor %}' * 3}\n"
    result = loaded(tmp_path, {"rooms/a.yaml": "kind: Room\nkey: a\nspec: {room_name: x}\n", "rooms/b.yaml": endless})
    assert has_errors(result.findings)
    assert {finding.span.file for finding in result.findings if finding.span} == {"rooms/b.yaml"}


def test_what_is_wrong_with_templates_and_data_is_found_with_the_rest(tmp_path: Path) -> None:
    files = {
        "rooms/a.yaml": "kind: Room\nkey: a\nspec: {room_name: {{ values.nmae }}}\n",
        "rooms/b.yaml": "kind: Room\nkey: b\nspec: {room_name: {{ env }}}\n",
        "rooms/c.yaml": 'kind: Room\n{% include "../../.env" %}\n',
        "rooms/d.yaml": '\n{% for x in data("gone.csv") %}{% endfor %}\n',
        "rooms/e.yaml": '\n{% for x in data("broken.csv") %}{% endfor %}\n',
        "rooms/f.yaml": "kind: Room\nkey: {{ ''.__class__.__mro__ }}\n",
        "rooms/g.yaml": "kind: Room\nkey: {{ unclosed\n",
        "rooms/h.yaml": "kind: Room\nkey: h\nspec: {room_name: 1}\n",
        "rooms/i.yaml": "kind: Room\nkey: i\nspec: {room_name: fine}\n",
        "data/broken.csv": "a,b\n1\n",
        "values/common.yaml": "name: x\n",
    }
    result = loaded(tmp_path, files)
    assert [room.key for room in result.rooms] == ["i"]
    lines = [(finding.span.file, finding.span.line) for finding in result.findings if finding.span]
    assert lines == [
        ("data/broken.csv", 2),
        ("rooms/a.yaml", 3),
        ("rooms/b.yaml", 3),
        ("rooms/c.yaml", 2),
        ("rooms/d.yaml", 2),
        ("rooms/f.yaml", 2),
        ("rooms/g.yaml", 2),
        ("rooms/h.yaml", 3),
    ]


def test_broken_values_stop_everything_else(tmp_path: Path) -> None:
    result = loaded(tmp_path, {"rooms/a.yaml": "kind: Room\nkey: {{ values.a }}\n", "values/common.yaml": "a: [\n"})
    assert result.rooms == ()
    assert [str(finding.span) for finding in result.findings] == ["values/common.yaml:2:1"]


def test_a_room_with_errors_does_not_hide_the_others(tmp_path: Path) -> None:
    good, bad = "kind: Room\nkey: a\nspec: {room_name: x}\n", "kind: Room\nkey: b\nspec: {room_name: 1}\n"
    result = loaded(tmp_path, {"rooms/a.yaml": good, "rooms/b.yaml": bad})
    assert [room.key for room in result.rooms] == ["a"]
    assert [str(finding.span) for finding in result.findings] == ["rooms/b.yaml:3:19"]


def test_a_finding_of_many_rooms_is_said_once_with_one_of_them_and_their_number(tmp_path: Path) -> None:
    table = "n,text\n" + "".join(f"{number},x\n" for number in range(500))
    result = loaded(tmp_path, {"rooms/a.yaml": LOOP.replace("repeat_count", "repeat_cont"), "data/rows.csv": table})
    (finding,) = result.findings
    assert finding.span is not None
    assert (finding.span.file, finding.span.line) == ("rooms/a.yaml", 8)
    assert [frame.label for frame in finding.trace][-1] == "in Room r0 and 499 more, from"


def test_no_rooms_at_all_is_a_warning(tmp_path: Path) -> None:
    result = loaded(tmp_path, {})
    assert result.rooms == ()
    assert [finding.rule for finding in result.findings] == ["no-manifests"]
    assert not has_errors(result.findings)


def test_the_workspace_of_this_repository_has_nothing_wrong() -> None:
    root = Path(__file__).parents[2]
    workspace = open_workspace(root)
    for target in workspace.targets.values():
        result = asyncio.run(load(workspace, target))
        assert result.findings == ()
        assert len(result.rooms) > 10
