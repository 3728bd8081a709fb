"""`snapshot`, and plans from what it wrote: without the service, its credentials, or the secrets."""

from __future__ import annotations

import json
import shutil
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from provisioner.planning.digest import digest_of
from tests.commands.support import ROOM, Folder, workspace


def taken(path: Path, room: str = ROOM) -> Folder:
    """A workspace that was applied and written down, and whose service is gone."""
    folder = workspace(path, spring=room)
    assert folder.run("apply", "--auto-approve").code == 0
    ran = folder.run("snapshot", "-o", "observed.json")
    assert (ran.code, ran.out) == (0, "")
    shutil.rmtree(path / ".provisioner")
    return folder


def aged(folder: Folder, age: timedelta, **fields: Any) -> None:
    """Makes the snapshot one that was taken before."""
    file = folder.path / "observed.json"
    document = json.loads(file.read_text())
    document |= {"taken": (datetime.now(UTC) - age).isoformat().replace("+00:00", "Z"), **fields}
    file.write_text(json.dumps({**document, "digest": digest_of(document)}))


def test_a_plan_from_a_snapshot_asks_nobody(tmp_path: Path) -> None:
    folder = taken(tmp_path)
    assert stat.S_IMODE((tmp_path / "observed.json").stat().st_mode) == 0o600
    same = folder.run("plan", "--snapshot", "observed.json", "--detailed-exitcode")
    assert same.code == 0
    assert "offline, from a snapshot taken" in same.out
    assert not (tmp_path / ".provisioner").exists()
    folder.write("rooms/spring.yaml", ROOM.replace("Hello and welcome.", "Good evening."))
    changed = folder.run("plan", "--snapshot", "observed.json", "--detailed-exitcode", "--format", "json")
    assert changed.code == 2
    (action,) = changed.json["actions"]
    (change,) = action["changes"]
    assert (change["before"], change["after"]) == ("Hello and welcome.", "Good evening.")
    assert changed.json["snapshot"]["digest"] == json.loads((tmp_path / "observed.json").read_text())["digest"]
    assert changed.json["snapshot"]["age_s"] in range(60)


def test_a_plan_from_a_snapshot_can_be_shown_again_and_applied_while_it_holds(tmp_path: Path) -> None:
    folder = workspace(tmp_path, spring=ROOM)
    assert folder.run("apply", "--auto-approve").code == 0
    assert folder.run("snapshot", "-o", "observed.json").code == 0
    folder.write("rooms/spring.yaml", ROOM.replace("Hello and welcome.", "Good evening."))
    assert folder.run("plan", "--snapshot", "observed.json", "-o", "saved.json").code == 0
    assert "offline, from a snapshot taken" in folder.run("show", "saved.json").out
    assert folder.run("apply", "saved.json", "--auto-approve").code == 0
    assert folder.run("plan", "--detailed-exitcode").code == 0


def test_a_plan_from_an_old_snapshot_says_so_and_is_not_applied(tmp_path: Path) -> None:
    folder = workspace(tmp_path, spring=ROOM)
    assert folder.run("apply", "--auto-approve").code == 0
    assert folder.run("snapshot", "-o", "observed.json").code == 0
    aged(folder, timedelta(days=3))
    folder.write("rooms/spring.yaml", ROOM.replace("Hello and welcome.", "Good evening."))
    plan = folder.run("plan", "--snapshot", "observed.json", "-o", "saved.json")
    assert "3 days before this plan" in plan.out
    assert "warning[snapshot-old]: the snapshot is 3 days old" in plan.err
    refused = folder.run("apply", "saved.json", "--auto-approve")
    assert refused.code == 4
    assert "expired" in refused.err


def test_a_snapshot_of_another_place_or_time_is_refused(tmp_path: Path) -> None:
    folder = taken(tmp_path)
    folder.write("provisioner.yaml", "workspace: shop\ntargets: {other: {emulator: other.sqlite}}\n")
    other = folder.run("plan", "--snapshot", "observed.json", "--target", "other")
    assert (other.code, "was taken of target local, and this is other" in other.err) == (4, True)
    folder.write("provisioner.yaml", "workspace: another\n")
    assert folder.run("plan", "--snapshot", "observed.json").code == 4
    folder.write("provisioner.yaml", "workspace: shop\n")
    aged(folder, -timedelta(days=1))
    assert folder.run("plan", "--snapshot", "observed.json").code == 4


def test_what_is_no_snapshot_is_named(tmp_path: Path) -> None:
    folder = taken(tmp_path)
    missing = folder.run("plan", "--snapshot", "nothing.json")
    assert (missing.code, "there is no snapshot nothing.json" in missing.err) == (1, True)
    folder.write("observed.json", (tmp_path / "observed.json").read_text().replace("Spring sale", "Winter sale"))
    edited = folder.run("plan", "--snapshot", "observed.json")
    assert (edited.code, "observed.json: This snapshot was changed" in edited.err) == (4, True)
    assert folder.run("plan", "--snapshot", ".").code == 1


def test_secrets_are_neither_needed_nor_compared(tmp_path: Path) -> None:
    room = ROOM + "  stream_keys: ['{{ secret(\"STREAM_KEY\") }}']\n"
    folder = workspace(tmp_path, spring=room)
    secret = {"STREAM_KEY": "hunter2-hunter2"}
    assert folder.run("apply", "--auto-approve", environment=secret).code == 0
    assert folder.run("snapshot", "-o", "observed.json", environment=secret).code == 0
    assert "hunter2" not in (tmp_path / "observed.json").read_text()
    plan = folder.run("plan", "--snapshot", "observed.json", environment={"STREAM_KEY": "another-key"})
    assert (plan.code, "Nothing to do" in plan.out) == (0, True)
    assert "secrets not compared: a snapshot holds nothing of them" in plan.err


def test_a_start_says_that_the_service_was_not_asked_for_its_warnings(tmp_path: Path) -> None:
    folder = taken(tmp_path)
    folder.write("rooms/spring.yaml", ROOM + "live: {state: running, run: one}\n")
    plan = folder.run("plan", "--snapshot", "observed.json", "--format", "json")
    assert [action["action"] for action in plan.json["actions"]] == ["start"]
    assert "risks-not-asked" in [warning["rule"] for warning in plan.json["warnings"]]


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    folder = taken(tmp_path)
    ran = folder.run("snapshot", "-o", "rooms/spring.yaml/observed.json")
    assert (ran.code, "cannot be written" in ran.err) == (1, True)
    assert folder.run("snapshot").code == 64
