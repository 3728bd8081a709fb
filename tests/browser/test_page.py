"""The report in a real browser: what a reader can do with it, and that it asks nothing of anybody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from provisioner.planning.since import plan_since
from provisioner.reports.html.page import plan_html
from provisioner.reports.view import PlanView
from tests.reports.html.drawn import DRAWN
from tests.reports.plans import BESIDE

WIDE, NARROW = (1280, 800), (390, 844)
SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
Scheme = Literal["light", "dark"]
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])
ROOMS = len(PlanView.of(DRAWN).rooms)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "plan.html"
    path.write_text(plan_html(PlanView.of(DRAWN)), encoding="utf-8")
    return path


@contextmanager
def opened(
    browser: Browser, file: Path, size: tuple[int, int] = WIDE, *, fragment: str = "", **how: Any
) -> Iterator[Page]:
    """The page at a size. At the end, it has written nothing to the console and asked for nothing but itself."""
    said: list[str] = []
    asked: list[str] = []
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **how)
    context.set_default_timeout(5000)
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri() + fragment)
    yield page
    context.close()
    assert not said
    assert asked == [file.as_uri()]


@pytest.fixture
def page(browser: Browser, file: Path) -> Iterator[Page]:
    with opened(browser, file) as page:
        yield page


def shown(page: Page) -> list[str]:
    """The keys of the rooms that can be seen, in their order."""
    found = page.locator(".room:visible")
    return [str(room.get_attribute("data-key")) for room in found.all()]


def room(page: Page, key: str) -> Any:
    return page.locator(f'.room[data-key="{key}"]')


def is_open(page: Page, key: str) -> bool:
    return bool(room(page, key).locator("> details").evaluate("details => details.open"))


def focused_key(page: Page) -> str | None:
    key: str | None = page.evaluate("document.activeElement.closest('.room')?.dataset.key ?? null")
    return key


def count(page: Page) -> str:
    return page.locator("#count").inner_text()


def test_search_finds_rooms_by_what_is_said_in_them(page: Page) -> None:
    assert count(page) == f"{ROOMS} rooms"
    page.keyboard.press("/")
    page.keyboard.type("EIGHTY")
    assert shown(page) == ["tea-evening", "store-oslo"], "both say it, and one of them is changed"
    page.keyboard.type(" oslo")
    assert shown(page) == ["store-oslo"]
    assert count(page) == f"1 of {ROOMS} rooms"
    assert page.locator("h2:visible").count() == 2, "warnings, and the topic of the room"
    page.keyboard.press("Escape")
    assert len(shown(page)) == ROOMS
    page.keyboard.type("nowhere to be found")
    assert shown(page) == []
    assert page.get_by_text("No room fits").is_visible()
    page.get_by_role("button", name="Clear").click()
    assert len(shown(page)) == ROOMS


def test_filters_narrow_by_action_by_cause_and_by_what_changes_alike(page: Page) -> None:
    page.get_by_label("delete 1").check()
    assert shown(page) == ["old-room"]
    page.get_by_label("stop 1").check()
    assert shown(page) == ["old-room", "tea-morning"]
    page.get_by_label("live 3").check()
    assert shown(page) == ["tea-morning"]
    page.get_by_role("button", name="Clear").click()
    page.get_by_label("Label").select_option("team=shoes (2)")
    assert shown(page) == ["store-oslo", "spring-sale"]
    page.get_by_role("button", name="Clear").click()
    choices = page.get_by_label("Alike").locator("option").all_inner_texts()
    page.get_by_label("Alike").select_option(index=1)
    assert len(shown(page)) == int(choices[1].rpartition("(")[2].rstrip(")"))


def test_what_is_new_since_an_earlier_plan_can_be_seen_alone(browser: Browser, tmp_path: Path) -> None:
    since = plan_since(DRAWN, replace(DRAWN, actions=DRAWN.actions[2:]))
    path = tmp_path / "since.html"
    path.write_text(plan_html(PlanView.of(DRAWN, since)), encoding="utf-8")
    with opened(browser, path) as page:
        page.get_by_label("new in this plan 1").check()
        assert shown(page) == ["spring-sale"]
        page.get_by_label("as they were 6").check()
        assert len(shown(page)) == ROOMS


def test_what_a_branch_causes_can_be_seen_alone(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "base.html"
    path.write_text(plan_html(PlanView.of(BESIDE)), encoding="utf-8")
    with opened(browser, path) as page:
        page.get_by_label("not from this branch").check()
        assert shown(page) == ["old-room", "tea-evening", "store-oslo", "spring-sale", "big-room"]
        page.get_by_label("Search in rooms").fill("3 hours")
        assert shown(page) == []


def test_the_keyboard_goes_from_room_to_room(page: Page) -> None:
    keys = shown(page)
    page.keyboard.press("/")
    for key in keys[:3]:
        page.keyboard.press("ArrowDown")
        assert focused_key(page) == key
    page.keyboard.press("ArrowUp")
    assert focused_key(page) == keys[1]
    page.keyboard.press("Enter")
    assert is_open(page, keys[1])
    page.keyboard.press("Escape")
    assert not is_open(page, keys[1])
    assert focused_key(page) == keys[1]
    room(page, "store-oslo").locator("summary").first.press("Enter")
    page.get_by_role("button", name="Overlay").first.press("Escape")
    assert not is_open(page, "store-oslo")
    assert focused_key(page) == "store-oslo"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"


def test_what_has_the_focus_can_be_seen(page: Page) -> None:
    for _ in range(12):
        page.keyboard.press("Tab")
        outline = page.evaluate("""() => {
            const here = document.activeElement;
            const seen = here.matches(".chip input") ? here.nextElementSibling : here;
            return getComputedStyle(seen).outlineStyle;
        }""")
        assert outline == "solid"


def test_before_and_after_lie_on_each_other_under_a_slider(page: Page) -> None:
    store = room(page, "store-oslo")
    store.locator("summary").first.click()
    pair = store.locator(".pair").first
    before, after = (pair.locator(f"figure.{name}").bounding_box() for name in ("before", "after"))
    assert before["x"] + before["width"] <= after["x"], "side by side at first"
    store.get_by_role("button", name="Overlay").first.press("Enter")
    before, after = (pair.locator(f"figure.{name}").bounding_box() for name in ("before", "after"))
    assert before == after
    slider = store.get_by_role("slider").first
    assert page.evaluate("document.activeElement.type") == "range"
    clips = []
    for key in ("Home", "End", "ArrowLeft"):
        slider.press(key)
        page.wait_for_timeout(150)
        clips.append(pair.locator(".before").evaluate("figure => getComputedStyle(figure).clipPath"))
    assert clips == ["inset(0px 100% 0px 0px)", "inset(0px 0% 0px 0px)", "inset(0px 1% 0px 0px)"]
    assert slider.get_attribute("aria-valuetext") == "99 % before"
    store.get_by_role("button", name="Overlay").first.click()
    assert not slider.is_visible()


def test_a_link_opens_its_room(browser: Browser, file: Path) -> None:
    with opened(browser, file, fragment="#room=tea-evening") as page:
        assert is_open(page, "tea-evening")
        assert focused_key(page) == "tea-evening"


def test_without_scripts_everything_is_there_but_the_controls(browser: Browser, file: Path) -> None:
    with opened(browser, file, java_script_enabled=False) as page:
        assert not page.locator(".bar").is_visible()
        assert page.locator(".room").count() == ROOMS
        room(page, "store-oslo").locator("summary").first.click()
        figures = room(page, "store-oslo").locator(".pair").first.locator("figure")
        assert [figure.is_visible() for figure in figures.all()] == [True, True]


@SIZES
@SCHEMES
def test_nothing_is_wider_than_the_window(browser: Browser, file: Path, size: tuple[int, int], scheme: Scheme) -> None:
    with opened(browser, file, size, color_scheme=scheme) as page:
        for button in ("", "Open all"):
            if button:
                page.get_by_role("button", name=button).click()
            assert page.evaluate("document.documentElement.scrollWidth") == size[0]
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, ground[4:-1].split(","))) < 200) is (scheme == "dark")


def test_a_printed_page_shows_all_rooms_and_no_controls(browser: Browser, file: Path) -> None:
    with opened(browser, file) as page:
        page.emulate_media(media="print")
        assert not page.locator(".bar").is_visible()
        texts = page.locator(".script .words")
        assert texts.count() > 5
        assert all(box is not None and box["height"] > 0 for box in (words.bounding_box() for words in texts.all()))
        assert page.pdf().count(b"/Type /Page\n") > 3
        assert page.locator("details[open]").count() == 0, "closed again after printing"


@SIZES
@SCHEMES
def test_axe_finds_no_fault(browser: Browser, file: Path, axe: str, size: tuple[int, int], scheme: Scheme) -> None:
    with opened(browser, file, size, color_scheme=scheme, reduced_motion="reduce") as page:
        page.evaluate(axe)
        assert faults(page) == []
        page.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))")
        page.locator(".tools button").first.click()
        assert faults(page) == []


def faults(page: Page) -> list[str]:
    """What axe has to say, each with the place."""
    found: list[str] = page.evaluate("""async () => {
        const {violations} = await axe.run(document, {resultTypes: ["violations"]});
        return violations.flatMap(({id, nodes}) =>
            nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary}`));
    }""")
    return found
