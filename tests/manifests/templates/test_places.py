"""Where things stand: every place in rendered text leads to the line and column that a person wrote."""

from __future__ import annotations

from pathlib import Path

from provisioner.diagnostics import Frame, Span
from provisioner.manifests.templates import RenderedDocument
from provisioner.rooms import Value
from tests.manifests.templates.workspaces import documents

STORES = """\
# stores
{% for store in values.stores %}
---
{% include "room.yaml" %}
{% endfor %}
"""
ROOM = """\
{%- import "parts.yaml" as parts -%}
key: {{ store }}
spec:
  name: "x {{ store }}"
  layers:
    - {{ parts.layer(store) | indent(6) }}
"""
PARTS = """\
{% macro layer(name) -%}
type: TEXT
text: {{ name }}
{%- endmacro %}
"""
VALUES: dict[str, Value] = {"stores": ["a", "b"]}


def origin(document: RenderedDocument, needle: str) -> tuple[str, list[str]]:
    """The place of a text in a document, and the way there."""
    line, column = next(
        (number, found + 1)
        for number, text in enumerate(document.text.split("\n"), 1)
        if (found := text.find(needle)) >= 0
    )
    return as_text(document.locate(line, column))


def as_text(place: tuple[Span, tuple[Frame, ...]]) -> tuple[str, list[str]]:
    span, trace = place
    return str(span), [str(frame) for frame in trace]


def test_places_in_an_include_within_a_loop(tmp_path: Path) -> None:
    found = documents(tmp_path, STORES, VALUES, {"room.yaml": ROOM, "parts.yaml": PARTS})
    assert len(found) == 2
    for document in found:
        assert origin(document, "---") == ("rooms/a.yaml:3:1", [])
        included = "included from rooms/a.yaml:4:1"
        assert origin(document, "key") == ("templates/room.yaml:2:1", [included])
        assert origin(document, "name:") == ("templates/room.yaml:4:3", [included])
        assert origin(document, "layers") == ("templates/room.yaml:5:3", [included])
        called = "called from templates/room.yaml:6:7"
        assert origin(document, "type") == ("templates/parts.yaml:2:1", [called, included])
        assert origin(document, "text:") == ("templates/parts.yaml:3:1", [called, included])
        assert as_text(document.locate_value(0)) == ("templates/room.yaml:2:6", [included])
        assert as_text(document.locate_value(1)) == ("templates/room.yaml:4:12", [included])
        assert as_text(document.locate_value(2)) == ("templates/parts.yaml:3:7", [called, included])


def test_columns_of_literal_text_are_exact(tmp_path: Path) -> None:
    source = "{% if true %}直: 1{% endif %}\n{%- if true -%}  \n\n  ,b: {{ 1 }} #c\n{% endif -%}\n  d: e"
    (document,) = documents(tmp_path, source)
    assert origin(document, "直")[0] == "rooms/a.yaml:1:14"
    assert origin(document, "b:")[0] == "rooms/a.yaml:4:4"
    assert as_text(document.locate_value(0))[0] == "rooms/a.yaml:4:7"
    assert origin(document, "#c")[0] == "rooms/a.yaml:4:15"
    assert origin(document, "d:")[0] == "rooms/a.yaml:6:3"


def test_captured_blocks_and_call_blocks_keep_their_places(tmp_path: Path) -> None:
    source = (
        "{% macro box() %}box:\n  {{ caller() | indent(2) }}\n{% endmacro %}\n"
        "{% set c %}k: 1\nl: {{ 2 }}{% endset %}\n"
        "{% call box() %}m: 1\nn: {{ 2 }}{% endcall %}\n"
        "{{ c }}\n"
    )
    (document,) = documents(tmp_path, source)
    assert origin(document, "k:")[0] == "rooms/a.yaml:4:12"
    assert origin(document, "l:")[0] == "rooms/a.yaml:5:1"
    assert origin(document, "box")[0] == "rooms/a.yaml:1:18"
    assert origin(document, "m:")[0] == "rooms/a.yaml:6:17"
    assert origin(document, "n:")[0] == "rooms/a.yaml:7:1"
    assert {as_text(document.locate_value(index))[0] for index in range(2)} == {
        "rooms/a.yaml:7:4",
        "rooms/a.yaml:5:4",
    }
