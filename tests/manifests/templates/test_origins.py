"""Every character of rendered text that a person wrote leads back to that very character."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from provisioner.diagnostics import Frame, Span
from provisioner.manifests.templates import PLACEHOLDER, RenderedDocument, TemplateFailed
from provisioner.rooms import Value
from tests.manifests.templates.workspaces import FILE, documents, refused

LEAVES = st.sampled_from(
    (
        *("a", "直", "🍵", " ", "  ", "\n", "\n\n", "\r\n", "key: ", "- x\n", "# c\n", "---", "\n---\n", "...", "-"),
        *("\n...\n", "{{ 1 }}", "{{ values.t }}", "{{ 2 -}}", "{{- 3 }}", "{# c #}", "{% raw %}{{ x }}{% endraw %}"),
    )
)


def around(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Something that prints what is in it, perhaps elsewhere, indented or twice."""
    body = st.lists(inner, max_size=4).map("".join)
    return st.one_of(
        body.map(lambda text: f"{{% if true %}}{text}{{% endif %}}"),
        body.map(lambda text: f"{{%- for i in [1, 2] -%}}{text}{{% endfor %}}"),
        body.map(lambda text: f"{{% set c %}}{text}{{% endset %}}{{{{ c }}}}{{{{ c | indent(2) }}}}"),
        body.map(lambda text: f"{{% filter indent(3, true) %}}{text}{{% endfilter %}}"),
        body.map(lambda text: f"{{% filter trim %}}{text}{{% endfilter %}}"),
        body.map(lambda text: f"{{% macro m() %}}{text}{{% endmacro %}}{{{{ m() | trim | indent(1, blank=true) }}}}"),
        body.map(lambda text: f"{{% call twice() %}}{text}{{% endcall %}}"),
    )


TEMPLATES = st.lists(st.recursive(LEAVES, around, max_leaves=12), min_size=1, max_size=8).map("".join)
TWICE = "{% macro twice() %}<{{ caller() }}\n  {{ caller() | indent(2) }}>{% endmacro %}"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@example("{% set c %}x\n\n{{ 1 }}\n  y{% endset %}- {{ c | indent(2) | indent(4) }}")
@example("{% if true %}\n---\n---{{ 1 }}a{% endif %}")
@example("a\n--{% if true %}-{% endif %}\nb\n---")
@given(TEMPLATES)
def test_literal_characters_lead_back_to_themselves(tmp_path: Path, template: str) -> None:
    source = TWICE + template
    lines = source.replace("\r\n", "\n").split("\n")
    for document in documents(tmp_path, source, {"t": "x\n---\ny"}):
        count = len(PLACEHOLDER.findall(document.text))
        assert [*PLACEHOLDER.findall(document.text)] == [str(index) for index in range(count)]
        assert len(document.values) == count
        bare = PLACEHOLDER.sub(lambda match: "\0" * len(match.group()), document.text)
        for number, text in enumerate(bare.split("\n"), 1):
            for column, character in enumerate(text + "\n", 1):
                span, _ = document.locate(number, column)
                assert span.file == FILE
                written = (lines[span.line - 1] + "\n")[span.column - 1]
                is_end = number == bare.count("\n") + 1 and column == len(text) + 1
                if character == "\0":
                    assert lines[span.line - 1][span.column - 1 :].startswith("{{")
                elif character != " " and not is_end:  # `indent` may have put in the space
                    assert written == character


def places(document: RenderedDocument) -> list[str]:
    """Where each value was printed, with the way there."""
    return [way(document.locate_value(index)) for index in range(len(document.values))]


def way(origin: tuple[Span, tuple[Frame, ...]]) -> str:
    span, frames = origin
    return "; ".join([str(span), *map(str, frames)])


def test_several_values_on_a_line_have_their_columns_and_ends(tmp_path: Path) -> None:
    (document,) = documents(tmp_path, "a: [{{ 1 }}, {{ 2 -}} , {%- print 3 %}]")
    assert [document.locate_value(index)[0] for index in range(3)] == [
        Span(FILE, 1, 5, 1, 12),
        Span(FILE, 1, 14, 1, 22),
        Span(FILE, 1, 25, 1, 39),
    ]


def test_a_value_in_a_loop_of_an_included_template_has_the_whole_way(tmp_path: Path) -> None:
    templates = {
        "room.yaml": "scenes:\n{% for scene in row.scenes %}\n  - {% include 'scene.yaml' %}\n{% endfor %}",
        "scene.yaml": "{% from 'parts.yaml' import voice %}\nspeed:  {{ voice(scene) }}",
        "parts.yaml": "{% macro voice(scene) %}\n{{ scene.speed }}{% endmacro %}",
    }
    rows: list[Value] = [{"scenes": [{"speed": 1}, {"speed": 2}]}]
    source = "{% for row in values.rows %}\n---\n  {% include 'room.yaml' %}\n{% endfor %}"
    (document,) = documents(tmp_path, source, {"rows": rows}, templates)
    expected = (
        "templates/parts.yaml:2:1; called from templates/scene.yaml:2:9; "
        "included from templates/room.yaml:3:5; included from rooms/a.yaml:3:3"
    )
    assert places(document) == [expected, expected]


def test_windows_line_ends_and_wide_characters_move_no_place(tmp_path: Path) -> None:
    (document,) = documents(tmp_path, "直播: 1\r\n🍵: {{ 2 }}\r\n\r\nb: {{ 3 }}\r\n")
    assert places(document) == ["rooms/a.yaml:2:4", "rooms/a.yaml:4:4"]
    assert way(document.locate(4, 1)) == "rooms/a.yaml:4:1"


def test_text_in_blocks_of_a_parent_template_keeps_its_place(tmp_path: Path) -> None:
    templates = {"base.yaml": "a: 1\n{% block b %}b: {{ 2 }}{% endblock %}\n"}
    source = "{% extends 'base.yaml' %}\n{% block b %}{{ super() }}\nc: {{ 3 }}{% endblock %}"
    (document,) = documents(tmp_path, source, {}, templates)
    assert places(document) == ["templates/base.yaml:2:17; called from rooms/a.yaml:2:14", "rooms/a.yaml:3:4"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a: 1\nb: {{ values.gone }}", "2:14"),
        ("{% if values.gone %}{% endif %}", "1:14"),
        ("x\n  {% for a in values.gone %}{% endfor %}", "2:22"),
        ("{% set a = values.gone + 1 %}", "1:19"),
        ("{% set a = 1 %}\n{% with a = 1, b = values.gone + 1 %}{% endwith %}", "2:27"),
        ("{% macro m(a=gone + 1) %}{% endmacro %}\n{{ m() }}", "1:14"),
        ("a: {{ 1 }} {{ 1 // 0 }} {{ 2 }}", "1:12"),
        ("a: {{ values.n\n   | default(1) + gone }}", "2:19"),
        ("{% set c %}{{ 1 }}{{ 1 // 0 }}{% endset %}", "1:19"),
        ("{% filter upper %}{{ gone }}{% endfilter %}", "1:22"),
        ("{{ [1] | map(attribute='gone') | join }}", "1:25"),
        ("{% if false %}{% elif gone %}{% endif %}", "1:23"),
        ("{% include gone %}", "1:12"),
        ("{% for a in [1, 2] if gone %}{% endfor %}", "1:23"),
        ("{% call gone() %}{% endcall %}", "1:9"),
    ],
)
def test_what_cannot_be_evaluated_has_line_and_column(tmp_path: Path, source: str, expected: str) -> None:
    finding = refused(tmp_path, source, {"n": 1})
    assert str(finding.span) == f"{FILE}:{expected}"
    assert [frame.label for frame in finding.trace] == (["called from"] if "m()" in source else [])


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a: 1\nb: {{ 1   $ }}", "2:11"),
        ("a: {{ (1] }}", "1:9"),
        ("a: {{ 1 +\n  }}", "2:3"),
        ("a: {{ 'x }}", "1:7"),
        ("{% for x in y %}\n{% endif %}", "2:4"),
        ("a: {{ 1 | nope }} {{ 2 | uper }}", "1:4"),
        ("a: {{ 1 }}\n{% set loop = 1 %}{% for loop in [1] %}{% endfor %}", "2:26"),
    ],
)
def test_what_is_not_valid_has_line_and_column(tmp_path: Path, source: str, expected: str) -> None:
    assert str(refused(tmp_path, source).span) == f"{FILE}:{expected}"


def test_everything_that_is_not_valid_is_found_at_once(tmp_path: Path) -> None:
    source = "a: {{ 1 | nope }} {{ 2 | uper | none }}\n{{ ''.__class__ }}\n{% if 1 is odd_one %}{% endif %}"
    with pytest.raises(TemplateFailed) as caught:
        documents(tmp_path, source)
    assert [str(finding.span) for finding in caught.value.findings] == [
        f"{FILE}:{place}" for place in ("1:4", "1:19", "2:1", "3:1")
    ]


def test_indentation_stands_where_its_line_starts(tmp_path: Path) -> None:
    source = "{% filter indent(8, true) %}a:\n  {{ 1 }}\n{{ 2 }}: 3{% endfilter %}"
    (document,) = documents(tmp_path, source)
    assert PLACEHOLDER.sub("_", document.text) == "        a:\n          _\n        _: 3"
    assert way(document.locate(1, 5)) == f"{FILE}:1:29"
    assert way(document.locate(2, 5)) == f"{FILE}:2:1"
