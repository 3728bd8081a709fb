"""`plan --base`: what a branch causes, apart from what was to be done before it and from drift."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from provisioner.emulator import Emulator, Operation
from tests.commands.support import ROOM, Folder, Ran, workspace
from tests.repository import commit

SECOND = ROOM.replace("key: spring", "key: summer").replace("Spring sale", "Summer sale")
THIRD = ROOM.replace("key: spring", "key: winter").replace("Spring sale", "Winter sale")


def repository(path: Path) -> Folder:
    """A workspace of three rooms that was committed and applied."""
    folder = workspace(path, spring=ROOM, summer=SECOND, winter=THIRD)
    folder.write(".gitignore", ".provisioner/\n")
    commit(path)
    assert folder.run("apply", "--auto-approve").code == 0
    return folder


def drift(path: Path, name: str, **fields: str) -> None:
    """Somebody edits a room in the console."""
    with Emulator.open(path / ".provisioner/emulator.sqlite") as emulator:
        emulator.advance(60)
        (body,) = [body for body in emulator.rooms() if body["room_name"] == name]
        sent = {name: body[name] for name in ("room_name", "room_description", "scene_scripts", "priv_data")}
        status, answer = emulator.console(Operation.UPDATE_ROOM, room_id=str(body["room_id"]), body={**sent, **fields})
        assert status == 200, answer


def branches(ran: Ran) -> dict[str, Any]:
    """Each room's actions with whose doing they are, and each change's path with the same."""
    assert ran.code == 0, ran.err
    return {
        action["key"]: (action["action"], action["branch"], {c["path"]: c["branch"] for c in action["changes"]})
        for action in ran.json["actions"]
    }


def test_what_the_last_commit_causes_is_told_from_drift(tmp_path: Path) -> None:
    folder = repository(tmp_path)
    folder.write("rooms/spring.yaml", ROOM.replace("Hello and welcome.", "Good evening."))
    folder.write("rooms/winter.yaml", THIRD.replace("Hello and welcome.", "Good evening."))
    head = commit(tmp_path)
    drift(tmp_path, "Summer sale", room_description="theirs")
    drift(tmp_path, "Winter sale", room_description="theirs")
    ran = folder.run("plan", "--base", "HEAD~1", "--format", "json")
    found = branches(ran)
    greeting = next(path for path in found["spring"][2])
    assert found == {
        "spring": ("update", "this", {greeting: "this"}),
        "summer": ("update", "before", {"room_description": "before"}),
        "winter": ("update", "both", {"room_description": "before", greeting: "this"}),
    }
    base = ran.json["base"]
    assert base.pop("commit") != head
    assert base == {"ref": "HEAD~1", "compared": True, "new": 0, "changed": 2, "removed": 0, "settled": 0}
    text = folder.run("plan", "--base", "HEAD~1").out
    ours, theirs = text.index("What this branch changes"), text.index("Drift: someone changed these rooms")
    assert ours < text.index("~ update spring") < text.index("~ update winter") < theirs < text.index("~ update summer")
    assert "not from this branch: room_description" in text


def test_what_was_merged_and_never_applied_is_not_the_branch_s(tmp_path: Path) -> None:
    folder = repository(tmp_path)
    folder.write("rooms/spring.yaml", ROOM.replace("shoes", "boots"))
    commit(tmp_path)
    folder.write("rooms/summer.yaml", SECOND.replace("shoes", "sandals"))
    folder.write("rooms/spring.yaml", ROOM.replace("shoes", "clogs"))
    commit(tmp_path)
    found = branches(folder.run("plan", "--base", "HEAD~1", "--format", "json"))
    assert found["spring"] == ("update", "both", {"room_description": "both"})
    assert found["summer"] == ("update", "this", {"room_description": "this"})
    same = branches(folder.run("plan", "--base", "HEAD", "--format", "json"))
    assert {branch for _, branch, _ in same.values()} == {"before"}
    assert "Not from this branch: it was to be done before" in folder.run("plan", "--base", "HEAD").out


def test_new_rooms_removed_ones_and_broadcasts_have_their_side(tmp_path: Path) -> None:
    folder = repository(tmp_path)
    folder.write("rooms/summer.yaml", SECOND + "live: {state: running, run: one}\n")
    commit(tmp_path)
    folder.write("rooms/fresh.yaml", ROOM.replace("key: spring", "key: fresh"))
    folder.write("rooms/spring.yaml", ROOM + "live: {state: running, run: one}\n")
    (tmp_path / "rooms/winter.yaml").unlink()
    commit(tmp_path)
    ran = folder.run("plan", "--base", "HEAD~1", "--format", "json")
    found = {key: (name, branch) for key, (name, branch, _) in branches(ran).items()}
    assert found == {"fresh": ("create", "this"), "spring": ("start", "this"), "summer": ("start", "before")}
    assert {name: ran.json["base"][name] for name in ("new", "changed", "removed")} == {
        "new": 1, "changed": 1, "removed": 1,
    }  # fmt: skip
    assert "branch-removes" in [warning["rule"] for warning in ran.json["warnings"]]
    pruned = branches(folder.run("plan", "--base", "HEAD~1", "--prune", "--format", "json"))
    assert pruned["winter"][:2] == ("delete", "this")


def test_a_change_that_the_room_has_already_is_counted(tmp_path: Path) -> None:
    folder = repository(tmp_path)
    folder.write("rooms/spring.yaml", ROOM.replace("shoes", "boots"))
    commit(tmp_path)
    assert folder.run("apply", "--auto-approve").code == 0
    ran = folder.run("plan", "--base", "HEAD~1", "--format", "json")
    assert (ran.json["actions"], ran.json["base"]["settled"]) == ([], 1)
    assert "this branch has 1 changed; 1 of them need nothing done" in folder.run("plan", "--base", "HEAD~1").out


def test_the_base_s_own_templates_values_and_data_count(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    folder.write("rooms/stores.yaml", "{% for s in data('stores.csv') %}\n---\n{% include 'store' %}\n{% endfor %}\n")
    folder.write("templates/store", "kind: Room\nkey: {{ s.key }}\nspec: {room_name: '{{ values.greeting }}'}\n")
    folder.write("values/common.yaml", "greeting: Hello\n")
    folder.write("data/stores.csv", "key\nbergen\noslo\n")
    folder.write(".gitignore", ".provisioner/\n")
    commit(tmp_path)
    assert folder.run("apply", "--auto-approve").code == 0
    folder.write("values/common.yaml", "greeting: Good evening\n")
    folder.write("data/stores.csv", "key\nbergen\noslo\nturku\n")
    commit(tmp_path)
    found = branches(folder.run("plan", "--base", "HEAD~1", "--format", "json"))
    assert {key: found[key][1] for key in found} == dict.fromkeys(("bergen", "oslo", "turku"), "this")


def test_a_base_with_errors_does_not_fail_the_plan(tmp_path: Path) -> None:
    folder = repository(tmp_path)
    folder.write("rooms/spring.yaml", "kind: Room\nkey: {{ ''.__class__ }}\n")
    commit(tmp_path)
    folder.write("rooms/spring.yaml", ROOM.replace("shoes", "boots"))
    commit(tmp_path)
    ran = folder.run("plan", "--base", "HEAD~1", "--format", "json")
    assert branches(ran) == {"spring": ("update", None, {"room_description": None})}
    assert ran.json["base"]["compared"] is False
    assert "base-not-compared" in [warning["rule"] for warning in ran.json["warnings"]]
    assert "not compared, because the manifests there have errors" in folder.run("plan", "--base", "HEAD~1").out


def test_a_base_without_the_workspace_makes_all_rooms_the_branch_s(tmp_path: Path) -> None:
    (tmp_path / "README").write_text("here will be rooms\n")
    commit(tmp_path)
    folder = workspace(tmp_path, spring=ROOM)
    commit(tmp_path)
    found = branches(folder.run("plan", "--base", "HEAD~1", "--format", "json"))
    assert found["spring"][:2] == ("create", "this")


def test_a_revision_that_is_not_there_is_an_error_in_words(tmp_path: Path) -> None:
    folder = repository(tmp_path)
    ran = folder.run("plan", "--base", "nowhere")
    assert (ran.code, "Git knows no commit nowhere here" in ran.err) == (1, True)


def test_a_plan_beside_a_base_is_saved_and_comes_back_and_can_be_offline(tmp_path: Path) -> None:
    folder = repository(tmp_path)
    assert folder.run("snapshot", "-o", "observed.json").code == 0
    folder.write("rooms/spring.yaml", ROOM.replace("shoes", "boots"))
    commit(tmp_path)
    options = ("plan", "--base", "HEAD~1", "--snapshot", "observed.json", "-o", "saved.json", "--format", "json")
    made = folder.run(*options)
    assert branches(made) == {"spring": ("update", "this", {"room_description": "this"})}
    shown = folder.run("show", "saved.json", "--format", "json")
    assert (shown.json["base"], branches(shown)) == (made.json["base"], branches(made))
    edited = json.loads((tmp_path / "saved.json").read_text())
    edited["actions"][0]["branch"] = "before"
    folder.write("saved.json", json.dumps(edited))
    assert folder.run("show", "saved.json").code == 4
