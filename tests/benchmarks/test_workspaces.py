"""The generated workspaces are what the benchmarks say of them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from benchmarks import workspaces
from benchmarks.workspaces import Kind, generate
from provisioner.comparing.declared import DesiredRooms
from provisioner.manifests import load
from provisioner.rooms import DesiredRoom
from provisioner.workspace import open_workspace
from tests.commands.support import Folder


def rooms_of(path: Path) -> tuple[DesiredRoom, ...]:
    workspace = open_workspace(path)
    loaded = asyncio.run(load(workspace, workspace.target(None)))
    assert loaded.findings == ()
    return tuple(DesiredRooms(loaded.rooms).values())


def paragraphs(room: DesiredRoom) -> list[Any]:
    scenes: Any = room.spec["scene_scripts"]
    return [item["text_config"]["text"] for scene in scenes for item in scene["shoot_scripts"]]


@pytest.mark.parametrize("kind", Kind)
def test_a_generated_workspace_is_valid(tmp_path: Path, kind: Kind) -> None:
    """Without a single finding, and with as many rooms as were asked for."""
    generate(tmp_path, kind, 20)
    ran = Folder(tmp_path).run("validate")
    assert (ran.code, ran.out, ran.err) == (0, "", "20 rooms, nothing to complain about.\n")


def test_every_room_says_25_paragraphs_of_its_own(tmp_path: Path) -> None:
    generate(tmp_path, Kind.MIXTURE, 20)
    rooms = rooms_of(tmp_path)
    by_hand = [room for room in rooms if room.key.startswith("by-hand")]
    assert len(by_hand) == 2
    assert {len(paragraphs(room)) for room in rooms if room not in by_hand} == {25}
    assert {len(paragraphs(room)) for room in by_hand} == {30}  # with the scene that they share
    assert len({tuple(paragraphs(room)) for room in rooms}) == 20


@pytest.mark.parametrize(("kilobytes", "give"), [(4, 0.05), (16, 0.03), (64, 0.03)])
def test_a_room_written_by_hand_has_the_size_that_is_said(tmp_path: Path, kilobytes: int, give: float) -> None:
    """But for the length of its sentences, which counts for more in a small one."""
    size = kilobytes * 1024
    generate(tmp_path, Kind.HAND_WRITTEN, 20, size=size)
    sizes = [file.stat().st_size for file in tmp_path.glob("rooms/**/*.yaml")]
    assert len(sizes) == 20
    assert all(abs(found - size) < give * size for found in sizes), sizes


def test_the_same_workspace_is_generated_every_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        generate(tmp_path / name, Kind.MIXTURE, 20)
    one, two = (
        {
            file.relative_to(tmp_path / name): file.read_bytes()
            for file in (tmp_path / name).rglob("*")
            if file.is_file()
        }
        for name in ("one", "two")
    )
    assert one == two


def test_an_edit_of_the_template_changes_every_room(tmp_path: Path) -> None:
    generate(tmp_path, Kind.TEMPLATE, 20)
    before = rooms_of(tmp_path)
    workspaces.edit_template(tmp_path)
    changed = [
        old.key for old, new in zip(before, rooms_of(tmp_path), strict=True) if paragraphs(old) != paragraphs(new)
    ]
    assert len(changed) == 20


def test_an_edit_of_the_table_changes_as_many_rooms_as_it_says(tmp_path: Path) -> None:
    generate(tmp_path, Kind.TEMPLATE, 20)
    before = rooms_of(tmp_path)
    workspaces.write_table(tmp_path, 20, edited=3)
    assert sum(old.spec != new.spec for old, new in zip(before, rooms_of(tmp_path), strict=True)) == 3
