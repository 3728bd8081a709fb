"""What files say, looked up in their texts."""

from __future__ import annotations

import time

import pytest

from provisioner.advice.written import Written


def values(text: str) -> frozenset[str] | None:
    return Written({"rooms/a.yaml": text}).values_read()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{{ values.a }} {{ values['b'] }} {%- if values . c -%}", {"a", "b", "c"}),
        ("{# values.a #} values.b {{ other.values.c }}", set()),
        ("{{ 'a }} b' ~ values.a }}", {"a"}),
        ("{{ values.a.items() }}", {"a"}),
        ("{% raw %}{{ values.a }}{% endraw %}", {"a"}),
        ("a: {{ x }} 'it{{ values.a }}", {"a"}),
    ],
)
def test_names_that_are_read(text: str, names: set[str]) -> None:
    assert values(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "{{ values[x] }}",
        "{{ values }}",
        "{{ values.get('a') }}",
        "{% for v in values %}",
        "{{ values['a' ~ b] }}",
        "{{ values|length }}",
        "{{ f(values) }}",
        "{{ values.items() }}",
        "{% set v = values %}",
    ],
)
def test_where_a_name_is_made_up_nothing_is_known(text: str) -> None:
    assert values("{{ values.a }}" + text) is None


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("{% include 'a.yaml' %}", {"a.yaml"}),
        ('{%- import "./x/a.yaml" as a with context -%}', {"x/a.yaml"}),
        ("{% from 'a.yaml' import b, c as d %}", {"a.yaml"}),
        ("{% extends 'a.yaml' %}", {"a.yaml"}),
        ("{% include 'a.yaml' ignore missing %}", {"a.yaml"}),
        ("{% if x %}include 'a.yaml'{% endif %}", set()),
        ("{% include a %}", None),
        ("{% include 'a' ~ b %}", None),
        ("{% include ['a', 'b'] %}", None),
        ("{% include 'a' if x else 'b' %}", None),
    ],
)
def test_templates_that_are_loaded(text: str, used: set[str] | None) -> None:
    assert Written({"rooms/a.yaml": text}).templates_used() == used


def test_templates_of_templates_are_loaded_and_circles_end() -> None:
    templates = {"a.yaml": "{% include 'b.yaml' %}", "b.yaml": "{% include 'a.yaml' %}", "c.yaml": "{% include d %}"}
    assert Written({"rooms/a.yaml": "{% include 'a.yaml' %}"}, templates).templates_used() == {"a.yaml", "b.yaml"}


def test_a_key_is_mentioned_where_it_is_not_given() -> None:
    written = Written(
        {"rooms/a.yaml": "key: one\n---\nkey: two\nspec: {script: one}\n  - three.\n"}, {"t": "# key: four"}
    )
    assert {"one", "three"} <= written.mentioned()
    assert "two" not in written.mentioned()


@pytest.mark.parametrize("text", ["{{ " * 200_000, "{# " * 200_000, '{{ "' + '\\"' * 200_000, "{{ '\"" * 100_000])
def test_hostile_texts_take_no_time(text: str) -> None:
    before = time.process_time()
    written = Written({"rooms/a.yaml": text})
    written.values_read(), written.templates_used(), written.mentioned()
    assert time.process_time() - before < 5
