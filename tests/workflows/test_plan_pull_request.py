"""A pull request's plan: by the configuration of the branch it goes to, without taking over anything that misleads."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from plan_pull_request import base_commit, take_over_nothing, workspace_in
from runner import StepError
from tests.commands.support import ROOM
from tests.workflows.support import Done, Step, needs_snapshots

TRUSTED = "workspace: shop\n"


@dataclass(frozen=True)
class Repository:
    """A checkout as GitHub makes it for a pull request: the merge of a branch into main."""

    path: Path

    def git(self, *arguments: str) -> str:
        who = ["-c", "user.name=A Test", "-c", "user.email=test@example.invalid", "-c", "commit.gpgsign=false"]
        return subprocess.run(
            ["git", *who, *arguments], cwd=self.path, check=True, capture_output=True, text=True
        ).stdout.strip()

    def commit(self, **files: str) -> None:
        """Files by name; `__` stands for a slash."""
        for name, text in files.items():
            file = self.path / f"{name.replace('__', '/')}.yaml"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.unlink(missing_ok=True)
            file.write_text(text)
        self.git("add", "--all", "--force")
        self.git("commit", "--quiet", "--message", "a commit")

    def merged(self) -> str:
        """Merges the branch `change` into main, as GitHub does. Returns main's commit before."""
        self.git("checkout", "--quiet", "main")
        base = self.git("rev-parse", "HEAD")
        self.git("merge", "--quiet", "--no-ff", "--message", "a merge", "change")
        return base


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A workspace on main, and an empty branch `change`."""
    path = tmp_path / "repository"
    path.mkdir()
    made = Repository(path)
    made.git("init", "--quiet", "--initial-branch=main")
    made.commit(provisioner=TRUSTED, rooms__spring=ROOM)
    made.git("checkout", "--quiet", "-b", "change")
    return made


def planned(step: Step, repository: Repository, **variables: str) -> Done:
    given = {"WORKSPACE": ".", "OUTPUT": str(step.folder / "out"), **variables}
    return step.run("plan_pull_request.py", cwd=repository.path, **given)


def test_without_a_snapshot_and_a_credential_the_manifests_are_checked(step: Step, repository: Repository) -> None:
    repository.commit(rooms__autumn=ROOM.replace("spring", "autumn"))
    repository.merged()
    done = planned(step, repository)
    assert (done.code, done.outputs) == (0, {"planned": "false"}), done.out
    assert not (step.folder / "out").exists()


def test_a_mistake_is_shown_at_its_line_and_fails(step: Step, repository: Repository) -> None:
    repository.commit(rooms__autumn="kind: Room\nkey: autumn\nspec: {room_name: [}\n")
    repository.merged()
    done = planned(step, repository)
    assert done.code == 1
    assert "::error file=rooms/autumn.yaml,line=3" in done.out
    assert "Exit code 1" in done.summary


def test_the_configuration_is_that_of_the_branch_it_goes_to(step: Step, repository: Repository) -> None:
    """A pull request cannot send requests elsewhere, nor widen the guard rails that its own plan is judged by."""
    repository.commit(provisioner="workspace: shop\nguards: {max_deletes: 1000}\n")
    repository.merged()
    done = planned(step, repository)
    assert done.code == 0
    assert (repository.path / "provisioner.yaml").read_text() == TRUSTED
    assert "provisioner.yaml is changed here" in done.annotations[0]
    assert "`provisioner.yaml` is changed here" in done.summary


def test_a_link_in_the_place_of_the_configuration_is_not_followed(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    target = tmp_path / "elsewhere"
    target.write_text("untouched")
    (repository.path / "provisioner.yaml").unlink()
    (repository.path / "provisioner.yaml").symlink_to(target)
    take_over_nothing(repository.path, repository.path, repository.git("rev-parse", "main"))
    assert target.read_text() == "untouched"
    assert (repository.path / "provisioner.yaml").read_text() == TRUSTED
    assert not (repository.path / "provisioner.yaml").is_symlink()


@pytest.mark.parametrize("is_link", [False, True])
def test_local_state_that_was_committed_is_dropped(repository: Repository, tmp_path: Path, *, is_link: bool) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    state = repository.path / ".provisioner"
    if is_link:
        state.symlink_to(elsewhere)
    else:
        state.mkdir()
        (state / "sightings.json").write_text("{}")
    take_over_nothing(repository.path, repository.path, repository.git("rev-parse", "main"))
    assert not state.exists()
    assert (elsewhere / "kept").exists()


def test_a_workspace_that_main_does_not_have_yet_is_told(step: Step, repository: Repository) -> None:
    repository.commit(second__provisioner=TRUSTED)
    repository.merged()
    done = planned(step, repository, WORKSPACE="second")
    assert done.code == 1
    assert done.annotations == ["second/provisioner.yaml is not in the branch that this goes to yet."]


def test_only_a_folder_inside_of_the_checkout_is_a_workspace(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "shops/tea").mkdir(parents=True)
    (root / "link").symlink_to(tmp_path)
    assert workspace_in(root, ".") == root
    assert workspace_in(root, "shops/tea") == root / "shops/tea"
    for name in ("..", "shops/../..", "/", str(tmp_path), "link", "link/root", "missing"):
        with pytest.raises(StepError, match="is not a folder of this repository"):
            workspace_in(root, name)


def test_only_a_merge_of_a_pull_request_has_a_base(repository: Repository) -> None:
    with pytest.raises(StepError, match="two parents"):
        base_commit(repository.path)
    repository.commit(rooms__autumn=ROOM.replace("spring", "autumn"))
    base = repository.merged()
    assert base_commit(repository.path) == base


@needs_snapshots
def test_the_plan_is_saved_and_reported(step: Step, repository: Repository) -> None:
    repository.commit(rooms__autumn=ROOM.replace("spring", "autumn"))
    repository.merged()
    done = planned(step, repository, TARGET="local")
    assert (done.code, done.outputs) == (0, {"planned": "true"}), done.out
    assert sorted(path.name for path in (step.folder / "out").iterdir()) == ["plan.html", "plan.json", "plan.md"]
    assert json.loads((step.folder / "out/plan.json").read_text())["summary"]["create"] == 2
    assert "autumn" in done.summary
