"""Plan, apply and a second plan, as a pipeline runs them."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from provisioner.emulator import Emulator, Operation
from tests.commands.support import ROOM, Folder, workspace

PARAGRAPH = "scene_scripts[Opening].shoot_scripts[2].text_config.text"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return workspace(tmp_path, spring=ROOM)


def test_a_plan_as_json_has_the_shape_of_the_contract(folder: Folder) -> None:
    ran = folder.run("plan", "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    plan = ran.json
    assert set(plan) >= {
        *("format_version", "workspace", "target", "digest", "created", "expires", "refresh"),
        *("summary", "actions", "warnings"),
    }
    assert (plan["format_version"], plan["workspace"], plan["target"], plan["refresh"]) == (1, "shop", "local", "auto")
    counted = ["create", "adopt", "update", "start", "stop", "restart", "rewrite", "delete", "blocked", "unchanged"]
    assert plan["summary"] == {**dict.fromkeys(counted, 0), "create": 1}
    (action,) = plan["actions"]
    assert (action["action"], action["key"], action["cause"], action["room_id"]) == ("create", "spring", "new", None)
    assert action["origin"] == {"file": "rooms/spring.yaml", "line": 1, "column": 1}
    assert {"path": "room_name", "before": None, "after": "Spring sale", "sensitive": False}.items() <= action[
        "changes"
    ][0].items()


def test_after_an_apply_a_plan_finds_nothing_and_an_edit_is_found_where_it_is(folder: Folder) -> None:
    assert folder.run("apply", "--auto-approve").code == 0
    assert folder.run("plan", "--detailed-exitcode").code == 0
    folder.write("rooms/spring.yaml", ROOM.replace("Two for one.", "Three for one."))
    ran = folder.run("plan", "--detailed-exitcode", "--format", "json")
    assert ran.code == 2
    (action,) = ran.json["actions"]
    assert (action["action"], action["cause"]) == ("update", "manifest")
    (change,) = action["changes"]
    assert (change["path"], change["before"], change["after"]) == (PARAGRAPH, "Two for one.", "Three for one.")


def test_an_edit_in_the_console_right_after_an_apply_is_drift(folder: Folder) -> None:
    assert folder.run("apply", "--auto-approve").code == 0
    with Emulator.open(folder.path / ".provisioner/emulator.sqlite") as emulator:
        (body,) = emulator.rooms()
        edited = json.loads(json.dumps(body).replace("Two for one.", "Nothing for free."))
        sent = {name: edited[name] for name in ("room_name", "room_description", "scene_scripts", "priv_data")}
        status, _ = emulator.console(Operation.UPDATE_ROOM, room_id=str(body["room_id"]), body=sent)
        assert status == 200
    ran = folder.run("plan", "--detailed-exitcode", "--format", "json")
    assert ran.code == 2
    (action,) = ran.json["actions"]
    assert (action["action"], action["cause"]) == ("update", "drift")
    assert [change["path"] for change in action["changes"]] == [PARAGRAPH]


def test_a_plan_and_what_an_apply_did_are_also_markdown(folder: Folder) -> None:
    planned = folder.run("plan", "--format", "markdown")
    assert planned.out.startswith("### Plan of `shop` for target `local`\n\n**1 to create**\n\n")
    applied = folder.run("apply", "--auto-approve", "--format", "markdown", "--report", "out.md")
    assert applied.code == 0
    assert applied.out.startswith("### Apply of `shop` to target `local`\n\n**1 applied.**\n\n")
    assert (folder.path / "out.md").read_text(encoding="utf-8") == applied.out
    assert folder.run("plan", "--report", "plan.doc").code == 64


def test_a_saved_plan_is_private_can_be_shown_and_is_applied_once(folder: Folder) -> None:
    saved = folder.path / "plan.json"
    assert folder.run("plan", "-o", "plan.json").code == 0
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert "create spring" in folder.run("show", "plan.json").out
    assert folder.run("apply", "plan.json").code == 0
    again = folder.run("apply", "plan.json")
    assert again.code in {0, 4}
    with Emulator.open(folder.path / ".provisioner/emulator.sqlite") as emulator:
        assert len(emulator.rooms()) == 1


def test_an_edited_plan_and_one_of_other_manifests_are_refused(folder: Folder) -> None:
    assert folder.run("plan", "-o", "plan.json").code == 0
    saved = folder.path / "plan.json"
    text = saved.read_text()
    saved.write_text(text.replace("Spring sale", "Autumn sale"))
    assert folder.run("apply", "plan.json").code == 4
    saved.write_text(text)
    folder.write("rooms/spring.yaml", ROOM.replace("shoes", "hats"))
    refused = folder.run("apply", "plan.json")
    assert refused.code == 4
    assert "manifests" in refused.err
    assert not (folder.path / ".provisioner/emulator.sqlite").exists() or not rooms_of(folder)


def test_a_room_edited_after_the_plan_is_refused_and_the_rest_is_applied_when_asked(tmp_path: Path) -> None:
    other = ROOM.replace("spring", "autumn").replace("Spring", "Autumn")
    folder = workspace(tmp_path, spring=ROOM, autumn=other)
    assert folder.run("apply", "--auto-approve").code == 0
    for name, text in (("spring", ROOM), ("autumn", other)):
        folder.write(f"rooms/{name}.yaml", text.replace("shoes", "hats"))
    assert folder.run("plan", "-o", "plan.json").code == 0
    with Emulator.open(tmp_path / ".provisioner/emulator.sqlite") as emulator:
        emulator.advance(60)
        body = next(body for body in emulator.rooms() if body["room_name"] == "Spring sale")
        sent = {name: body[name] for name in ("room_name", "scene_scripts", "priv_data")}
        emulator.console(Operation.UPDATE_ROOM, room_id=str(body["room_id"]), body={**sent, "room_description": "x"})
    refused = folder.run("apply", "plan.json")
    assert refused.code == 4
    assert "spring" in refused.err
    assert {room["room_description"] for room in rooms_of(folder)} == {"x", "shoes"}
    rest = folder.run("apply", "plan.json", "--skip-stale")
    assert rest.code == 4
    assert {room["room_description"] for room in rooms_of(folder)} == {"x", "hats"}


def test_a_job_is_started_once_for_its_run_and_stopped_when_the_manifest_says_so(folder: Folder) -> None:
    folder.write("rooms/spring.yaml", ROOM + "live: {state: running, run: one}\n")
    assert folder.run("apply", "--auto-approve").code == 0
    assert folder.run("plan", "--detailed-exitcode").code == 0
    status = folder.run("status", "--format", "json").json
    assert status["rooms"][0]["on_air"] is True
    folder.write("rooms/spring.yaml", ROOM + "live: {state: stopped}\n")
    stopped = folder.run("apply", "--auto-approve", "--format", "json")
    assert [outcome["action"] for outcome in stopped.json["outcomes"]] == ["stop"]
    folder.write("rooms/spring.yaml", ROOM + "live: {state: running, run: one}\n")
    assert folder.run("plan", "--detailed-exitcode").code == 0, "a run that was ended is used up"
    folder.write("rooms/spring.yaml", ROOM + "live: {state: running, run: two}\n")
    assert folder.run("apply", "--auto-approve").code == 0
    with Emulator.open(folder.path / ".provisioner/emulator.sqlite") as emulator:
        assert len(emulator.jobs()) == 2


def test_an_unmanaged_room_is_adopted_by_name_and_left_alone_without(folder: Folder) -> None:
    with Emulator.open(folder.path / ".provisioner/emulator.sqlite") as emulator:
        emulator.console(Operation.CREATE_ROOM, body={"room_name": "Spring sale", "priv_data": "mine"})
    assert folder.run("plan", "--format", "json").json["summary"]["create"] == 1
    folder.write("rooms/spring.yaml", ROOM + "adopt: by_name\n")
    assert folder.run("plan", "--format", "json").json["summary"]["adopt"] == 1
    assert folder.run("apply", "--auto-approve").code == 0
    (room,) = rooms_of(folder)
    assert json.loads(room["priv_data"])["user"] == "mine"
    assert folder.run("plan", "--detailed-exitcode").code == 0


def test_a_room_without_a_manifest_is_deleted_with_prune_only(tmp_path: Path) -> None:
    folder = workspace(tmp_path, spring=ROOM, autumn=ROOM.replace("spring", "autumn"))
    assert folder.run("apply", "--auto-approve").code == 0
    (tmp_path / "rooms/autumn.yaml").unlink()
    plan = folder.run("plan", "--format", "json").json
    assert (plan["summary"]["delete"], [warning["rule"] for warning in plan["warnings"]]) == (0, ["undeclared-room"])
    assert folder.run("apply", "--auto-approve", "--prune").code == 0
    assert len(rooms_of(folder)) == 1


def test_a_secret_is_in_the_request_and_nowhere_else(folder: Folder) -> None:
    folder.write("rooms/spring.yaml", ROOM + "  stream_keys: ['{{ secret(\"STREAM_KEY\") }}']\n")
    value = "hunter2-very-secret"
    environment = {"STREAM_KEY": value}
    seen = [
        folder.run(*command, environment=environment)
        for command in (
            ("plan", "-o", "plan.json", "--report", "plan.txt", "--report", "plan.md"),
            ("apply", "plan.json", "--report", "out.json", "--report", "out.md"),
            ("render",),
            ("status", "--format", "json"),
            ("plan", "--all", "--format", "json"),
        )
    ]
    assert {ran.code for ran in seen} == {0}
    assert not any(value in ran.out + ran.err for ran in seen)
    files = [file for file in folder.path.rglob("*") if file.is_file() and "emulator" not in file.name]
    assert not [file for file in files if value.encode() in file.read_bytes()]
    (room,) = rooms_of(folder)
    assert room["stream_keys"] == [value]
    changed = folder.run("plan", "--format", "json", environment={"STREAM_KEY": "another"}).json
    assert changed["actions"][0]["changes"][0]["sensitive"] is True


@pytest.mark.parametrize("command", [["plan"], ["status"], ["validate"], ["render"]])
def test_output_to_a_pipe_is_plain_text(folder: Folder, command: list[str]) -> None:
    assert "\x1b" not in folder.run(*command).out


def test_nobody_to_agree_is_said_and_nothing_is_written(folder: Folder) -> None:
    ran = folder.run("apply")
    assert ran.code == 64
    assert "--auto-approve" in ran.err
    assert not (folder.path / ".provisioner").exists()


def test_a_new_workspace_plans_and_applies_at_once(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    assert folder.run("init", "mine").code == 0
    inside = Folder(tmp_path / "mine")
    assert inside.run("apply", "--auto-approve").code == 0
    assert inside.run("plan", "--detailed-exitcode").code == 0
    assert folder.run("init", "mine").code == 1, "files that exist are never written over"


def test_folders_of_a_new_workspace_are_like_those_that_a_person_makes(tmp_path: Path) -> None:
    """A colleague or a web server reads them where the umask lets it; what is private has a private folder."""
    folder = Folder(tmp_path)
    assert folder.run("init", "mine").code == 0
    folder.write("others/file", "")
    given = stat.S_IMODE((tmp_path / "others").stat().st_mode)
    made = [tmp_path / "mine", *(path for path in (tmp_path / "mine").rglob("*") if path.is_dir())]
    assert len(made) > 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {given}
    assert Folder(tmp_path / "mine").run("plan", "-o", "plans/plan.json").code == 0
    assert stat.S_IMODE((tmp_path / "mine/plans").stat().st_mode) == 0o700


def test_the_version_is_the_package_s(tmp_path: Path) -> None:
    from provisioner import __version__  # noqa: PLC0415

    assert Folder(tmp_path).run("--version").out == f"provisioner {__version__}\n"


def test_the_served_emulator_keeps_what_the_local_target_has(folder: Folder) -> None:
    """`emulator serve` prints how it is reached, serves the same rooms, and ends with its process."""
    assert folder.run("apply", "--auto-approve").code == 0
    server = subprocess.Popen(
        [sys.executable, "-m", "provisioner", "emulator", "serve", "--port", "0"],
        cwd=folder.path,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ},
    )
    try:
        assert server.stdout is not None
        facts = dict(server.stdout.readline().strip().split(": ", 1) for _ in range(5))
        assert set(facts) == {"endpoint", "project id", "access key", "secret key", "token"}
        folder.write(
            "provisioner.yaml",
            "workspace: shop\ntargets:\n  port:\n"
            f"    endpoint: {facts['endpoint']}\n    project_id: {facts['project id']}\n    settle: 0\n",
        )
        keys = {"HUAWEICLOUD_SDK_AK": facts["access key"], "HUAWEICLOUD_SDK_SK": facts["secret key"]}
        ran = folder.run("plan", "--target", "port", "--detailed-exitcode", environment=keys)
        assert ran.code == 0, ran.err
        wrong = {**keys, "HUAWEICLOUD_SDK_SK": "wrong"}
        refused = folder.run("plan", "--target", "port", environment=wrong)
        assert refused.code == 1
        assert "401" in refused.err
    finally:
        server.terminate()
        server.communicate(timeout=10)
    assert server.returncode == 0


def rooms_of(folder: Folder) -> list[dict[str, str]]:
    with Emulator.open(folder.path / ".provisioner/emulator.sqlite") as emulator:
        return [dict(room) for room in emulator.rooms()]  # type: ignore[arg-type]
