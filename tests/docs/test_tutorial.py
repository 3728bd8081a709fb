"""docs/tutorial.md, done in an empty folder as it is written."""

from __future__ import annotations

from pathlib import Path

from tests.docs.support import ROOT, Reader

TUTORIAL = ROOT / "docs/tutorial.md"


def test_the_tutorial_works_from_an_empty_folder_to_the_end(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    try:
        assert reader.follow(TUTORIAL.read_text(encoding="utf-8")) > 25
        assert reader.folder == tmp_path / "tea-shop"
        assert reader.run("provisioner plan --detailed-exitcode").code == 0
        assert reader.run("git status --porcelain").text == ""
    finally:
        reader.leave()
