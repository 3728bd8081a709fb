"""What expressions can do with data, structure and secrets, and what is said when they cannot."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provisioner.manifests.templates import TemplateSet
from provisioner.rooms import Value
from provisioner.secrets import SecretName, SecretText
from tests.manifests.templates.workspaces import bound, data, refused, template_set
from tests.strategies import hostile_text

VALUES: dict[str, Value] = {
    "n": 5,
    "t": True,
    "none": None,
    "text": "a: b",
    "list": ["b", "a", "b"],
    "rows": [1, {"k": "v"}],
    "columns": {"items": "data first", "b": 2},
    "private": "hunter2",
}
KEY = SecretName("K")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("values.columns.items", "data first"),
        ("values.columns.keys()", ["items", "b"]),
        ("values.columns | items | map('last') | list", ["data first", 2]),
        ("values.list | map('upper')", ["B", "A", "B"]),
        ("values.list | unique | sort | join('+')", "a+b"),
        ("values.rows | selectattr('k', 'defined')", [{"k": "v"}]),
        ("values.rows[1:]", [{"k": "v"}]),
        ("values.get('gone', 3)", 3),
        ("values.gone | default('d')", "d"),
        ("values.gone is defined", False),
        ("values.none or 'd'", "d"),
        ("values.t ~ 1.5 ~ values.n", "true1.55"),
        ("'%03d-%s' % (7, 'x')", "007-x"),
        ("7 // 2 + 2 ** 3 % 5", 6),
        ("range(1, 9, 3)", [1, 4, 7]),
        ("dict(a=1, b=[values.n])", {"a": 1, "b": [5]}),
        ("namespace(a=[1]).a", [1]),
        ("cycler('a', 'b').next()", "a"),
        ("'x' ~ ('y' if false)", "x"),
        ("values.list | tojson", '["b", "a", "b"]'),
        ("values.n | b64", "NQ=="),
        ("'<\"&\\'>' | ssml_escape", "&lt;&quot;&amp;&apos;&gt;"),
        ("secret('K')", SecretText((KEY,))),
        ("'a' ~ secret('K') ~ 'b' ~ 1", SecretText(("a", KEY, "b1"))),
        ("'a' + secret('K')", SecretText(("a", KEY))),
        ("['a', secret('K')] | join('/')", SecretText(("a/", KEY))),
        ("'/'.join([secret('K'), 'b'])", SecretText((KEY, "/b"))),
        ("{'k': [secret('K')]}", {"k": [SecretText((KEY,))]}),
        ("secret('K') | default('x') | string", SecretText((KEY,))),
        ("secret('K') is string", True),
    ],
)
def test_values_of_expressions(tmp_path: Path, expression: str, expected: Value) -> None:
    assert data(tmp_path, f"a: {{{{ {expression} }}}}", VALUES) == [{"a": expected}]


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("c ~ '!'", "<5>!"),
        ("c | upper | replace('5', 'V')", "<V>"),
        ("c == '<5>'", True),
        ("'5' in c", True),
        ("c | length", 3),
        ("c.split('5')", ["<", ">"]),
        ("c[1:2]", "5"),
        ("[c, {'k': c}]", ["<5>", {"k": "<5>"}]),
        ("{'<5>': 1}[c]", 1),
        ("'%s' % c", "<5>"),
        ("c + c", "<5><5>"),
        ("c | tojson", '"<5>"'),
    ],
)
def test_a_captured_block_is_text_to_expressions(tmp_path: Path, expression: str, message: Value) -> None:
    """And its values stand in it, whatever their placeholders look like."""
    source = f"{{% set c %}}<{{{{ values.n }}}}>{{% endset %}}a: {{{{ {expression} }}}}"
    assert data(tmp_path, source, VALUES) == [{"a": message}]


def test_blocks_stay_structure_wherever_they_are_carried(tmp_path: Path) -> None:
    source = (
        "{% set c %}k: {{ values.text }}{% endset %}{% set ns = namespace(x=c) %}{% set d = {'x': c} %}"
        "{% macro same(x) %}{{ x }}{% endmacro %}"
        "{{ c }}\n---\n{{ ns.x }}\n---\n{{ d.x }}\n---\n{{ same(c) | trim }}\n---\n"
        "{{ values.gone | default(c) }}\n---\n{% filter upper %}{{ c }}{% endfilter %}"
    )
    assert data(tmp_path, source, VALUES) == [{"k": "a: b"}] * 5 + [{"K": "A: B"}]


@pytest.mark.parametrize(
    ("expression", "rule", "message"),
    [
        ("values.none ~ 'x'", "not-text", "this expression has no value (none) and stands in text"),
        ("values.list ~ 'x'", "not-text", "this expression is a list and stands in text; join it"),
        ("values.n + 'x'", "template-value", "`+` does not go between a whole number and text; `~` joins texts"),
        ("values.n < 'x'", "template-value", "a whole number and text cannot be compared"),
        ("values.n()", "template-value", "this calls a whole number, which is no function"),
        ("values.list[9]", "template-undefined", "this list has 3 entries, so there is no number 9 (the first is 0)"),
        ("[] | first", "template-undefined", "this list is empty, so nothing can be taken from it"),
        ("values.columns.c", "template-undefined", "there is no `c` in this mapping; there are: items, b"),
        ("{1: 2}", "template-value", "a key of this mapping is a whole number; keys are text"),
        ("range", "template-value", "this expression is a function; only data can be printed"),
        ("1e308 * 10", "template-value", "this is not a finite number, so no room can hold it"),
        ("range(100001)", "template-limit", "`range` makes up to 100,000 numbers"),
        ("secret('K') | length", "template-secret", "`length` cannot be done with a secret"),
        ("secret('K') | b64", "template-secret", "`b64` cannot be done with a secret"),
        ("values[secret('K')]", "template-secret", "`[ ]` cannot be done with a secret"),
        ("{'a': secret('K')} | urlencode", "template-secret", "`urlencode` cannot be done with a secret"),
        ("[1] | map(values.private) | list", "template-value", "there is no filter or test of the name"),
        ("gone if false else lost", "template-undefined", "`lost` is not defined"),
    ],
)
def test_messages_say_what_is_wrong(tmp_path: Path, expression: str, rule: str, message: str) -> None:
    finding = refused(tmp_path, f"a: {{{{ {expression} }}}}", VALUES)
    assert finding.rule == rule
    assert finding.message.startswith(message)
    assert "hunter2" not in finding.message


@pytest.mark.parametrize(
    "bomb",
    [
        "{% set ns = namespace(x=['x']) %}{% for i in range(30) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set ns = namespace(x=['x']) %}{% for i in range(30) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
        (
            "{% set ns = namespace(x='x') %}{% for i in range(40) %}{% set c %}{{ ns.x }}{{ ns.x }}{% endset %}"
            "{% set ns.x = c %}{% endfor %}{{ ns.x }}"
        ),
        "{% set ns = namespace(x=9) %}{% for i in range(40) %}{% set ns.x = ns.x * ns.x %}{% endfor %}",
        "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(40) }}",
    ],
    ids=["list", "nested lists", "blocks", "number", "loops", "macros"],
)
def test_what_doubles_is_refused(tmp_path: Path, bomb: str) -> None:
    assert refused(tmp_path, f"a: {bomb}").rule == "template-limit"


def test_what_a_filter_makes_can_be_used_twice(tmp_path: Path) -> None:
    source = "{% set x = values.list | map('upper') %}a: {{ x | first }}{{ x | join }}{{ x[2] }}"
    assert data(tmp_path, source, VALUES) == [{"a": "BBABB"}]


@pytest.mark.parametrize("link", ["../provisioner.yaml", "../../outside.yaml", "/etc/hostname", "loop.yaml"])
def test_a_symlink_out_of_the_templates_is_refused(tmp_path: Path, link: str) -> None:
    """Even within the workspace, where a file such as `.env` may hold what is nobody's business."""
    for name in ("provisioner.yaml", "../outside.yaml"):
        (tmp_path / name).write_text("a: hunter2\n", encoding="utf-8")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "loop.yaml").symlink_to(link)
    finding = refused(tmp_path, "\n{% include 'loop.yaml' %}", VALUES)
    assert (finding.rule, str(finding.span)) == ("template-path", "rooms/a.yaml:2:1")


def test_imported_state_begins_anew_for_every_file(tmp_path: Path) -> None:
    """What a room looks like does not depend on which files were rendered before it."""
    counter = "{% set ns = namespace(i=0) %}{% macro up() %}{% set ns.i = ns.i + 1 %}{{ ns.i }}{% endmacro %}"
    templates = template_set(tmp_path, {}, {"count.yaml": counter})
    source = "{% import 'count.yaml' as c %}a: [{{ c.up() }}, {{ c.up() }}]"
    assert [rendered(templates, f"rooms/{name}.yaml", source) for name in "ab"] == [{"a": [1, 2]}] * 2


def rendered(templates: TemplateSet, file: str, source: str) -> Value:
    (document,) = templates.render(file, source).documents()
    (value,) = bound(document)
    return value


LEAVES = (
    st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | hostile_text()
    | st.builds(SecretText.of, st.sampled_from(["A", "B_1"]))
)
DATA = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(hostile_text(), inner), max_leaves=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(DATA)
def test_every_value_keeps_its_type(tmp_path: Path, value: Value) -> None:
    templates = {"i.yaml": "{% macro m(x) %}{{ x }}{% endmacro %}i: {{ values.x }}\nm: {{ m(values.x) }}"}
    source = "plain: {{ values.x }}\nflow: [{{ values.x }}]\n{% include 'i.yaml' %}"
    (found,) = data(tmp_path, source, {"x": value}, templates)
    assert isinstance(found, dict)
    for printed in (found["plain"], found["flow"][0], found["i"]):  # type: ignore[index]  # a list
        assert printed == value
        assert type(printed) is type(value)
