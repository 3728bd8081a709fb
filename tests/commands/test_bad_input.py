"""Bad input gets a message that says where, what and how to mend it; nothing is written, no traceback is seen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.commands.support import ROOM, Folder, Ran, workspace


def is_civil(ran: Ran, code: int, *words: str) -> None:
    assert ran.code == code, ran
    assert "Traceback" not in ran.err
    for word in words:
        assert word in ran.err + ran.out, (word, ran)


def test_a_folder_without_a_workspace_names_the_file_and_init(tmp_path: Path) -> None:
    is_civil(Folder(tmp_path).run("plan"), 1, "provisioner.yaml", "provisioner init")


@pytest.mark.parametrize(
    "arguments",
    [("plan", "--nonsense"), ("nonsense",), ("plan", "--format", "xml"), ("plan", "-l", "x"), ("plan", "-t", "moon")],
)
def test_a_wrong_command_line_is_64(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    is_civil(workspace(tmp_path, spring=ROOM).run(*arguments), 64, "error")


def test_an_unknown_key_is_64(tmp_path: Path) -> None:
    is_civil(workspace(tmp_path, spring=ROOM).run("plan", "sprnig"), 64, "sprnig")


def test_a_report_of_an_unknown_ending_is_64_before_anything_is_done(tmp_path: Path) -> None:
    folder = workspace(tmp_path, spring=ROOM)
    is_civil(folder.run("apply", "--auto-approve", "--report", "x.doc"), 64, ".json")
    assert not (tmp_path / ".provisioner").exists()


def test_an_unknown_field_gets_its_place_and_a_suggestion(tmp_path: Path) -> None:
    folder = workspace(tmp_path, spring=ROOM.replace("room_description", "room_descripton"))
    ran = folder.run("apply", "--auto-approve")
    is_civil(ran, 1, "rooms/spring.yaml:5:3: error[unknown-field]", "room_description")
    assert not (tmp_path / ".provisioner").exists()


def test_a_wrong_value_in_a_loop_of_an_included_template_is_found_in_the_template(tmp_path: Path) -> None:
    folder = workspace(
        tmp_path,
        many='{% for n in [1, 2] %}\n---\n{% include "room.yaml" %}\n{% endfor %}\n',
    )
    folder.write(
        "templates/room.yaml",
        "kind: Room\nkey: room-{{ n }}\nspec:\n  room_name: Room {{ n }}\n"
        "  play_policy:\n    repeat_count: {{ 'x' }}\n",
    )
    ran = folder.run("validate")
    is_civil(ran, 1, "templates/room.yaml:6:19: error[wrong-type]", "included from rooms/many.yaml:3:")


def test_an_unreachable_endpoint_and_missing_credentials_have_their_own_messages(tmp_path: Path) -> None:
    folder = workspace(tmp_path, spring=ROOM)
    folder.write(
        "provisioner.yaml",
        "workspace: shop\ntargets:\n  far: {endpoint: 'http://127.0.0.1:9', project_id: abc, auth: token}\n",
    )
    is_civil(folder.run("plan", "-t", "far"), 1, "HUAWEICLOUD_AUTH_TOKEN")
    reached = folder.run("plan", "-t", "far", environment={"HUAWEICLOUD_AUTH_TOKEN": "t" * 40})
    is_civil(reached, 1, "127.0.0.1:9")
    assert "t" * 40 not in reached.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_an_unwritable_state_folder_is_named(tmp_path: Path) -> None:
    folder = workspace(tmp_path, spring=ROOM)
    (tmp_path / ".provisioner").mkdir(mode=0o500)
    is_civil(folder.run("plan"), 1, ".provisioner")


def test_a_state_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    folder = workspace(tmp_path, spring=ROOM)
    folder.write(".provisioner", "not a folder")
    is_civil(folder.run("plan"), 1, ".provisioner")
    is_civil(folder.run("apply", "--auto-approve"), 1, ".provisioner")


def test_a_damaged_database_is_named_with_the_way_out(tmp_path: Path) -> None:
    folder = workspace(tmp_path, spring=ROOM)
    folder.write(".provisioner/emulator.sqlite", "SQLite format 3\0 garbage" * 100)
    is_civil(folder.run("plan"), 1, "emulator.sqlite", "emulator reset")
    assert folder.run("emulator", "reset").code == 0
    assert folder.run("plan").code == 0


def test_a_missing_secret_of_a_real_target_is_named_and_nothing_is_sent(tmp_path: Path) -> None:
    folder = workspace(tmp_path, spring=ROOM + "  stream_keys: ['{{ secret(\"KEY_A\") }}']\n")
    folder.write(
        "provisioner.yaml", "workspace: shop\ntargets:\n  far: {endpoint: 'http://127.0.0.1:9', project_id: abc}\n"
    )
    is_civil(folder.run("apply", "--auto-approve", "-t", "far"), 1, "KEY_A")


def test_a_plan_file_that_is_none_is_refused(tmp_path: Path) -> None:
    folder = workspace(tmp_path, spring=ROOM)
    folder.write("bad.json", "{}")
    for command in ("show", "apply"):
        is_civil(folder.run(command, "none.json"), 1, "there is no plan none.json", "provisioner plan -o none.json")
        is_civil(folder.run(command, "bad.json"), 1, "bad.json", "not a saved plan")


def test_findings_as_json_are_an_empty_list_when_all_is_well(tmp_path: Path) -> None:
    folder = workspace(tmp_path, spring=ROOM)
    assert folder.run("validate", "--format", "json").json == {"format_version": 1, "findings": []}
    folder.write("rooms/spring.yaml", "kind: Room\nkey: [\n")
    ran = folder.run("validate", "--format", "json")
    assert ran.code == 1
    assert set(ran.json["findings"][0]) >= {"severity", "rule", "message", "file", "line", "column"}


def test_what_is_wrong_with_the_workspace_file_is_a_finding_in_any_format(tmp_path: Path) -> None:
    folder = workspace(tmp_path, spring=ROOM)
    folder.write("provisioner.yaml", "workspace: shop\nguard: {}\n")
    ran = folder.run("validate", "--format", "json")
    assert ran.code == 1
    (finding,) = ran.json["findings"]
    assert (finding["rule"], finding["file"], finding["line"]) == ("unknown-field", "provisioner.yaml", 2)
