"""The tables of `data/`: their values, and what is said about broken ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from provisioner.errors import FindingsError
from provisioner.manifests.data import DataFolder
from provisioner.manifests.folders import OnDisk
from provisioner.rooms import Value


def read(root: Path, name: str, content: str | bytes) -> Value:
    path = root / "data" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return DataFolder(OnDisk(root, "data")).read(name)


def said(root: Path, name: str, content: str | bytes) -> str:
    with pytest.raises(FindingsError) as caught:
        read(root, name, content)
    (finding,) = caught.value.findings
    return f"{finding.span} {finding.rule}: {finding.message}"


class TestCsv:
    def test_a_table_is_a_list_of_mappings_of_text(self, tmp_path: Path) -> None:
        table = 'no,name,offer\n0007,"A, ""B""","two\nlines"\n,no,1e3\n'
        assert read(tmp_path, "s.csv", table) == [
            {"no": "0007", "name": 'A, "B"', "offer": "two\nlines"},
            {"no": "", "name": "no", "offer": "1e3"},
        ]

    def test_a_byte_order_mark_windows_line_ends_and_empty_lines_do_not_matter(self, tmp_path: Path) -> None:
        assert read(tmp_path, "s.csv", b"\xef\xbb\xbfa,b\r\n1,2\r\n\r\n3,4\r\n") == [
            {"a": "1", "b": "2"},
            {"a": "3", "b": "4"},
        ]

    def test_a_header_alone_is_an_empty_table(self, tmp_path: Path) -> None:
        assert read(tmp_path, "s.csv", "a,b\n") == []

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            ("", "data/s.csv:1:1 csv-header: the first row must name the columns, and there is none"),
            ("a,,c\n", "data/s.csv:1:1 csv-header: column 2 has no name in the first row"),
            ("a,b,a\n", "data/s.csv:1:1 csv-header: columns 1 and 3 have the same name"),
            ("a, b\n", "data/s.csv:1:1 csv-header: the name of column 2 has spaces around it"),
            (
                "a;b\n1;2\n",
                "data/s.csv:1:1 csv-header: columns are separated by commas; save the table with commas",
            ),
            ("a,b\n1,2\n1\n", "data/s.csv:3:1 csv-row: this row has 1 cells and the first row names 2 columns"),
            ("a,b\n1,2,3\n", "data/s.csv:2:1 csv-row: this row has 3 cells and the first row names 2 columns"),
        ],
    )
    def test_a_broken_table_is_found_at_its_row(self, tmp_path: Path, content: str, expected: str) -> None:
        assert said(tmp_path, "s.csv", content) == expected

    @pytest.mark.parametrize("content", ['a\n"x\n', 'a\n"x"y\n', "a\n" + "x" * 200_000 + "\n"])
    def test_what_is_not_csv_is_refused(self, tmp_path: Path, content: str) -> None:
        assert said(tmp_path, "s.csv", content).startswith("data/s.csv:2:1 csv-syntax: ")


class TestJsonAndYaml:
    def test_they_are_what_they_say(self, tmp_path: Path) -> None:
        assert read(tmp_path, "a/b.json", '{"a": [1, 2.5, null, "茶"]}') == {"a": [1, 2.5, None, "茶"]}
        assert read(tmp_path, "a.yaml", "a: [1, no]\n") == {"a": [1, "no"]}
        assert read(tmp_path, "b.yaml", "") is None

    @pytest.mark.parametrize(
        ("name", "content", "place"),
        [
            ("a.json", '{"a": 1,\n "b": }', "data/a.json:2:7 json-syntax"),
            ("a.json", '{"a": NaN}', "data/a.json:1:1 json-syntax"),
            ("a.json", '{"a": 1, "a": 2}', "data/a.json:1:1 json-syntax"),
            ("a.json", '{"a": 1e999}', "data/a.json:1:1 json-syntax"),
            ("a.json", "[" * 100_000, "data/a.json:1:1 json-syntax"),
            ("a.json", "", "data/a.json:1:1 json-syntax"),
            ("a.json", b"\xff", "data/a.json:1:1 not-utf-8"),
            ("a.csv", "a\nx\0y\n", "data/a.csv:2:2 not-utf-8"),
            ("a.yaml", "a: 1\nb: &x 1\n", "data/a.yaml:2:4 yaml-alias"),
            ("a.yaml", "a: 1\n---\nb: 1\n", "data/a.yaml:3:1 too-many-documents"),
            ("a.yaml", "a: {{ values.a }}\n", "data/a.yaml:1:5 yaml-key"),
        ],
    )
    def test_what_is_broken_is_found_at_its_place(
        self, tmp_path: Path, name: str, content: str | bytes, place: str
    ) -> None:
        assert said(tmp_path, name, content).startswith(place + ": ")


@pytest.mark.parametrize(
    "path",
    [
        "../values/common.yaml",
        "/etc/passwd",
        "a/../../x.json",
        "..",
        "",
        "x\n.csv",
        "a\\b.csv",
        ".",
        "gone.csv",
        "x.txt",
    ],
)
def test_only_tables_of_the_folder_can_be_read(tmp_path: Path, path: str) -> None:
    (tmp_path / "values").mkdir()
    (tmp_path / "values/common.yaml").write_text("a: 1\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "data/x.txt").write_text("a\n")
    with pytest.raises(FindingsError) as caught:
        DataFolder(OnDisk(tmp_path, "data")).read(path)
    assert [finding.rule for finding in caught.value.findings] == ["data-path"]


def test_a_symlink_out_of_the_workspace_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "workspace"
    (root / "data").mkdir(parents=True)
    (tmp_path / "x.json").write_text("{}")
    (root / "data/x.json").symlink_to(tmp_path / "x.json")
    with pytest.raises(FindingsError) as caught:
        DataFolder(OnDisk(root, "data")).read("x.json")
    assert [finding.rule for finding in caught.value.findings] == ["outside-workspace"]


def test_a_table_is_read_once(tmp_path: Path) -> None:
    folder = DataFolder(OnDisk(tmp_path, "data"))
    (tmp_path / "data").mkdir()
    (tmp_path / "data/x.json").write_text("[1]")
    first = folder.read("x.json")
    (tmp_path / "data/x.json").write_text("[2]")
    assert folder.read("x.json") is first
