"""The rooms that were read before: what is kept, when it is believed, and that it is nobody's secret."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from provisioner.observed import ObservedRoom
from provisioner.rooms import RoomId
from provisioner.sightings import Sightings, seen
from tests.commands.support import ROOM, Folder, workspace

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
BODY: dict[str, Any] = {
    "room_name": "Spring",
    "scene_scripts": [{"script_name": "Opening", "shoot_scripts": [{"text_config": {"text": "直播"}}]}],
    "stream_keys": ["hunter2-hunter2"],
}


def room(number: int = 1, body: dict[str, Any] | None = None, **fields: Any) -> ObservedRoom:
    found = ObservedRoom(
        id=RoomId(f"{number:032x}"), name="Spring", marker=None, user_data="", created=AT, updated=AT, **fields
    )
    return replace(found, body=body, read_at=AT + timedelta(seconds=1)) if body is not None else found


def test_a_room_that_did_not_change_need_not_be_read_again(tmp_path: Path) -> None:
    sightings = Sightings(tmp_path / "cache.sqlite", "here")
    sightings.keep(seen(room(1, BODY)))
    (known,) = sightings.fill([room(1), room(2)])
    assert known == replace(room(1), body={**BODY, "stream_keys": ["***"]})
    assert not sightings.fill([replace(room(1), updated=AT + timedelta(seconds=1))])
    assert not Sightings(tmp_path / "cache.sqlite", "elsewhere").fill([room(1)])
    assert b"hunter2" not in (tmp_path / "cache.sqlite").read_bytes()


def test_a_room_is_kept_once_its_second_is_over(tmp_path: Path) -> None:
    """The times have a resolution of a second: it may change again in that of its last change."""
    assert not list(seen(replace(room(1, BODY), read_at=AT)))
    assert not list(seen(replace(room(1, BODY), read_at=None)))
    assert not list(seen(replace(room(1, BODY), updated=None)))
    assert list(seen(room(1, BODY)))


def test_a_room_whose_address_holds_a_proof_is_read_each_time(tmp_path: Path) -> None:
    sightings = Sightings(tmp_path / "cache.sqlite", "here")
    sightings.keep(seen(room(1, {**BODY, "output_urls": ["rtmp://push.example.com/a?auth=hunter2"]}), "ab" * 16))
    assert not sightings.fill([room(1)])
    assert len(sightings.load()) == 1
    assert b"hunter2" not in (tmp_path / "cache.sqlite").read_bytes()


def test_many_rooms_are_known_at_once(tmp_path: Path) -> None:
    sightings = Sightings(tmp_path / "cache.sqlite", "here")
    sightings.keep(one for number in range(1_201) for one in seen(room(number, BODY)))
    assert len(sightings.fill([room(number) for number in range(2_000)])) == 1_201


@pytest.mark.parametrize("damage", [b"", b"not a database" * 100, None])
def test_a_damaged_file_costs_only_its_use(tmp_path: Path, damage: bytes | None) -> None:
    file = tmp_path / "cache.sqlite"
    sightings = Sightings(file, "here")
    sightings.keep(seen(room(1, BODY), "ab" * 16))
    if damage is None:
        with closing(sqlite3.connect(file)) as database, database:
            database.execute("UPDATE seen SET body = 'x'")
    else:
        file.write_bytes(damage)
        assert not sightings.load()
    assert not sightings.fill([room(1)])
    sightings.keep(seen(room(1, BODY)))
    sightings.keep(seen(room(1, BODY)))
    assert sightings.fill([room(1)])


def test_a_room_that_differs_is_read_once_and_known_from_then_on(tmp_path: Path) -> None:
    """Until it changes again: what the second plan shows is what the first one did."""
    folder: Folder = workspace(tmp_path, spring=ROOM)
    assert folder.run("apply", "--auto-approve").code == 0
    folder.write("rooms/spring.yaml", ROOM.replace("Hello and welcome.", "Good evening."))
    folder.run("emulator", "advance", "5")
    first, second = (folder.run("plan", "--format", "json").json for _ in range(2))
    assert (first["reading"]["read"] + first["reading"]["known"], second["reading"]["read"]) == (1, 0)
    assert second["reading"]["known"] == 1
    assert json.dumps(first["actions"]) == json.dumps(second["actions"])
    assert folder.run("plan", "--refresh", "full", "--format", "json").json["reading"]["read"] == 1
