"""An artefact is data: whatever else a stranger puts into the archive, a plan comes out of it or a refusal."""

from __future__ import annotations

import io
import json
import stat
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import artifact
from artifact import show, take_plan
from runner import StepError
from tests.commands.support import ROOM, workspace
from tests.workflows.support import needs_markdown, zipped


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A plan of the workspace `shop`, as the tool saved it."""
    folder = workspace(tmp_path_factory.mktemp("shop"), spring=ROOM)
    assert folder.run("plan", "-o", "plan.json").code == 0
    return (folder.path / "plan.json").read_text()


def taken(folder: Path, archive: bytes) -> Path:
    file, inside = folder / "artifact.zip", folder / "inside"
    file.write_bytes(archive)
    inside.mkdir()
    return take_plan(file, inside)


def entry(name: str, content: str = "x", mode: int = stat.S_IFREG | 0o644) -> bytes:
    """An archive with a plan and one more entry of any name and kind."""
    archive = io.BytesIO(zipped(plan__json="{}") if name != "plan.json" else b"")
    with zipfile.ZipFile(archive, "a") as opened:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        opened.writestr(info, content)
    return archive.getvalue()


def twice() -> bytes:
    archive = io.BytesIO(zipped(plan__json="{}"))
    with zipfile.ZipFile(archive, "a") as opened, pytest.warns(UserWarning, match="Duplicate"):
        opened.writestr("plan.json", "{}")
    return archive.getvalue()


def encrypted() -> bytes:
    """The flags of the central directory say that the entry needs a password."""
    archive = bytearray(zipped(plan__json="{}"))
    directory = archive.index(b"PK\x01\x02")
    archive[directory + 8] |= 1
    return bytes(archive)


def damaged() -> bytes:
    archive = bytearray(zipped(plan__json=bytes(range(256)) * 50))
    archive[60:90] = b"\xff" * 30
    return bytes(archive)


HOSTILE: dict[str, Callable[[], bytes]] = {
    "no archive": lambda: b"#!/bin/sh\n",
    "nothing": lambda: b"",
    "half an archive": lambda: zipped(plan__json="{}" * 500)[:-40],
    "no plan": lambda: zipped(plan__md="# plan"),
    "another name": lambda: zipped(plan__json="{}", run__sh="x"),
    "a path": lambda: entry("plans/plan.json"),
    "a path upwards": lambda: entry("../plan.json"),
    "an absolute path": lambda: entry("/etc/cron.d/plan.json"),
    "a path of Windows": lambda: entry("..\\plan.json"),
    "a symbolic link": lambda: entry("plan.json", "/etc/passwd", stat.S_IFLNK | 0o777),
    "a symbolic link beside": lambda: entry("plan.md", "/proc/self/environ", stat.S_IFLNK | 0o777),
    "a folder": lambda: entry("plan.md/", "", stat.S_IFDIR | 0o755),
    "a device": lambda: entry("plan.md", "", stat.S_IFCHR | 0o644),
    "a name twice": twice,
    "a password": encrypted,
    "damaged data": damaged,
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_an_archive_that_the_plan_workflow_does_not_make_is_refused(tmp_path: Path, make: Callable[[], bytes]) -> None:
    archive = make()
    with pytest.raises(StepError, match=r"^The artefact is refused: ") as raised:
        taken(tmp_path, archive)
    assert raised.value.exit_code == 4
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["artifact.zip", "inside"]


def test_what_is_larger_than_a_plan_can_be_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artifact, "MOST_BYTES", 1000)
    with pytest.raises(StepError, match=r"plan.json is larger than 1,000 bytes"):
        taken(tmp_path, zipped(plan__json=b" " * 1001))


def test_an_archive_that_lies_about_a_size_is_read_no_further(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bomb whose directory says that it is small: what is unpacked of it into memory is bounded all the same."""
    monkeypatch.setattr(artifact, "MOST_BYTES", 100_000)
    archive = bytearray(zipped(plan__json=b" " * 50_000_000))
    directory = archive.index(b"PK\x01\x02")
    struct.pack_into("<I", archive, directory + 24, 10)
    tracemalloc.start()
    try:
        with pytest.raises(StepError, match="refused"):
            taken(tmp_path, bytes(archive))
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
    assert not (tmp_path / "inside/plan.json").exists()


def test_the_plan_is_all_that_is_taken(tmp_path: Path, plan: str) -> None:
    file = taken(tmp_path, zipped(plan__json=plan, plan__md="# all is well", plan__html="<script>"))
    assert file.read_text() == plan
    assert [path.name for path in (tmp_path / "inside").iterdir()] == ["plan.json"]


def edited(plan: str) -> str:
    document = json.loads(plan)
    document["actions"] = []
    return json.dumps(document)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{}", "not a saved plan"),
        ("[" * 100_000, "not a saved plan"),
        ('{"format_version": 1, "digest": "x", "actions": "::set-output name=a::b"}', "changed after it was made"),
        ("\x1b]8;;https://evil\x07", "not a saved plan"),
    ],
)
def test_what_is_no_plan_is_refused_by_the_tool(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(StepError, match=reason) as raised:
        show(taken(tmp_path, zipped(plan__json=text)), "shop")
    assert raised.value.exit_code == 4
    assert str(raised.value).isprintable()


def test_an_edited_plan_is_refused_by_the_tool(tmp_path: Path, plan: str) -> None:
    with pytest.raises(StepError, match="changed after it was made"):
        show(taken(tmp_path, zipped(plan__json=edited(plan))), "shop")


def test_a_plan_of_another_workspace_is_refused(tmp_path: Path, plan: str) -> None:
    with pytest.raises(StepError, match="of another workspace than flowers"):
        show(taken(tmp_path, zipped(plan__json=plan)), "flowers")


@needs_markdown
def test_a_plan_is_shown_by_the_tool_and_not_by_what_lies_beside_it(tmp_path: Path, plan: str) -> None:
    shown = show(taken(tmp_path, zipped(plan__json=plan, plan__md="# all is well")), "shop")
    assert (shown.workspace, shown.target, shown.summary["create"]) == ("shop", "local", 1)
    assert "all is well" not in shown.markdown
    assert "spring" in shown.markdown
