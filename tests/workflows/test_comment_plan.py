"""From a finished run to the comment: which pull request it is, what is refused, and the comment as it is seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from artifact import ShownPlan
from comment_plan import comment
from github_api import GitHub
from notes import MOST_CHARACTERS, fits
from runner import StepError
from tests.commands.support import ROOM, workspace
from tests.workflows.fake_github import REPOSITORY, TOKEN, FakeGitHub
from tests.workflows.support import HEAD, Done, Step, needs_markdown, pull, workflow_run, zipped


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A plan of the workspace `shop`, as the tool saved it."""
    folder = workspace(tmp_path_factory.mktemp("shop"), spring=ROOM)
    assert folder.run("plan", "-o", "plan.json").code == 0
    return (folder.path / "plan.json").read_text()


def commented(step: Step, **event: Any) -> Done:
    path = workflow_run(step.folder, **event)
    return step.run("comment_plan.py", GITHUB_EVENT_PATH=str(path), WORKSPACE_NAME="shop")


@needs_markdown
def test_the_plan_is_commented_once_and_updated_by_the_next_run(step: Step, fake: FakeGitHub, plan: str) -> None:
    fake.pulls = [pull()]
    fake.artifact(7, zipped(plan__json=plan, plan__md="# all is well"))
    done = commented(step)
    assert (done.code, done.annotations) == (0, ["The comment on pull request 12 was created."]), done.out
    (first,) = fake.comments[12]
    assert "spring" in first["body"]
    address = "https://github.com/seven-cranes/rooms/actions/runs/7"
    assert f"Planned for commit {HEAD[:12]} by [this run]({address})" in first["body"]
    assert "all is well" not in first["body"]

    newer = "f" * 40
    fake.pulls = [pull(sha=newer)]
    fake.artifact(8, zipped(plan__json=plan))
    done = commented(step, run_id=8, head_sha=newer)
    assert (done.code, done.annotations) == (0, ["The comment on pull request 12 was updated."]), done.out
    assert [entry["body"] for entry in fake.comments[12]] == [first["body"]]
    assert "commit ffffffffffff" in first["body"]


@pytest.mark.parametrize(
    "pulls",
    [
        [],
        [pull(sha="f" * 40)],
        [pull(repository=6)],
        [pull(state="closed")],
        [{**pull(), "head": {**pull()["head"], "repo": None}}],
    ],
    ids=["none", "a newer commit", "another fork", "closed", "a fork that is gone"],
)
def test_without_an_open_pull_request_at_that_commit_nothing_is_written(
    step: Step, fake: FakeGitHub, plan: str, pulls: list[dict[str, Any]]
) -> None:
    fake.pulls = pulls
    fake.artifact(7, zipped(plan__json=plan))
    done = commented(step)
    assert done.code == 0
    assert "No open pull request" in done.annotations[0]
    assert fake.writes() == []


def test_the_event_decides_between_two_pull_requests_of_one_commit(step: Step, fake: FakeGitHub) -> None:
    fake.pulls = [pull(12), pull(13)]
    done = commented(step)
    assert done.code == 1
    assert "Several pull requests" in done.annotations[0]
    done = commented(step, pull_requests=[{"number": 13}])
    assert (done.code, done.annotations) == (0, ["The run made no plan: nothing to comment on."])


def test_a_run_without_a_plan_is_no_failure(step: Step, fake: FakeGitHub, plan: str) -> None:
    fake.pulls = [pull()]
    fake.artifact(7, zipped(plan__json=plan), name="something-else")
    fake.artifact(7, zipped(plan__json=plan), expired=True)
    done = commented(step)
    assert (done.code, done.annotations) == (0, ["The run made no plan: nothing to comment on."])
    assert fake.writes() == []


@pytest.mark.parametrize("archive", [zipped(run__sh="x"), zipped(plan__json="{}")], ids=["names", "no plan"])
def test_a_hostile_artefact_writes_nothing(step: Step, fake: FakeGitHub, archive: bytes) -> None:
    fake.pulls = [pull()]
    fake.artifact(7, archive)
    done = commented(step)
    assert done.code == 4
    assert done.annotations[0].startswith("The artefact is refused: ")
    assert fake.writes() == []


def test_an_artefact_that_is_too_large_is_not_even_downloaded(step: Step, fake: FakeGitHub, plan: str) -> None:
    fake.pulls = [pull()]
    fake.artifact(7, zipped(plan__json=plan), size_in_bytes=64 * 1024 * 1024 + 1)
    done = commented(step)
    assert (done.code, done.annotations) == (
        4,
        ["The artefact is refused: it is larger than 67,108,864 bytes. Nothing was written."],
    )
    assert not any("/zip" in one.path or "/storage/" in one.path for one in fake.asked)


def test_a_download_that_is_larger_than_it_was_said_to_be_is_cut_off(fake: FakeGitHub, tmp_path: Path) -> None:

    fake.artifact(7, b"x" * 200_000)
    with GitHub(fake.url, REPOSITORY, TOKEN) as github, pytest.raises(StepError, match="larger than 100,000") as raised:
        github.download(f"/actions/artifacts/{fake.last_id}/zip", tmp_path / "a.zip", most_bytes=100_000)
    assert raised.value.exit_code == 4
    assert (tmp_path / "a.zip").stat().st_size <= 100_000


def test_the_token_stays_with_the_api_when_the_artefact_is_downloaded(step: Step, fake: FakeGitHub) -> None:
    fake.pulls = [pull()]
    fake.artifact(7, zipped(run__sh="x"))
    commented(step)
    assert [one.token for one in fake.asked if one.path.startswith("/storage/")] == [""]


@pytest.mark.parametrize("event", [{"event": "push"}, {"head_repository": None}, {"head_sha": "main; rm -rf /"}])
def test_another_event_is_refused(step: Step, fake: FakeGitHub, event: dict[str, Any]) -> None:
    done = commented(step, **event)
    assert done.code == 1
    assert fake.asked == []


def test_a_plan_that_is_too_long_is_told_in_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A comment cut in the middle could end a code span early and bring what it holds to life."""
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.com")
    monkeypatch.setenv("GITHUB_REPOSITORY", "seven-cranes/rooms")
    summary = {"create": 0, "update": 5000, "start": 2, "unchanged": 47}
    long = ShownPlan("shop", "production", summary, "`@everyone " * 10_000)
    text = comment(long, "<!-- mark -->", {"id": 7, "head_sha": HEAD})
    assert fits(text)
    assert len(text) < 1000
    assert text.startswith("<!-- mark -->\nThis plan is too long for a comment: 5,000 to update, 2 to start.")
    assert "@everyone" not in text
    short = ShownPlan("shop", "production", summary, "x" * (MOST_CHARACTERS - 500))
    assert fits(comment(short, "<!-- mark -->", {"id": 7, "head_sha": HEAD}))
