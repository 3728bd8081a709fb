"""Hostile text in every place, and rooms of any shape: a real HTML parser judges what became of the page."""

from __future__ import annotations

import copy
import math
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from provisioner.comparing.compare import FieldChange, Kind
from provisioner.diagnostics import Diagnostic, Severity, Span
from provisioner.planning.actions import Action, Blocked, Cause, Create, Plan, Rewrite, Start, Upcoming, Update
from provisioner.planning.contents import Air, RoomContent
from provisioner.planning.since import plan_since
from provisioner.reports.html.page import plan_html
from provisioner.reports.html.visible import visible
from provisioner.reports.view import PlanView
from provisioner.rooms import RoomId, RoomKey
from tests.reports.html.drawn import AFTER, AIR, DRAWN, ROOM
from tests.reports.plans import LOCAL, NOW

FRAGMENTS = (
    *(
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "'><a href='//evil.example'>",
        "</style><style>*{}",
    ),
    *(
        "</svg><iframe>",
        "</title><base href=//x>",
        "</details></main>",
        "<!--",
        "]]>",
        "&lt;b&gt;",
        "&#60;",
        "</template>",
    ),
    *(
        "javascript:alert(1)",
        "{{ 7*7 }}",
        "{% raw %}",
        "https://evil.example/x",
        "url(//evil)",
        "' onload='x",
        "`${x}`",
    ),
    *(
        "\x00",
        "\x1b[31m",
        "\u202e",
        "\u2066",
        "\u200b",
        "\ufeff",
        "\u2028",
        "\r",
        "\n",
        "\ud800",
        "\u3000",
        "直播",
        "🍵",
    ),
)
hostile = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=3), min_size=1, max_size=4).map("".join)


def plan_saying(text: str) -> Plan:
    """A plan with one text in every place that somebody else may fill."""
    key = RoomKey(text)
    common: dict[str, Any] = {
        "key": key,
        "room_name": text,
        "cause": Cause.MANIFEST,
        "room_id": RoomId(text),
        "origin": Span(text),
        "reason": text,
        "changes": tuple(FieldChange(f"a[{text}].b", text, f"{text}x", kind) for kind in Kind),
    }
    actions: tuple[Action, ...] = (
        Update(**common),
        Start(run=text, **common),
        Rewrite(commands=(text,), **common),
        Blocked(**common),
        Create(**{**common, "key": RoomKey(f"{text}!"), "changes": (FieldChange(text, None, text, Kind.ADD),)}),
    )
    return replace(
        DRAWN,
        workspace=text,
        target=text,
        commit=text,
        selection=(text,),
        actions=actions,
        warnings=(Diagnostic(Severity.WARNING, text, text, Span(text)),),
        upcoming=(Upcoming(key, "stop", text, NOW, LOCAL, text),),
        contents={
            key: RoomContent(
                saying(ROOM, text), saying(AFTER, f"{text}x"), replace(AIR, job=text, timezone=text), {text: text}
            ),
            RoomKey(f"{text}!"): RoomContent(None, saying(AFTER, text), Air(job="PROCESSING", started=NOW)),
        },
    )


def saying(value: Any, text: str) -> Any:
    """A room in which every text is this one, but for words that say what a thing is."""
    match value:
        case dict():
            return {name: item if name.endswith("_type") else saying(item, text) for name, item in value.items()}
        case list():
            return [saying(item, text) for item in value]
        case str():
            return text
        case _:
            return value


def parsed(plan: Plan) -> LexborHTMLParser:
    """The page of a plan, beside an earlier one that did less."""
    since = plan_since(plan, replace(plan, actions=plan.actions[:1]))
    written = plan_html(PlanView.of(plan, since))
    written.encode()  # nothing in it that a file cannot hold
    return LexborHTMLParser(written)


def attributes(tree: LexborHTMLParser) -> Iterator[tuple[str, str, str]]:
    """Every tag with every attribute and its value."""
    for node in tree.css("*"):
        yield str(node.tag), "", ""
        for name, value in node.attributes.items():
            yield str(node.tag), name, value or ""


FREE = {
    *(("li", "data-key"), ("svg", "aria-label")),
}
"""Where somebody else's text is the value of an attribute."""
NUMBERS = re.compile(r"-?[\d.]+(?:e[+-]?\d+)?%?( -?[\d.]+)*")
DRAWN_WITH = re.compile(r"(rotate\([\d.e+-]+( [\d.e+-]+){2}\)|hsl\(\d+ 42% \d+%\)|#[0-9a-fA-F]{3,6}|M[\d.]+ 4v56)")


def structure(tree: LexborHTMLParser) -> set[tuple[str, str, str]]:
    """Tags and attributes, with the values that are neither numbers, nor colours, nor free."""
    return {
        (tag, name, "" if (tag, name) in FREE or NUMBERS.fullmatch(value) or DRAWN_WITH.fullmatch(value) else value)
        for tag, name, value in attributes(tree)
    }


KNOWN = structure(parsed(plan_saying("x"))) | structure(parsed(DRAWN))


@given(hostile)
@settings(deadline=None, max_examples=60)
def test_no_text_becomes_anything_but_text(text: str) -> None:
    tree = parsed(plan_saying(text))
    assert structure(tree) <= KNOWN
    assert [len(tree.css(tag)) for tag in ("script", "style", "meta", "title", "base", "a", "img")] == [
        1,
        1,
        5,
        1,
        0,
        0,
        0,
    ]
    body = tree.body
    assert body is not None
    found = "\n".join(node.text(deep=False) for node in body.css("*") if node.tag not in ("script", "style"))
    whole = body.text()
    expected = visible(text)
    assert expected in whole
    assert expected in found
    for selector in (".key", ".name", ".reason", ".rule", "h1", "h4", ".words", "tbody td p", "tbody th", "code"):
        assert not expected or any(expected in node.text() for node in body.css(selector)), selector
    assert all(char.isprintable() or char in "\n\u3000" for char in whole.replace(tree.css("script")[0].text(), ""))
    keys = [node.attributes["data-key"] for node in body.css(".room")]
    assert expected in keys


@given(st.sampled_from(FRAGMENTS))
@settings(deadline=None)
def test_words_of_a_layer_are_drawn_as_words(text: str) -> None:
    room = copy.deepcopy(ROOM)
    for layer in room["scene_scripts"][1]["layer_config"]:
        layer["text_config"] = {"text_context": b64encode(text.encode("utf-8", "replace")).decode()}
    plan = replace(DRAWN, contents={RoomKey("store-oslo"): RoomContent(room, AFTER)})
    tree = parsed(plan)
    assert structure(tree) <= KNOWN
    drawn = "".join(node.text() for node in tree.css("svg.canvas text"))
    said = visible(text.encode("utf-8", "replace").decode())
    assert "".join(said.split()) in "".join(drawn.split())


WEIRD: list[Any] = [
    *(None, True, 0, -1, 10**9, -(10**9), 10**400, 0.5, math.nan, math.inf, -math.inf, "", "x", "####", "=", "/w=="),
    *([], {}, [[]], [None, 1, "x", {}], {"x": {}}, {"text": 7}, [{"layer_type": ["HUMAN"]}], "9" * 5000),
]


def nested(depth: int) -> Any:
    value: Any = "bottom"
    for _ in range(depth):
        value = [{"scene_scripts": value}]
    return value


shapes = st.recursive(
    st.sampled_from(WEIRD) | hostile,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


def routes(value: Any, route: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a room."""
    yield route
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in steps:
        yield from routes(item, (*route, step))


ROUTES = [route for route in routes(ROOM) if route]


def put(room: Any, route: tuple[Any, ...], value: Any) -> None:
    """Puts a value in a place, if that is still there."""
    for step in route[:-1]:
        try:
            room = room[step]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(room, dict) or (isinstance(room, list) and isinstance(route[-1], int) and route[-1] < len(room)):
        room[route[-1]] = value


def page_of(before: Any, after: Any) -> LexborHTMLParser:
    return parsed(replace(DRAWN, contents={RoomKey("store-oslo"): RoomContent(before, after)}))


@given(st.lists(st.tuples(st.sampled_from(ROUTES), shapes), min_size=1, max_size=4), st.booleans())
@settings(deadline=None, max_examples=120)
def test_a_room_of_any_shape_is_drawn_or_left_out(changes: list[tuple[tuple[Any, ...], Any]], first: bool) -> None:
    room = copy.deepcopy(ROOM)
    for route, value in changes:
        put(room, route, value)
    tree = page_of(room, AFTER) if first else page_of(ROOM, room)
    assert structure(tree) <= KNOWN
    assert len(tree.css(".room")) == len(PlanView.of(DRAWN).rooms)


@pytest.mark.parametrize("value", WEIRD, ids=lambda value: repr(value)[:20])
@pytest.mark.parametrize(
    "route",
    [route for route in ROUTES if route[:2] in (("scene_scripts",), ("scene_scripts", 1)) and len(route) < 4],
    ids=lambda route: ".".join(map(str, route)),
)
def test_no_value_in_the_place_of_a_list_breaks_the_page(route: tuple[Any, ...], value: Any) -> None:
    room = copy.deepcopy(ROOM)
    put(room, route, value)
    assert structure(page_of(room, AFTER)) <= KNOWN


def test_deep_nesting_is_text_like_any_other() -> None:
    room = {**ROOM, "scene_scripts": nested(200), "interaction_rules": [{"rule_name": nested(200)}]}
    assert structure(page_of(room, AFTER)) <= KNOWN


def test_places_far_away_stay_numbers() -> None:
    room = copy.deepcopy(ROOM)
    for layer in room["scene_scripts"][1]["layer_config"]:
        layer["position"] = {"dx": 10**9, "dy": -(10**30), "layer_index": 10**9}
        layer["size"] = {"width": -5, "height": math.inf}
        layer["rotation"] = {"angle": -(10**9) - 0.25}
    numbers = [
        float(value)
        for _, name, value in attributes(page_of(room, AFTER))
        if name in ("x", "y", "width", "height") and not value.endswith("%")
    ]
    assert all(abs(number) <= 100_000 for number in numbers)


def test_addresses_are_labels_and_never_links() -> None:
    tree = page_of(ROOM, AFTER)
    written = tree.html or ""
    assert "menu.png" in written
    assert "u:p@" not in written
    assert "?x=1" not in written
    assert {value for _, name, value in attributes(tree) if name in ("href", "src")} <= {
        f"#s-{sign}" for sign in ("person", "picture", "film", "room")
    }
