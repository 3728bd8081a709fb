"""YAML is read as data and nothing else, and whatever is wrong is said at its place without the text."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioner.diagnostics import Diagnostic, Span
from provisioner.rooms import Value
from provisioner.yaml_source import MAX_CHARACTERS, parse_documents

FILE = "rooms/a.yaml"


def read(text: str) -> Value:
    parsed = parse_documents(text, FILE)
    assert parsed.findings == ()
    (document,) = parsed.documents
    return document.value()


def findings(text: str) -> tuple[Diagnostic, ...]:
    found = parse_documents(text, FILE).findings
    assert found
    return found


def said(text: str) -> list[tuple[str, int, int]]:
    places = [(finding.rule, finding.span) for finding in findings(text)]
    return [(rule, span.line, span.column) for rule, span in places if span is not None]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("y", "y"),
        ("12:30:45", "12:30:45"),
        ("1:30", "1:30"),
        ("2026-11-21", "2026-11-21"),
        ("2026-11-21T20:00:00Z", "2026-11-21T20:00:00Z"),
        ("1_000", "1_000"),
        ("0b101", "0b101"),
        ("=", "="),
        ("1e3", 1000.0),
        ("1.", 1.0),
        (".5", 0.5),
        ("-.5e-1", -0.05),
        ("00123", 123),
        ("-007", -7),
        ("+12", 12),
        ("0x1F", 31),
        ("0o17", 15),
        ("9223372036854775807", 2**63 - 1),
        ("True", True),
        ("FALSE", False),
        ("tRUE", "tRUE"),
        ("~", None),
        ("Null", None),
        ("", None),
        ("'~'", "~"),
        ('"00123"', "00123"),
        ("-", None),
        ("a # b", "a"),
        ("a#b", "a#b"),
    ],
)
def test_a_plain_scalar_means_what_the_core_schema_of_yaml_1_2_says(text: str, value: Value) -> None:
    got = read(f"k: {text}\n" if text != "-" else "k:\n  -\n")
    expected = [None] if text == "-" else value
    assert got == {"k": expected}
    assert isinstance(got, dict)
    assert type(got["k"]) is type(expected)


def test_times_inside_flow_lists_are_text_although_libyaml_refuses_them() -> None:
    assert read("k: [12:30:45, {a: 7:8}]") == {"k": ["12:30:45", {"a": "7:8"}]}


def test_documents_are_separate_and_empty_text_has_none() -> None:
    assert [document.value() for document in parse_documents("a: 1\n---\nb: 2\n...\n---\n", FILE).documents] == [
        {"a": 1},
        {"b": 2},
        None,
    ]
    assert parse_documents("", FILE).documents == ()
    assert parse_documents("# only a comment\n", FILE).documents == ()


@pytest.mark.parametrize("text", ["k: 1\r\nl: 2\r\n", "\ufeffk: 1\nl: 2\n"])
def test_line_ends_of_windows_and_a_byte_order_mark_do_not_matter(text: str) -> None:
    assert read(text) == {"k": 1, "l": 2}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x 1\nb: *x\n", [("yaml-alias", 1, 4), ("yaml-alias", 2, 4)]),
        ("a: *gone\n", [("yaml-alias", 1, 4)]),
        ("&a [*a]\n", [("yaml-alias", 1, 1), ("yaml-alias", 1, 5)]),
        ("b: {c: 1}\na:\n  <<: {d: 1}\n", [("yaml-merge-key", 3, 3)]),
        ("a: !!python/object/apply:os.system [x]\n", [("yaml-tag", 1, 4)]),
        ("a: !!str 1\nb: ! x\n", [("yaml-tag", 1, 4), ("yaml-tag", 2, 4)]),
        ("%TAG ! tag:evil,2000:\n---\na: !x 1\n", [("yaml-tag", 3, 4)]),
        ("1: a\nok: b\ntrue: c\n: d\n", [("yaml-key", 1, 1), ("yaml-key", 3, 1), ("yaml-key", 4, 1)]),
        ("? [a]\n: b\n", [("yaml-key", 1, 3)]),
        ("{a: b}: c\n", [("yaml-key", 1, 1)]),
        ("a: .inf\nb: -.INF\nc: .nan\n", [("yaml-number", 1, 4), ("yaml-number", 2, 4), ("yaml-number", 3, 4)]),
        ("a: 1e999\nb: 9223372036854775808\n", [("yaml-number", 1, 4), ("yaml-number", 2, 4)]),
        ("a: " + "9" * 10_000, [("yaml-number", 1, 4)]),
        ("a: x\u2028y\n", [("yaml-character", 1, 5)]),
        ("a: 1\nb: x\x07y\n", [("yaml-character", 2, 5)]),
        ("a: \x00\n", [("yaml-character", 1, 4)]),
        ('a: "\\ud800"\n', [("yaml-syntax", 1, 4)]),
        ('a: [1:2, "\\ud800"]\n', [("yaml-syntax", 1, 10)]),
    ],
)
def test_what_makes_yaml_more_than_data_is_refused_where_it_stands(
    text: str, expected: list[tuple[str, int, int]]
) -> None:
    assert said(text) == expected


def test_a_quoted_merge_sign_and_a_quoted_number_are_ordinary_keys() -> None:
    assert read('"<<": 1\n"12": 2\n') == {"<<": 1, "12": 2}


def test_a_key_written_twice_is_refused_with_both_places() -> None:
    (finding,) = findings("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n")
    assert (finding.rule, finding.span) == ("yaml-duplicate-key", Span(FILE, 5, 3))
    assert [str(frame) for frame in finding.trace] == [f"first written at {FILE}:3:3"]


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("a: 'x\nb: 1\n", 1, 4, "quote that opens here is never closed"),
        ("a:\n\t- b\n", 2, 1, "replace the tab"),
        ("a: |\n x\n\ty\n", 3, 1, "replace the tab"),
        ("a: b: c\n", 1, 5, "text that contains one needs quotes"),
        ("a: b\n  c: d\n", 2, 4, "nested mapping starts on its own line"),
        ("a: @x\n", 1, 4, "cannot start with @"),
        ("a: %x\n", 1, 4, "cannot start with %"),
        ("a: `x`\n", 1, 4, "cannot start with `"),
        ('a: "\\q"\n', 1, 6, "escape"),
        ('a: "\\UFFFFFFFF"\n', 1, 7, "escape"),
        ("a: *bold* text\n", 1, 11, "starts with *"),
        ("a: 'it's'\n", 1, 8, "is doubled"),
        ("- a\nb\n", 2, 1, "colon"),
        ("a: [1, 2\n", 1, 4, "not closed"),
        ("a: {b: 1\n", 1, 4, "not closed"),
        ("a: [\n", 2, 1, "not closed"),
        ("a: |3x\n  y\n", 1, 6, "after | or >"),
        ("a:\n  - x\n - y\n", 3, 2, "indentation"),
        ("a: 1\n b: 2\n", 2, 3, "nested mapping starts on its own line"),
    ],
)
def test_a_syntax_error_says_what_to_mend_at_line_and_column(text: str, line: int, column: int, words: str) -> None:
    (finding,) = findings(text)
    assert (finding.rule, finding.span) == ("yaml-syntax", Span(FILE, line, column))
    assert words in finding.message


SECRET = "hunter2hunter2"


@pytest.mark.parametrize(
    "text",
    [
        f"k: '{SECRET}\n",
        f'k: "{SECRET}\\q"\n',
        f"k: '{SECRET}' {SECRET}\n",
        f"k: *{SECRET}\n",
        f"k: &{SECRET} {SECRET}\n",
        f"k: !{SECRET} x\n",
        f"k: !e!{SECRET} x\n",
        f"%{SECRET}\n---\na: b: c\n",
        f"k: [{SECRET}\n",
        f"{SECRET}: 1\n{SECRET}: 2\n",
        f"k: {SECRET}: {SECRET}\n",
        f"? [{SECRET}]\n: x\n",
        f"k: |{SECRET}\n",
        f"k: {SECRET}\x07\n",
        f"k:\n\t{SECRET}: x\n",
        f"- {SECRET}\n{SECRET}\n",
        f"k: @{SECRET}\n",
    ],
)
def test_no_message_repeats_the_text(text: str) -> None:
    for finding in findings(text):
        assert SECRET not in finding.message
        assert SECRET not in "".join(str(frame) for frame in finding.trace)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 300_000,
        "[{" * 30_000,
        "a: " + "{" * 30_000,
        "- " * 300_000,
        "? " * 100_000,
        "".join(" " * level + "a:\n" for level in range(2_000)),
        "[" * 30_000 + "]" * 30_000,
        "[a," * 3_000 + "12:30:45" + "]" * 3_000,
    ],
    ids=["flow", "mixed", "unclosed", "dashes", "keys", "indents", "closed", "judged by the slow parser"],
)
def test_depth_is_bounded_in_no_time(text: str) -> None:
    started = time.monotonic()
    assert {finding.rule for finding in findings(text)} <= {"yaml-depth", "yaml-key"}
    assert time.monotonic() - started < 2


def test_sixty_levels_are_fine() -> None:
    assert read("[" * 60 + "1" + "]" * 60)


def test_an_alias_bomb_ends_after_fifty_findings() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"k{number}: [*a, *a]\n" for number in range(10_000))
    assert len(findings(bomb)) == 50


def test_a_huge_text_is_refused_unread() -> None:
    assert said("a" * (MAX_CHARACTERS + 1)) == [("yaml-size", 1, 1)]


def test_a_route_leads_to_the_value_or_its_key() -> None:
    text = "spec:\n  scenes:\n    - name: 'Opening'\n      size: {w: 1,  h: 22}\n    - name: x\n"
    (document,) = parse_documents(text, FILE).documents
    scene = ("spec", "scenes", 0)
    assert document.span((*scene, "name")) == Span(FILE, 3, 13, 3, 22)
    assert document.span((*scene, "name"), key=True) == Span(FILE, 3, 7, 3, 11)
    assert document.span((*scene, "size", "h")) == Span(FILE, 4, 24, 4, 26)
    assert document.span(scene) == Span(FILE, 3, 7)


def test_what_is_missing_is_missed_at_the_key_around_it() -> None:
    (document,) = parse_documents("spec:\n  video:\n    width: 1\n", FILE).documents
    assert document.span(("spec", "video", "height")) == Span(FILE, 2, 3, 2, 8)
    assert document.span(("spec", "scenes", 3, "name")) == Span(FILE, 1, 1, 1, 5)
    assert document.span(("nothing",)) == Span(FILE, 1, 1)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufffe\uffff")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcdef", max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_json_is_read_as_json(value: Value) -> None:
    """YAML 1.2 contains JSON, so any plain data comes back from its JSON text."""
    assert read(json.dumps(value, ensure_ascii=True, indent=1)) == value


@given(st.text(st.sampled_from("ab:-?[]{},&*!|>'\"%@`# \n\t1.~<=\\é\u2028\x00"), max_size=60))
def test_any_text_gives_documents_or_findings_inside_it(text: str) -> None:
    parsed = parse_documents(text, FILE)
    lines = text.split("\n")
    for finding in parsed.findings:
        assert finding.span is not None
        assert 1 <= finding.span.line <= len(lines) + 1
        assert finding.span.column >= 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: {u: https://example.com/x.png, t: 12:30}", {"a": {"u": "https://example.com/x.png", "t": "12:30"}}),
        ("[rtmp://a/b, {k: x:y:z}]", ["rtmp://a/b", {"k": "x:y:z"}]),
        ("{u: http://a, \"k\":1, 'l':2}", {"u": "http://a", "k": 1, "l": 2}),
        ("{u: http://a, k: 'http://b', l: \"c:d\"}", {"u": "http://a", "k": "http://b", "l": "c:d"}),
        ("{u: http://a, k: \uf800:\uf801}", {"u": "http://a", "k": "\uf800:\uf801"}),
    ],
)
def test_addresses_inside_flow_lists_are_text(text: str, value: Value) -> None:
    assert read(text) == value


def test_addresses_inside_flow_lists_move_no_place() -> None:
    (document,) = parse_documents("a: {u: https://example.com/x:y, v: [1]}\n", FILE).documents
    assert document.span(("a", "v")) == Span(FILE, 1, 36)


@given(st.text(st.sampled_from("ab1:/,[]{} \n\"'"), max_size=14))
def test_the_faster_way_with_colons_never_reads_something_else(inside: str) -> None:
    """Compared with the slow parser, which a broken second line forces on the same text."""
    fast = parse_documents(f"- {{u: http://a}}\n- [{inside}]\n", FILE)
    slow = parse_documents(f"- {{u: http://a}}\n- [{inside}]\n- [a ::b]\n", FILE)
    if not fast.findings and not slow.findings:
        (quick,), (careful,) = fast.documents, slow.documents
        seen = careful.value()
        assert isinstance(seen, list)
        assert quick.value() == seen[:2]
