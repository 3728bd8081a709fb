"""Where one document ends and the next begins, and that only a template's own text decides it."""

from __future__ import annotations

from pathlib import Path

import pytest

from provisioner.rooms import Value
from tests.manifests.templates.workspaces import documents, refused


def texts(root: Path, source: str, values: dict[str, Value] | None = None) -> list[str]:
    """The documents, in which `<0>` is the first placeholder."""
    return [document.text.replace("\uf5d0", "<").replace("\uf5d1", ">") for document in documents(root, source, values)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", []),
        ("# nothing\n\n", []),
        ("---\n---\n# nothing\n---", []),
        ("a: 1", ["a: 1"]),
        ("a: 1\n", ["a: 1\n"]),
        ("# b\n---\na: 1\n", ["---\na: 1\n"]),
        ("a: 1\n---\nb: 1\n---\n", ["a: 1\n", "---\nb: 1\n"]),
        ("a: 1\n---", ["a: 1\n"]),
        ("a: 1\n--- b\n", ["a: 1\n", "--- b\n"]),
        ("a: 1\n---b\n----\n ---\n# ---\n", ["a: 1\n---b\n----\n ---\n# ---\n"]),
        ("a: 1\n...\nb: 1\n...\n---\nc: 1\n...", ["a: 1\n", "\nb: 1\n", "---\nc: 1\n"]),
        ("%YAML 1.2\n# x\n---\na: 1\n", ["%YAML 1.2\n# x\n---\na: 1\n"]),
        ("a: 1\n...\n%YAML 1.2\n---\nb: 1", ["a: 1\n", "\n%YAML 1.2\n---\nb: 1"]),
        ("a: {{ 1 }}\n---\nb: {{ 2 }}{{ 3 }}\n", ["a: <0>\n", "---\nb: <0><1>\n"]),
        ("a: 1\n-{% if true %}--\nb: 1{% endif %}", ["a: 1\n", "---\nb: 1"]),
        ("a: 1\n--{% if true %}-{% endif %}", ["a: 1\n"]),
        ("a: 1\n--{% if true %}-{% endif %}x", ["a: 1\n---x"]),
        ("a: 1\n.{% if true %}..{% endif %}\nb: 1", ["a: 1\n", "\nb: 1"]),
        ("a: 1\n---{{ 1 }}\n", ["a: 1\n---<0>\n"]),
        ("a: {{ 1 }}---\nb: 1", ["a: <0>---\nb: 1"]),
        ("a: 1\n--{{ 1 }}\n---\nb: 1", ["a: 1\n--<0>\n", "---\nb: 1"]),
        ("a: 1\n{{ '---' }}\n{{ '-' }}--\n", ["a: 1\n<0>\n<1>--\n"]),
        ("a: |\n  ---\n  x\n---\nb: 1", ["a: |\n  ---\n  x\n", "---\nb: 1"]),
        (
            "{% for i in [1, 2] %}{% if not loop.first %}---{% endif %}\na: {{ i }}\n{% endfor %}",
            ["\na: <0>\n", "---\na: <0>\n"],
        ),
        ("{% for i in [1, 2] -%}\n---\na: {{ i }}\n{% endfor -%}", ["---\na: <0>\n", "---\na: <0>\n"]),
        ("{% macro m() %}\n---\na: 1\n{% endmacro %}{{ m() }}{{ m() }}b: 2", ["---\na: 1\n\n", "---\na: 1\nb: 2"]),
        ("{% filter indent(2, true) %}---\na: 1{% endfilter %}", ["  ---\n  a: 1"]),
        ("{% set s = '---' %}a: 1\n{{ s }}\nb: 2\n{{ '\n---\n' }}", ["a: 1\n<0>\nb: 2\n<1>"]),
    ],
)
def test_documents_are_separated_by_structure(tmp_path: Path, source: str, expected: list[str]) -> None:
    assert texts(tmp_path, source) == expected


def test_a_file_without_templates_is_left_as_it_is(tmp_path: Path) -> None:
    assert texts(tmp_path, "a: '{ x }' # {1}\n---\nb: |\n  x\n") == ["a: '{ x }' # {1}\n", "---\nb: |\n  x\n"]


def test_the_way_to_a_document_survives_the_cut(tmp_path: Path) -> None:
    source = "{% macro m() %}a: {{ 1 }}\n---\nb: {{ 2 }}\n{% endmacro %}\n{{ m() }}c: {{ 3 }}"
    found = documents(tmp_path, source)
    assert [[str(frame) for frame in document.locate_value(0)[1]] for document in found] == [
        ["called from rooms/a.yaml:5:1"],
        ["called from rooms/a.yaml:5:1"],
    ]
    assert found[1].locate_value(1)[1] == ()


def test_documents_come_before_the_template_has_ended(tmp_path: Path) -> None:
    """A mistake in the third room does not take the first two away."""
    source = "{% for i in [1, 2, 0] %}\n---\na: {{ 1 // i }}\n{% endfor %}"
    finding = refused(tmp_path, source)
    assert str(finding.span) == "rooms/a.yaml:3:4"


def test_an_endless_document_is_refused(tmp_path: Path) -> None:
    source = "# {{ 1 }}\n{% for i in range(100000) %}" + "x" * 1000 + "{% endfor %}"
    finding = refused(tmp_path, source)
    assert (finding.rule, str(finding.span)) == ("template-limit", "rooms/a.yaml:2:29")
