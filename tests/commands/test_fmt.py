"""`provisioner fmt`, from the outside."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.commands.support import ROOM, Folder, workspace

ROOT = Path(__file__).resolve().parents[2]
WIDE = ROOM.replace("  ", "    ").replace("- ", "-   ")


def test_check_names_what_would_change_and_writes_nothing(tmp_path: Path) -> None:
    folder = workspace(tmp_path, a=ROOM, b=WIDE.replace("key: spring", "key: autumn"))
    before = (tmp_path / "rooms/b.yaml").read_bytes()
    ran = folder.run("fmt", "--check")
    said = "fmt would lay this file out otherwise, from here on; write it with: provisioner fmt rooms/b.yaml"
    assert (ran.code, ran.out) == (1, f"rooms/b.yaml:4:1: error[layout]: {said}\n")
    assert folder.run("fmt", "--check", "--format", "json").json["findings"][0]["rule"] == "layout"
    assert (tmp_path / "rooms/b.yaml").read_bytes() == before


def test_the_rooms_are_the_same_before_and_after(tmp_path: Path) -> None:
    """The sample workspace, indented by somebody else, macros and all."""
    for name in ("rooms", "templates", "values", "data"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "provisioner.yaml", tmp_path)
    folder = Folder(tmp_path)
    tidy = {path: path.read_text(encoding="utf-8") for path in (tmp_path / "rooms").rglob("*.yaml")}
    for path, text in tidy.items():
        wide = text.replace("  ", "    ").replace("- ", "-   ")
        wide = wide.replace("indent(10)", "indent(20)").replace("indent(6)", "indent(12)")
        path.write_text(wide.replace(": [", ":   [ "), encoding="utf-8")
    before = folder.run("render")
    ran = folder.run("fmt")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.split() == ["rooms/tea-evening.yaml", "rooms/shared/rules.yaml", "rooms/shared/scripts.yaml"]
    assert folder.run("render").out == before.out
    assert folder.run("fmt").out == ""
    assert folder.run("fmt", "--check").code == 0


def test_a_file_whose_layout_is_printed_stays_as_it_is(tmp_path: Path) -> None:
    """What a statement captures is text, in which every column counts."""
    text = ROOM.replace("description: shoes", "description: {{ said ~ 1 }}")
    captured = f"# {{% set said %}}\nkey:   a\n# {{% endset %}}\n---\n{text}"
    folder = workspace(tmp_path, a=captured, b=WIDE.replace("key: spring", "key: autumn"))
    before = folder.run("render")
    assert before.code == 0, before.err
    ran = folder.run("fmt")
    assert (ran.code, ran.out) == (0, "rooms/b.yaml\n")
    assert ran.err.startswith("rooms/a.yaml:1:1: warning[layout-kept]: fmt leaves this file as it is: its templates")
    assert (tmp_path / "rooms/a.yaml").read_text() == captured
    assert folder.run("render").out == before.out


def test_it_counts_what_any_target_makes_of_a_file(tmp_path: Path) -> None:
    """A target that nobody asked for may see another text."""
    text = '# {% if target.name == "other" %}{% set said %}\nkey:   a\n# {% endset %}{% endif %}\n---\n'
    folder = workspace(tmp_path, a=text + ROOM.replace("shoes", '{{ (said | default("shoes")) ~ 1 }}'))
    folder.write("provisioner.yaml", "workspace: shop\ntargets: {other: {emulator: .provisioner/other.sqlite}}\n")
    assert "layout-kept" in folder.run("fmt").err
    assert "key:   a" in (tmp_path / "rooms/a.yaml").read_text()


def test_line_ends_mode_and_mark_stay(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    file = tmp_path / "rooms/a.yaml"
    file.parent.mkdir()
    file.write_bytes(b"\xef\xbb\xbf" + WIDE.replace("\n", "\r\n").encode())
    file.chmod(0o640)
    assert folder.run("fmt", "rooms/a.yaml").out == "rooms/a.yaml\n"
    assert file.read_bytes() == b"\xef\xbb\xbf" + ROOM.replace("\n", "\r\n").encode()
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_file_with_a_mistake_elsewhere_is_laid_out_too(tmp_path: Path) -> None:
    folder = workspace(tmp_path, a=WIDE.replace("room_name", "room_nam"), b=WIDE.replace("key: spring", "key: [", 1))
    ran = folder.run("fmt")
    assert (ran.code, ran.out) == (0, "rooms/a.yaml\n")
    assert "rooms/b.yaml" in ran.err


@pytest.mark.parametrize("name", ["provisioner.yaml", "rooms/none.yaml", "../b.yaml"])
def test_only_manifests_are_laid_out(tmp_path: Path, name: str) -> None:
    folder = workspace(tmp_path, a=WIDE)
    ran = folder.run("fmt", name)
    assert (ran.code, ran.out) == (64, "")
    assert name in ran.err
    assert (tmp_path / "rooms/a.yaml").read_text() == WIDE
