"""The law: plan after apply is empty, and what was written is in the service byte for byte."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from provisioner.comparing.compare import merged
from provisioner.comparing.declared import DesiredRooms
from provisioner.diagnostics import has_errors
from provisioner.manifests import load
from provisioner.workspace import open_workspace
from tests.rig import Rig, edited, names, room
from tests.strategies import Body, hostile_text, room_specs

quickly = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def holds(written: Any, found: Any) -> bool:
    """Whether everything that was written is in what was found."""
    match written:
        case dict():
            return all(value in (None, "", [], {}) or holds(value, found.get(name)) for name, value in written.items())
        case list():
            return len(written) == len(found) and all(holds(a, b) for a, b in zip(written, found, strict=True))
        case _:
            return bool(written == found) and type(written) is type(found)


@quickly
@given(room_specs(text=hostile_text))
def test_any_room_comes_out_as_written_and_is_left_alone(spec: Body) -> None:
    rig = Rig()
    desired = room("any", spec)
    report = rig.apply(desired)
    assert report.exit_code == 0, report.outcomes
    (body,) = rig.emulator.rooms()
    assert holds({name: value for name, value in desired.spec.items() if name != "priv_data"}, body)
    assert not rig.plan(desired).changes


@quickly
@given(room_specs(), room_specs())
def test_any_room_can_become_any_other(first: Body, second: Body) -> None:
    """But for rules that go on naming a scene which the manifest takes away, where the manifest does not mention it:
    the service refuses those, and the apply says so.
    """
    assume(not names_missing_scenes(merged(second, first)))
    rig = Rig()
    rig.apply(room("any", first))
    after = room("any", second)
    report = rig.apply(after)
    assert report.exit_code == 0, report.outcomes
    assert not rig.plan(after).changes
    assert len(rig.emulator.rooms()) == 1


def names_missing_scenes(spec: Any) -> bool:
    """Whether a rule of the room names a scene that the room does not have."""
    scenes = {scene["script_name"] for scene in spec.get("scene_scripts") or []}
    rules = spec.get("interaction_rules") or []
    return any(not scenes.issuperset(rule.get("enabled_scenes") or []) for rule in rules)


@quickly
@given(spec=room_specs(text=hostile_text), key=st.just("any"))
def test_texts_bound_into_a_manifest_reach_the_service_byte_for_byte(
    tmp_path_factory: Any, spec: Body, key: str
) -> None:
    """The manifest is a template whose every text is a value of a table: none of them can change its structure."""
    folder: Path = tmp_path_factory.mktemp("bound")
    texts: list[str] = []
    (folder / "rooms").mkdir()
    (folder / "data").mkdir()
    (folder / "provisioner.yaml").write_text("workspace: shop\n")
    body = "".join(template({"room_name": "x", **spec}, texts))
    manifest = f'{{% set t = data("texts.json") %}}\nkind: Room\nkey: {key}\nspec: {body}\n'
    (folder / "rooms" / "any.yaml").write_text(manifest, encoding="utf-8")
    (folder / "data" / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
    workspace = open_workspace(folder)
    loaded = asyncio.run(load(workspace, workspace.target(None)))
    assert not has_errors(loaded.findings), loaded.findings
    rig = Rig()
    assert rig.apply(*DesiredRooms(loaded.rooms).values()).exit_code == 0
    (found,) = rig.emulator.rooms()
    assert holds({"room_name": "x", **spec} | {"priv_data": None}, found)


def template(value: Any, texts: list[str]) -> Iterator[str]:
    """Plain data as YAML in flow style, every text an expression."""
    match value:
        case dict():
            yield "{"
            for name, item in value.items():
                yield f"{json.dumps(name)}: "
                yield from template(item, texts)
                yield ", "
            yield "}"
        case list():
            yield "["
            for item in value:
                yield from template(item, texts)
                yield ", "
            yield "]"
        case str():
            texts.append(value)
            yield f"{{{{ t[{len(texts) - 1}] }}}}"
        case _:
            yield json.dumps(value)


def test_an_edit_in_the_manifest_and_one_in_the_console_have_their_causes() -> None:
    rig = Rig()
    desired = room("a", {"room_description": "one"})
    rig.apply(desired)
    ours = edited(desired, room_description="two")
    (action,) = rig.plan(ours).changes
    assert (action.name, action.cause) == ("update", "manifest")
    (body,) = rig.emulator.rooms()
    from provisioner.emulator import Operation  # noqa: PLC0415

    rig.emulator.console(
        Operation.UPDATE_ROOM, room_id=body["room_id"], body={**put(body), "room_description": "theirs"}
    )
    (action,) = rig.plan(desired).changes
    assert (action.name, action.cause, action.changes[0].path) == ("update", "drift", "room_description")
    assert names(rig.plan(desired)) == [("update", "a")]


def put(body: Any) -> Any:
    """A room as the console would send it back."""
    return {name: body[name] for name in ("room_name", "room_description", "priv_data") if name in body}
