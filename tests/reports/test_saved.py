"""A saved plan comes back as it was, and nothing else comes back as a plan."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provisioner.comparing.compare import Kind
from provisioner.errors import RefusedError, WorkspaceError
from provisioner.planning import saved
from provisioner.planning.contents import Air, RoomContent
from provisioner.planning.digest import digest_of
from provisioner.planning.saved import parse_plan
from provisioner.reports import contents_json
from provisioner.reports.json_text import dumps
from provisioner.reports.plan_json import plan_as_saved, plan_digest, plan_to_json
from provisioner.rooms import RoomKey
from provisioner.windows import Occurrence
from tests.reports.plans import LOCAL, NOW, PLAN, QUIET, REHEARSAL
from tests.reports.test_hostile import changes, hostile

CONTENTS = {
    RoomKey("spring-sale"): RoomContent(air=Air(timezone="Asia/Shanghai")),
    RoomKey("tea-morning"): RoomContent(
        before={"room_name": "Morning", "scene_scripts": [{"script_name": "Opening"}]},
        after={"room_name": "Morning tea", "scene_scripts": [{"script_name": "Opening"}]},
        air=Air("PROCESSING", NOW, None, (Occurrence(LOCAL, NOW, NOW),), "Asia/Shanghai"),
        labels={"team": "tea"},
    ),
}
DRAWN = replace(PLAN, contents=CONTENTS)
DOCUMENT = plan_as_saved(DRAWN)


def resealed(document: dict[str, Any]) -> str:
    """The text of a document whose digest is right."""
    return json.dumps({**document, "digest": digest_of(document)})


def test_a_whole_plan_comes_back_as_it_was() -> None:
    assert parse_plan(dumps(DOCUMENT)) == PLAN
    assert parse_plan(dumps(plan_to_json(QUIET, include_unchanged=True))) == QUIET
    assert parse_plan(dumps(plan_to_json(REHEARSAL, include_unchanged=True))) == REHEARSAL


def test_what_rooms_say_before_and_after_comes_back() -> None:
    read = parse_plan(dumps(DOCUMENT)).contents
    assert read.keys() == CONTENTS.keys()
    assert read[RoomKey("tea-morning")] == CONTENTS[RoomKey("tea-morning")]
    assert read[RoomKey("spring-sale")].before is None
    after = read[RoomKey("spring-sale")].after
    assert after is not None
    assert after["room_name"] == "Spring Sale"
    assert "stream_keys" not in after


def test_contents_that_would_make_a_plan_too_large_are_left_out_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents_json, "MAX_CONTENTS_BYTES", 500)
    many = {RoomKey(f"room-{n}"): RoomContent(before={"room_name": "x" * 200}) for n in range(5)}
    document = plan_as_saved(replace(QUIET, contents=many, contents_left_out=7))
    assert (len(document["contents"]), document["contents_left_out"]) == (1, 11)


def test_without_unchanged_rooms_all_changes_come_back() -> None:
    assert parse_plan(dumps(plan_to_json(PLAN))) == replace(PLAN, actions=PLAN.changes)


@given(hostile, changes())
@settings(deadline=None)
def test_any_names_and_values_come_back(name: str, changed: Any) -> None:
    shown = tuple(
        replace(change, before=None, after=None) if change.sensitive else change
        for change in changed
        if change.kind is not Kind.MOVE
    )
    action = replace(PLAN.actions[3], room_name=name, reason=name, changes=shown)
    plan = replace(PLAN, actions=(action,), workspace=name)
    assert parse_plan(dumps(plan_to_json(plan))) == plan


def test_layout_and_order_of_keys_are_not_covered_by_the_digest() -> None:
    assert parse_plan(json.dumps(DOCUMENT, sort_keys=True)) == PLAN


def test_the_digest_of_a_plan_is_the_one_it_is_saved_with() -> None:
    assert plan_digest(parse_plan(dumps(DOCUMENT))) == DOCUMENT["digest"]


def edits(value: Any) -> Iterator[Any]:
    """The value with one thing in it changed, for every thing in it."""
    match value:
        case dict():
            for name, item in value.items():
                yield {other: kept for other, kept in value.items() if other != name}
                yield from ({**value, name: edited} for edited in edits(item))
            yield {**value, "more": 1}
        case list():
            for n, item in enumerate(value):
                yield from ([*value[:n], edited, *value[n + 1 :]] for edited in edits(item))
            yield [*value, 1]
            yield value[1:] if value else [None]
        case bool():
            yield not value
        case int():
            yield value + 1
        case str():
            yield value + "x"
        case None:
            yield "x"


def test_every_edit_is_detected() -> None:
    count = 0
    for edited in edits(DOCUMENT):
        count += 1
        with pytest.raises((RefusedError, WorkspaceError)):
            parse_plan(json.dumps(edited))
    assert count > 500


def test_another_format_version_is_refused() -> None:
    for version in (0, 2, "1", True, None):
        with pytest.raises(RefusedError, match="format version"):
            parse_plan(resealed({**DOCUMENT, "format_version": version}))


def test_an_edited_plan_is_refused() -> None:
    with pytest.raises(RefusedError, match="changed after it was made"):
        parse_plan(dumps({**DOCUMENT, "target": "elsewhere"}))


def first_action(**fields: Any) -> dict[str, Any]:
    first, *others = DOCUMENT["actions"]
    return {**DOCUMENT, "actions": [{**first, **fields}, *others]}


@pytest.mark.parametrize(
    "document",
    [
        {**DOCUMENT, "more": 1},
        {**DOCUMENT, "refresh": "sometimes"},
        {**DOCUMENT, "prune": 1},
        {**DOCUMENT, "created": "yesterday"},
        {**DOCUMENT, "created": "2026-11-20T08:00:00"},
        {**DOCUMENT, "created": "9999-12-31T23:59:59-01:00"},
        {**DOCUMENT, "summary": {**DOCUMENT["summary"], "create": 2}},
        {**DOCUMENT, "summary": {**DOCUMENT["summary"], "unchanged": 3}},
        {**DOCUMENT, "selection": [1]},
        {**DOCUMENT, "reading": None},
        {**DOCUMENT, "at": "2026-11-20T08:00:00+01:00"},
        {**DOCUMENT, "contents": []},
        {**DOCUMENT, "contents": {"no-such-room": DOCUMENT["contents"]["tea-morning"]}},
        {**DOCUMENT, "contents": {"tea-morning": {**DOCUMENT["contents"]["tea-morning"], "before": []}}},
        {**DOCUMENT, "contents": {"tea-morning": {**DOCUMENT["contents"]["tea-morning"], "air": None}}},
        {**DOCUMENT, "contents": {"tea-morning": {**DOCUMENT["contents"]["tea-morning"], "labels": {"team": 1}}}},
        {**DOCUMENT, "contents_left_out": -1},
        {**DOCUMENT, "next": [{**DOCUMENT["next"][0], "action": "delete"}]},
        {**DOCUMENT, "next": [{**DOCUMENT["next"][0], "local": "soon"}]},
        {**DOCUMENT, "next": [{**DOCUMENT["next"][0], "local": "2026-11-20T08:00:00Z"}]},
        {**DOCUMENT, "next": [{**DOCUMENT["next"][0], "more": 1}]},
        first_action(action="explode"),
        first_action(room_id="../../x"),
        first_action(room_id="a?b"),
        first_action(key=1),
        first_action(run="1"),
        first_action(origin={"file": None, "line": 1, "column": 1, "end_line": None, "end_column": None}),
        first_action(changes=[{"path": "a", "kind": "set", "before": "x", "after": None, "sensitive": True}]),
        first_action(changes=[{"path": "a", "kind": "move", "before": "x", "after": 1, "sensitive": False}]),
    ],
)
def test_a_document_of_another_shape_is_no_plan(document: dict[str, Any]) -> None:
    """Even where its digest is right."""
    with pytest.raises(WorkspaceError, match="not a saved plan"):
        parse_plan(resealed(document))


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
def test_what_is_not_a_plan_is_said_so(text: str) -> None:
    with pytest.raises(WorkspaceError, match="not a saved plan"):
        parse_plan(text)


@pytest.mark.parametrize("value", ["1e999", "-1e999"])
def test_a_number_that_is_too_large_is_no_plan(value: str) -> None:
    text = dumps(DOCUMENT).replace('"before": 4000', f'"before": {value}')
    assert value in text
    with pytest.raises(WorkspaceError, match="not a saved plan"):
        parse_plan(text)


def test_a_plan_that_is_too_large_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "FILE", replace(saved.FILE, max_bytes=1024 * 1024))
    with pytest.raises(WorkspaceError, match="larger than 1 MiB"):
        parse_plan(" " * (1024 * 1024 + 1))
    monkeypatch.setattr(saved, "FILE", replace(saved.FILE, max_containers=10))
    with pytest.raises(WorkspaceError, match="more than 10 objects"):
        parse_plan(dumps(DOCUMENT))


@given(st.text(max_size=200))
def test_any_text_is_a_plan_or_one_of_two_errors(text: str) -> None:
    with pytest.raises((WorkspaceError, RefusedError)):
        parse_plan(text)
