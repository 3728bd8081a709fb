"""Every JSON document that the tool writes is what its published schema says, and the schema says enough."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from provisioner.advice.catalogue import CATALOGUE
from provisioner.assets import Asset, AssetKind
from provisioner.diagnostics import Diagnostic, Span
from provisioner.marker import HandIntent
from provisioner.observed import LastJob, ObservedRoom
from provisioner.planning.since import plan_since
from provisioner.reports.done_json import emulator_json, serving_json, written_json
from provisioner.reports.findings import findings_json
from provisioner.reports.imported_json import imported_json
from provisioner.reports.outcome_json import outcome_to_json
from provisioner.reports.plan_json import plan_as_saved, plan_to_json
from provisioner.reports.render_diff import render_diff_json
from provisioner.reports.rooms_json import rooms_json
from provisioner.reports.rules_text import rules_to_json
from provisioner.reports.since import plan_since_json
from provisioner.reports.status import Change, change_json, status_json
from provisioner.schemas.published import INPUTS, OUTPUTS, PUBLISHED
from provisioner.snapshots.snapshot_json import snapshot_to_json
from tests.commands.support import ROOM, Folder, workspace
from tests.reports.hostile_plans import hostile_plan, hostile_report, hostile_rooms
from tests.reports.plans import (
    DIFFERENCE,
    EARLIER,
    FINDINGS,
    IMPORTED,
    INTERRUPTED,
    NOW,
    PLAN,
    QUIET,
    REHEARSAL,
    REPORT,
    ROOMS,
)
from tests.reports.test_hostile import changes, hostile
from tests.reports.test_saved import DRAWN
from tests.rig import room
from tests.snapshots.test_file import SNAPSHOT
from tests.strategies import room_specs

ROOT = Path(__file__).resolve().parents[2]
FILES = {name: ROOT / "docs/schemas" / f"{name}.json" for name in OUTPUTS} | {
    name: ROOT / "schemas" / f"{name}.json" for name in INPUTS
}


def _with_hand(found: ObservedRoom) -> ObservedRoom:
    """The room after somebody started it by hand."""
    if found.marker is None:
        return found
    return replace(found, marker=replace(found.marker, by_hand=HandIntent("at-noon", NOW, "", "asked")))


ROOM_A = next(found for found in SNAPSHOT.rooms if found.marker is not None and found.marker.intent is not None)
RICH = replace(
    SNAPSHOT,
    assets={AssetKind.MODEL: (Asset("m-1", "Sara", "HUMAN_MODEL_2D", "ACTIVED"),)},
    on_air={ROOM_A.id: LastJob("PROCESSING", NOW)},
    named={"gone": SNAPSHOT.jobs[ROOM_A.id]},
    rooms=tuple(_with_hand(room) for room in SNAPSHOT.rooms),
)
EXAMPLES: dict[str, list[Any]] = {
    "plan": [*(plan_to_json(plan, include_unchanged=True) for plan in (PLAN, QUIET, REHEARSAL)), plan_as_saved(DRAWN)],
    "plan-since": [
        plan_since_json(PLAN, plan_since(PLAN, EARLIER)),
        plan_since_json(PLAN, plan_since(PLAN, PLAN), include_unchanged=True),
    ],
    "outcome": [outcome_to_json(report) for report in (REPORT, INTERRUPTED)],
    "findings": [findings_json(FINDINGS), findings_json([])],
    "status": [status_json(ROOMS, workspace="tea-shop", target="production")],
    "status-watch": [change_json(Change(found), NOW, workspace="shop", target="local") for found in ROOMS],
    "render-diff": [render_diff_json(DIFFERENCE)],
    "snapshot": [snapshot_to_json(SNAPSHOT), snapshot_to_json(RICH)],
    "written": [written_json(["rooms/spring.yaml"])],
    "emulator": [emulator_json("local", NOW)],
    "serving": [
        serving_json(dict.fromkeys(("endpoint", "project id", "access key", "secret key", "token"), "word")),
    ],
    "rules": [rules_to_json([CATALOGUE["slow-regex"], CATALOGUE["live-risk"]], {"slow-regex": None})],
    "rooms": [rooms_json([room("spring", run="evening", labels={"team": "shoes"}), room("autumn")])],
    "import": [imported_json(IMPORTED)],
}
FREE = frozenset({"before", "after", "spec", "start", "window", "body"})
"""Fields whose values are those of a room."""


@cache
def validator(name: str) -> Draft202012Validator:
    """The judge of a format; it also reads dates."""
    return Draft202012Validator(PUBLISHED[name](), format_checker=Draft202012Validator.FORMAT_CHECKER)


def wrong(name: str, document: Any) -> list[str]:
    """What is wrong with a document, as it is once it was written and read."""
    return [f"{error.json_path}: {error.message[:200]}" for error in validator(name).iter_errors(plain(document))]


def plain(document: Any) -> Any:
    return json.loads(json.dumps(document))


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_schema_is_valid_and_is_the_file_that_is_published(name: str) -> None:
    schema = PUBLISHED[name]()
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    written = json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
    if os.environ.get("UPDATE_GOLDENS"):
        FILES[name].write_text(written, encoding="utf-8", newline="\n")
    assert FILES[name].read_text(encoding="utf-8") == written


def test_no_other_file_is_published() -> None:
    found = {*(ROOT / "docs/schemas").iterdir(), *(ROOT / "schemas").iterdir()}
    assert found == set(FILES.values())


@pytest.mark.parametrize("name", OUTPUTS)
def test_documents_of_every_kind_are_what_the_schema_says(name: str) -> None:
    assert [problem for document in EXAMPLES[name] for problem in wrong(name, document)] == []


@pytest.mark.parametrize("name", OUTPUTS)
def test_the_schema_refuses_what_lacks_a_field_or_has_one_of_another_type(name: str) -> None:
    """One field at a time, in every kind of object of the examples."""
    seen: set[str] = set()
    edits = [edit for document in EXAMPLES[name] for edit in damaged(plain(document), "$", seen)]
    assert len(edits) >= 3
    assert [what for what, broken in edits if validator(name).is_valid(broken)] == []


OPTIONAL = frozenset({"labels", "team", "live", "lifecycle", "adopt", "require"})
_BY_NAME = frozenset({"summary", "labels", "contents", "jobs_by_name", "assets"})
"""Mappings whose names are no fields."""


_INDEX = re.compile(r"\[\d+\]")
_CHANGE = re.compile(r"\.(changes|came|went)\[\d+\]$|\.other\[\d+\]\.(before|after)$")


def damaged(value: Any, place: str, seen: set[str]) -> Iterator[tuple[str, Any]]:
    """The document with one field less, or with one of a type that no field has, for every field in it.

    A field that was `seen` with such a value is left out.
    """
    match value:
        case dict():
            for name, item in value.items():
                here = f"{place}.{name}"
                kind = f"{_INDEX.sub('[]', here)} {type(item).__name__}"
                if kind not in seen:
                    seen.add(kind)
                    if name not in OPTIONAL and place.rpartition(".")[2] not in _BY_NAME - {"summary"}:
                        yield f"{here} is missing", {other: kept for other, kept in value.items() if other != name}
                    if name in {"before", "after"} and _CHANGE.search(place):
                        continue  # any value at all
                    yield f"{here} is a list in a list", {**value, name: [[]]}
                if name not in FREE:
                    yield from ((what, {**value, name: broken}) for what, broken in damaged(item, here, seen))
        case list():
            for index, item in enumerate(value):
                rest = (value[:index], value[index + 1 :])
                for what, broken in damaged(item, f"{place}[{index}]", seen):
                    yield what, [*rest[0], broken, *rest[1]]


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_field_that_a_later_release_adds_is_no_error(name: str) -> None:
    for document in EXAMPLES[name]:
        assert wrong(name, with_additions(plain(document))) == []


def with_additions(value: Any) -> Any:
    match value:
        case dict():
            inner = {name: item if name in _BY_NAME else with_additions(item) for name, item in value.items()}
            return inner | {"later": [1]}
        case list():
            return [with_additions(item) for item in value]
        case _:
            return value


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("plan", {"format_version": 2}),
        ("plan", {"created": "yesterday"}),
        ("plan", {"created": "2026-11-20T08:00:00+01:00"}),
        ("plan", {"digest": "abc"}),
        ("plan", {"refresh": "sometimes"}),
        ("plan", {"summary": {"create": 1}}),
        ("plan", {"summary": {**PLAN.summary(), "create": -1}}),
        ("plan", {"shard": "2 of 3"}),
        ("outcome", {"exit_code": "0"}),
        ("outcome", {"interrupted": "SIGKILL"}),
        ("findings", {"findings": [{**findings_json(FINDINGS)["findings"][0], "line": 0}]}),
        ("findings", {"findings": [{**findings_json(FINDINGS)["findings"][0], "severity": "fatal"}]}),
    ],
)
def test_the_schema_refuses_values_that_no_release_writes(name: str, change: dict[str, Any]) -> None:
    assert wrong(name, {**EXAMPLES[name][0], **change}) != []


@given(hostile, changes())
@settings(deadline=None, max_examples=60)
def test_hostile_plans_and_reports_are_what_the_schema_says(name: str, changed: Any) -> None:
    plan = hostile_plan(name)
    assert wrong("plan", plan_to_json(plan)) == []
    assert wrong("outcome", outcome_to_json(hostile_report(name))) == []
    assert wrong("status", status_json(hostile_rooms(name), workspace=name, target=name)) == []
    assert wrong("findings", findings_json([Diagnostic.error(name, name, Span(name))])) == []


@given(st.lists(room_specs(), max_size=2))
@settings(deadline=None, max_examples=30)
def test_any_rooms_are_what_the_schema_says(specs: list[Any]) -> None:
    assert wrong("rooms", rooms_json(room(f"r{n}", spec) for n, spec in enumerate(specs))) == []


@pytest.mark.parametrize("path", sorted((ROOT / "tests/reports/golden").glob("*.json")), ids=lambda path: path.stem)
def test_the_golden_documents_are_what_the_schema_says(path: Path) -> None:
    name = path.stem.split("_")[0]
    if path.stem != "findings_sarif":
        assert wrong(name, json.loads(path.read_text(encoding="utf-8"))) == []


def documented() -> list[tuple[str, Any]]:
    """The JSON of docs/formats.md, each with the name of its format, by what it holds."""
    text = (ROOT / "docs/formats.md").read_text(encoding="utf-8")
    marks = {
        "actions": "plan",
        "outcomes": "outcome",
        "findings": "findings",
        "rooms": "status",
        "room": "status-watch",
    }
    found = [json.loads(block) for block in re.findall(r"^```json\n(.*?)^```", text, re.MULTILINE | re.DOTALL)]
    return [(next(name for mark, name in marks.items() if mark in document), document) for document in found]


def test_the_documents_of_the_documentation_are_what_the_schema_says() -> None:
    assert [name for name, _ in documented()] == ["plan", "outcome", "findings", "status", "status-watch"]
    assert [problem for name, document in documented() for problem in wrong(name, document)] == []


def test_the_documentation_names_every_format() -> None:
    text = (ROOT / "docs/formats.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| \[`([a-z-]+)`\]", text, re.MULTILINE) == list(OUTPUTS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    live = "live: {state: running, run: evening}\nlabels: {team: shoes}\n"
    return workspace(
        tmp_path_factory.mktemp("schemas"),
        spring=ROOM + live,
        autumn=ROOM.replace("spring", "autumn").replace("Spring", "Autumn"),
    )


def test_every_command_writes_what_its_schema_says(folder: Folder) -> None:
    """From a first plan to a room that is off the air again, with refusals between."""
    as_json = ("--format", "json")
    said = {
        "findings": [folder.run("validate", *as_json)],
        "rooms": [folder.run("render", *as_json)],
        "status": [folder.run("status", *as_json)],
        "plan": [folder.run("plan", *as_json, "-o", "plan.json")],
        "outcome": [folder.run("apply", "plan.json", *as_json, "--report", "out.json")],
    }
    folder.write("rooms/spring.yaml", ROOM.replace("shoes", "boots"))
    said["plan-since"] = [folder.run("show", "plan.json", "--since", "plan.json", *as_json)]
    said["plan"] += [folder.run("plan", *as_json, "--all"), folder.run("show", "plan.json", *as_json)]
    said["status"] += [folder.run("status", *as_json)]
    said["outcome"] += [
        folder.run("apply", "--auto-approve", *as_json),
        folder.run("stop", "spring", "--auto-approve", *as_json),
        folder.run("start", "autumn", "--run", "now", "--auto-approve", *as_json),
    ]
    folder.write("rooms/spring.yaml", ROOM.replace("room_description", "room_descripion"))
    said["findings"] += [folder.run("validate", *as_json)]
    folder.write("rooms/spring.yaml", ROOM)
    said["written"] = [
        folder.run("snapshot", *as_json, "-o", "snapshot.json"),
        folder.run("new", "script", "hello", *as_json),
        folder.run("init", "another", *as_json),
    ]
    said["emulator"] = [
        folder.run("emulator", "advance", "1h", *as_json),
        folder.run("emulator", "reset", *as_json),
    ]
    for name, runs in said.items():
        for ran in runs:
            assert ran.out, ran.err
            assert wrong(name, ran.json) == [], name
    written = [path for ran in said["written"] for path in ran.json["files"]]
    assert [path for path in written if not (folder.path / path).is_file()] == []
    for name, path in (("plan", "plan.json"), ("outcome", "out.json"), ("snapshot", "snapshot.json")):
        assert wrong(name, json.loads((folder.path / path).read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_command_prints_what_is_published(folder: Folder, name: str) -> None:
    ran = folder.run("schema", name)
    assert (ran.code, ran.out, ran.err) == (0, FILES[name].read_text(encoding="utf-8"), "")


def test_without_a_name_it_is_the_schema_of_manifests(folder: Folder) -> None:
    assert folder.run("schema").json["title"] == "A manifest of provisioner"


def test_an_unknown_name_is_told_the_known_ones(folder: Folder) -> None:
    ran = folder.run("schema", "plans")
    assert ran.code == 64
    assert "findings" in ran.err
    assert folder.run("schema", "plan", "--write").code == 64
