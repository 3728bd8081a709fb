"""Names → ids: exactly one usable asset of the kind, or a finding that offers ids to choose from."""

from __future__ import annotations

from typing import Any

import pytest

from provisioner.assets import Asset, AssetKind, AssetName
from provisioner.comparing.declared import declare, desired
from provisioner.comparing.fingerprint import manifests_digest
from provisioner.diagnostics import Severity, Span
from provisioner.library.names import Library, kinds_named, with_ids
from provisioner.rooms import DeclaredRoom, Live, LiveState
from tests.rig import room, scene

HERE = Span("rooms/a.yaml", 3, 5)
MODEL, VOICE, IMAGE = AssetKind.MODEL, AssetKind.VOICE, AssetKind.IMAGE


def library(*models: Asset, voices: tuple[Asset, ...] = ()) -> Library:
    return Library({MODEL: models, VOICE: voices})


def sara(asset_id: str = "sara-1", name: str = "Sara", state: str = "ACTIVED") -> Asset:
    return Asset(asset_id, name, "HUMAN_MODEL_2D", state)


def named(name: str = "Sara", kind: AssetKind = MODEL, key: str = "a", **more: Any) -> DeclaredRoom:
    person = AssetName(name, kind, HERE)
    return declare(room(key, {"scene_scripts": [{**scene("Opening", "Hello"), "model_asset_id": person}]}, **more))


def test_a_name_becomes_the_id_and_the_room_is_as_if_the_id_had_been_written() -> None:
    written = declare(room("a", {"scene_scripts": [{**scene("Opening", "Hello"), "model_asset_id": "sara-1"}]}))
    found = with_ids([named()], library(sara(), sara("s-2", "Sara 2")))
    assert found.findings == ()
    assert found.rooms == (written,)


def test_rooms_without_names_stay_the_objects_they_are() -> None:
    plain = declare(room("plain"), keeps_spec=False)
    assert with_ids([plain], Library()).rooms[0] is plain
    assert kinds_named([plain]) == frozenset()
    assert kinds_named([plain, named(), named(kind=VOICE)]) == {MODEL, VOICE}


def test_the_hash_and_the_digest_are_those_of_the_id() -> None:
    one, other = (with_ids([named()], library(sara(asset_id))).rooms for asset_id in ("1", "2"))
    assert one[0].spec_hash != other[0].spec_hash
    assert manifests_digest(one) != manifests_digest(other)
    assert named().spec_hash == named().spec_hash
    assert named().spec_hash != named("Ann").spec_hash


def test_a_name_in_the_start_call_counts_in_the_digest() -> None:
    start = {"co_streamer_config": {"voice_config": {"voice_asset_id": AssetName("Sara", VOICE, HERE)}}}
    on_air = declare(room("a", live=Live(LiveState.RUNNING, "r", start=start)))
    assert kinds_named([on_air]) == {VOICE}
    (found,) = with_ids([on_air], library(voices=(Asset("v", "Sara", "VOICE_MODEL"),))).rooms
    assert desired(found).live.start == {"co_streamer_config": {"voice_config": {"voice_asset_id": "v"}}}
    assert manifests_digest([found]) != manifests_digest([on_air])


@pytest.mark.parametrize(
    ("assets", "rule", "words"),
    [
        ((sara(name="Sarah"), sara("a", "Ann")), "unknown-asset", ('did you mean "Sarah" (sara-1)?',)),
        ((sara(name="sara"),), "unknown-asset", ('"sara" (sara-1)',)),
        ((sara(name="Zoë"),), "unknown-asset", ('there are 1 of kind model, such as "Zoë" (sara-1)',)),
        ((), "unknown-asset", ("nothing else of kind model",)),
        ((sara(state="BLOCK"), sara("x", "Sarah")), "unknown-asset", ("sara-1 is BLOCK", "only ACTIVED")),
        ((sara(state="CREATING"), sara("2", state="FAILED")), "unknown-asset", ("sara-1 is CREATING, 2 is FAILED",)),
        ((sara("x"), sara("y")), "ambiguous-asset", ("has 2 of", "x, y")),
        ((sara("x"), sara("y", state="WAITING_DELETE")), "ambiguous-asset", ("x, y",)),
        (tuple(sara(f"id-{n}") for n in range(9)), "ambiguous-asset", ("id-0, id-1, id-2, id-3, id-4 and 4 more",)),
    ],
)
def test_none_or_several_are_an_error_where_the_name_stands(
    assets: tuple[Asset, ...], rule: str, words: tuple[str, ...]
) -> None:
    found = with_ids([named(), named(key="b")], library(*assets))
    (finding,) = found.findings  # both rooms have it from one place
    assert (finding.severity, finding.rule, finding.span) == (Severity.ERROR, rule, HERE)
    assert all(word in finding.message for word in words), finding.message


def test_of_several_with_the_name_the_one_that_can_be_used_is_taken() -> None:
    found = with_ids([named()], library(sara("gone", state="DELETED"), sara("there")))
    assert (found.findings, found.rooms[0].assets) == ((), ())


def test_one_that_is_about_to_go_is_used_with_a_warning() -> None:
    found = with_ids([named()], library(sara(state="WAITING_DELETE")))
    assert [(one.severity, one.rule) for one in found.findings] == [(Severity.WARNING, "asset-leaving")]
    assert found.rooms[0].assets == ()


def test_a_name_is_looked_up_among_assets_of_its_kind_only() -> None:
    found = with_ids([named(kind=VOICE)], library(sara()))
    assert [one.rule for one in found.findings] == ["unknown-asset"]


def test_a_kind_that_nobody_read_is_told_apart_from_one_without_assets() -> None:
    found = with_ids([named(kind=IMAGE)], library(sara()))
    assert [one.rule for one in found.findings] == ["assets-not-known"]


def test_rooms_that_are_not_needed_keep_names_of_nothing() -> None:
    found = with_ids([named("Nobody", key="a"), named(key="b")], library(sara()), needed={"b"})
    assert found.findings == ()
    assert [one.assets for one in found.rooms] == [(AssetName("Nobody", MODEL),), ()]


def test_what_the_service_says_is_shown_on_one_line_and_as_it_is() -> None:
    hostile = "Sara\x1b[2J\n::error::" + "x" * 5_000
    found = with_ids([named("Sara\x1b")], library(sara(name=hostile), sara("2", name="Sara\u202e")))
    (finding,) = found.findings
    assert finding.message.isprintable()
    assert len(finding.message) < 1_000
