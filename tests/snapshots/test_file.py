"""A snapshot comes back as it was, holds no secret, and nothing else comes back as one."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioner.assets import Asset, AssetKind
from provisioner.emulator import Operation
from provisioner.errors import RefusedError, WorkspaceError
from provisioner.marker import MarkerKeys
from provisioner.planning.digest import digest_of
from provisioner.secret_store import SecretStore
from provisioner.secrets import SecretText
from provisioner.snapshots import file
from provisioner.snapshots.file import check_snapshot, parse_snapshot, to_text
from provisioner.snapshots.snapshot import Snapshot
from tests.rig import Rig, room

SECRET = 'hunter2 & "quoted"'
PLACE: dict[str, Any] = {"workspace": "shop", "target": "test", "endpoint": None}


def filled() -> tuple[Rig, Snapshot]:
    """A rig with rooms that have whatever a room may have, and their snapshot."""
    rig = Rig(keys=MarkerKeys("a key of the marker"), secrets={"KEY": SECRET})
    spec: Any = {"stream_keys": [SecretText.of("KEY")], "room_description": "shoes\u202e"}
    rooms = (room("a", spec, run="one"), room("b", {"priv_data": "mine"}))
    rig.apply(*rooms)
    rig.emulator.console(Operation.CREATE_ROOM, body={"room_name": "theirs", "priv_data": "their own words"})
    rig.emulator.advance(30)
    return rig, rig.snapshot(*rooms)


RIG, SNAPSHOT = filled()
TEXT = to_text(SNAPSHOT)
DOCUMENT: dict[str, Any] = json.loads(TEXT)


def resealed(document: dict[str, Any]) -> str:
    """The text of a document whose digest is right."""
    return json.dumps({**document, "digest": digest_of(document)})


def with_room(**fields: Any) -> dict[str, Any]:
    """The document with other fields in its first room that is managed."""
    rooms = list(DOCUMENT["rooms"])
    first = next(n for n, entry in enumerate(rooms) if entry["marker"] and entry["marker"]["key"] == "a")
    rooms[first] = {**rooms[first], **fields}
    return {**DOCUMENT, "rooms": rooms}


def test_a_snapshot_comes_back_as_it_was() -> None:
    assert parse_snapshot(TEXT) == (SNAPSHOT, DOCUMENT["digest"])
    assert parse_snapshot(json.dumps(DOCUMENT))[0] == SNAPSHOT


def test_the_library_comes_back_as_it_was() -> None:
    models = (Asset("m-1", "Sara\u202e", "HUMAN_MODEL_2D"), Asset("m-2", "Sara", "HUMAN_MODEL_2D", "BLOCK"))
    known = replace(SNAPSHOT, assets={AssetKind.MODEL: models, AssetKind.IMAGE: ()})
    assert parse_snapshot(to_text(known))[0] == known


@pytest.mark.parametrize(
    "assets",
    [
        None,
        [],
        {"person": []},
        {"model": {}},
        {"model": [{}]},
        {"model": [{"asset_id": "a b", "asset_name": "", "asset_type": "", "asset_state": ""}]},
        {"model": [{"asset_id": "a", "asset_name": "", "asset_type": "", "asset_state": "", "more": 1}]},
        {"model": [{"asset_id": "a", "asset_name": None, "asset_type": "", "asset_state": ""}]},
    ],
)
def test_a_library_of_another_shape_is_refused(assets: Any) -> None:
    with pytest.raises(WorkspaceError):
        parse_snapshot(resealed({**DOCUMENT, "assets": assets}))


def test_a_secret_that_is_known_is_taken_out_of_the_names_of_assets() -> None:
    rig = Rig(secrets={"KEY": SECRET})
    taken = rig.snapshot(room("a"), assets={AssetKind.VOICE: (Asset("v", f"my {SECRET}", "VOICE_MODEL"),)})
    assert SECRET not in to_text(taken)


def test_it_is_sorted_so_that_it_can_be_compared_line_by_line() -> None:
    plain = json.dumps(DOCUMENT, indent=2, sort_keys=True, ensure_ascii=False)
    assert plain.replace("\u202e", "\\u202e") + "\n" == TEXT
    ids = [entry["room_id"] for entry in DOCUMENT["rooms"]]
    assert ids == sorted(ids)


def test_what_does_not_belong_to_the_workspace_is_in_it_by_name_alone() -> None:
    (theirs,) = [entry for entry in DOCUMENT["rooms"] if entry["room_name"] == "theirs"]
    assert (theirs["body"], theirs["user_data"], theirs["jobs"]) == (None, "", None)
    assert "their own words" not in TEXT


def test_nothing_that_is_secret_or_proves_anything_is_in_it() -> None:
    (body,) = [body for body in RIG.emulator.rooms() if body["room_name"] == "Room a"]
    own = json.loads(str(body["priv_data"]))["provisioner"]
    encoded = base64.b64encode(SECRET.encode()).decode()
    for hidden in (SECRET, encoded, quote(SECRET), json.dumps(SECRET)[1:-1], own["s"], own["m"], own["n"]):
        assert hidden not in TEXT
    for field in ("rtc_room_info", "live_event_report_url", "priv_data", "cover_url", "thumbnail"):
        assert field not in TEXT


def test_a_secret_that_somebody_wrote_elsewhere_is_taken_out_where_it_is_known() -> None:
    rig = Rig(secrets={"KEY": SECRET})
    rig.apply(room("a", {"room_description": f"the key is {SECRET}"}))
    assert "hunter2" not in to_text(rig.snapshot(room("a")))
    assert "hunter2" in to_text(rig.snapshot(room("a"), secrets=SecretStore({})))


def test_an_edited_snapshot_is_refused() -> None:
    with pytest.raises(RefusedError, match="snapshot was changed after it was made"):
        parse_snapshot(json.dumps({**DOCUMENT, "target": "elsewhere"}))
    with pytest.raises(RefusedError, match="another format version"):
        parse_snapshot(resealed({**DOCUMENT, "format_version": 2}))


MARKER = {
    "workspace": "shop", "key": "a", "spec_hash": "ab", "written": "2026-11-20T08:00:00Z", "commit": None,
    "protect": False, "intent": None, "by_hand": None,
}  # fmt: skip


@pytest.mark.parametrize(
    "document",
    [
        {**DOCUMENT, "more": 1},
        {**DOCUMENT, "taken": "yesterday"},
        {**DOCUMENT, "moment": None},
        {**DOCUMENT, "rooms": {}},
        {**DOCUMENT, "rooms": [*DOCUMENT["rooms"], DOCUMENT["rooms"][0]]},
        {**DOCUMENT, "jobs_by_name": []},
        {**DOCUMENT, "jobs_by_name": {"a": [{"job_id": "x"}]}},
        with_room(room_id="../../x"),
        with_room(room_id="a?b"),
        with_room(body=[]),
        with_room(jobs=None),
        with_room(jobs=[{"job_id": "../x"}]),
        with_room(forged="no"),
        with_room(marker={**MARKER, "key": "../x"}),
        with_room(marker={**MARKER, "protect": 1}),
        with_room(marker={**MARKER, "intent": {"run": "one"}}),
        with_room(last_job={"state": 1, "started": None, "ended": None}),
        with_room(more=1),
    ],
)
def test_a_document_of_another_shape_is_no_snapshot(document: dict[str, Any]) -> None:
    """Even where its digest is right."""
    with pytest.raises(WorkspaceError, match="not a saved snapshot"):
        parse_snapshot(resealed(document))


@pytest.mark.parametrize(
    "text",
    [
        *("", "null", "[]", "{}", "{", '{"a": NaN}', '{"a": 1, "a": 2}', "\x00", "7" * 5000, "PK\x03\x04"),
        '{"format_version": 1}',
        "[" * 100_000,
        '{"a":' + "[" * 70 + "]" * 70 + "}",
        "[1e999]",
    ],
)
def test_what_is_not_a_snapshot_is_said_so(text: str) -> None:
    with pytest.raises(WorkspaceError, match="not a saved snapshot"):
        parse_snapshot(text)


def test_one_that_is_too_large_is_neither_read_nor_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "FILE", replace(file.FILE, max_bytes=1024))
    with pytest.raises(WorkspaceError, match="larger than"):
        parse_snapshot(TEXT)
    with pytest.raises(WorkspaceError, match="nothing was written"):
        to_text(SNAPSHOT)


@given(st.text(max_size=200))
def test_any_text_is_a_snapshot_or_one_of_two_errors(text: str) -> None:
    with pytest.raises((WorkspaceError, RefusedError)):
        parse_snapshot(text)


@pytest.mark.parametrize(
    ("place", "what"),
    [
        ({"workspace": "other"}, "of workspace shop"),
        ({"target": "other"}, "of target test"),
        ({"endpoint": "https://metastudio.cn-east-3.myhuaweicloud.com"}, "of endpoint None"),
        ({"project_id": "0" * 32}, "of project"),
    ],
)
def test_a_snapshot_of_something_else_is_refused(place: dict[str, Any], what: str) -> None:
    now = SNAPSHOT.taken
    check_snapshot(SNAPSHOT, **PLACE, project_id=None, now=now)
    with pytest.raises(RefusedError, match=what):
        check_snapshot(SNAPSHOT, **{**PLACE, "project_id": SNAPSHOT.project_id, **place}, now=now)


def test_a_snapshot_of_the_future_is_refused() -> None:
    with pytest.raises(RefusedError, match="still to come"):
        check_snapshot(SNAPSHOT, **PLACE, project_id=None, now=SNAPSHOT.taken - timedelta(hours=1))
