"""What docs/ci.md tells people to copy works with the workflows as they are."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.workflows.support import ROOT, SCRIPTS, help_of, needs_snapshots
from tests.workflows.test_workflow_files import ACTION, NEEDS, WORKFLOWS, loaded

TEXT = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
SAMPLES = re.findall(r"^```yaml\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
WORKFLOW_SAMPLES = [text for text in SAMPLES if "\njobs:\n" in text]
EVENTS = {
    "provisioner-plan.yml": "pull_request",
    "provisioner-comment.yml": "workflow_run",
    "provisioner-apply.yml": "push",
    "provisioner-drift.yml": "schedule",
}


def callers() -> dict[str, dict[str, Any]]:
    """The sample that calls each reusable workflow."""
    found = {}
    for text in WORKFLOW_SAMPLES:
        sample = YAML(typ="safe").load(text)
        (job,) = sample["jobs"].values()
        if "uses" in job:
            found[job["uses"].split("@")[0].rsplit("/", 1)[1]] = sample
    return found


def test_every_reusable_workflow_has_a_caller() -> None:
    assert (
        callers().keys() == EVENTS.keys() == {name for name, one in WORKFLOWS.items() if "workflow_call" in one["on"]}
    )


@pytest.mark.parametrize("name", EVENTS)
def test_a_caller_gives_what_the_workflow_takes(name: str) -> None:
    """Inputs and secrets exist, what is required is there, and the permissions are just those that the job needs."""
    caller = callers()[name]
    (job,) = caller["jobs"].values()
    (needed,) = NEEDS[name].values()
    takes = WORKFLOWS[name]["on"]["workflow_call"]
    assert set(caller["on"]) == {EVENTS[name]}
    assert (caller["permissions"], job["permissions"]) == ({}, needed)
    assert job["with"].keys() <= takes["inputs"].keys()
    assert {key for key, one in takes["inputs"].items() if one.get("required")} <= job["with"].keys()
    assert job.get("secrets", {}).keys() <= takes.get("secrets", {}).keys()


def test_the_comment_waits_for_the_plan() -> None:
    assert callers()["provisioner-comment.yml"]["on"]["workflow_run"]["workflows"] == [
        callers()["provisioner-plan.yml"]["name"]
    ]


def test_the_step_of_ones_own_gives_what_the_action_takes() -> None:
    (sample,) = [YAML(typ="safe").load(text) for text in WORKFLOW_SAMPLES if "/.github/actions/" in text]
    (job,) = sample["jobs"].values()
    (given,) = [step["with"] for step in job["steps"] if "/.github/actions/provisioner@" in step["uses"]]
    assert given.keys() <= loaded(ACTION)["inputs"].keys()


def test_zizmor_finds_nothing_in_what_people_copy(tmp_path: Path) -> None:
    folder = tmp_path / ".github/workflows"
    folder.mkdir(parents=True)
    for number, text in enumerate(WORKFLOW_SAMPLES):
        (folder / f"{number}.yml").write_text(text, encoding="utf-8")
    zizmor = str(Path(sys.executable).with_name("zizmor"))
    done = subprocess.run([zizmor, "--offline", str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert len(list(folder.iterdir())) == 5


def commands() -> set[tuple[str, str]]:
    """Each option that workflows and scripts give to a command of the tool; documents: `tests/docs`."""
    found = set()
    for workflow in WORKFLOWS.values():
        for job in workflow["jobs"].values():
            for step in job["steps"]:
                command, *words = str(step.get("with", {}).get("arguments", "")).split() or [""]
                found |= {(command, word.split("=")[0]) for word in words if word.startswith("--")}
    lines = (SCRIPTS / "plan_pull_request.py").read_text(encoding="utf-8").splitlines()
    ours = "\n".join(line for line in lines if "_git(" not in line)
    return found | {("plan", option) for option in re.findall(r'f?"(--[a-z]+)[="]', ours) if option != "--format"}


@needs_snapshots
def test_every_option_that_is_given_exists() -> None:
    given = commands()
    assert {("plan", "--base"), ("snapshot", "--output"), ("apply", "--auto-approve")} <= given
    assert [(command, option) for command, option in sorted(given) if option not in help_of(command)] == []
