"""Files of another revision come out as they were committed, and nothing of a hostile repository is run or followed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from provisioner import revisions
from provisioner.errors import WorkspaceError
from provisioner.revisions import revision
from tests.repository import commit, git


def write(root: Path, **files: str) -> None:
    for name, text in files.items():
        file = root / name.replace("__", "/").replace("_yaml", ".yaml")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def found(root: Path, ref: str = "HEAD") -> dict[str, str]:
    """Every file of a revision, with its text."""
    with revision(root, ref) as at:
        if at.folder is None:
            return {}
        files = (file for file in at.folder.rglob("*") if file.is_file())
        return {file.relative_to(at.folder).as_posix(): file.read_text() for file in files}


def test_the_files_of_a_workspace_are_those_of_the_revision(tmp_path: Path) -> None:
    write(tmp_path, provisioner_yaml="one", rooms__a_yaml="a", other="not ours")
    first = commit(tmp_path)
    write(tmp_path, provisioner_yaml="two", rooms__b_yaml="b")
    (tmp_path / "rooms/a.yaml").unlink()
    commit(tmp_path)
    write(tmp_path, rooms__c_yaml="not committed")
    assert found(tmp_path, "HEAD~1") == {"provisioner.yaml": "one", "rooms/a.yaml": "a"}
    assert found(tmp_path, first[:10]) == found(tmp_path, "HEAD~1")
    assert found(tmp_path) == {"provisioner.yaml": "two", "rooms/b.yaml": "b"}
    with revision(tmp_path, "main~1") as at:
        assert (at.commit, at.folder is not None and at.folder.stat().st_mode & 0o077) == (first, 0)
        place = at.folder
    assert place is not None
    assert not place.exists()


def test_a_workspace_in_a_folder_of_the_repository_has_its_own_files(tmp_path: Path) -> None:
    write(tmp_path, provisioner_yaml="outer", shops__tea__provisioner_yaml="inner", shops__tea__rooms__a_yaml="a")
    commit(tmp_path)
    assert found(tmp_path / "shops" / "tea") == {"provisioner.yaml": "inner", "rooms/a.yaml": "a"}
    write(tmp_path, shops__new__provisioner_yaml="x")
    assert found(tmp_path / "shops" / "new") == {}


@pytest.mark.parametrize("ref", ["nowhere", "HEAD~5", "--output=x", "-h", "HEAD:rooms", "main..main", "@{upstream}"])
def test_what_is_no_commit_is_said_so(tmp_path: Path, ref: str) -> None:
    write(tmp_path, provisioner_yaml="one", rooms__a_yaml="a")
    commit(tmp_path)
    with pytest.raises(WorkspaceError, match="Git knows no commit"):
        found(tmp_path, ref)
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("ref", ["", "a b", "a\nb", "\x1b[31m", "a" * 300])
def test_what_cannot_be_a_revision_is_not_asked_for(tmp_path: Path, ref: str) -> None:
    write(tmp_path, provisioner_yaml="one")
    commit(tmp_path)
    with pytest.raises(WorkspaceError, match="takes a Git revision"):
        found(tmp_path, ref)


def test_without_a_repository_there_is_no_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(WorkspaceError, match="in no Git repository"):
        found(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WorkspaceError, match="Git cannot be run"):
        found(tmp_path)


def test_a_caller_s_repository_is_not_the_workspace_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("mine", "other"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, provisioner_yaml=name)
        commit(tmp_path / name)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    assert found(tmp_path / "mine") == {"provisioner.yaml": "mine"}


def test_nothing_that_a_repository_names_is_run(tmp_path: Path) -> None:
    """Filters, text conversions, monitors, hooks, pagers and aliases, by configuration and by attributes."""
    root = tmp_path / "repository"
    root.mkdir()
    write(root, provisioner_yaml="one\n", rooms__a_yaml="$Format:%an$ $Id$\n")
    (root / ".gitattributes").write_text("* filter=evil diff=evil text eol=crlf export-subst ident export-ignore\n")
    commit(root)
    trace = tmp_path / "ran"
    program = tmp_path / "evil.sh"
    program.write_text(f"#!/bin/sh\necho $0 >> {trace}\ncat\n")
    program.chmod(0o755)
    for name in ("filter.evil.smudge", "filter.evil.clean", "diff.evil.textconv", "core.fsmonitor", "core.pager",
                 "core.sshCommand", "alias.ls-tree", "core.hooksPath", "core.alternateRefsCommand"):  # fmt: skip
        git(root, "config", name, f"!{program}" if name.startswith("alias") else str(program))
    for hook in ("post-checkout", "pre-auto-gc", "reference-transaction", "post-index-change"):
        (root / ".git/hooks").mkdir(exist_ok=True)
        (root / ".git/hooks" / hook).symlink_to(program)
    assert found(root) == {"provisioner.yaml": "one\n", "rooms/a.yaml": "$Format:%an$ $Id$\n"}
    assert not trace.exists()


def test_links_inside_are_kept_and_those_that_lead_out_are_refused(tmp_path: Path) -> None:
    root = tmp_path / "repository"
    root.mkdir()
    write(root, provisioner_yaml="one", rooms__a_yaml="a", templates__t="t")
    (root / "rooms/b.yaml").symlink_to("../templates/t")
    commit(root)
    assert found(root)["rooms/b.yaml"] == "t"
    write(tmp_path, outside="secret")
    for target in ("../../outside", "/etc/passwd", "../rooms/../../outside"):
        (root / "rooms/b.yaml").unlink()
        (root / "rooms/b.yaml").symlink_to(target)
        commit(root)
        with pytest.raises(WorkspaceError, match="leads out of the workspace"):
            found(root)


def tree_with(root: Path, *lines: bytes) -> str:
    """A commit of a tree that no checkout would make, with the workspace's file beside it."""
    blob = git(root, "hash-object", "-w", "--stdin", given=b"evil").encode()
    made = [line.replace(b"BLOB", blob) for line in lines]
    tree = git(root, "mktree", "--missing", given=b"100644 blob " + blob + b"\tx\n")
    raw = b"".join(_raw(line) for line in (b"100644 blob " + blob + b"\tprovisioner.yaml", *made))
    tree = git(root, "hash-object", "-t", "tree", "-w", "--stdin", "--literally", given=raw)
    return git(root, "commit-tree", tree, "-m", "evil")


def _raw(line: bytes) -> bytes:
    told, _, name = line.partition(b"\t")
    mode, _, object_id = told.split()
    return mode.lstrip(b"0") + b" " + name + b"\0" + bytes.fromhex(object_id.decode())


def test_a_tree_that_no_checkout_would_make_is_refused(tmp_path: Path) -> None:
    write(tmp_path, provisioner_yaml="one", rooms__a_yaml="a")
    commit(tmp_path)
    blob = git(tmp_path, "hash-object", "-w", "--stdin", given=b"evil")
    for name in (b"..", b".git", b"../../escaped"):
        rooms = git(
            tmp_path, "hash-object", "-t", "tree", "-w", "--stdin", "--literally",
            given=_raw(b"100644 blob " + blob.encode() + b"\t" + name),
        )  # fmt: skip
        evil = tree_with(tmp_path, b"040000 tree " + rooms.encode() + b"\trooms")
        with pytest.raises(WorkspaceError):
            found(tmp_path, evil)
    twice = tree_with(tmp_path, b"100644 blob BLOB\trooms", b"100644 blob BLOB\trooms")
    with pytest.raises(WorkspaceError):
        found(tmp_path, twice)
    module = tree_with(tmp_path, b"160000 commit " + b"1" * 40 + b"\trooms")
    with pytest.raises(WorkspaceError, match="submodule"):
        found(tmp_path, module)
    assert not (tmp_path.parent / "escaped").exists()


def test_what_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, provisioner_yaml="one", rooms__a_yaml="a" * 1000, rooms__b_yaml="b")
    commit(tmp_path)
    monkeypatch.setattr(revisions, "_AT_ONCE", 10)
    assert len(found(tmp_path)) == 3
    monkeypatch.setattr(revisions, "MAX_BYTES", 100)
    with pytest.raises(WorkspaceError, match="more than 0 MiB"):
        found(tmp_path)
    monkeypatch.setattr(revisions, "MAX_FILES", 2)
    with pytest.raises(WorkspaceError, match="more than 2 files"):
        found(tmp_path)
    monkeypatch.setattr(revisions, "TIME_S", 0.0)
    with pytest.raises(WorkspaceError, match="within 0 s"):
        found(tmp_path)


def test_a_clone_that_lacks_files_says_so(tmp_path: Path) -> None:
    """They are not fetched: that would run what the repository's configuration names."""
    source = tmp_path / "source"
    source.mkdir()
    write(source, provisioner_yaml="one", rooms__a_yaml="a")
    commit(source)
    git(source, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--no-checkout", "--filter=blob:none", f"file://{source}", "clone")
    with pytest.raises(WorkspaceError, match=r"may lack them|lacks some files"):
        found(tmp_path / "clone")
    assert os.listdir(tmp_path / "clone") == [".git"]  # noqa: PTH208 - names alone
