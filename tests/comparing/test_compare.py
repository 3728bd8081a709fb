"""Differences name the place that changed, and nothing that the manifest does not mention."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from provisioner.comparing.compare import Kind, differences, merged, public
from provisioner.secrets import SecretText
from tests.rig import scene
from tests.strategies import Body, room_specs


def paths(desired: Any, observed: Any, ignore: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [(change.kind.value, change.path) for change in differences(desired, observed, ignore)]


def test_one_edited_paragraph_is_one_change_with_its_text_before_and_after() -> None:
    desired: Any = {"scene_scripts": [scene("Opening", "Hello", "Buy now")]}
    observed: Any = {"scene_scripts": [scene("Opening", "Hello", "Buy later")]}
    (change,) = differences(desired, observed)
    assert change.path == "scene_scripts[Opening].shoot_scripts[2].text_config.text"
    assert (change.before, change.after, change.kind) == ("Buy later", "Buy now", Kind.SET)


def test_an_inserted_paragraph_is_an_insertion_and_nothing_else() -> None:
    desired: Any = {"scene_scripts": [scene("A", "new", "one", "two", "three")]}
    observed: Any = {"scene_scripts": [scene("A", "one", "two", "three")]}
    for place, item in enumerate(observed["scene_scripts"][0]["shoot_scripts"], 1):
        item["sequence_no"] = place
    assert paths(desired, observed) == [("add", "scene_scripts[A].shoot_scripts[1]")]


def test_numbered_paragraphs_that_make_room_change_their_number_only() -> None:
    def numbered(*texts: str) -> Any:
        return [{"sequence_no": n, "text_config": {"text": text}} for n, text in enumerate(texts, 1)]

    desired: Any = {"scene_scripts": [{"script_name": "A", "shoot_scripts": numbered("one", "new", "two")}]}
    observed: Any = {"scene_scripts": [{"script_name": "A", "shoot_scripts": numbered("one", "two")}]}
    assert paths(desired, observed) == [
        ("add", "scene_scripts[A].shoot_scripts[2]"),
        ("set", "scene_scripts[A].shoot_scripts[3].sequence_no"),
    ]


def test_a_moved_scene_is_a_move_of_the_fewest() -> None:
    order = ["A", "B", "C", "D"]
    observed: Any = {"scene_scripts": [scene(name, "text") for name in order]}
    desired: Any = {"scene_scripts": [scene(name, "text") for name in ["D", "A", "B", "C"]]}
    (change,) = differences(desired, observed)
    assert (change.kind, change.path, change.before, change.after) == (Kind.MOVE, "scene_scripts[D]", 4, 1)


def test_layers_of_one_picture_are_told_apart_by_where_they_lie() -> None:
    def layer(index: int, dx: int) -> Any:
        return {"layer_type": "IMAGE", "position": {"dx": dx, "dy": 0, "layer_index": index}}

    observed: Any = {"scene_scripts": [scene("A") | {"layer_config": [layer(1, 0), layer(2, 0)]}]}
    desired: Any = {"scene_scripts": [scene("A") | {"layer_config": [layer(2, 9), layer(1, 0)]}]}
    assert ("set", "scene_scripts[A].layer_config[IMAGE@2].position.dx") in paths(desired, observed)


def test_what_the_manifest_does_not_mention_is_no_difference() -> None:
    observed = {"room_name": "x", "room_description": "by hand", "view_mode": "VERTICAL", "play_policy": {"a": 1}}
    assert not differences({"room_name": "x"}, observed)


def test_absent_null_and_empty_say_the_same() -> None:
    assert not differences({"output_urls": [], "room_description": ""}, {"output_urls": None})


def test_lists_of_texts_show_the_item_that_changed() -> None:
    desired: Any = {"a": ["one", "two", "three"]}
    assert paths(desired, {"a": ["one", "three"]}) == [("add", "a[2]")]
    assert paths(desired, {"a": ["one", "2", "three"]}) == [("set", "a[2]")]


def test_ignored_places_are_no_difference_and_keep_what_the_room_has() -> None:
    desired: Any = {"room_description": "ours", "scene_scripts": [scene("A", "ours")]}
    observed: Any = {"room_description": "theirs", "scene_scripts": [scene("A", "theirs")]}
    ignore = ("spec.room_description", "spec.scene_scripts[*].shoot_scripts")
    assert not differences(desired, observed, ignore)
    assert merged(desired, observed, ignore) == observed


def test_secrets_are_neither_compared_nor_shown() -> None:
    desired: Any = {"stream_keys": [SecretText.of("KEY")], "output_urls": ["rtmp://h/a?txSecret=new"]}
    observed = {"stream_keys": ["hunter2"], "output_urls": ["rtmp://h/a?txSecret=old"]}
    (change,) = differences(desired, observed)
    assert change.sensitive
    assert "new" not in str(change)
    assert "old" not in str(change)
    assert "hunter2" not in str(public(observed))


def test_a_secret_that_was_read_is_never_sent_back() -> None:
    assert "stream_keys" not in merged({"room_name": "x"}, {"stream_keys": ["hunter2"], "room_name": "y"})


@given(room_specs())
def test_a_room_does_not_differ_from_itself(spec: Body) -> None:
    assert not differences(spec, spec)


@given(room_specs(), room_specs())
def test_what_is_merged_into_a_room_is_what_the_manifest_says(desired: Body, observed: Body) -> None:
    """The law behind "plan after apply is empty"."""
    assert not differences(desired, merged(desired, observed))
