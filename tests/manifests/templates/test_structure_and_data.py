"""Structure passes through, values are bound: the awkward templates, and any text in any place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings

from provisioner.rooms import Value
from provisioner.secrets import SecretName, SecretText
from tests.manifests.templates.workspaces import data, documents, refused
from tests.strategies import hostile_text

EVIL = "x: y # 'z'\n- \"{{ a }}\"\n---\n"
MACROS = """\
{% macro item(name) -%}
name: {{ name }}
tags:
  - {{ name }}
{%- endmacro %}
{% macro box() -%}
box:
  {{ caller() | indent(2) }}
{%- endmacro %}
{% macro of_values() %}{{ values.x }}{{ target.name }}{% endmacro %}
"""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a: {{ values.x }}", {"a": EVIL}),
        ("a: '{{ values.x }}'", {"a": EVIL}),
        ('a: "{{ values.x }}!"', {"a": EVIL + "!"}),
        ("a: |-\n  <{{ values.x }}>\n  end", {"a": f"<{EVIL}>\nend"}),
        ("a: >-\n  <{{ values.x }}>\n  end", {"a": f"<{EVIL}> end"}),
        ("{{ values.x }}: 1", {EVIL: 1}),
        ("a: {b: {{ values.x }}, {{ values.x }}: [{{ values.x }}]}", {"a": {"b": EVIL, EVIL: [EVIL]}}),
        ("a: {{ values.n }}", {"a": 3}),
        ("a: {{ values.map }}", {"a": {"k": [1, EVIL]}}),
        ("a: {{ values.map.k[1] }}", {"a": EVIL}),
        ("a: {{ 'x' }}{{ 1 }}", {"a": "x1"}),
        ("a: {{ values.x ~ 1 ~ values.x }}", {"a": f"{EVIL}1{EVIL}"}),
        ("a: {{ values.map | tojson }}", {"a": '{"k": [1, "x: y # \'z\'\\n- \\"{{ a }}\\"\\n---\\n"]}'}),
        ("{% set c %}k: {{ values.x }}{% endset %}a:\n  {{ c }}", {"a": {"k": EVIL}}),
        ("{% set c %}<{{ values.x }}>{% endset %}a: {{ c ~ '!' }}", {"a": f"<{EVIL}>!"}),
        ("{% set c %}k: {{ values.x }}{% endset %}a: {{ c | b64 | length > 9 }}", {"a": True}),
        ("{% filter indent(2, true) %}k: {{ values.x }}\nl: 1{% endfilter %}", {"k": EVIL, "l": 1}),
        ("a:\n{% filter indent(2, true) %}\nk: {{ values.x }}\n{% endfilter %}", {"a": {"k": EVIL}}),
        (
            "{% import 'm.yaml' as m %}a:\n  - {{ m.item(values.x) | indent(4) }}",
            {"a": [{"name": EVIL, "tags": [EVIL]}]},
        ),
        ("{% from 'm.yaml' import item %}{{ item('a') }}", {"name": "a", "tags": ["a"]}),
        (
            "{% import 'm.yaml' as m %}{% call m.box() %}k: {{ values.x }}\nl: 2{% endcall %}",
            {"box": {"k": EVIL, "l": 2}},
        ),
        ("{% import 'm.yaml' as m %}a: {{ m.of_values() }}", {"a": EVIL + "local"}),
        ("{% set y = values.x %}{% include 'i.yaml' %}", {"i": EVIL, "y": EVIL}),
        ("a: {% for i in [1, 2] %}{{ i }}{% if not loop.last %}-{% endif %}{% endfor %}", {"a": "1-2"}),
        ("a: [{% for i in values.map.k %}{{ i }}, {% endfor %}]", {"a": [1, EVIL]}),
        ("a:\n{%- for i in [1, 2] %}\n  - {{ i }}\n{%- endfor %}\n", {"a": [1, 2]}),
        ("{%- set a = 1 -%}\n\n  a: {{ ' ' ~ a -}} \n", {"a": " 1"}),
        ("{% raw %}a: '{{ x }}'{% endraw %}", {"a": "{{ x }}"}),
        ("{# gone #}a: 1 # {{ values.x }}", {"a": 1}),
        ("a: {{ values.gone | default('d') }}{{ 'x' if false }}", {"a": "d"}),
        ('a: {{ secret("K") ~ "/" ~ values.n }}', {"a": SecretText((SecretName("K"), "/3"))}),
        ('a: r/{{ secret("K") }}', {"a": SecretText(("r/", SecretName("K")))}),
        ("a: {{ 'ü<' | b64 }} {{ '<&>' | ssml_escape }}", {"a": "w7w8 &lt;&amp;&gt;"}),
    ],
)
def test_awkward_templates(tmp_path: Path, source: str, expected: Value) -> None:
    values: dict[str, Value] = {"x": EVIL, "n": 3, "map": {"k": [1, EVIL]}}
    templates = {"m.yaml": MACROS, "i.yaml": "i: {{ values.x }}\ny: {{ y }}\n"}
    assert data(tmp_path, source, values, templates) == [expected]


def test_documents_end_at_structural_lines_only(tmp_path: Path) -> None:
    source = "a: {{ values.x }}\n---\nb: |\n  ---\n  {{ values.x }}\n---{# #}\nc: '--- {{ values.x }}'\n--- # d\nd: 1"
    found = data(tmp_path, source, {"x": "\n---\nz: 1"})
    assert found == [{"a": "\n---\nz: 1"}, {"b": "---\n\n---\nz: 1\n"}, {"c": "--- \n---\nz: 1"}, {"d": 1}]


def test_rooms_of_a_template_have_one_text(tmp_path: Path) -> None:
    source = "{% for i in range(500) %}\n---\n{% include 'r.yaml' %}\n{% endfor %}"
    found = documents(tmp_path, source, {}, {"r.yaml": "key: r{{ i }}\nn: {{ i }}\nx: {{ i * 2 }}\n"})
    assert len(found) == 500
    assert len({document.text for document in found[:-1]}) == 1
    assert [list(document.values) for document in found[:3]] == [[0, 0, 0], [1, 1, 2], [2, 2, 4]]


@pytest.mark.parametrize("number", [0xF5D0, 0xF5D1])
def test_the_characters_of_placeholders_are_refused_in_values(tmp_path: Path, number: int) -> None:
    finding = refused(tmp_path, "a: {{ values.x }}", {"x": f"a{chr(number)}0"})
    assert (finding.rule, str(finding.span)) == ("reserved-character", "rooms/a.yaml:1:4")


PLACES = """\
plain: {{ values.x }}
quoted: '{{ values.x }}'
double: "{{ values.x }}"
literal: |-
  {{ values.x }}
folded: >-
  <{{ values.x }}>
flow: {a: {{ values.x }}, b: [{{ values.x }}, "{{ values.x }}"]}
keys: { 'k{{ values.x }}': 1 }
{% import "m.yaml" as m -%}
macro:
  - {{ m.item(values.x) | indent(4) }}
{% call m.box() %}k: {{ values.x }}{% endcall %}
{% set y = values.x -%}
{% include "i.yaml" %}
{% set c %}[{{ values.x }}]{% endset -%}
captured: {{ c }}
joined: {{ "<" ~ values.x ~ ">" }}
"""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@example(EVIL)
@given(hostile_text())
def test_no_text_changes_structure_and_each_comes_back_as_it_is(tmp_path: Path, text: str) -> None:
    templates = {"m.yaml": MACROS, "i.yaml": "i: {{ values.x }}\ny: {{ y }}\n"}
    assert data(tmp_path, PLACES, {"x": text}, templates) == [
        {
            "plain": text,
            "quoted": text,
            "double": text,
            "literal": text,
            "folded": f"<{text}>",
            "flow": {"a": text, "b": [text, text]},
            "keys": {f"k{text}": 1},
            "macro": [{"name": text, "tags": [text]}],
            "box": {"k": text},
            "i": text,
            "y": text,
            "captured": [text],
            "joined": f"<{text}>",
        }
    ]
