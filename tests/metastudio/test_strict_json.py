"""JSON in both directions: what is read equals what was written, and nothing ambiguous is read."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioner.metastudio.strict_json import MAX_CONTAINERS, NotJsonError, parse, serialise
from provisioner.metastudio.wire import MAX_ANSWER_BYTES

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_what_is_written_reads_back(value: object) -> None:
    assert parse(serialise(value)) == value
    assert parse(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"\xff",
        b"NaN",
        b"[Infinity]",
        b"[-Infinity]",
        b"[1e999]",
        b"[-1e999]",
        b'{"a": 1, "a": 1}',
        b'{"a": {"b": 1, "b": 2}}',
        b"[" * 65 + b"]" * 65,
        b"[" * 100_000,
        b'{"a":' * 90 + b"1" + b"}" * 90,
        b"[" + b"9" * 5000 + b"]",
        b"[" + b"[]," * MAX_CONTAINERS + b"[]]",
    ],
)
def test_ambiguous_endless_and_broken_texts_are_refused(text: bytes) -> None:
    with pytest.raises(NotJsonError):
        parse(text)


def test_sixty_four_levels_are_read() -> None:
    assert parse(b"[" * 64 + b"]" * 64) is not None


def test_half_a_character_is_replaced_where_it_is_read() -> None:
    """Services cut texts in the middle of an emoji; the list must still be readable, and printable."""
    assert parse(b'{"room_name": "sale \\ud83d", "x": "\\ud83d\\ude00"}') == {
        "room_name": "sale \ufffd",
        "x": "😀",
    }


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"scene_scripts": [{"script_name": "a\ud83d"}]}, ".scene_scripts[0].script_name"),
        ({"x": float("nan")}, "finite"),
        ({"x": float("inf")}, "finite"),
    ],
)
def test_what_json_cannot_carry_is_refused_by_its_place_and_not_by_its_value(value: object, words: str) -> None:
    with pytest.raises(NotJsonError) as raised:
        serialise(value)
    assert words in str(raised.value)
    assert "\ud83d" not in str(raised.value)


PART = 1024 * 1024
"""An eighth of the largest answer that is read; what becomes of it grows in proportion."""


@pytest.mark.parametrize(
    "text",
    [
        b"[" + b"1e1," * (PART // 4 - 1) + b"1]",
        b"[" + b'"\\ud83d",' * (PART // 9 - 1) + b"1]",
        b"[" + b'{"a":1},' * (MAX_CONTAINERS // 8 - 1) + b"1]",
        b"{" + b",".join(b'"%07d":1' % number for number in range(PART // 12)) + b"}",
    ],
    ids=["numbers", "half characters", "objects", "keys"],
)
def test_the_largest_answers_stay_within_memory(text: bytes) -> None:
    """Whatever an answer is made of, its data leaves the process well below 256 MB."""
    assert MAX_ANSWER_BYTES == 8 * PART
    tracemalloc.start()
    try:
        parse(text)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 160e6 / 8
