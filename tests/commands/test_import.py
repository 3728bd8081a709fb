"""`provisioner import` from the outside: which rooms, which files, and what is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.support import Folder, workspace
from tests.importing.rooms import bodies, put, texts


def shop(tmp_path: Path) -> tuple[Folder, list[str]]:
    folder = workspace(tmp_path)
    ids = put(folder, [{"room_name": name} for name in ("Spring sale", "Autumn", "Twin", "Twin")])
    return folder, ids


def test_rooms_are_named_by_id_or_by_the_whole_name(tmp_path: Path) -> None:
    folder, ids = shop(tmp_path)
    ran = folder.run("import", "Spring sale", ids[2])
    assert ran.code == 0
    assert sorted(texts(folder)) == ["spring-sale.yaml", f"twin-{ids[2][:8]}.yaml"]
    assert texts(folder)["spring-sale.yaml"] == (
        f"kind: Room\nkey: spring-sale\nspec:\n  room_name: Spring sale\nadopt: {ids[0]}\n"
    )
    assert ran.out == (
        f"+ rooms/spring-sale.yaml\n    spring-sale  Spring sale · adopts {ids[0]}\n"
        f"+ rooms/twin-{ids[2][:8]}.yaml\n    twin-{ids[2][:8]}  Twin · adopts {ids[2]}\n"
        "\n2 rooms in 2 files\n"
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "--all"),
        (("--all", "Autumn"), "--all"),
        (("Autum",), "exactly the name"),
        (("Twin",), "2 rooms are called that"),
        (("--all", "--one-file", "x.yaml", "--to", "y"), "leave --to out"),
        (("--all", "--one-file", "x.yml"), ".yaml"),
        (("--all", "--merge", "--extract"), "--merge changes manifests"),
        (("-l", "a=b"), "--merge"),
    ],
)
def test_a_command_line_that_cannot_be_meant_is_refused_and_writes_nothing(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    folder, _ = shop(tmp_path)
    ran = folder.run("import", *arguments)
    assert (ran.code, ran.out) == (64, "")
    assert words in ran.err
    assert texts(folder) == {}


def test_a_second_import_writes_nothing_and_says_why(tmp_path: Path) -> None:
    folder, ids = shop(tmp_path)
    assert folder.run("import", "--all").code == 0
    before = texts(folder)
    again = folder.run("import", "--all", "--format", "json")
    assert (again.code, again.json["files"]) == (0, [])
    assert len(again.json["skipped"]) == len(ids)
    assert all("--merge updates that" in room["reason"] for room in again.json["skipped"])
    assert texts(folder) == before
    assert folder.run("import", "Autumn").code == 4


def test_files_in_the_way_stay_unless_they_are_to_be_replaced_and_declare_nothing(tmp_path: Path) -> None:
    folder, _ = shop(tmp_path)
    folder.write("rooms/autumn.yaml", "# notes\n")
    folder.write("rooms/spring-sale.yaml", "kind: Room\nkey: other\nspec: {room_name: Other}\n")
    ran = folder.run("import", "Autumn", "Spring sale", "--format", "json")
    assert ran.code == 4
    assert [room["room_name"] for room in ran.json["skipped"]] == ["Autumn", "Spring sale"]
    assert texts(folder)["autumn.yaml"] == "# notes\n"
    ran = folder.run("import", "Autumn", "Spring sale", "--overwrite", "--format", "json")
    assert [room["room_name"] for room in ran.json["skipped"]] == ["Spring sale"]
    assert "key: autumn" in texts(folder)["autumn.yaml"]
    assert "key: other" in texts(folder)["spring-sale.yaml"]


def test_one_file_holds_all_and_is_not_replaced_unasked(tmp_path: Path) -> None:
    folder, _ = shop(tmp_path)
    assert folder.run("import", "--all", "--one-file", "rooms/all.yaml").code == 0
    assert texts(folder)["all.yaml"].count("---\n") == 3
    (folder.path / "provisioner.yaml").write_text("workspace: other\n")
    elsewhere = folder.run("import", "--all", "--one-file", "all.yaml")
    assert elsewhere.code == 0
    refused = folder.run("import", "--all", "--one-file", "rooms/all.yaml")
    assert refused.code == 1
    assert "--overwrite" in refused.err


def test_a_folder_that_plans_do_not_read_is_told(tmp_path: Path) -> None:
    folder, _ = shop(tmp_path)
    ran = folder.run("import", "Autumn", "--to", "drafts")
    assert ran.code == 0
    assert "plans read manifests from rooms/" in ran.err
    assert (tmp_path / "drafts/autumn.yaml").exists()


def test_rooms_of_others_forged_markers_and_twins_are_left_alone_and_told(tmp_path: Path) -> None:
    folder = workspace(tmp_path, a="kind: Room\nkey: a\nspec: {room_name: Mine}\n")
    assert folder.run("apply", "--auto-approve").code == 0
    (folder.path / "provisioner.yaml").write_text("workspace: other\n")
    foreign = folder.run("import", "--all", "--to", "drafts", "--format", "json").json
    assert [(room["room_name"], room["reason"], room["decides"]) for room in foreign["skipped"]] == [
        ("Mine", "workspace shop manages it, as a", False)
    ]
    assert folder.run("import", "Mine", "--to", "drafts").code == 4
    (folder.path / "provisioner.yaml").write_text("workspace: shop\n")
    sealed = folder.run("import", "--all", "--format", "json", environment={"PROVISIONER_MARKER_KEY": "k" * 32})
    assert sealed.code == 4
    assert "did not seal" in sealed.json["skipped"][0]["reason"]


def test_twins_of_a_lost_manifest_are_told_and_one_of_them_is_imported(tmp_path: Path) -> None:
    folder = workspace(tmp_path, a="kind: Room\nkey: a\nspec: {room_name: Mine}\n")
    assert folder.run("apply", "--auto-approve").code == 0
    ((first, body),) = bodies(folder).items()
    (second,) = put(folder, [{"room_name": "Copy", "priv_data": body["priv_data"]}])
    (folder.path / "rooms/a.yaml").unlink()
    ran = folder.run("import", "--all", "--format", "json")
    assert ran.code == 4
    (file,) = ran.json["files"]
    kept = file["rooms"][0]["room_id"]
    assert {kept, ran.json["skipped"][0]["room_id"]} == {first, second}
    assert "second room with the key" in ran.json["skipped"][0]["reason"]


def test_labels_select_what_is_merged(tmp_path: Path) -> None:
    folder = workspace(
        tmp_path,
        a="kind: Room\nkey: a\nlabels: {team: x}\nspec: {room_name: A}\n",
        b="kind: Room\nkey: b\nspec: {room_name: B}\n",
    )
    assert folder.run("apply", "--auto-approve").code == 0
    ran = folder.run("import", "--merge", "-l", "team=x", "--format", "json")
    assert (ran.code, ran.json["unchanged"]) == (0, 1)


def test_mistakes_in_manifests_are_told_before_anything_is_written(tmp_path: Path) -> None:
    folder, _ = shop(tmp_path)
    folder.write("rooms/bad.yaml", "kind: Room\nkey: bad\n")
    ran = folder.run("import", "--all")
    assert ran.code == 1
    assert "missing-field" in ran.err
    assert list(texts(folder)) == ["bad.yaml"]
