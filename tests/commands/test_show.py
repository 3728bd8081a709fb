"""`show`: a saved plan again, and the parts of a plan as one, in every format."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from provisioner.commands.reporting import save_plan
from provisioner.diagnostics import Span
from provisioner.planning.actions import Plan
from tests.commands.support import ROOM, Folder, workspace
from tests.reports.plans import ACTIONS, EARLIER, PLAN, WARNINGS

UNDECLARED = {"old-room", "big-room"}
WHOLE = replace(
    PLAN,
    actions=tuple(
        replace(action, origin=None if action.key in UNDECLARED else Span("rooms/all.yaml", 3, 1))
        for action in sorted(ACTIONS, key=lambda action: (action.key in UNDECLARED, action.key))
    ),
    warnings=tuple(reversed(WARNINGS)),
)
"""In the planner's order."""


def part(number: int, of: int) -> Plan:
    """Every so-manieth room of the whole plan, with a share of what was read."""
    keys = sorted({action.key for action in WHOLE.actions})[number::of]
    read = [WHOLE.reading.read, 0, 0][number]
    believed = [1, 2, 0][number]
    return replace(
        WHOLE,
        actions=tuple(action for action in WHOLE.actions if action.key in keys),
        warnings=WHOLE.warnings[number:],
        upcoming=tuple(change for change in WHOLE.upcoming if change.key in keys),
        selection=[("store-oslo",), ("tea-evening",), ("store-oslo",)][number],
        reading=replace(WHOLE.reading, read=read, known=[0, 1, 0][number], believed=believed),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    save_plan(WHOLE, tmp_path / "whole.json")
    for number in range(3):
        save_plan(part(number, 3), tmp_path / f"part-{number}.json")
    return Folder(tmp_path)


PARTS = ("part-2.json", "part-0.json", "part-1.json")


@pytest.mark.parametrize("form", ["text", "json"])
def test_all_parts_are_shown_as_the_whole_to_the_byte(folder: Folder, form: str) -> None:
    whole = folder.run("show", "whole.json", "--format", form)
    assert whole.code == 0
    assert "spring-sale" in whole.out
    assert folder.run("show", *PARTS, "--format", form) == whole


def test_reports_of_all_parts_are_those_of_the_whole(folder: Folder) -> None:
    for name in ("out.json", "out.txt"):
        assert folder.run("show", "whole.json", "--report", f"whole-{name}").code == 0
        assert folder.run("show", *PARTS, "--report", f"parts-{name}").code == 0
        assert (folder.path / f"parts-{name}").read_bytes() == (folder.path / f"whole-{name}").read_bytes()


def test_parts_of_two_plans_and_a_part_that_is_named_twice_are_refused(folder: Folder) -> None:
    save_plan(replace(part(1, 3), target="staging"), folder.path / "other.json")
    other = folder.run("show", "part-0.json", "other.json")
    assert (other.code, other.out) == (4, "")
    assert "part-0.json and other.json are not parts of one plan; they differ in target (production, staging)" in (
        other.err
    )
    twice = folder.run("show", "part-0.json", "part-1.json", "part-0.json")
    assert (twice.code, twice.out) == (4, "")
    assert "part-0.json and part-0.json both plan rooms" in twice.err


def test_a_part_that_was_edited_is_refused_by_its_name(folder: Folder) -> None:
    edited = folder.path / "part-1.json"
    edited.write_text(edited.read_text(encoding="utf-8").replace("production", "staging"), encoding="utf-8")
    ran = folder.run("show", *PARTS)
    assert ran.code == 4
    assert "part-1.json: This plan was changed" in ran.err


def test_plans_for_some_keys_each_are_shown_as_the_plan_for_all_of_them(tmp_path: Path) -> None:
    names = ("spring", "summer", "autumn")
    folder = workspace(tmp_path, **{name: ROOM.replace("spring", name) for name in names})
    assert folder.run("apply", "--auto-approve").code == 0
    folder.write("rooms/summer.yaml", ROOM.replace("spring", "summer").replace("shoes", "hats"))
    for file, keys in (("all.json", names), ("one.json", names[:1]), ("two.json", names[1:])):
        assert folder.run("plan", *keys, "--refresh", "full", "-o", file).code == 0
    whole = folder.run("show", "all.json", "--format", "json").json
    merged = folder.run("show", "two.json", "one.json", "--format", "json").json
    assert whole["summary"]["update"] == 1
    times = {"created", "expires", "digest"}
    assert {name: merged[name] for name in merged.keys() - times} == {
        name: whole[name] for name in whole.keys() - times
    }


def test_shards_are_planned_shown_together_and_applied_one_by_one(tmp_path: Path) -> None:
    names = ("spring", "summer", "autumn", "winter", "sale", "moon")
    folder = workspace(tmp_path, **{name: ROOM.replace("spring", name) for name in names})
    files = [f"part-{number}.json" for number in (1, 2)]
    for number, file in enumerate(files, 1):
        assert folder.run("plan", "--shard", f"{number}/2", "-o", file).code == 0
    shown = folder.run("show", *files, "--format", "json").json
    assert (shown["summary"]["create"], shown["shard"]) == (6, None)
    missing = folder.run("show", files[0], files[0])
    assert missing.code == 4
    for file in files:
        ran = folder.run("apply", file, "--auto-approve")
        assert ran.code == 0, ran
    assert folder.run("plan", "--detailed-exitcode").code == 0
    wrong = folder.run("plan", "--shard", "3/2")
    assert wrong.code == 64
    assert "--shard: a shard is I/N" in wrong.err


def test_a_plan_as_markdown_leads_with_its_counts_and_has_its_warnings(folder: Folder) -> None:
    whole = folder.run("show", "whole.json", "--format", "markdown", "--report", "out.md")
    assert (whole.code, whole.err) == (0, "")
    assert whole.out.startswith("### Plan of `tea-shop` for target `production`\n\n**1 to create, ")
    assert "secrets-not-compared" in whole.out
    assert (folder.path / "out.md").read_text(encoding="utf-8") == whole.out


def test_what_changed_since_an_earlier_plan_is_in_every_format(folder: Folder) -> None:
    save_plan(EARLIER, folder.path / "old.json")  # long expired, and still good to look at
    says = "1 new in this plan, 2 changed, 7 no longer in it, 4 as they were"
    text = folder.run("show", "whole.json", "--since", "old.json")
    assert text.code == 0
    assert says in " ".join(text.out.split())
    assert f"**{says}**" in folder.run("show", "whole.json", "--since", "old.json", "--format", "markdown").out
    document = folder.run("show", "whole.json", "--since", "old.json", "--format", "json").json
    plain = folder.run("show", "whole.json", "--format", "json").json
    assert document.pop("since")["summary"] == {"new": 1, "changed": 2, "gone": 7, "same": 4}
    assert document == plain


def test_parts_are_compared_with_a_whole_and_the_other_way_round(folder: Folder) -> None:
    since = folder.run("show", "whole.json", *(word for part in PARTS for word in ("--since", part))).out
    assert "Since the plan of 2026-11-20 08:00 UTC at commit 0123456789a…: 7 as they were" in since


def test_a_plan_of_another_target_is_no_earlier_plan(folder: Folder) -> None:
    save_plan(replace(EARLIER, target="staging"), folder.path / "old.json")
    ran = folder.run("show", "whole.json", "--since", "old.json", "--report", "out.md")
    assert (ran.code, ran.out) == (4, "")
    assert "the plan is for target production and the one in --since for staging" in ran.err
    assert not (folder.path / "out.md").exists()


def test_a_report_of_what_changed_is_not_taken_for_a_plan(folder: Folder) -> None:
    report = folder.run(
        "show", "whole.json", "--since", "whole.json", "--all", "--format", "json", "--report", "r.json"
    )
    assert report.code == 0
    assert folder.run("show", "r.json").code != 0
