"""Keys and names of secrets: stable, safe, and no two the same."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from provisioner.importing.naming import SecretNames, room_keys, shared_key, slug
from provisioner.observed import ObservedRoom
from provisioner.rooms import RoomId, RoomKey
from provisioner.secrets import SECRET_NAME
from tests.strategies import any_text

KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}\Z")


def room(room_id: str, name: str) -> ObservedRoom:
    return ObservedRoom(RoomId(room_id), name, None, "", None, None)


@given(st.dictionaries(st.text("0123456789abcdefABCDEF_-", min_size=1, max_size=64), any_text(), max_size=8))
def test_any_names_make_keys_that_are_safe_as_keys_and_files_and_differ(names: dict[str, str]) -> None:
    rooms = [room(room_id, name) for room_id, name in names.items()]
    keys = room_keys(rooms, {"taken"})
    assert set(keys) == set(names)
    assert len({*keys.values(), "taken"}) == len(names) + 1
    assert all(KEY.match(key) and set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for key in keys.values())
    assert keys == room_keys(reversed(rooms), {"taken"})


def test_a_name_in_latin_letters_is_the_key_and_other_rooms_are_called_after_their_ids() -> None:
    rooms = [
        room("aaaa000011112222", "Spring Sale 2026!"),
        room("BBBB-00001111", "七鹤茶铺"),
        room("cccc0000", "Café Zürich"),
        room("dddd0000", "../../etc/passwd"),
        room("eeee0000", "no"),
        room("ffff0000", "CON"),
    ]
    assert list(room_keys(rooms, ()).values()) == [
        "room-bbbb0000",
        "spring-sale-2026",
        "cafe-zurich",
        "etc-passwd",
        "room-eeee0000",
        "room-ffff0000",
    ]


def test_rooms_with_one_name_all_bear_their_ids_so_that_none_has_to_be_the_first() -> None:
    same = [room("11112222aaaa", "Sale"), room("33334444bbbb", "sale"), room("11112222cccc", "SALE")]
    assert sorted(room_keys(same, ()).values()) == ["sale-11112222", "sale-11112222-2", "sale-33334444"]
    assert room_keys(same[:1], {"sale"}) == {"11112222aaaa": "sale-11112222"}


def test_shared_parts_are_called_after_the_first_name_that_makes_a_key() -> None:
    assert shared_key(["常见问题", "House rules"], "x", (), otherwise="rules") == "house-rules"
    nameless = shared_key(["常见问题"], "x", (), otherwise="rules")
    assert re.fullmatch("rules-[0-9a-f]{8}", nameless)
    assert shared_key(["常见问题"], "x", {nameless}, otherwise="rules") == f"{nameless}-2"
    assert shared_key(["Faq"], "x", {"faq"}, otherwise="rules").startswith("faq-")


@given(st.lists(st.from_regex(KEY, fullmatch=True), unique=True, max_size=6))
def test_names_of_secrets_can_be_set_and_differ(keys: list[str]) -> None:
    names = SecretNames({"STREAM_KEY_A"})
    made = [names.name(field, RoomKey(key)) for key in keys for field in ("stream_keys", "key", "other_field")]
    assert all(SECRET_NAME.match(name) for name in made)
    assert len({*made, "STREAM_KEY_A"}) == len(made) + 1


def test_a_slug_has_only_letters_digits_and_hyphens() -> None:
    assert slug("  A--b__c.d  ") == "a-b-c-d"
    assert slug("Straße 9") == "strasse-9"
    assert len(slug("x" * 300)) == 48
    assert slug("12") == slug("ab") == slug("") == slug("茶 ab") == ""
