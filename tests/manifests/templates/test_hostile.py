"""Templates that a stranger wrote: each is a finding at its line, quickly, and shows no value."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from provisioner.diagnostics import Severity
from provisioner.manifests import load
from provisioner.rooms import Value
from provisioner.workspace import open_workspace
from tests.manifests.templates.workspaces import refused

VALUES: dict[str, Value] = {"secret_looking": "hunter2", "name": "hunter2", "n": 3, "list": ["hunter2"]}

# The mistake stands in line 2.
MISTAKES = [
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''['__class__'] }}",
    "{{ '' | attr('__class__') }}",
    "{{ [''] | map(attribute='__class__') | list }}",
    "{{ ('__cla' ~ 'ss__') | string and values['__cla' ~ 'ss__'] }}",
    "{{ '{0.__class__}'.format(1) }}",
    "{{ '{x.__class__}'.format_map({'x': 1}) }}",
    "{{ '%s' | format(1) }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ namespace.__init__ }}",
    "{{ data.__self__ }}",
    "{{ self.__init__ }}",
    "{{ range(10**9) }}",
    "{{ 'a' * 10**9 }}",
    "{{ [1] * 10**9 }}",
    "{{ 10**(10**8) }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ 'a' | center(10**9) }}",
    "{{ 'a'.center(10**9) }}",
    "{{ 'a'.ljust(10**9) }}",
    "{{ 'a'.zfill(10**9) }}",
    "{{ 'a' | indent(10**9) }}",
    "{{ ('a' * 100000).replace('a', 'b' * 100000) }}",
    "{{ ('a' * 100000) | replace('a', 'b' * 100000) }}",
    "{{ (range(100000) | list) | join('b' * 100000) }}",
    "{% set ns = namespace(x='aaaaaaaaaa') %}{% for i in range(64) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "{% set ns = namespace(x='aaaaaaaaaa') %}{% for i in range(64) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "{% set ns = namespace(x=[1]) %}{% for i in range(64) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% include 'loop.yaml' %}",
    "{{ lipsum() }}",
    "{{ [1, 2] | random }}",
    "{{ env }}",
    "{{ config }}",
    "{{ values.gone }}",
    "{{ values.name.gone }}",
    "{{ values[values.name] }}",
    "{{ 1 / 0 }}",
    "{{ values.name + 1 }}",
    "{{ values.list + 1 }}",
    "{{ values.n() }}",
    "{{ values.name | nope }}",
    "{% if values.name is nope %}{% endif %}",
    "{% nope %}",
    "{{ unclosed",
    "{{ values.name values.name }}",
    "{{ values.name 'hunter2' }}",
    "{{ values.name | upper 'hunter2' }}",
    "{{ values. 'hunter2' }}",
    "{{ ?hunter2 }}",
    "{% for 'hunter2' in x %}{% endfor %}",
    "{% endfor hunter2 %}",
    "{% set 'hunter2' = 1 %}",
    "{{ values['hun' ~ 'ter2'] }}",
    "{{ values.name < 1 }}",
    "{{ values.name | int('x') | round(1, 'hunter2') }}",
    "{{ {}[values.list] }}",
    "{{ dict(values.name) }}",
    "{{ values.name.index('zzz') }}",
    "{{ 'hunter2 }}",
    "{% for x in values.n %}{% endfor %}",
    "{% include '../../.env' %}",
    "{% include '../rooms/a.yaml' %}",
    "{% include '/etc/passwd' %}",
    "{% include 'out.yaml' %}",
    "{% include 'gone.yaml' %}",
    '{% include "a\'b.yaml" %}',
    "{% include 'a\\nb.yaml' %}",
    "{% include values.n %}",
    "{% import 'gone.yaml' as x %}",
    "{{ data('../provisioner.yaml') }}",
    "{{ data('gone.csv') }}",
    "{{ secret('not a name') }}",
    "{{ secret(values.n) }}",
    "{{ secret('K') | upper }}",
    "{{ secret('K') | b64 }}",
    "{{ secret('K') | length }}",
    "{{ [secret('K')] | tojson }}",
    "{{ secret('K').parts }}",
    "{{ secret('K') + 1 }}",
    "{{ '%s' % secret('K') }}",
    "{{ values.update({'a': 1}) }}",
    "{{ values.list.append(1) }}",
    "{% do values.list.append(1) %}",
    "a: \uf5d00\uf5d1",
    'a: "\\uf5d00\\uf5d1"',
    'a: "\\u{% if true %}F5D0{% endif %}7\\U0000f5d1"',
    "{{ '" + "\uf5d00\uf5d1" + "' }}",
    "{{ " + "(" * 3000 + ")" * 3000 + " }}",
    "{{ " + "-" * 30000 + "1 }}",
    "{% if 1 %}" * 300 + "{% endif %}" * 300,
    "{% for a in [1] %}" * 60 + "{% endfor %}" * 60,
    "{{ range }}",
    "{{ namespace() }}",
    "{% macro m() %}{% endmacro %}{{ m }}",
    "{% macro m() %}{% endmacro %}{{ m(1) }}",
    "{% call values.name.format() %}x{% endcall %}",
    "{% extends 'gone.yaml' %}",
    "{{ 1e308 * 10 }}",
    "{{ '\\ud800' | b64 }}",
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda text: text[:60].encode("ascii", "replace").decode())
def test_a_mistake_is_a_finding_at_its_line(tmp_path: Path, mistake: str) -> None:
    (tmp_path.parent / f"{tmp_path.name}-outside.yaml").write_text("hunter2: 1", encoding="utf-8")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "out.yaml").symlink_to(tmp_path.parent / f"{tmp_path.name}-outside.yaml")
    begin = time.monotonic()
    finding = refused(tmp_path, f"# first\n{mistake}\n", VALUES, {"loop.yaml": "\n{% include 'loop.yaml' %}"})
    assert time.monotonic() - begin < 4
    assert finding.severity is Severity.ERROR
    assert finding.span is not None
    places = [finding.span, *(frame.span for frame in finding.trace)]
    assert ("rooms/a.yaml", 2) in [(place.file, place.line) for place in places], finding
    assert "hunter2" not in repr(finding)
    assert "Traceback" not in finding.message
    assert len(finding.message) < 300
    assert len(finding.trace) <= 20


@pytest.mark.parametrize(
    "endless",
    [
        "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
        "{% for a in range(100000) %}{% for b in range(100000) %}xxxxxxxxxxxxxxxxxxxx{% endfor %}{% endfor %}",
        "{% for a in range(100000) %}{% for b in range(100000) %}{{ b }}{% endfor %}{% endfor %}",
        "{% set x = range(100000) | map('string') | map('center', 1000) | list %}" * 50,
        (
            "{% macro a() %}{{ b() }}{{ b() }}{% endmacro %}{% macro b() %}{{ c() }}{{ c() }}{% endmacro %}"
            "{% macro c() %}{% for i in range(100000) %}x{% endfor %}{% endmacro %}"
            "{% for i in range(100000) %}{% set y = a() %}{% endfor %}"
        ),
    ],
)
def test_what_does_not_end_is_ended_within_five_seconds(tmp_path: Path, endless: str) -> None:
    (tmp_path / "provisioner.yaml").write_text("workspace: shop\n", encoding="utf-8")
    (tmp_path / "rooms").mkdir()
    (tmp_path / "rooms" / "a.yaml").write_text(endless, encoding="utf-8")
    workspace = open_workspace(tmp_path)
    begin = time.monotonic()
    loaded = asyncio.run(load(workspace, workspace.target(None)))
    assert time.monotonic() - begin < 6
    assert [finding.span.file for finding in loaded.findings if finding.span] == ["rooms/a.yaml"]


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("{{ valeus.name }}", "values"),
        ("{{ values.nmae }}", "name"),
        ("{{ target.regoin }}", "region"),
        ("{{ values.name | uper }}", "upper"),
        ("{% import 'm.yaml' as m %}{{ m.itme() }}", "item"),
        ("{% set colour = 1 %}{{ color }}", "colour"),
        ("{% include 'n.yaml' %}", "m.yaml"),
    ],
)
def test_a_misspelt_name_is_a_finding_with_the_right_one(tmp_path: Path, source: str, hint: str) -> None:
    templates = {"m.yaml": "{% macro item() %}{% endmacro %}"}
    finding = refused(tmp_path, source, {"name": "hunter2"}, templates)
    assert f"`{hint}`" in finding.message
    assert "hunter2" not in finding.message


def test_a_syntax_error_in_an_include_names_both_places(tmp_path: Path) -> None:
    finding = refused(tmp_path, "a: 1\n{% include 'b.yaml' %}", {}, {"b.yaml": "x: 1\ny: {{ x"})
    assert str(finding.span).startswith("templates/b.yaml:2:")
    assert [str(frame) for frame in finding.trace] == ["included from rooms/a.yaml:2:1"]


def test_a_runtime_error_in_a_macro_names_the_way_there(tmp_path: Path) -> None:
    macros = "{% macro m(x) %}\n  a: {{ x.gone }}\n{% endmacro %}"
    source = "{% include 'b.yaml' %}"
    finding = refused(tmp_path, source, {}, {"m.yaml": macros, "b.yaml": "{% import 'm.yaml' as m %}\n{{ m.m({}) }}"})
    assert str(finding.span) == "templates/m.yaml:2:11"
    assert [str(frame) for frame in finding.trace] == [
        "called from templates/b.yaml:2:1",
        "included from rooms/a.yaml:1:1",
    ]
