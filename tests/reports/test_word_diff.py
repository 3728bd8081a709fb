"""Word-level differences say exactly what both texts are, in stretches that a person can read."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioner.reports.word_diff import Comparisons, Part

texts = st.text(st.sampled_from("ab 开店。\n'é\u200d😀") | st.characters(), max_size=40)


def marked(before: str, after: str) -> str:
    signs = {Part.KEPT: "{}", Part.GONE: "[{}]", Part.NEW: "({})"}
    return "".join(signs[part].format(words) for part, words in Comparisons().stretches(before, after))


@given(texts, texts)
def test_what_is_kept_and_gone_is_the_text_before_and_what_is_kept_and_new_the_one_after(old: str, new: str) -> None:
    found = Comparisons().stretches(old, new)
    assert "".join(words for part, words in found if part is not Part.NEW) == old
    assert "".join(words for part, words in found if part is not Part.GONE) == new
    assert all(words for _, words in found)
    assert all(one is not other or one is not Part.KEPT for (one, _), (other, _) in pairwise(found))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("The first fifty orders.", "The first eighty orders.", "The first [fifty](eighty) orders."),
        ("Обычный чай", "Зелёный чай", "[Обычный](Зелёный) чай"),
        ("每天九点开门。", "每天十点开门。", "每天[九](十)点开门。"),
        (
            "先认识三款当季的茶，再看冲泡方法。",
            "先认识五款当季的茶，再看冲泡方法。",
            "先认识[三](五)款当季的茶，再看冲泡方法。",
        ),
        ("到店就可以。", "到店报暗号就可以。", "到店(报暗号)就可以。"),
        ("hi 👍🏽", "hi 👍🏿", "hi [👍🏽](👍🏿)"),
        ("a cat sat", "the dog lay", "[a cat sat](the dog lay)"),
    ],
)
def test_changes_are_told_in_units_that_people_read(before: str, after: str, told: str) -> None:
    assert marked(before, after) == told


def test_texts_with_little_in_common_are_better_read_whole() -> None:
    assert Comparisons().worth_showing("Tea.", "完全不同的描述") is None
    assert Comparisons().worth_showing("Good tea.", "Bad tea.") is not None


def test_all_texts_of_a_report_take_bounded_work() -> None:
    comparisons = Comparisons(most_work=100_000)
    started = time.process_time()
    for number in range(400):
        old, new = ("".join(chr(0x4E00 + (n * step + number) % 89) for n in range(700)) for step in (7, 11))
        assert "".join(words for part, words in comparisons.stretches(old, new) if part is not Part.NEW) == old
    assert time.process_time() - started < 3
