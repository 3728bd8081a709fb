"""Which commit a plan names, by real repositories."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from provisioner.git import OWN, commit_of
from provisioner.manifests import data, files
from provisioner.manifests.templates import library
from provisioner.workspace import FILE
from tests.commands.support import ROOM, Folder, workspace

FILES = ("provisioner.yaml", "rooms/spring.yaml", "templates/a.yaml", "values/common.yaml", "data/stores.csv")


def git(folder: Path, *arguments: str) -> str:
    """Runs Git with an author of its own and without the user's configuration."""
    who = {f"GIT_{role}_{part}": "x@example.com" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", "-c", "protocol.file.allow=always", *arguments]
    environment = {**os.environ, **who, **alone}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.fixture(autouse=True)
def without_the_users_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


def committed(repository: Path, below: str = ".") -> Folder:
    """A repository with a workspace in one of its folders, all of it committed."""
    folder = workspace(repository / below, spring=ROOM)
    for name in FILES[2:]:
        folder.write(name, "")
    git(repository, "init", "--quiet")
    commit(repository)
    return folder


def commit(repository: Path) -> None:
    git(repository, "add", "--all", "--force")
    git(repository, "commit", "--quiet", "--message", "rooms")


def head(repository: Path) -> str:
    return git(repository, "rev-parse", "HEAD")


def marks(folder: Path) -> tuple[str, Path]:
    """A command that leaves a file, and that file."""
    mark = folder / "it-ran"
    script = folder / "mark.sh"
    script.write_text(f"#!/bin/sh\ntouch '{mark}'\ncat\n", encoding="utf-8")
    script.chmod(0o755)
    return str(script), mark


@pytest.mark.parametrize("below", [".", "shop", "teams/live/shop"])
def test_it_is_that_of_the_repository_around_the_workspace(tmp_path: Path, below: str) -> None:
    folder = committed(tmp_path, below)
    assert commit_of(folder.path) == head(tmp_path)


def test_it_is_found_with_hashes_of_either_length(tmp_path: Path) -> None:
    folder = workspace(tmp_path, spring=ROOM)
    git(tmp_path, "init", "--quiet", "--object-format=sha256")
    commit(tmp_path)
    assert commit_of(folder.path) == head(tmp_path)
    assert len(head(tmp_path)) == 64


def test_it_is_found_in_a_linked_working_tree(tmp_path: Path) -> None:
    committed(tmp_path / "main", "shop")
    git(tmp_path / "main", "worktree", "add", "--quiet", "../linked")
    assert commit_of(tmp_path / "linked/shop") == head(tmp_path / "main")


def test_all_that_rooms_are_made_of_is_looked_at() -> None:
    assert set(OWN) == {FILE, files.FOLDER, library.FOLDER, data.FOLDER, "values"}


@pytest.mark.parametrize("name", FILES)
def test_a_change_to_what_rooms_are_made_of_leaves_none(tmp_path: Path, name: str) -> None:
    folder = committed(tmp_path, "shop")
    before = (folder.path / name).read_text(encoding="utf-8")
    folder.write(name, before + "# other\n")
    assert commit_of(folder.path) is None
    git(tmp_path, "add", "--all")
    assert commit_of(folder.path) is None, "what is staged is not committed"
    commit(tmp_path)
    assert commit_of(folder.path) == head(tmp_path)
    (folder.path / name).unlink()
    assert commit_of(folder.path) is None


@pytest.mark.parametrize("name", ["rooms/new.yaml", "templates/deep/new.yaml", "values/port.yaml", "data/new.csv"])
def test_a_new_file_leaves_none_though_it_may_be_ignored(tmp_path: Path, name: str) -> None:
    folder = committed(tmp_path, "shop")
    folder.write(name, "")
    assert commit_of(folder.path) is None
    folder.write(".gitignore", "new.*\nport.*\ndeep/\n")
    assert commit_of(folder.path) is None


def test_what_rooms_are_not_made_of_does_not_matter(tmp_path: Path) -> None:
    folder = committed(tmp_path, "shop")
    for name in ("README.md", "plan.json", ".provisioner/cache.sqlite", "../other/rooms/a.yaml"):
        folder.write(name, "new")
    (tmp_path / ".git/info/exclude").write_text(".DS_Store\n", encoding="utf-8")
    folder.write("rooms/.DS_Store", "")
    assert commit_of(folder.path) == head(tmp_path)


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_a_file_that_git_does_not_look_at_leaves_none(tmp_path: Path, flag: str) -> None:
    folder = committed(tmp_path)
    git(tmp_path, "update-index", flag, "rooms/spring.yaml")
    folder.write("rooms/spring.yaml", "other")
    assert commit_of(folder.path) is None


def test_manifests_in_a_submodule_leave_none(tmp_path: Path) -> None:
    committed(tmp_path / "shared")
    folder = committed(tmp_path / "main")
    git(tmp_path / "main", "submodule", "--quiet", "add", str(tmp_path / "shared"), "rooms/shared")
    commit(tmp_path / "main")
    assert commit_of(folder.path) is None


def test_without_a_commit_a_repository_or_a_folder_there_is_none(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "shop", spring=ROOM)
    assert commit_of(folder.path) is None
    git(tmp_path, "init", "--quiet")
    assert commit_of(folder.path) is None
    git(tmp_path, "add", "--all")
    assert commit_of(folder.path) is None
    assert commit_of(tmp_path / "nowhere") is None


def test_a_workspace_that_its_repository_ignores_has_none(tmp_path: Path) -> None:
    committed(tmp_path)
    (tmp_path / ".gitignore").write_text(".build/\n", encoding="utf-8")
    assert commit_of(workspace(tmp_path / ".build/shop", spring=ROOM).path) is None


def test_without_git_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = committed(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert commit_of(folder.path) is None


def test_a_repository_of_somebody_else_is_left_alone_without_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = committed(tmp_path)
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert commit_of(folder.path) is None
    assert capfd.readouterr() == ("", "")


def test_in_a_hook_of_another_repository_it_is_still_that_of_the_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = committed(tmp_path / "shop")
    committed(tmp_path / "other", "deeper")
    for name, value in (("GIT_DIR", "other/.git"), ("GIT_INDEX_FILE", "other/.git/index"), ("GIT_WORK_TREE", "other")):
        monkeypatch.setenv(name, str(tmp_path / value))
    assert commit_of(folder.path) is not None
    monkeypatch.undo()
    assert commit_of(folder.path) == head(tmp_path / "shop")


def test_no_command_of_the_repository_is_run(tmp_path: Path) -> None:
    """Each of these does run where `git status` is asked plainly, which shows that the trap works."""
    for setting, plain in (("core.fsmonitor", "status"), ("filter.x.clean", "status"), ("hook", "status")):
        repository = tmp_path / setting
        folder = committed(repository)
        command, mark = marks(tmp_path)
        if setting == "hook":
            hook = repository / ".git/hooks/post-index-change"
            hook.parent.mkdir(exist_ok=True)
            hook.write_bytes(Path(command).read_bytes())
            hook.chmod(0o755)
        else:
            git(repository, "config", setting, command)
        if setting == "filter.x.clean":
            folder.write(".git/info/attributes", "* filter=x\n")
        manifest = folder.path / "rooms/spring.yaml"
        os.utime(manifest, (1, 1))  # so that it has to be compared
        commit_of(folder.path)
        assert not mark.exists(), setting
        os.utime(manifest, (2, 2))
        git(repository, plain)
        assert mark.exists(), setting
        mark.unlink()


def test_a_filter_of_the_users_own_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with Git LFS, which compares what was stored with what is in the folder."""
    folder = committed(tmp_path)
    command, mark = marks(tmp_path)
    git(tmp_path, "config", "--file", str(tmp_path / "user"), "filter.x.clean", command)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "user"))
    folder.write(".git/info/attributes", "* filter=x\n")
    os.utime(folder.path / "rooms/spring.yaml", (1, 1))
    assert commit_of(folder.path) == head(tmp_path)
    assert mark.exists()


def test_nobody_waits_long_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = committed(tmp_path / "shop")
    slow = tmp_path / "slow/git"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow.parent}{os.pathsep}{os.environ['PATH']}")
    began = time.monotonic()
    assert commit_of(folder.path, time_s=0.3) is None
    assert 0.3 <= time.monotonic() - began < 5


def test_a_plan_names_it(tmp_path: Path) -> None:
    folder = committed(tmp_path, "shop")
    assert folder.run("plan", "--format", "json").json["commit"] == head(tmp_path)
    folder.write("rooms/spring.yaml", ROOM.replace("shoes", "hats"))
    assert folder.run("plan", "--format", "json").json["commit"] is None
