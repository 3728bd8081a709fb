"""The file of assets of an embedded service: what it may say, and where it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from provisioner.assets import Asset
from provisioner.errors import FindingsError
from provisioner.library.file import read_assets
from tests.commands.support import Folder, workspace


def read(tmp_path: Path, text: str) -> tuple[Asset, ...]:
    (tmp_path / "assets.yaml").write_text(text, encoding="utf-8")
    return read_assets(tmp_path, tmp_path / "assets.yaml")


def test_an_asset_without_an_id_has_one_that_is_always_the_same(tmp_path: Path) -> None:
    ann_text = "- {asset_name: Ann, asset_type: IMAGE, asset_id: a, asset_state: BLOCK}\n"
    text = "- {asset_name: Sara, asset_type: %s}\n" + ann_text
    sara, ann = read(tmp_path, text % "IMAGE")
    assert ann == Asset("a", "Ann", "IMAGE", "BLOCK")
    assert (sara.name, sara.type, sara.state, len(sara.id)) == ("Sara", "IMAGE", "ACTIVED", 32)
    assert read(tmp_path, text % "IMAGE")[0] == sara
    assert read(tmp_path, text % "VIDEO")[0].id != sara.id


def test_an_empty_file_has_no_assets(tmp_path: Path) -> None:
    assert read(tmp_path, "# none yet\n") == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("asset_name: Sara\n", "assets.yaml:1:1: wrong-type"),
        ("- {asset_name: Sara, asset_type: HUMAN}\n", "assets.yaml:1:34: not-allowed"),
        ("- {asset_nam: Sara, asset_type: IMAGE}\n", "assets.yaml:1:4: unknown-field"),
        ("- {asset_name: Sara, asset_type: IMAGE, asset_id: a b}\n", "assets.yaml:1:51: wrong-form"),
        ("- {asset_name: A, asset_type: IMAGE}\n" * 2, "assets.yaml:2:3: duplicate-asset"),
        ("- {asset_name: [\n", "assets.yaml:2:1"),
    ],
)
def test_what_is_wrong_is_found_where_it_stands(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(FindingsError) as raised:
        read(tmp_path, text)
    assert expected in "\n".join(f"{finding.span}: {finding.rule}" for finding in raised.value.findings)


def test_a_file_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    with pytest.raises(FindingsError) as raised:
        read_assets(tmp_path, tmp_path / "none.yaml")
    assert [str(finding.span) for finding in raised.value.findings] == ["none.yaml:1:1"]


@pytest.mark.parametrize(
    ("target", "rule"),
    [
        ("{emulator: a.db, assets: ../assets.yaml}", "outside-workspace"),
        (
            "{endpoint: 'https://metastudio.cn-north-4.myhuaweicloud.com', project_id: '0', assets: assets.yaml}",
            "contradiction",
        ),
    ],
)
def test_only_an_embedded_service_has_such_a_file_and_in_the_workspace(tmp_path: Path, target: str, rule: str) -> None:
    folder: Folder = workspace(tmp_path)
    folder.write("provisioner.yaml", f"workspace: shop\ntargets:\n  other: {target}\n")
    ran = folder.run("validate")
    assert (ran.code, rule in ran.out + ran.err) == (1, True), ran
