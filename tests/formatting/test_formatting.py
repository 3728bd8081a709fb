"""What a manifest's layout becomes, whatever it was, and what it never becomes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioner.formatting import formatted
from provisioner.yaml_source import parse_documents
from tests.formatting.writing import Hand, Tree, written

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
MANIFESTS = sorted(
    path
    for folder in (ROOT / "rooms", ROOT / "provisioner/starter/rooms", ROOT / "tests/manifests/cases")
    for path in folder.rglob("*.yaml")
    if "rooms" in path.relative_to(ROOT).parts
)


def tidy(text: str) -> str:
    result = formatted(text)
    assert not result.why
    return result.text


def test_a_messy_manifest_becomes_a_tidy_one() -> None:
    messy, expected = ((HERE / name).read_text(encoding="utf-8") for name in ("messy.yaml", "tidy.yaml"))
    assert tidy(messy) == expected
    assert tidy(expected) == expected


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_our_own_manifests_are_laid_out_so(path: Path) -> None:
    """Those of the tests that are no YAML stay as they are, like everybody's."""
    text = path.read_text(encoding="utf-8")
    assert formatted(text).text == text


_words = st.sampled_from(
    ["a", "tea", "12", "1.5", "true", '"a # b: c"', "'it''s'", "{{ values.x }}", "茶", "x-{{ y }}"]
)
_blocks = st.lists(st.sampled_from(["one", "  two", "", "# three", "{{ four }}"]), min_size=1, max_size=4)
_names = st.sampled_from(["key", "one", '"two"', "drei", "{{ four }}"])
_trees: st.SearchStrategy[Tree] = st.recursive(
    _words | _blocks.map(lambda lines: ("|-", "begin", *lines, "end")),
    lambda below: st.lists(below, min_size=1, max_size=4) | st.dictionaries(_names, below, min_size=1, max_size=4),
    max_leaves=12,
)
_hands = st.builds(
    Hand,
    step=st.integers(1, 7),
    dash=st.integers(0, 5),
    gap=st.integers(1, 4),
    blank=st.integers(1, 3),
    trailing=st.integers(0, 2),
)


@given(_trees, _hands, _hands)
def test_it_does_not_matter_who_wrote_it(tree: Tree, one: Hand, other: Hand) -> None:
    """However wide somebody indents, the tidy text is one, says the same, and stays as it is."""
    text = written({"spec": tree}, one)
    result = tidy(text)
    assert result == tidy(written({"spec": tree}, other))
    assert result == tidy(result)
    assert _beneath(result) == _beneath(text)


def _beneath(text: str) -> list[object]:
    parsed = parse_documents(text.replace("{{", "xx").replace("}}", "xx"), "")
    assert not parsed.findings
    return [document.value() for document in parsed.documents]


def test_the_fields_of_a_manifest_come_in_the_order_of_reading() -> None:
    text = "# of the file\n\n# of it\nspec: {}\n\n# who\nkey: a\nadopt: by_name\nkind: Room\n\n# the end\n"
    assert (
        tidy(text) == "# of the file\n\n# of it\nkind: Room\n\n# who\nkey: a\nspec: {}\nadopt: by_name\n\n# the end\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "spec: {}\n# {% set x = 1 %}\nkey: a\nkind: Room\n",
        "spec: {}\nkind: Room\nkeys: a\n",
        "{key: a, kind: Room}\n",
    ],
    ids=["a statement between them", "a field that no manifest has", "in brackets"],
)
def test_the_order_stays_where_it_may_matter(text: str) -> None:
    assert tidy(text) == text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("kind: Room\nkey: [a\n", 2),
        ("kind: Room\nspec:\n  a: 1\n  {{ layers.fields() | indent(2) }}\n  b: 2\n", 4),
        ("kind: Room\nkey: {{ a\n", 2),
        ("? a\n: 1\n", 1),
        ("--- {a:   1}\n", 1),
        ("kind: Room\nspec: &all {a: 1}\n", 2),
        ("kind: Room\nkey: |\n  no line feed at the end", 1),
    ],
)
def test_what_cannot_be_read_stays_as_it_is(text: str, line: int) -> None:
    result = formatted(text)
    assert (result.text, result.line) == (text, line)
    assert result.why


def test_the_number_of_an_indent_filter_goes_with_its_line() -> None:
    text = "a:\n    - {{ host() | indent(6) }}\n    -   {{ host() | indent( width=8) }}  # said\n"
    assert tidy(text) == "a:\n  - {{ host() | indent(4) }}\n  - {{ host() | indent( width=4) }}  # said\n"


def test_comments_in_a_column_stay_in_it() -> None:
    text = "a:\n    b: 1         # one\n    ccc: 2       # two\nd: 3 # close\n"
    assert tidy(text) == "a:\n  b: 1           # one\n  ccc: 2         # two\nd: 3  # close\n"
