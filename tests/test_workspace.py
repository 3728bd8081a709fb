"""`provisioner.yaml` and `values/`: what they mean, and what is said where they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from provisioner.diagnostics import Diagnostic
from provisioner.errors import FindingsError, UsageError, WorkspaceError
from provisioner.guards import Guards
from provisioner.rooms import Value
from provisioner.workspace import Workspace, load_values, merged, open_workspace

PRODUCTION = """\
workspace: shop
default_target: production
targets:
  production:
    endpoint: https://metastudio.cn-north-4.myhuaweicloud.com
    region: cn-north-4
    project_id: ${PROJECT}
    limits: {create: 2, list: 7.5}
    guards: {max_deletes: null, min_rooms: 3}
    secrets_file: ../secrets.env
guards:
  max_deletes: 1
  max_creates: 9
"""


def workspace(root: Path, text: str = "workspace: shop\n", **files: str) -> Workspace:
    write(root, {"provisioner.yaml": text, **files})
    return open_workspace(root)


def write(root: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def findings(root: Path, text: str) -> list[str]:
    with pytest.raises(FindingsError) as caught:
        workspace(root, text)
    return shown(caught.value.findings)


def shown(found: tuple[Diagnostic, ...]) -> list[str]:
    return [f"{finding.span} {finding.rule}: {finding.message}" for finding in found]


def test_the_local_target_exists_without_being_written(tmp_path: Path) -> None:
    opened = workspace(tmp_path)
    assert (opened.name, opened.default_target, opened.root) == ("shop", "local", tmp_path)
    assert opened.state_dir == tmp_path / ".provisioner"
    local = opened.target(None)
    assert local.emulator == tmp_path / ".provisioner/emulator.sqlite"
    assert (local.endpoint, local.project_id, local.settle_s, local.guards) == (None, None, 0, Guards())


def test_a_real_target_says_what_differs_from_the_defaults(tmp_path: Path) -> None:
    opened = workspace(tmp_path, PRODUCTION)
    target = opened.target(None)
    assert target.name == "production"
    assert target.endpoint == "https://metastudio.cn-north-4.myhuaweicloud.com"
    assert (target.region, target.auth, target.settle_s) == ("cn-north-4", "aksk", 15)
    assert dict(target.limits) == {"create": 2, "list": 7.5}
    assert target.secrets_file == tmp_path / "../secrets.env"
    assert set(opened.targets) == {"local", "production"}


def test_guards_of_a_target_stand_over_those_of_the_workspace(tmp_path: Path) -> None:
    opened = workspace(tmp_path, PRODUCTION)
    assert opened.target("local").guards == Guards(30, 10, max_deletes=1, max_creates=9)
    assert opened.target("production").guards == Guards(30, 3, max_deletes=None, max_creates=9)


def test_the_environment_is_asked_for_the_project_only_when_the_target_is_used(tmp_path: Path) -> None:
    target = workspace(tmp_path, PRODUCTION).target("production")
    assert target.project({"PROJECT": " 0123 "}) == "0123"
    with pytest.raises(WorkspaceError, match="environment variable PROJECT"):
        target.project({})


def test_a_project_id_may_be_written_out(tmp_path: Path) -> None:
    text = PRODUCTION.replace("${PROJECT}", "0123456789abcdef0123456789abcdef")
    assert workspace(tmp_path, text).target(None).project({}) == "0123456789abcdef0123456789abcdef"


def test_an_unknown_target_is_a_matter_of_the_command_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="this workspace has: local, production"):
        workspace(tmp_path, PRODUCTION).target("prod")


def test_a_folder_without_provisioner_yaml_is_told_how_to_become_one(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match=rf"{tmp_path} is not a workspace: .*provisioner init"):
        open_workspace(tmp_path)
    with pytest.raises(WorkspaceError, match="there is no folder"):
        open_workspace(tmp_path / "nowhere")


def test_every_mistake_is_found_at_its_place(tmp_path: Path) -> None:
    """The file and what is said about it stand beside each other in `workspace_mistakes/`."""
    golden = Path(__file__).parent / "workspace_mistakes"
    said = findings(tmp_path, (golden / "provisioner.yaml").read_text())
    assert said == (golden / "findings.txt").read_text().splitlines()


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("{emulator: x.db, endpoint: https://a.myhuaweicloud.com}", "contradiction"),
        ("{emulator: ../../x.db}", "outside-workspace"),
        ("{emulator: /etc/x.db}", "outside-workspace"),
        ("{emulator: .}", "outside-workspace"),
        ("{region: cn-north-4}", "missing-field"),
        ("{}", "missing-field"),
    ],
)
def test_a_target_is_one_thing_or_the_other(tmp_path: Path, target: str, expected: str) -> None:
    (said,) = findings(tmp_path, f"workspace: shop\ntargets:\n  other: {target}\n")
    assert said.startswith("provisioner.yaml:3:")
    assert f" {expected}: " in said


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://169.254.169.254",
        "http://metastudio.cn-north-4.myhuaweicloud.com",
        "https://evil.com#.myhuaweicloud.com",
        "https://evil.com",
        "https://user:hunter2@metastudio.cn-north-4.myhuaweicloud.com",
        "https://[::1]",
        "https://metastudio.cn-north-4.myhuaweicloud.com.",
        "ftp://metastudio.cn-north-4.myhuaweicloud.com",
    ],
)
def test_credentials_are_never_sent_to_a_strange_endpoint(tmp_path: Path, endpoint: str) -> None:
    text = PRODUCTION.replace("https://metastudio.cn-north-4.myhuaweicloud.com", f"'{endpoint}'")
    (said,) = findings(tmp_path, text)
    assert said.startswith("provisioner.yaml:5:15 endpoint: ")
    assert "hunter2" not in said


@pytest.mark.parametrize("project_id", ["../../x", "a/b", "a?b", "${A}x", "$HOME", "''"])
def test_a_project_id_cannot_lead_elsewhere(tmp_path: Path, project_id: str) -> None:
    (said,) = findings(tmp_path, PRODUCTION.replace("${PROJECT}", project_id))
    assert said.startswith("provisioner.yaml:7:17 project-id: ")


def test_a_default_target_must_exist(tmp_path: Path) -> None:
    text = PRODUCTION.replace("default_target: production", "default_target: prodution")
    assert findings(tmp_path, text) == [
        "provisioner.yaml:2:17 unknown-target: `default_target` names no target; did you mean `production`?"
    ]


def test_a_target_called_common_would_share_its_values_with_everyone(tmp_path: Path) -> None:
    (said,) = findings(tmp_path, "workspace: shop\ntargets: {common: {emulator: x.db}}\n")
    assert " reserved-name: " in said


@pytest.mark.parametrize("text", ["", "# nothing\n", "~\n", "[]\n", "a\n"])
def test_an_empty_or_odd_file_says_what_is_missing(tmp_path: Path, text: str) -> None:
    (said,) = findings(tmp_path, text)
    assert "`workspace` is missing" in said or "must be a mapping" in said


def test_two_documents_are_one_too_many(tmp_path: Path) -> None:
    (said,) = findings(tmp_path, "workspace: a\n---\nworkspace: b\n")
    assert said.startswith("provisioner.yaml:3:1 too-many-documents")


def test_it_is_not_a_template(tmp_path: Path) -> None:
    (said,) = findings(tmp_path, "workspace: {{ name }}\n")
    assert said.startswith("provisioner.yaml:1:13 yaml-key: this is plain YAML and not a template")


def test_a_file_that_is_not_utf_8_is_refused_where_it_stops_being(tmp_path: Path) -> None:
    (tmp_path / "provisioner.yaml").write_bytes(b"workspace: shop\ndefault_target: \xff\n")
    with pytest.raises(FindingsError) as caught:
        open_workspace(tmp_path)
    assert shown(caught.value.findings)[0].startswith("provisioner.yaml:2:17 not-utf-8: ")


def test_a_symlink_out_of_the_workspace_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "other.yaml").write_text("workspace: shop\n")
    (root / "provisioner.yaml").symlink_to(tmp_path / "other.yaml")
    with pytest.raises(FindingsError) as caught:
        open_workspace(root)
    assert shown(caught.value.findings)[0].startswith("provisioner.yaml:1:1 outside-workspace: ")


class TestValues:
    def test_the_targets_values_stand_over_the_common_ones(self, tmp_path: Path) -> None:
        opened = workspace(
            tmp_path,
            **{
                "values/common.yaml": "a: 1\nb: {c: 1, d: {e: 1, f: 2}}\nl: [1, 2]\nn: {x: 1}\n",
                "values/local.yaml": "b: {d: {f: 3, g: 4}}\nl: [3]\nn: null\nz: no\n",
            },
        )
        assert load_values(opened, opened.target("local")) == {
            "a": 1,
            "b": {"c": 1, "d": {"e": 1, "f": 3, "g": 4}},
            "l": [3],
            "n": None,
            "z": "no",
        }

    def test_files_that_do_not_exist_or_are_empty_say_nothing(self, tmp_path: Path) -> None:
        opened = workspace(tmp_path, **{"values/common.yaml": "# nothing\n"})
        assert load_values(opened, opened.target("local")) == {}

    def test_what_is_wrong_in_both_files_is_found_at_once(self, tmp_path: Path) -> None:
        opened = workspace(
            tmp_path, **{"values/common.yaml": "a: &x 1\nb: {{ target }}\n", "values/local.yaml": "- a\n"}
        )
        with pytest.raises(FindingsError) as caught:
            load_values(opened, opened.target("local"))
        assert {str(finding.span) for finding in caught.value.findings} == {
            "values/common.yaml:1:4",
            "values/common.yaml:2:5",
            "values/local.yaml:1:1",
        }

    def test_merging_changes_neither_side(self) -> None:
        below: dict[str, Value] = {"a": {"b": 1}}
        above: dict[str, Value] = {"a": {"c": 2}}
        assert merged(below, above) == {"a": {"b": 1, "c": 2}}
        assert (below, above) == ({"a": {"b": 1}}, {"a": {"c": 2}})
