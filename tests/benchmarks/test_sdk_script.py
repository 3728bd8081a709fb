"""The script that we are compared with does the same work: it sees what changed, and nothing where nothing did."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import workspaces
from benchmarks.measuring import module, provisioner
from benchmarks.sdk_script import says
from benchmarks.service import TARGET, fill, served
from benchmarks.workspaces import Kind, environment, generate

SCRIPT = "benchmarks.sdk_script"


@pytest.mark.parametrize("kind", [Kind.TEMPLATE, Kind.HAND_WRITTEN])
def test_both_see_nothing_to_do_in_a_service_that_was_filled(tmp_path: Path, kind: Kind) -> None:
    generate(tmp_path, kind, 20)
    fill(tmp_path)
    with served(tmp_path) as service:
        ours = provisioner(tmp_path, "plan", "--target", TARGET, "--detailed-exitcode", environment=service.environment)
        script = module(SCRIPT, "plan", str(tmp_path), folder=tmp_path, environment=service.environment)
        calls = service.calls().count
    assert "20 rooms are as the manifests say" in ours.out
    assert script.out == ""
    assert {operation.value: number for operation, number in calls.items()} == {"list_rooms": 2, "show_room": 20}


def test_both_see_the_same_rooms_change(tmp_path: Path) -> None:
    generate(tmp_path, Kind.TEMPLATE, 20)
    fill(tmp_path)
    workspaces.write_table(tmp_path, 20, edited=3)
    with served(tmp_path) as service:
        plan = ("plan", "--target", TARGET, "--detailed-exitcode")
        ours = provisioner(tmp_path, *plan, environment=service.environment, code=2)
        script = module(SCRIPT, "plan", str(tmp_path), folder=tmp_path, environment=service.environment, code=2)
        threads = module(
            *(SCRIPT, "plan", str(tmp_path), "--workers", "8"), folder=tmp_path, environment=service.environment, code=2
        )
    assert "3 to update" in ours.out
    names = [line.removesuffix(" differs") for line in script.out.splitlines()]
    assert len(names) == 3
    assert all(name in ours.out for name in names)
    assert threads.out == script.out


def test_the_script_makes_a_request_of_every_room(tmp_path: Path) -> None:
    generate(tmp_path, Kind.HAND_WRITTEN, 20)
    assert module(SCRIPT, "check", str(tmp_path), folder=tmp_path, environment=environment).out == "20 rooms\n"


def test_what_the_service_adds_is_no_difference_and_what_it_lacks_is_one() -> None:
    wanted = {"a": 1, "list": [{"b": "x"}]}
    assert says({"a": 1, "list": [{"b": "x", "added": True}], "more": 2}, wanted)
    assert not says({"a": 1, "list": [{"b": "y"}]}, wanted)
    assert not says({"a": 1, "list": []}, wanted)
    assert not says({"list": [{"b": "x"}]}, wanted)
