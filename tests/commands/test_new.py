"""`provisioner new`, from the outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.support import ROOM, Folder, Ran, workspace

STORE = """\
# yaml-language-server: $schema=elsewhere.json
kind: Room
key: __key__
labels: {brand: "{{ values.brand }}"}
spec:
  room_name: "__name__ · {{ values.brand }}"
  stream_keys: ['{{ secret("STREAM___KEY__") }}']
"""


def refused(folder: Folder, *arguments: str) -> Ran:
    """What is said where nothing is written."""
    before = sorted(folder.path.rglob("*"))
    ran = folder.run("new", *arguments)
    assert ran.out == ""
    assert sorted(folder.path.rglob("*")) == before
    return ran


@pytest.mark.parametrize(
    ("kind", "name", "modeline"),
    [
        ("room", "rooms/spring-sale.yaml", "../schemas/manifest.json"),
        ("script", "rooms/shared/spring-sale.yaml", "../../schemas/manifest.json"),
        ("ruleset", "rooms/shared/spring-sale.yaml", "../../schemas/manifest.json"),
    ],
)
def test_a_new_manifest_is_valid_and_laid_out_at_once(tmp_path: Path, kind: str, name: str, modeline: str) -> None:
    folder = workspace(tmp_path)
    ran = folder.run("new", kind, "spring-sale")
    assert (ran.code, ran.out) == (0, f"{name}\n")
    lines = (tmp_path / name).read_text().splitlines()
    assert lines[0] == f"# yaml-language-server: $schema={modeline}"
    assert "key: spring-sale" in lines
    checked = folder.run("validate", "--format", "json").json["findings"]
    assert [one for one in checked if one["severity"] == "error"] == []
    assert folder.run("fmt", "--check").code == 0


def test_the_template_of_the_workspace_wins(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    folder.write("values/common.yaml", "brand: Seven Cranes\n")
    folder.write("templates/new/room.yaml", STORE)
    folder.write("templates/new/plain.yaml", "kind: Room\nkey: __key__\nspec: {room_name: Plain}\n")
    assert folder.run("new", "room", "spring.sale").code == 0
    text = (tmp_path / "rooms/spring.sale.yaml").read_text()
    assert text == (
        "# yaml-language-server: $schema=../schemas/manifest.json\n"
        'kind: Room\nkey: spring.sale\nlabels: {brand: "{{ values.brand }}"}\nspec:\n'
        '  room_name: "Spring sale · {{ values.brand }}"\n'
        "  stream_keys: ['{{ secret(\"STREAM_SPRING_SALE\") }}']\n"
    )
    for number, name in enumerate(("plain", "plain.yaml", "new/plain.yaml", "templates/new/plain.yaml")):
        assert folder.run("new", "room", f"r{number}", "--from", name, "--to", "rooms/plain").code == 0
        assert "room_name: Plain" in (tmp_path / f"rooms/plain/r{number}.yaml").read_text()
    assert "there are plain, room" in refused(folder, "room", "other", "--from", "nope").err


def test_what_exists_is_never_written_over(tmp_path: Path) -> None:
    folder = workspace(tmp_path, spring=ROOM, autumn=ROOM.replace("key: spring", "key: winter"))
    ran = refused(folder, "room", "spring")
    assert (ran.code, "rooms/spring.yaml exists" in ran.err) == (1, True)
    taken = refused(folder, "room", "winter")
    assert (taken.code, "another Room has the key `winter`" in taken.err) == (1, True)
    assert "first declared at rooms/autumn.yaml:2:6" in taken.err
    assert (tmp_path / "rooms/spring.yaml").read_text() == ROOM


@pytest.mark.parametrize("key", ["Spring Sale", "spring sale!", "../spring-sale", "-spring-sale"])
def test_a_key_that_cannot_be_is_told_with_one_that_can(tmp_path: Path, key: str) -> None:
    ran = refused(workspace(tmp_path), "room", "--", key)
    assert ran.code == 64
    assert ran.err.strip().endswith("try spring-sale")


def test_a_template_that_makes_something_wrong_writes_nothing(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    folder.write("templates/new/room.yaml", "kind: Room\nkey: __key__\nspec: {room_nam: a}\n")
    ran = refused(folder, "room", "spring")
    assert (ran.code, "made from templates/new/room.yaml" in ran.err) == (1, True)
    assert "rooms/spring.yaml:4:8: error[unknown-field]" in ran.err
    folder.write("templates/new/room.yaml", "kind: Room\nkey: other\nspec: {room_name: a}\n")
    assert "write in it: key: __key__" in refused(folder, "room", "spring").err


@pytest.mark.parametrize(
    "arguments", [("--from", "../a"), ("--from", "/etc/passwd"), ("--to", ".."), ("--to", "templates")]
)
def test_nothing_outside_is_read_or_written(tmp_path: Path, arguments: tuple[str, str]) -> None:
    assert refused(workspace(tmp_path), "room", "spring", *arguments).code == 64


def test_mistakes_elsewhere_do_not_matter(tmp_path: Path) -> None:
    folder = workspace(tmp_path, broken="kind: Room\nkey: [\n")
    assert folder.run("new", "script", "hello").code == 0
