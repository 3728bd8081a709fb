"""Rooms that change in the same way make up a group, and nothing hides behind another room."""

from __future__ import annotations

from dataclasses import replace

from provisioner.comparing.compare import FieldChange, Kind
from provisioner.planning.actions import Action, Cause, Delete, NoOp, Restart, Start, Update
from provisioner.reports.alike import Alike, Likeness
from provisioner.reports.places import place, plain
from provisioner.reports.plan_text import plan_text
from provisioner.reports.room_view import Topic
from provisioner.reports.view import PlanView
from provisioner.rooms import RoomId, RoomKey
from tests.reports.plans import ALIKE, PLAN, greeting, offer, store


def groups(*actions: Action) -> list[Alike]:
    view = PlanView.of(replace(PLAN, actions=actions))
    return [alike for group in view.groups for alike in group.alike]


def update(key: str, *changes: FieldChange, name: str = "", cause: Cause = Cause.MANIFEST) -> Update:
    return Update(key=RoomKey(key), room_name=name or key, cause=cause, room_id=RoomId(f"{key}-id"), changes=changes)


def test_the_same_edit_in_different_texts_is_one_group() -> None:
    (group,) = groups(*(store(n, greeting(n)) for n in range(38)))
    assert (len(group.rooms), group.likeness) == (38, Likeness.WORDS)
    assert plain(group.heading) == "38 rooms: update opening paragraph of scene Welcome, in the same words"


def test_a_room_that_changes_in_words_of_its_own_stands_apart_from_those_that_share_theirs() -> None:
    path = greeting(1).path
    own = store(9, FieldChange(path, "Good evening from Bergen.", "Good evening, evil, from Bergen."))
    same, alone = groups(*(store(n, greeting(n)) for n in range(9)), own)
    assert (len(same.rooms), same.likeness) == (9, Likeness.WORDS)
    assert [room.key for room in alone.rooms] == [own.key]


def test_rooms_with_words_of_their_own_at_the_same_places_are_one_group_that_says_so() -> None:
    (group,) = groups(*(store(n, offer(n)) for n in range(12)))
    assert (len(group.rooms), group.likeness) == (12, Likeness.PLACES)
    assert plain(group.where) == "paragraph 2 of scene named as the room"


def test_a_number_is_nobody_s_name() -> None:
    path = "scene_scripts[Welcome].shoot_scripts[2].title"
    (group,) = groups(*(update(f"room-{n}", FieldChange(path, "a", "b"), name=f"Room {n}") for n in (1, 2, 12)))
    assert len(group.rooms) == 3


def test_kinds_causes_places_values_and_runs_tell_rooms_apart() -> None:
    changed = FieldChange("video_config.bitrate", 4000, 5000)
    start = Start(key=RoomKey("e"), room_name="e", cause=Cause.LIVE, run="monday")
    found = groups(
        update("a", changed),
        update("b", changed, cause=Cause.DRIFT),
        update("c", replace(changed, path="video_config.width")),
        update("d", replace(changed, kind=Kind.ADD)),
        update("e", changed),
        start,
        replace(start, key=RoomKey("f"), run="tuesday"),
    )
    assert sorted([room.key for room in group.rooms] for group in found) == [["a"], ["b"], ["c"], ["d"], ["e"], ["f"]]


def test_one_and_true_are_two_values() -> None:
    first, second = FieldChange("x", 0, 1), FieldChange("x", False, True)
    (group,) = groups(update("a", first), update("b", second))
    assert group.likeness is Likeness.PLACES


def test_topics_and_groups_come_in_the_order_in_which_a_reviewer_needs_them() -> None:
    view = PlanView.of(PLAN)
    assert [group.topic for group in view.groups] == [Topic.GRAVE, Topic.BLOCKED, Topic.MANIFESTS]
    gravest = [alike.first.key for alike in view.groups[0].alike]
    assert gravest == ["old-room", "tea-morning", "tea-evening", "store-oslo", "spring-sale"]


def test_drift_stands_apart_unless_it_is_felt_on_air() -> None:
    drift = update("a", FieldChange("x", 1, 2), cause=Cause.DRIFT)
    restart = Restart(key=RoomKey("b"), room_name="b", cause=Cause.DRIFT, run="evening")
    view = PlanView.of(replace(PLAN, actions=(drift, replace(drift, key=RoomKey("b")), restart)))
    assert [(group.topic, [room.key for room in group.rooms]) for group in view.groups] == [
        (Topic.GRAVE, ["b"]),
        (Topic.DRIFT, ["a"]),
    ]


def test_every_room_is_in_one_group_of_one_topic() -> None:
    view = PlanView.of(ALIKE)
    seen = [room.key for group in view.groups for alike in group.alike for room in alike.rooms]
    assert sorted(seen) == sorted(room.key for room in view.rooms)
    assert sorted(seen) == sorted({action.key for action in ALIKE.actions if not isinstance(action, NoOp)})


def test_a_text_report_of_thousands_of_rooms_fits_on_a_few_screens_and_all_shows_each() -> None:
    deletes = tuple(Delete(key=RoomKey(f"k-{n}"), room_name="x", cause=Cause.REMOVED) for n in range(1000))
    plan = replace(ALIKE, actions=(*(store(n, greeting(n)) for n in range(3000)), *deletes))
    text = plan_text(PlanView.of(plan))
    assert len(text.splitlines()) < 60
    assert "3,000 rooms: update opening paragraph of scene Welcome, in the same words" in text
    assert "1,000 rooms: delete\n" in text
    each = plan_text(PlanView.of(replace(plan, actions=plan.actions[:100])), lists_all=True)
    assert all(f"~ update store-{n:04}" in each for n in range(100))


def test_places_are_told_in_words() -> None:
    told = {
        "scene_scripts[Welcome].shoot_scripts[1].text_config.text": "opening paragraph of scene Welcome",
        "scene_scripts[Welcome].shoot_scripts[3].title": "title of paragraph 3 of scene Welcome",
        "scene_scripts[Welcome]": "scene Welcome",
        "scene_scripts[A].layer_config[IMAGE@2].position.dx": "dx of layer IMAGE@2 of scene A",
        'interaction_rules["a[b]"].trigger.reply_texts[1]': "reply 1 of rule a[b]",
        "output_urls[2]": "push address 2",
        "stream_keys": "stream keys",
        "video_config.bitrate": "bitrate of video",
        "room_name": "room name",
        "no path ]]": "no path ]]",
        "": "",
    }
    assert {path: plain(place(path)) for path in told} == told


def test_new_rooms_are_one_group_and_each_is_new_in_its_own_way() -> None:
    created = replace(PLAN.actions[0], reason="")
    (group,) = groups(*(replace(created, key=RoomKey(f"new-{n}")) for n in range(5)))
    assert (plain(group.heading), group.likeness) == ("5 rooms: create", Likeness.PLACES)
