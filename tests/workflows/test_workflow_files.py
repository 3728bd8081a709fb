"""Every workflow and action asks for what it needs, runs no expression as a script, and is taken apart by zizmor."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.workflows.support import ROOT

ACTION = ".github/actions/provisioner/action.yml"
WORKFLOW = ".github/workflows/provisioner-{}.yml"
NEEDS = {
    "ci.yml": {"check": {"contents": "read"}},
    "provisioner-plan.yml": {"plan": {"contents": "read"}},
    "provisioner-comment.yml": {"comment": {"actions": "read", "pull-requests": "write"}},
    "provisioner-apply.yml": {"apply": {"contents": "read", "id-token": "write"}},
    "provisioner-drift.yml": {"drift": {"contents": "read", "id-token": "write", "issues": "write"}},
}
"""What each job may do, and no more."""


def loaded(path: str) -> Any:
    return YAML(typ="safe").load((ROOT / path).read_text(encoding="utf-8"))


WORKFLOWS = {path.name: loaded(f".github/workflows/{path.name}") for path in (ROOT / ".github/workflows").iterdir()}


def steps() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every step, with its file."""
    for name, workflow in WORKFLOWS.items():
        for job in workflow["jobs"].values():
            yield from ((name, step) for step in job["steps"])
    yield from ((ACTION, step) for step in loaded(ACTION)["runs"]["steps"])


def test_every_job_has_the_permissions_that_it_needs_and_no_other() -> None:
    jobs = {name: {job: body["permissions"] for job, body in one["jobs"].items()} for name, one in WORKFLOWS.items()}
    assert jobs == NEEDS
    assert {name: workflow["permissions"] for name, workflow in WORKFLOWS.items()} == {name: {} for name in WORKFLOWS}


def test_no_script_has_an_expression_in_it() -> None:
    scripts = [(name, step["run"]) for name, step in steps() if "run" in step]
    assert len(scripts) >= 6
    assert [(name, script) for name, script in scripts if "${{" in script] == []


def test_every_script_is_a_file_of_the_repository() -> None:
    """What runs is one line that starts a tested script."""
    for name, step in steps():
        if (script := step.get("run")) is not None:
            started = re.fullmatch(
                r'(\.ci/run)|exec "\$PYTHON" "\$(?:SCRIPTS|GITHUB_ACTION_PATH/scripts)/(\w+\.py)"', script
            )
            assert started, (name, script)
            path = started[1] or f".github/actions/provisioner/scripts/{started[2]}"
            assert (ROOT / path).is_file(), path


def test_nobody_runs_a_strangers_code_with_our_permissions() -> None:
    for name, workflow in WORKFLOWS.items():
        assert not {"pull_request_target", "issue_comment"} & workflow["on"].keys(), name


def test_a_job_that_may_write_checks_nothing_of_a_pull_request_out() -> None:
    jobs = WORKFLOWS["provisioner-comment.yml"]["jobs"]
    assert not any("checkout" in step.get("uses", "") for job in jobs.values() for step in job["steps"])


def test_every_job_ends_and_none_that_writes_is_broken_off() -> None:
    for name, workflow in WORKFLOWS.items():
        assert all(job["timeout-minutes"] <= 60 for job in workflow["jobs"].values()), name
        may_break_off = name in {"ci.yml", "provisioner-plan.yml"}
        assert bool(workflow["concurrency"]["cancel-in-progress"]) == may_break_off, name


def test_the_token_goes_to_the_steps_that_talk_to_github_alone() -> None:
    given = {(name, step["name"]) for name, step in steps() if "github.token" in str(step.get("env"))}
    assert given == {("provisioner-comment.yml", "Comment"), ("provisioner-drift.yml", "Write the issue")}


def test_inputs_of_our_action_exist() -> None:
    known = set(loaded(ACTION)["inputs"])
    used = [step.get("with", {}) for _, step in steps() if step.get("uses", "").startswith("$/")]
    assert used
    assert [set(given) - known for given in used if not set(given) <= known] == []


def test_the_lock_of_the_action_is_part_of_that_of_the_tests() -> None:
    """The tool runs in a workflow with the very files that it was tested with."""

    def locked(path: str) -> dict[str, str]:
        text = (ROOT / path).read_text(encoding="utf-8").replace("\\\n", " ")
        lines = [line.strip() for line in text.splitlines() if line and not line.lstrip().startswith("#")]
        return {re.split(r"[=\[; ]", line)[0]: " ".join(line.split()) for line in lines}

    action, tests = locked(".github/actions/provisioner/requirements.txt"), locked("requirements.txt")
    assert {"httpx", "pydantic", "hatchling"} <= action.keys()
    assert not {"pytest", "playwright", "zizmor"} & action.keys()
    assert {name: line for name, line in action.items() if hashes(line) != hashes(tests[name])} == {}


def hashes(line: str) -> tuple[str, frozenset[str]]:
    """The version and the hashes of a line of a lock."""
    return line.split(" ", 1)[0].split("==")[1], frozenset(re.findall(r"sha256:\w+", line))


def zizmor(folder: Path) -> subprocess.CompletedProcess[str]:
    """What `make lint` does, in a folder."""
    words = re.search(r"\$\(BIN\)/zizmor (.*)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert words is not None
    program = str(Path(sys.executable).with_name("zizmor"))
    return subprocess.run([program, *words[1].split()], cwd=folder, capture_output=True, text=True, check=False)


def test_zizmor_finds_nothing() -> None:
    done = zizmor(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "old", "new", "rule"),
    [
        (WORKFLOW.format("apply"), "persist-credentials: false", "fetch-depth: 1", "artipacked"),
        (
            ".github/workflows/provisioner-plan.yml",
            "permissions: {}",
            "permissions: write-all",
            "excessive-permissions",
        ),
        (WORKFLOW.format("comment"), "workflow_call:", "pull_request_target:", "dangerous-triggers"),
        (ACTION, "$PYTHON", "${{ inputs.summary }}", "template-injection"),
        (ACTION, "5fda3b95a4ea91299a34e894583c3862153e4b97", "v7", "unpinned-uses"),
    ],
)
def test_zizmor_would_find_a_mistake(tmp_path: Path, file: str, old: str, new: str, rule: str) -> None:
    shutil.copytree(ROOT / ".github", tmp_path / ".github")
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", tmp_path)
    path = tmp_path / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    done = zizmor(tmp_path)
    assert done.returncode != 0
    assert rule in done.stdout
