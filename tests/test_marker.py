"""The marker says whose room it is and what it was last given, within its share of `priv_data`."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioner import marker as markers
from provisioner.errors import PrivDataTooLongError
from provisioner.marker import MARKER_LIMIT, HandIntent, Marker, MarkerKeys, Restarting, RunIntent
from provisioner.rooms import RoomKey

MOMENT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
FULL = Marker(
    workspace="w" * 63,
    key=RoomKey("k" * 63),
    nonce="0" * 16,
    spec_hash="a" * 32,
    written=MOMENT,
    secrets_digest="12345678.12345678",
    commit="c" * 40,
    protect=True,
    intent=RunIntent(f"{'r' * 64}@2026-11-21T08:30", MOMENT, "1" * 16),
    by_hand=HandIntent("h" * 64, MOMENT, "2" * 16, "3" * 16),
)


def test_the_longest_marker_stays_within_its_share() -> None:
    text = markers.write(FULL.sealed("p" * 32, MarkerKeys("key")))
    assert len(text) <= MARKER_LIMIT
    assert markers.read(text).marker == FULL.sealed("p" * 32, MarkerKeys("key"))


@pytest.mark.parametrize("restart", list(Restarting))
def test_how_far_a_restart_has_come_is_read_back_and_an_unknown_word_is_not(restart: Restarting) -> None:
    assert FULL.intent is not None
    full = replace(FULL, intent=replace(FULL.intent, restart=restart))
    text = markers.write(full.sealed("p" * 32, MarkerKeys("key")))
    assert len(text) <= MARKER_LIMIT
    read = markers.read(text).marker
    assert read is not None
    assert read.intent == full.intent
    odd = markers.read(text.replace(f'"x":"{restart.value}"', '"x":["later"]')).marker
    assert odd == replace(read, intent=FULL.intent)


@given(st.text())
def test_the_user_s_own_data_comes_back_beside_it(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    data = markers.read(markers.write(FULL, text))
    assert (data.marker, data.user) == (FULL, text)


@given(
    st.text()
    | st.recursive(st.none() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)).map(json.dumps)
)
def test_what_is_not_our_envelope_is_the_user_s(text: str) -> None:
    assert markers.read(text).user == text
    assert markers.read(text).marker is None


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"k": "../x"},
        {"h": "zz"},
        {"t": "yesterday"},
        {"n": 5},
        {"r": {"run": "x"}},
        {"b": {"run": "x", "t0": "2026-11-21T08:30:00Z", "n": "2" * 16}},
        {"w": "x" * 300},
    ],
)
def test_an_envelope_with_a_wrong_field_is_the_user_s(change: dict[str, object]) -> None:
    envelope = json.loads(markers.write(FULL))
    envelope["provisioner"] |= change
    text = json.dumps(envelope, separators=(",", ":"))
    assert markers.read(text) == markers.PrivData(None, text)


def test_a_seal_holds_for_this_project_and_room_under_both_keys_only() -> None:
    sealed = FULL.sealed("project", MarkerKeys("new"))
    assert sealed.is_genuine("project", MarkerKeys("new"))
    assert sealed.is_genuine("project", MarkerKeys("newer", "new"))
    assert not sealed.is_genuine("other", MarkerKeys("new"))
    assert not sealed.is_genuine("project", MarkerKeys("newer"))
    assert not replace(sealed, key=RoomKey("copy")).is_genuine("project", MarkerKeys("new"))
    assert not FULL.is_genuine("project", MarkerKeys("new"))
    assert FULL.is_genuine("project", MarkerKeys())


def test_too_much_data_of_the_user_is_refused_with_the_number_of_characters() -> None:
    with pytest.raises(PrivDataTooLongError, match="characters over"):
        markers.write(FULL, "x" * 8192)


@pytest.mark.parametrize("keys", [MarkerKeys(), MarkerKeys("key")])
def test_a_digest_tells_a_changed_secret_and_not_which(keys: MarkerKeys) -> None:
    digest = markers.digest_secrets({"stream_keys[1]": "hunter2"}, keys, "0123456789abcdef")
    assert digest is not None
    assert "hunter2" not in digest
    assert markers.secrets_agree(digest, {"stream_keys[1]": "hunter2"}, keys)
    assert not markers.secrets_agree(digest, {"stream_keys[1]": "hunter3"}, keys)
    assert not markers.secrets_agree(digest, {}, keys)
    assert markers.secrets_agree(None, {}, keys)


def test_an_unkeyed_digest_is_too_short_to_recover_a_secret_from() -> None:
    digest = markers.digest_secrets({"a": "b"}, MarkerKeys(), "0123456789abcdef")
    assert digest is not None
    assert len(digest.partition(".")[2]) * 4 == 32
