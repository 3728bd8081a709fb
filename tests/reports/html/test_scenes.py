"""What is worked out before it is drawn: lengths of speech, pictures, scripts in playing order, rules, weeks."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioner.planning.contents import Air, RoomContent
from provisioner.reports.html.canvas import LANDSCAPE, PORTRAIT, Sign, canvas, canvas_size
from provisioner.reports.html.page import sheet
from provisioner.reports.html.pictures import pictures
from provisioner.reports.html.rules import rules
from provisioner.reports.html.scenes import Scene, scenes
from provisioner.reports.html.spoken import clock, seconds
from provisioner.reports.html.timeline import timeline
from provisioner.reports.view import PlanView
from provisioner.reports.word_diff import Comparisons, Part
from provisioner.rooms import RoomKey
from tests.reports.html.drawn import AFTER, AIR, DRAWN, ROOM, layer, paragraph, words
from tests.reports.plans import NOW

OPENING = ROOM["scene_scripts"][1]


@pytest.mark.parametrize(
    ("text", "speed", "length"),
    [
        ("", 100, 0),
        ("九个汉字说两秒钟。再多九个汉字说两秒。", 100, 17 / 4.5),
        ("Five words are two seconds", 100, 2),
        ("Five words are two seconds", 200, 1),
        ("Five words are two seconds", 50, 4),
        ("<speak>Five words <b>are</b> two seconds</speak>", 100, 2),
        ('<speak>Five words<break time="800ms"/> are two<break time="1.5s"/> seconds</speak>', 100, 4.3),
        ('<break time="2s"/>', 200, 2),
        ('<sub alias="twenty four">24</sub>', 100, 0.8),
        ("don't stop at 9:30", 100, 4 / 2.5 + 1 / 2.5),
        ('<break time="99999s"/>', 100, 10),
    ],
)
def test_the_length_of_speech_follows_the_rule(text: str, speed: float, length: float) -> None:
    assert seconds(text, speed) == pytest.approx(length)


@given(st.text(), st.floats(50, 200))
def test_any_text_has_a_length(text: str, speed: float) -> None:
    assert seconds(text, speed) >= 0


def test_a_clock_counts_as_clocks_do() -> None:
    assert [clock(length) for length in (0, 7.4, 59.6, 750, 3723)] == ["0:00", "0:07", "1:00", "12:30", "1:02:03"]


@pytest.mark.parametrize(
    ("room", "size"),
    [
        ({"video_config": {"width": 3840, "height": 2160}}, LANDSCAPE),
        ({"video_config": {"width": 720, "height": 1280}, "view_mode": "LANDSCAPE"}, PORTRAIT),
        ({"view_mode": "LANDSCAPE"}, LANDSCAPE),
        ({}, PORTRAIT),
    ],
)
def test_a_canvas_lies_or_stands_whatever_the_resolution(room: Any, size: tuple[int, int]) -> None:
    assert canvas_size(room) == size


def test_layers_lie_as_their_index_says() -> None:
    scene = {
        "layer_config": [
            layer("TEXT", 9, (0, 0, 9, 9)),
            layer("HUMAN", 1, (0, 0, 9, 9)),
            layer("VIDEO", 5, (0, 0, 9, 9)),
        ]
    }
    assert [drawn.sign for drawn in canvas(scene, PORTRAIT).layers] == [Sign.HUMAN, Sign.VIDEO, Sign.TEXT]


def test_a_layer_turns_round_its_centre_and_a_film_does_not() -> None:
    turned = {"rotation": {"angle": 90}}
    scene = {
        "layer_config": [layer("IMAGE", 1, (100, 200, 300, 400), **turned), layer("VIDEO", 2, (0, 0, 9, 9), **turned)]
    }
    assert [drawn.box.turn for drawn in canvas(scene, PORTRAIT).layers] == ["rotate(90 250 400)", ""]


def test_words_break_where_their_box_ends() -> None:
    scene = {"layer_config": [layer("TEXT", 1, (0, 0, 400, 300), text_config=words("今晚三款好茶 and a cake", 100))]}
    found = canvas(scene, PORTRAIT).layers[0].words
    assert found is not None
    assert found.lines == ("今晚三款", "好茶 and", "a cake")


def test_a_picture_names_what_happens_to_each_layer() -> None:
    before, after = canvas(OPENING, PORTRAIT), canvas(AFTER["scene_scripts"][1], PORTRAIT)
    whole, during = pictures(before, after)
    said = {change.layer.name: change.words for change in whole.changes}
    assert said == {
        "person": (),
        "menu.png": ("moved from 90, 360 to 300, 360", "resized from 900×500 to 700×500", "turned from 0° to 12°"),
        "words": (
            "says “玉带巷新店 New lane” instead of “玉带巷老店 Old lane”",
            "font size 72 → 88",
            "colour #FFF8E7 → #FFD27A",
        ),
        "badge": ("new",),
        "film-1": ("removed",),
    }
    assert whole.background == ("background #1F3D2B instead of oslo.jpg",)
    assert during.moment == 2
    assert [change.words for change in during.changes] == [("moved from 0, 0 to 0, 300",)]


def test_an_unchanged_picture_outlines_nothing() -> None:
    same = canvas(OPENING, PORTRAIT)
    [picture] = pictures(same, same)
    assert not picture.changed
    assert picture.outlined == ((), ())


def played(before: Any, after: Any) -> tuple[Scene, ...]:
    return scenes(before, after, Comparisons())


def test_scenes_stand_as_they_are_played_and_what_is_gone_where_it_was() -> None:
    found = [(scene.name, scene.mark) for scene in played(ROOM, AFTER)]
    assert found == [("Welcome", ""), ("Opening", "changed"), ("Closing", "removed")]
    opening = played(ROOM, AFTER)[1]
    assert [(each.number, each.mark) for each in opening.paragraphs] == [
        (1, ""),
        (2, "moved"),
        (3, "changed"),
        (4, "changed"),
    ]
    assert opening.notes == ("speed 120 instead of 100",)
    assert [(len(run.paragraphs), run.changed) for run in opening.runs] == [(1, False), (1, True), (1, True), (1, True)]


def test_a_new_room_has_only_after_and_a_deleted_one_only_before() -> None:
    assert {scene.mark for scene in played(None, ROOM)} == {"new"}
    assert {scene.mark for scene in played(ROOM, None)} == {"removed"}
    [opening] = [scene for scene in played(None, ROOM) if scene.name == "Opening"]
    assert {(picture.before, picture.after is None) for picture in opening.pictures} == {(None, False)}
    assert all(part is Part.KEPT for each in opening.paragraphs for part, _ in each.words)


def test_a_room_that_stays_has_no_mark_anywhere() -> None:
    found = played(ROOM, copy.deepcopy(ROOM))
    assert not any(scene.changed for scene in found)
    assert not any(rule.mark for rule in rules(ROOM, copy.deepcopy(ROOM), Comparisons()))


said = st.lists(st.sampled_from(["one", "two", "three", "four"]).map(paragraph), max_size=5)


@given(said, said)
def test_every_paragraph_before_and_after_is_there_once(before: list[Any], after: list[Any]) -> None:
    rooms = ({"scene_scripts": [{"script_name": "s", "shoot_scripts": script}]} for script in (before, after))
    [scene] = played(*rooms)
    came = [each for each in scene.paragraphs if each.mark != "removed"]
    went = [each for each in scene.paragraphs if each.mark != "new"]
    texts = ["".join(words for part, words in each.words if part is not Part.GONE) for each in came]
    assert texts == [each["text_config"]["text"] for each in after]
    olds = sorted("".join(words for part, words in each.words if part is not Part.NEW) for each in went)
    assert olds == sorted(each["text_config"]["text"] for each in before)


def test_rules_are_told_in_words_with_what_changes() -> None:
    price, shipping = rules(ROOM, {**AFTER, "interaction_rules": AFTER["interaction_rules"][:1]}, Comparisons())
    assert (price.mark, shipping.mark) == ("changed", "removed")
    assert price.when[1] == ((Part.KEPT, "content matches price|"), (Part.NEW, "cost|"), (Part.KEPT, "多少钱"))
    assert ((Part.NEW, "“Four for ten.”"),) in price.then
    assert ((Part.KEPT, "once a broadcast"),) in shipping.then


def test_a_week_tells_its_windows_by_their_own_clocks() -> None:
    line = timeline(AIR, NOW)
    assert line is not None
    assert line.job == "PROCESSING since Fri 20 Nov, 06:00 UTC"
    assert [bar.words for bar in line.bars if not bar.is_job] == [
        "Fri 20 Nov, 20:00–23:00",
        "Sun 22 Nov, 20:00–23:00",
        "Wed 25 Nov, 20:00–Thu 02:00",
    ]
    assert [tick.label for tick in line.ticks][:2] == ["Sat 21", "Sun 22"]
    assert line.ticks[0].place == pytest.approx(100 * 8 / (7 * 24), abs=0.001)
    assert all(0 <= bar.start <= 100 for bar in line.bars)


def test_a_room_without_job_and_windows_has_no_week() -> None:
    assert timeline(Air(), NOW) is None


@given(st.datetimes(), st.datetimes(), st.datetimes())
def test_any_times_make_a_line_or_none(at: Any, start: Any, end: Any) -> None:
    at, start, end = (moment.replace(tzinfo=NOW.tzinfo) for moment in (at, start, end))
    window = replace(AIR.windows[0], local=start.replace(tzinfo=None), start=start, end=end)
    line = timeline(replace(AIR, windows=(window,), started=at), at)
    assert line is not None
    assert all(0 <= bar.start <= 100 and bar.width <= 100 for bar in line.bars)
    assert len(line.ticks) == 7
    assert timeline(replace(AIR, job=None, windows=(window,)), start + timedelta(0)) is not None


def test_what_there_is_too_much_of_is_counted() -> None:
    crowded = copy.deepcopy(OPENING)
    crowded["shoot_scripts"] = [paragraph(str(number)) for number in range(402)]
    crowded["layer_config"] = [layer("TEXT", number, (0, 0, 9, 9)) for number in range(61)]
    [scene] = played(None, {"scene_scripts": [crowded]})
    assert scene.notes == ("2 further paragraphs not shown", "1 further layer not shown")
    plan = replace(DRAWN, contents={RoomKey("store-oslo"): RoomContent(None, {"scene_scripts": [crowded] * 405})})
    view = PlanView.of(plan)
    [store] = [room for room in view.rooms if room.key == "store-oslo"]
    assert sheet(store, view).not_shown == ("5 further scenes not shown",)


def test_the_longest_paragraph_that_the_service_takes_is_shown_whole() -> None:
    long = "字" * 131_072
    [scene] = played(None, {"scene_scripts": [{"shoot_scripts": [paragraph(long)]}]})
    assert scene.paragraphs[0].words == ((Part.KEPT, long),)
