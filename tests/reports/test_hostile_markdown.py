"""What strangers wrote stays text in Markdown too, by the judgement of GitHub's own parser and of an HTML parser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import example, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from provisioner.applying.outcomes import Applied, Failed, Report, Skipped, Unchanged, Unknown
from provisioner.comparing.compare import FieldChange, Kind
from provisioner.diagnostics import Diagnostic, Frame, Severity, Span
from provisioner.planning.actions import Action, Blocked, Cause, Create, Delete, Rewrite, Start, Upcoming, Update
from provisioner.planning.since import plan_since
from provisioner.reports.markdown import block, code, prose
from provisioner.reports.outcome_markdown import outcome_markdown
from provisioner.reports.plan_markdown import plan_markdown
from provisioner.reports.plan_text import plan_text
from provisioner.reports.view import PlanView
from provisioner.rooms import JobId, RoomId, RoomKey
from tests.reports.plans import LOCAL, NOW, PLAN
from tests.reports.test_hostile import is_inert

FRAGMENTS = (
    *("`", "``", "```", "~~~", "`" * 90, "`" * 300, "\n```\n", "\n~~~~\n", "</details>", "</summary>", "</code></pre>"),
    *(
        "<img src=x onerror=alert(1)>",
        "<script>",
        "<!--",
        "-->",
        "<![CDATA[",
        "<?",
        "<a href=x>",
        "<b",
        "&lt;",
        "&#64;x",
    ),
    *(
        "@org/team",
        "@octocat",
        "#123",
        "GH-1",
        "closes #1",
        "fixes org/repo#2",
        "0123456789abcdef0123456789abcdef01234567",
    ),
    *("deadbeef", "deadbee", "https://evil.example/x", "www.evil.example", "me@evil.example", "mailto:me@evil.example"),
    *(
        "<https://evil.example>",
        "![x](https://evil.example)",
        "[x]: https://evil.example",
        "[x][y]",
        "[^1]",
        "[^1]: note",
    ),
    *(
        ":tada:",
        "$x$",
        "$`x`$",
        "$$",
        "|",
        "| a | b |",
        "\\",
        "\\`",
        "**bold**",
        "_it_",
        "~~gone~~",
        "- [ ] task",
        "- [x]",
    ),
    *(
        "\n# head",
        "\nhead\n===",
        "\n---\n",
        "\n1. one",
        "\n> quote",
        "\n    code",
        "\n\n<div>",
        "\x1b[31m",
        "\u202e",
        "\u200b",
    ),
    *("\x00", "\ud800", "\r", "\u2028", "直播", " ", "word", "closed.", "12", "::error::x", "%0A", "\ue000"),
)
hostile = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=3), min_size=1, max_size=8).map("".join)
values: st.SearchStrategy[Any] = st.recursive(
    hostile | st.none() | st.booleans() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(hostile, inner, max_size=3),
    max_leaves=5,
)
places = st.sampled_from(("scene_scripts", "output_urls")) | hostile | hostile.map("scene_scripts[{}].title".format)
changes = st.lists(
    st.builds(FieldChange, places, values, values, st.sampled_from(Kind), st.booleans()), max_size=3
).map(tuple)

TAGS = {
    *("html", "head", "body", "h3", "h4", "p", "strong", "b", "code", "pre"),
    *("ul", "li", "details", "summary", "blockquote", "br"),
}
ATTRIBUTES = {("details", "open"), ("pre", "lang")}
OURS = re.compile(r"[A-Za-z0-9 ,.;:?!()·…'\n-]*")
READ_BY_GITHUB = re.compile(
    r"[@#$][\w-]|\w@|GH-[0-9]|www\.|://|\b[0-9a-f]{7,40}\b|\[\^|:[a-z_+-]+:|<!--", re.IGNORECASE | re.ASCII
)


def parsed(markdown: str) -> LexborHTMLParser:
    """As GitHub's own parser renders it, with all that it could read into it."""
    options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
    return LexborHTMLParser(cmarkgfm.github_flavored_markdown_to_html(markdown, options))


def outside_of_code(node: LexborNode) -> Iterator[str]:
    for child in node.iter(include_text=True):
        if child.tag == "-text":
            yield child.text(deep=False) or child.text_content or ""
        elif child.tag not in ("code", "pre"):
            yield from outside_of_code(child)


def assert_inert(markdown: str) -> None:
    root = parsed(markdown).root
    assert root is not None
    for node in root.traverse():
        assert node.tag in TAGS, node.tag
        assert {(node.tag, name) for name in node.attributes} <= ATTRIBUTES
    for text in outside_of_code(root):
        assert OURS.fullmatch(text), text
        assert not READ_BY_GITHUB.search(text), text


@given(hostile)
@settings(deadline=None, max_examples=400)
@example("`" * 100 + " @org/team ")
@example("`a``b```c````d")
@example("` ")
def test_a_code_span_is_one_element_and_nothing_else(text: str) -> None:
    body = parsed(f"see {code(text)} there").body
    assert body is not None
    paragraph = body.child
    assert paragraph is not None
    assert [child.tag for child in paragraph.iter(include_text=True)] == ["-text", "code", "-text"]
    assert paragraph.text().startswith("see ")
    assert paragraph.text().endswith(" there")


@given(st.lists(hostile.map(lambda text: "+ " + "".join(char for char in text if char.isprintable())), min_size=1))
@settings(deadline=None)
def test_a_block_is_one_element_and_holds_its_lines(lines: list[str]) -> None:
    body = parsed(block(lines)).body
    assert body is not None
    assert [node.tag for node in body.traverse() if node.tag not in ("-text", "body")] == ["pre", "code"]
    found = body.css_first("code")
    assert found is not None
    assert found.text() == "".join(f"{line}\n" for line in lines)


@given(hostile)
@settings(deadline=None, max_examples=400)
@example("closes #1, see deadbeef and facade, defaced.")
def test_a_sentence_says_outside_of_code_nothing_but_words(text: str) -> None:
    assert_inert(f"Because {prose(text)}")


def test_plain_sentences_stay_readable() -> None:
    said = "it is protected: restore its manifest without lifecycle.protect, apply, then remove it"
    assert prose(said) == said.replace("lifecycle.protect", "`lifecycle.protect`")
    assert prose("see #12 and @me now.") == "see `#12` and `@me` now."


def plan_of(name: str, changed: tuple[FieldChange, ...], copies: int) -> Any:
    """A plan in which everything is called `name`."""
    actions: list[Action] = []
    for number in range(copies):
        common: dict[str, Any] = {
            "key": RoomKey(f"{name}{number}"),
            "room_name": name,
            "cause": Cause.MANIFEST,
            "room_id": RoomId(name),
            "origin": Span(name),
            "reason": name,
            "changes": changed,
        }
        actions += (Create(**common), Update(**common), Start(run=name, **common), Rewrite(commands=(name,), **common))
        actions += (Blocked(**common | {"key": RoomKey(f"b{name}{number}")}),)
        actions += (Delete(**common | {"key": RoomKey(f"d{name}{number}")}),)
        actions += (Update(**common | {"key": RoomKey(f"u{name}{number}"), "cause": Cause.DRIFT}),)
    warning = Diagnostic(Severity.WARNING, name, name, Span(name), (Frame(name, Span(name)),))
    coming = Upcoming(RoomKey(f"{name}0"), "start", name, NOW, LOCAL, name)
    return replace(
        PLAN,
        actions=tuple(actions),
        workspace=name,
        target=name,
        commit=name,
        selection=(name,),
        warnings=(warning,),
        upcoming=(coming,),
    )


@given(hostile, changes, st.integers(1, 3), st.sampled_from((6_000, 60_000)))
@settings(deadline=None, max_examples=150)
def test_nothing_in_a_plan_becomes_markup_or_calls_anybody(
    name: str, changed: tuple[FieldChange, ...], copies: int, most: int
) -> None:
    plan = plan_of(name, changed, copies)
    written = plan_markdown(PlanView.of(plan), most=most)
    assert len(written.encode("utf-16-le")) // 2 <= most
    assert_inert(written)


@given(hostile, changes, changes, st.sampled_from((6_000, 60_000)))
@settings(deadline=None, max_examples=100)
def test_nothing_in_an_earlier_plan_becomes_markup_or_calls_anybody(
    name: str, before: tuple[FieldChange, ...], after: tuple[FieldChange, ...], most: int
) -> None:
    plan = plan_of(name, after, 2)
    view = PlanView.of(plan, plan_since(plan, plan_of(name, before, 3)))
    written = plan_markdown(view, most=most)
    assert len(written.encode("utf-16-le")) // 2 <= most
    assert_inert(written)
    assert is_inert(plan_text(view))


@given(hostile)
@settings(deadline=None, max_examples=150)
def test_nothing_in_the_outcomes_becomes_markup_or_calls_anybody(name: str) -> None:
    plan = plan_of(name, (), 1)
    outcomes = (
        Failed(plan.actions[0], name, RoomId(name), name, JobId(name), name),
        Unknown(plan.actions[1], name, RoomId(name), name, name),
        Skipped(plan.actions[2], name),
        Skipped(plan.actions[4], name, refused=True),
        Applied(plan.actions[1], RoomId(name), name, JobId(name), name, (name,), name),
        Unchanged(plan.actions[2], RoomId(name), name),
    )
    assert_inert(outcome_markdown(Report(plan, outcomes)))


@pytest.mark.parametrize("word", ["@octocat", "#123", "https://evil.example", "www.evil.example"])
def test_the_judge_sees_what_github_would_read(word: str) -> None:
    with pytest.raises(AssertionError):
        assert_inert(f"see {word} there")
