"""One issue while rooms differ from their manifests: opened, updated, closed, and nobody else's is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.support import ROOM, Folder, workspace
from tests.workflows.fake_github import FakeGitHub, Fault
from tests.workflows.support import Done, Step

ON_AIR = ROOM + "live: {state: running, run: evening}\n"


def reported(step: Step, folder: Folder, report: str | None = None) -> Done:
    """What the drift workflow does: a plan, and the issue."""
    assert folder.run("plan", "-o", "plan.json", "--report", "plan.txt").code == 0
    text = folder.path / "plan.txt"
    if report is not None:
        text.write_text(report)
    done = step.run("report_drift.py", PLAN=str(folder.path / "plan.json"), REPORT=str(text))
    assert done.code == 0, done.out
    return done


@pytest.fixture
def shop(tmp_path: Path) -> Folder:
    return workspace(tmp_path / "shop", spring=ROOM)


def test_the_issue_is_opened_updated_and_closed(step: Step, fake: FakeGitHub, shop: Folder) -> None:
    assert reported(step, shop).annotations == ["Rooms that differ: 1. The issue was opened."]
    (issue,) = fake.issues
    assert issue["title"] == "Rooms of shop differ from their manifests on local"
    assert "create spring" in issue["body"]
    assert "https://github.com/seven-cranes/rooms/actions/runs/77" in issue["body"]

    shop.write("rooms/autumn.yaml", ROOM.replace("spring", "autumn"))
    assert "updated" in reported(step, shop).annotations[0]
    assert "create autumn" in issue["body"]

    assert shop.run("apply", "--auto-approve").code == 0
    assert reported(step, shop).annotations == ["Rooms that differ: 0. The issue was closed."]
    assert (len(fake.issues), issue["state"], issue["state_reason"]) == (1, "closed", "completed")
    assert reported(step, shop).annotations == ["Rooms that differ: 0. The issue was not needed."]


def test_a_later_difference_opens_another_issue(step: Step, fake: FakeGitHub, shop: Folder) -> None:
    reported(step, shop)
    fake.issues[0]["state"] = "closed"
    reported(step, shop)
    assert [issue["state"] for issue in fake.issues] == ["closed", "open"]


def test_what_is_due_by_the_clock_is_no_drift(step: Step, fake: FakeGitHub, shop: Folder) -> None:
    assert shop.run("apply", "--auto-approve").code == 0
    shop.write("rooms/spring.yaml", ON_AIR)
    assert reported(step, shop).annotations == ["Rooms that differ: 0. The issue was not needed."]
    assert fake.writes() == []


def test_issues_and_pull_requests_of_others_are_not_touched(step: Step, fake: FakeGitHub, shop: Folder) -> None:
    reported(step, shop)
    body = fake.issues.pop()["body"]
    theirs = fake.issue("Rooms differ", body, login="a-stranger")
    request = fake.issue("A pull request", body, pull_request={})
    assert "opened" in reported(step, shop).annotations[0]
    assert (theirs["title"], request["title"], len(fake.issues)) == ("Rooms differ", "A pull request", 3)


def test_a_report_that_is_too_long_is_not_sent(step: Step, fake: FakeGitHub, shop: Folder) -> None:
    reported(step, shop, report="`@everyone " * 10_000)
    assert "@everyone" not in fake.issues[0]["body"]
    assert "too long for an issue" in fake.issues[0]["body"]


def test_an_issue_whose_answer_was_lost_is_not_opened_twice(step: Step, fake: FakeGitHub, shop: Folder) -> None:
    fake.faults = [Fault("POST", 502, happens=True)]
    assert "opened" in reported(step, shop).annotations[0]
    assert len(fake.issues) == 1
