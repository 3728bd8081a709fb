"""Which files are manifests, and what is said about those that cannot be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from provisioner.errors import FindingsError
from provisioner.manifests.files import read_manifests
from provisioner.text_files import read_text


def write(root: Path, *names: str, content: bytes = b"kind: Room\n") -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def names(root: Path) -> list[str]:
    found = read_manifests(root)
    assert found.findings == ()
    return [file.name for file in found.files]


def said(root: Path) -> list[str]:
    return [f"{finding.span}: {finding.rule}" for finding in read_manifests(root).findings]


def test_manifests_are_found_at_every_depth_in_the_order_of_their_names(tmp_path: Path) -> None:
    write(tmp_path, "rooms/b.yaml", "rooms/a/z.yaml", "rooms/a.yaml", "rooms/c/d/e.yaml")
    assert names(tmp_path) == ["rooms/a.yaml", "rooms/b.yaml", "rooms/a/z.yaml", "rooms/c/d/e.yaml"]


def test_other_files_and_hidden_ones_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path, "rooms/a.yaml", "rooms/README.md", "rooms/.b.yaml", "rooms/.git/c.yaml", "values/x.yaml")
    assert names(tmp_path) == ["rooms/a.yaml"]


def test_a_file_that_looks_like_a_manifest_is_not_passed_over(tmp_path: Path) -> None:
    """A room that is silently not read would look deleted."""
    write(tmp_path, "rooms/a.yml", "rooms/b.YAML", "rooms/c\n.yaml")
    assert said(tmp_path) == [
        "rooms/a.yml:1:1: file-name",
        "rooms/b.YAML:1:1: file-name",
        "rooms/c?.yaml:1:1: file-name",
    ]


def test_a_name_that_is_not_utf_8_is_a_finding(tmp_path: Path) -> None:
    write(tmp_path, "rooms/a.yaml")
    with Path(os.fsdecode(bytes(tmp_path / "rooms") + b"/\xff.yaml")).open("w") as file:
        file.write("kind: Room\n")
    (finding,) = read_manifests(tmp_path).findings
    assert finding.rule == "file-name"
    str(finding.span).encode()


def test_no_manifests_at_all_is_a_warning(tmp_path: Path) -> None:
    assert [finding.severity for finding in read_manifests(tmp_path).findings] == ["warning"]
    (tmp_path / "rooms").mkdir()
    assert [finding.severity for finding in read_manifests(tmp_path).findings] == ["warning"]


def test_byte_order_marks_and_windows_line_ends_vanish(tmp_path: Path) -> None:
    write(tmp_path, "rooms/a.yaml", content=b"\xef\xbb\xbfa: 1\r\nb: 2\rc: 3\n")
    (file,) = read_manifests(tmp_path).files
    assert file.source == "a: 1\nb: 2\nc: 3\n"


def test_text_that_is_not_utf_8_is_found_where_it_begins(tmp_path: Path) -> None:
    write(tmp_path, "rooms/a.yaml", content="a: 1\nb: 茶".encode() + b"\xe9\n")
    assert said(tmp_path) == ["rooms/a.yaml:2:5: not-utf-8"]


class TestConfinement:
    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        root = tmp_path / "workspace"
        write(root, "rooms/a.yaml")
        write(tmp_path, "outside/b.yaml", content=b"SECRET=1\n")
        return root

    def test_a_symlink_to_a_file_outside_is_refused(self, root: Path) -> None:
        (root / "rooms/b.yaml").symlink_to(root.parent / "outside/b.yaml")
        assert said(root) == ["rooms/b.yaml:1:1: outside-workspace"]

    def test_a_symlink_to_a_file_inside_is_read(self, root: Path) -> None:
        write(root, "shared/b.yaml")
        (root / "rooms/b.yaml").symlink_to("../shared/b.yaml")
        assert names(root) == ["rooms/a.yaml", "rooms/b.yaml"]

    def test_a_symlink_to_a_folder_is_not_followed_and_not_passed_over(self, root: Path) -> None:
        (root / "rooms/more").symlink_to(root.parent / "outside")
        assert said(root) == ["rooms/more:1:1: symlink"]

    def test_the_folder_itself_may_not_lead_outside(self, root: Path) -> None:
        (root / "rooms").rename(root / "old")
        (root / "rooms").symlink_to(root.parent / "outside")
        assert said(root) == ["rooms:1:1: outside-workspace"]

    def test_circles_broken_links_and_pipes_are_findings(self, root: Path) -> None:
        (root / "rooms/b.yaml").symlink_to("c.yaml")
        (root / "rooms/c.yaml").symlink_to("b.yaml")
        (root / "rooms/d.yaml").symlink_to("nothing.yaml")
        os.mkfifo(root / "rooms/e.yaml")
        (root / "rooms/f.yaml").mkdir()
        assert said(root) == [
            "rooms/b.yaml:1:1: file-unreadable",
            "rooms/c.yaml:1:1: file-unreadable",
            "rooms/d.yaml:1:1: file-unreadable",
            "rooms/e.yaml:1:1: file-unreadable",
        ]

    def test_a_file_beyond_16_mib_is_not_read(self, root: Path) -> None:
        with (root / "rooms/b.yaml").open("wb") as file:
            file.truncate(16 * 1024**2 + 1)
        assert said(root) == ["rooms/b.yaml:1:1: file-too-large"]

    def test_a_missing_file_is_said_to_be_missing(self, root: Path) -> None:
        with pytest.raises(FindingsError) as caught:
            read_text(root, root / "rooms/z.yaml")
        assert caught.value.findings[0].message == "the file cannot be read: No such file or directory"
