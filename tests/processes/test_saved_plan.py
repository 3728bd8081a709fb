"""A saved plan, and a room that somebody else edits before it is applied."""

from __future__ import annotations

from pathlib import Path

from provisioner.emulator import Operation
from tests.processes.support import manifests, report, service


def test_a_room_that_moved_is_refused_and_the_others_are_applied_when_asked(tmp_path: Path) -> None:
    with service() as place:
        folder = place.workspace(tmp_path, settle=1)
        manifests(folder, 3)
        assert place.run(folder, "apply", "--auto-approve").code == 0
        text = (tmp_path / "rooms/all.yaml").read_text()
        folder.write("rooms/all.yaml", text.replace("shoes", "hats"))
        assert place.run(folder, "plan", "-o", "plan.json").code == 0
        body = next(body for body in place.emulator.rooms() if body["room_name"] == "Room 001")
        theirs = {"room_name": "Room 001", "priv_data": body["priv_data"], "room_description": "theirs"}
        place.emulator.console(Operation.UPDATE_ROOM, room_id=str(body["room_id"]), body=theirs)

        refused = place.run(folder, "apply", "plan.json")
        assert refused.code == 4
        assert "room-001" in refused.err
        assert "room-000" not in refused.err
        assert descriptions(place.emulator.rooms()) == ["shoes", "theirs", "shoes"]

        rest = place.run(folder, "apply", "plan.json", "--skip-stale", "--report", "out.json")
        assert rest.code == 4
        assert descriptions(place.emulator.rooms()) == ["hats", "theirs", "hats"]
        became = {out["key"]: (out["outcome"], out["refused"]) for out in report(folder)["outcomes"]}
        assert became == {
            "room-000": ("applied", False),
            "room-001": ("skipped", True),
            "room-002": ("applied", False),
        }


def descriptions(rooms: tuple[dict[str, object], ...]) -> list[object]:
    return [body["room_description"] for body in sorted(rooms, key=lambda body: str(body["room_name"]))]
