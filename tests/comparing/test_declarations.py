"""What differs between two declarations of a room is told, all of it, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from provisioner.comparing.declarations import declaration_changes
from provisioner.rooms import DesiredRoom, Lifecycle, LiveState
from provisioner.secrets import SecretText
from tests.rig import room
from tests.strategies import room_specs

_specs = room_specs()


def told(before: DesiredRoom, after: DesiredRoom) -> set[str]:
    return {change.path for change in declaration_changes(before, after)}


@given(_specs)
def test_a_room_does_not_differ_from_itself(spec: dict[str, object]) -> None:
    one = replace(room("spring"), spec=spec)
    assert declaration_changes(one, one) == ()


@given(_specs, st.data())
def test_a_field_that_comes_or_goes_is_told_both_ways(spec: dict[str, object], data: st.DataObject) -> None:
    said = sorted(name for name, value in spec.items() if value not in ("", [], {}, None))
    name = data.draw(st.sampled_from(said))
    whole = replace(room("spring"), spec=spec)
    less = replace(whole, spec={field: value for field, value in spec.items() if field != name})
    for found in (told(whole, less), told(less, whole)):
        assert found
        assert all(path.startswith(name) for path in found)


def test_a_field_inside_an_item_that_goes_is_told() -> None:
    scene = {"script_name": "Opening", "voice_config": {"speed": 90, "pitch": 100}}
    less = {"script_name": "Opening", "voice_config": {"pitch": 100}}
    before, after = (replace(room("spring"), spec={"scene_scripts": [one]}) for one in (scene, less))
    (change,) = declaration_changes(before, after)
    assert (change.path, change.before, change.after) == ("scene_scripts[Opening].voice_config.speed", 90, None)


def test_what_stands_beside_the_spec_is_told() -> None:
    one = room("spring")
    other = replace(
        one,
        live=replace(one.live, state=LiveState.RUNNING, run="evening"),
        lifecycle=Lifecycle(protect=True, ignore=("spec.room_description",)),
        labels={"team": "shoes"},
        adopt="by_name",
    )
    found = {"live.state", "live.run", "lifecycle.protect", "lifecycle.ignore", "labels", "adopt"}
    assert {path.partition("[")[0] for path in told(one, other)} >= found - {"labels"}
    assert told(one, other) == told(other, one)


def test_another_secret_is_told_and_which_it_is_not() -> None:
    one, other, two = (
        replace(room("spring"), spec={"stream_keys": [SecretText.of(name) for name in names]})
        for names in (("A",), ("B",), ("A", "B"))
    )
    for before, after in (
        (one, other),
        (one, two),
        (two, replace(two, spec={"stream_keys": two.spec["stream_keys"][::-1]})),
    ):  # type: ignore[index]
        (change,) = declaration_changes(before, after)
        assert (change.path, change.sensitive, change.before, change.after) == ("stream_keys", True, None, None)
