"""A gathered folder reads as the one on disk does."""

from __future__ import annotations

from pathlib import Path

import pytest

from provisioner.errors import FindingsError, WorkspaceError
from provisioner.manifests.folders import Folder, Gathered, LeadsOutError, OnDisk, gather
from provisioner.text_files import MAX_FILE_BYTES


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "workspace"
    for name in ("templates/scenes/a.yaml", "templates/b.yaml", "values/common.yaml", "data/t.csv", "data/notes.txt"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"{name}\r\n")
    (tmp_path / "outside.yaml").write_text("outside\n")
    return root


def read(folder: Folder, path: str) -> object:
    """What reading gives, whichever way it ends."""
    if not folder.has(path):
        return "nothing"
    try:
        return folder.read(path)
    except LeadsOutError:
        return "leads out"
    except FindingsError as error:
        return error.findings


def test_whatever_stands_in_the_way_is_the_same(root: Path) -> None:
    templates = root / "templates"
    (templates / "latin.yaml").write_bytes(b"caf\xe9")
    (templates / "large.yaml").write_bytes(b"x" * (MAX_FILE_BYTES + 1))
    (templates / "folder.yaml").mkdir()
    for link, to in {
        "in.yaml": "scenes/a.yaml",
        "gone.yaml": "nothing.yaml",
        "values.yaml": "../values/common.yaml",
        "out.yaml": "../../outside.yaml",
        "loop.yaml": "loop.yaml",
    }.items():
        (templates / link).symlink_to(to)
    disk = OnDisk(root, "templates", is_closed=True)
    gathered = gather(disk, secret=())
    paths = [path.relative_to(templates).as_posix() for path in templates.rglob("*")]
    assert len(paths) == 11
    for path in [*paths, "scenes", "nowhere.yaml", "b.yaml/c", "x" * 300]:
        assert read(gathered, path) == read(disk, path), path
    assert read(gathered, "in.yaml") == "templates/scenes/a.yaml\n"
    assert read(gathered, "values.yaml") == "leads out"
    assert list(gathered.names()) == list(disk.names())


def test_what_is_not_read_is_not_gathered(root: Path) -> None:
    gathered = gather(OnDisk(root, "data"), secret=(), suffixes={".csv"})
    assert gathered.texts == {"t.csv": "data/t.csv\n"}


def test_a_folder_that_is_not_there_is_empty(root: Path) -> None:
    assert gather(OnDisk(root, "none"), secret=()) == Gathered("none", {}, ())


@pytest.mark.parametrize("name", ["templates/secrets.env", "templates/link.env"])
def test_a_file_of_secrets_is_not_gathered(root: Path, name: str) -> None:
    (root / "templates/secrets.env").write_text("KEY=hunter2\n")
    (root / "templates/link.env").symlink_to("secrets.env")
    with pytest.raises(WorkspaceError, match="secrets_file, and a cluster would get it"):
        gather(OnDisk(root, "templates", is_closed=True), secret=[root / name])


def test_a_link_to_a_folder_is_refused(root: Path) -> None:
    (root / "templates/more").symlink_to("scenes")
    with pytest.raises(WorkspaceError, match="templates/more is a symlink to a folder"):
        gather(OnDisk(root, "templates", is_closed=True), secret=())
