"""The first flaw of a text's markup, and where it is."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioner.advice.ssml import ATTRIBUTES, flaw_in, position

SOUND = [
    "plain <b>text</b> & more",
    "<speak>Hello</speak>",
    ' \n<speak version="1.0" xml:lang=\'zh-CN\'>a<break/>b<break strength="weak" time="10s"/></speak> ',
    '<speak><!-- a note --><phoneme alphabet="py" ph="liao3">了</phoneme>&#x4e2d;&lt;</speak>',
    '<speak><say-as interpret-as="digits">12</say-as><prosody rate="90%">slow</prosody></speak>',
    "<speak><word whatever='1'>a</word><break></break></speak> and then & so on",
]
FLAWED = [
    ("<speak>a<sub alias='b'>c§</speak>", "close </sub> first"),
    ("§<speak>a", "never closed"),
    ("<speak>a</speak>§</speak>", "closes nothing"),
    ("<speak>a§<emphasis>b</emphasis></speak>", "no tag <emphasis>"),
    ("<speak>a§<brake/></speak>", "did you mean `break`?"),
    ("<speak>a§<break tme='1s'/></speak>", "did you mean `time`?"),
    ("<speak>a§<break time=1s/></speak>", "not written as"),
    ("<speak>a§<break time='100ms'/></speak>", "from 200ms to 10s"),
    ("<speak>a§<break time='11s'/></speak>", "from 200ms to 10s"),
    ("<speak>a§<break>b</break></speak>", "nothing inside"),
    ("<speak>a§<sub>b</sub></speak>", "needs the attribute alias"),
    ("<speak>tea §& cake</speak>", "&amp;"),
    ("<speak>1 §< 2</speak>", "&lt;"),
    ("<speak>\nline two §&\n</speak>", "&amp;"),
    ("hello §<break time='1s'/>", "inside <speak> only"),
    ("§<break/><speak>a</speak>", "inside <speak> only"),
    ("§<speak/>hello", "says nothing"),
]


@pytest.mark.parametrize("text", SOUND)
def test_what_is_sound_has_no_flaw(text: str) -> None:
    assert flaw_in(text) is None


@pytest.mark.parametrize(("marked", "words"), FLAWED)
def test_the_first_flaw_is_found_at_its_place(marked: str, words: str) -> None:
    flaw = flaw_in(marked.replace("§", ""))
    assert flaw is not None
    assert flaw.offset == marked.index("§")
    assert words in flaw.message


def test_lines_and_columns_count_from_one() -> None:
    assert position("ab\ncd", 0) == (1, 1)
    assert position("ab\ncd", 4) == (2, 2)


@given(st.text())
def test_any_text_is_read_to_its_end(text: str) -> None:
    for written in (text, f"<speak>{text}", f"<speak>{text}</speak>"):
        flaw = flaw_in(written)
        assert flaw is None or 0 <= flaw.offset < len(written)


@given(st.text().filter(lambda text: text.isprintable()))
def test_escaped_text_is_sound(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert flaw_in(f"<speak>{escaped}</speak>") is None


@pytest.mark.parametrize(
    "text",
    [
        "<speak>" * 18000,
        "<speak><!--" * 10000,
        "<speak><break" + " " * 120000,
        "<speak>" + "<" * 120000,
        "<speak>" + "<sub alias='" * 10000,
        "<speak>" + "<sub alias='a'>" * 8000 + "</sub>" * 8000,
    ],
)
def test_the_largest_texts_take_no_time(text: str) -> None:
    before = time.process_time()
    flaw_in(text)
    assert time.process_time() - before < 2


def test_tags_are_those_of_the_page() -> None:
    assert set(ATTRIBUTES) == {
        *("speak", "break", "phoneme", "say-as", "sub", "prosody", "word", "emotion", "insert-action"),
    }
