"""The how-to pages that begin with an empty folder, done as they are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.support import ROOT, Reader


@pytest.mark.parametrize("name", ["secrets", "stores"])
def test_a_page_works_from_an_empty_folder_to_the_end(tmp_path: Path, name: str) -> None:
    (tmp_path / "shop").mkdir()
    reader = Reader(tmp_path / "shop")
    assert reader.follow((ROOT / f"docs/{name}.md").read_text(encoding="utf-8")) >= 5


def test_a_page_that_is_not_true_is_found(tmp_path: Path) -> None:
    manifest = "`rooms/spring.yaml`:\n\n```yaml\nkind: Room\nkey: spring\nspec:\n  room_name: Spring\n```\n"
    page = f"`provisioner.yaml`:\n\n```yaml\nworkspace: shop\n```\n\n{manifest}\n```console\n$ {{}}\n{{}}\n```\n"
    true = "1 room, nothing to complain about."
    assert Reader(tmp_path).follow(page.format("provisioner validate", true)) == 1
    for other in ("2 rooms, nothing to complain about.", f"{true}\nand more", ""):
        with pytest.raises(AssertionError, match="nothing to complain about"):
            Reader(tmp_path).follow(page.format("provisioner validate", other))
    with pytest.raises(AssertionError, match="no such target"):
        Reader(tmp_path).follow(page.format("provisioner plan --target moon", "…"))
