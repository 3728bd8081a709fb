"""The page whole, and pictures of scenes, compared with the files in `golden/`.

After a change that is meant, `UPDATE_GOLDENS=1 make test PYTEST=tests/reports` writes them anew; look at them in a
browser.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from provisioner.planning.since import plan_since
from provisioner.reports.html.page import plan_html
from provisioner.reports.view import PlanView
from tests.reports.html.drawn import DRAWN
from tests.reports.plans import BESIDE, QUIET

GOLDEN = Path(__file__).parent / "golden"


SINCE = plan_since(DRAWN, replace(DRAWN, actions=DRAWN.actions[2:9], created=DRAWN.created - timedelta(days=1)))


def page() -> str:
    return plan_html(PlanView.of(DRAWN))


def pictures(key: str) -> str:
    """The drawings of one room, with the signs that they are made of."""
    tree = LexborHTMLParser(page())
    drawn = [node.html or "" for node in tree.css(f'svg.symbols, .room[data-key="{key}"] svg.canvas')]
    style = tree.css_first("style")
    assert style is not None
    return f"<!doctype html>\n<meta charset=utf-8>\n<style>{style.text()}</style>\n" + "\n".join(drawn) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "page.html": page,
    "base.html": lambda: plan_html(PlanView.of(replace(BESIDE, contents=DRAWN.contents))),
    "nothing.html": lambda: plan_html(PlanView.of(QUIET)),
    "rehearsal.html": lambda: plan_html(PlanView.of(replace(QUIET, at=DRAWN.expires))),
    "since.html": lambda: plan_html(PlanView.of(DRAWN, SINCE)),
    "pictures_changed.html": lambda: pictures("store-oslo"),
    "pictures_new.html": lambda: pictures("spring-sale"),
    "pictures_deleted.html": lambda: pictures("old-room"),
}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_is_what_its_golden_file_says(name: str) -> None:
    path = GOLDEN / name
    written = PAGES[name]()
    if os.environ.get("UPDATE_GOLDENS"):
        path.write_text(written, encoding="utf-8", newline="\n")
    assert written == path.read_text(encoding="utf-8")


def test_every_golden_page_is_compared() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(PAGES)


def test_a_page_is_the_same_every_time() -> None:
    assert page() == page()


def test_a_page_of_very_many_rooms_tells_the_last_by_their_changes_alone() -> None:
    written = plan_html(PlanView.of(DRAWN), most_drawn=1)
    rooms = LexborHTMLParser(written).css(".room")
    assert len(rooms) == len(PlanView.of(DRAWN).rooms)
    assert [bool(room.css("svg.canvas")) for room in rooms] == [True, *[False] * (len(rooms) - 1)]
    assert f"{len(rooms) - 1} rooms at the end are told by their changes" in written


def test_rooms_are_marked_by_what_became_of_them_since_an_earlier_plan() -> None:
    tree = LexborHTMLParser(PAGES["since.html"]())
    fates = {room.attributes["data-key"]: room.attributes["data-fates"] for room in tree.css(".room")}
    assert fates["spring-sale"] == fates["big-room"] == "new"
    assert fates["store-oslo"] == "same"
    assert "2 new in this plan" in tree.css_first(".since").text()
    assert "data-fates" not in page()
