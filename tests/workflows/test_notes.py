"""A comment is created once and updated later, only what we wrote is touched, and GitHub's refusals are told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from github_api import GitHub
from notes import MOST_CHARACTERS, fits, mark, write_comment
from runner import StepError
from tests.workflows.fake_github import BOT, REPOSITORY, TOKEN, FakeGitHub, Fault


@pytest.fixture
def github(fake: FakeGitHub) -> Iterator[GitHub]:
    with GitHub(fake.url, REPOSITORY, TOKEN) as opened:
        yield opened


def write(github: GitHub, body: str = "the plan") -> str:
    return write_comment(github, 12, mark("plan", "seven-cranes", "production"), marked(body))


def marked(body: str, target: str = "production") -> str:
    return f"{mark('plan', 'seven-cranes', target)}\n{body}"


def test_a_comment_is_created_once_and_then_updated_in_place(fake: FakeGitHub, github: GitHub) -> None:
    assert [write(github, "first"), write(github, "second"), write(github, "second")] == [
        "created",
        "updated",
        "unchanged",
    ]
    assert [entry["body"] for entry in fake.comments[12]] == [marked("second")]
    assert len(fake.writes()) == 2


def test_comments_of_others_with_the_same_mark_are_not_touched(fake: FakeGitHub, github: GitHub) -> None:
    theirs = [
        fake.comment(12, marked("mine!"), login=login)
        for login in ("a-stranger", "github-actions", "Github-Actions[bot]")
    ]
    assert write(github) == "created"
    assert [entry["body"] for entry in theirs] == [marked("mine!")] * 3


def test_our_comments_without_the_mark_in_their_first_line_are_not_touched(fake: FakeGitHub, github: GitHub) -> None:
    """The mark of another target, one that is quoted, and a comment of another workflow are not ours."""
    bodies = [marked("x", target="staging"), f"> {marked('x')}", f"hello\n{marked('x')}", "", "deployed"]
    others = [fake.comment(12, body) for body in bodies]
    assert write(github) == "created"
    assert [entry["body"] for entry in others] == bodies


def test_the_comment_is_found_on_a_later_page(fake: FakeGitHub, github: GitHub) -> None:
    for number in range(230):
        fake.comment(12, f"discussion {number}", login="a-reviewer")
    ours = fake.comment(12, marked("old"))
    assert write(github, "new") == "updated"
    assert ours["body"] == marked("new")
    assert [one.query["page"] for one in fake.asked if one.method == "GET"] == ["1", "2", "3"]


def test_the_oldest_of_two_is_updated(fake: FakeGitHub, github: GitHub) -> None:
    oldest, youngest = fake.comment(12, marked("a")), fake.comment(12, marked("b"))
    write(github, "new")
    assert (oldest["body"], youngest["body"]) == (marked("new"), marked("b"))


@pytest.mark.parametrize("status", [401, 403, 404, 410, 422])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_refusal_ends_it_with_what_to_do(fake: FakeGitHub, github: GitHub, status: int, method: str) -> None:
    fake.faults = [Fault(method, status, message="Resource not accessible\nby integration")]
    with pytest.raises(StepError, match=rf"{method} /issues/12/comments: HTTP {status}, ") as raised:
        write(github)
    assert raised.value.exit_code == 1
    assert "\n" not in str(raised.value)
    assert "Resource not accessible" in str(raised.value)
    assert fake.comments == {}


@pytest.mark.parametrize(
    ("status", "headers", "message"),
    [
        (429, {"Retry-After": "0"}, "slow down"),
        (403, {"Retry-After": "0"}, "You have exceeded a secondary rate limit"),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"}, "API rate limit exceeded"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_rate_limit_is_waited_for(
    fake: FakeGitHub, github: GitHub, method: str, status: int, headers: dict[str, str], message: str
) -> None:
    """A limit refuses a request before it is carried out, so that a creation is sent again too."""
    fake.faults = [Fault(method, status, headers, message)] * 2
    assert write(github) == "created"
    assert len(fake.comments[12]) == 1


@pytest.mark.parametrize(
    "headers", [{"Retry-After": "3600"}, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9999999999"}]
)
def test_a_long_rate_limit_is_told_instead(fake: FakeGitHub, github: GitHub, headers: dict[str, str]) -> None:
    fake.faults = [Fault("GET", 403, headers)]
    with pytest.raises(StepError, match=r"rate limit holds GET /issues/12/comments for [0-9,]+ s"):
        write(github)


def test_a_rate_limit_that_does_not_end_is_told(fake: FakeGitHub, github: GitHub) -> None:
    fake.faults = [Fault("GET", 429, {"Retry-After": "0"})] * 9
    with pytest.raises(StepError, match=r"in 4 attempts \(rate limit\)"):
        write(github)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_reads_and_updates_are_repeated_after_a_fault(fake: FakeGitHub, github: GitHub, status: int) -> None:
    ours = fake.comment(12, marked("old"))
    fake.faults = [Fault("GET", status), Fault("PATCH", status, happens=True)]
    assert write(github, "new") == "updated"
    assert ours["body"] == marked("new")


def test_a_creation_whose_answer_was_lost_is_looked_up_and_not_repeated(fake: FakeGitHub, github: GitHub) -> None:
    fake.faults = [Fault("POST", 502, happens=True)]
    assert write(github) == "created"
    assert len(fake.comments[12]) == 1


def test_a_creation_that_is_not_found_after_a_fault_is_called_unknown(fake: FakeGitHub, github: GitHub) -> None:
    fake.faults = [Fault("POST", 502)]
    with pytest.raises(StepError, match="did not say whether POST") as raised:
        write(github)
    assert raised.value.exit_code == 5
    assert len(fake.writes()) == 1


def test_a_service_that_is_away_is_told(fake: FakeGitHub) -> None:
    with GitHub("http://127.0.0.1:9", REPOSITORY, TOKEN) as nobody, pytest.raises(StepError, match="no connection"):
        write(nobody)


def test_the_token_does_not_follow_a_redirect(fake: FakeGitHub, github: GitHub) -> None:
    fake.faults = [Fault("GET", 302, {"Location": f"{fake.url}/storage/1"})]
    with pytest.raises(StepError, match="no JSON list"):
        write(github)
    assert len(fake.asked) == 1


def test_whoever_the_token_belongs_to_may_be_named(
    fake: FakeGitHub, github: GitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTHOR", "rooms-app[bot]")
    theirs, ours = fake.comment(12, marked("a"), login=BOT), fake.comment(12, marked("b"), login="rooms-app[bot]")
    write(github, "new")
    assert (theirs["body"], ours["body"]) == (marked("a"), marked("new"))


def test_length_is_counted_in_the_units_in_which_it_is_most() -> None:
    assert fits("茶" * MOST_CHARACTERS)
    assert not fits("茶" * MOST_CHARACTERS + "x")
    assert not fits("🍵" * (MOST_CHARACTERS // 2 + 1))
