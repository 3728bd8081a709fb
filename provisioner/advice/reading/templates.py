"""The rules of templates and of the data that they take."""

from __future__ import annotations

from provisioner.advice.reading.kinds import error

_TEMPLATES = "README.md, How a manifest looks"

TEMPLATES = (
    error(
        "not-text",
        "A value that is no text stands inside text",
        "Nothing, a list and a mapping have no text.",
        'room_name: "Tea {{ [1, 2] }}"',
        'room_name: "Tea {{ [1, 2] | join(\\", \\") }}"',
        _TEMPLATES,
    ),
    error(
        "reserved-character",
        "A private-use character is used",
        "Two of them mark where values stand.",
        'room_name: "\\uE000"',
        "room_name: Tea",
        _TEMPLATES,
    ),
    error(
        "template-limit",
        "A template goes beyond a limit",
        "Texts, lists, numbers and loops of templates are bounded.",
        '{{ "a" * 99999999 }}',
        '{{ "a" * 9 }}',
        _TEMPLATES,
    ),
    error(
        "template-path",
        "A template cannot be loaded",
        "Templates are named by their path in templates/.",
        '{% include "../x.yaml" %}',
        '{% include "x.yaml" %}',
        _TEMPLATES,
    ),
    error(
        "template-secret",
        "Something is done with a secret that cannot be",
        "A secret is only a name until the plan is applied, so it has no length and no letters.",
        '{{ secret("KEY") | upper }}',
        '{{ secret("KEY") }}',
        _TEMPLATES,
    ),
    error(
        "template-security",
        "A template reaches for what is out of bounds",
        "Templates work on data only.",
        "{{ values.__class__ }}",
        "{{ values.brand }}",
        _TEMPLATES,
    ),
    error(
        "template-syntax",
        "A template is not written as it must be",
        "It cannot be compiled.",
        "{% if values.x %}…",
        "{% if values.x %}…{% endif %}",
        _TEMPLATES,
    ),
    error(
        "template-undefined",
        "A name is not defined",
        "A misspelt name would be an empty text otherwise.",
        "{{ values.gretting }}",
        "{{ values.greeting }}",
        _TEMPLATES,
    ),
    error(
        "template-value",
        "An expression cannot be worked out",
        "It is applied to a value that it is not made for.",
        '{{ "a" + 1 }}',
        '{{ "a" ~ 1 }}',
        _TEMPLATES,
    ),
)

DATA = (
    error(
        "csv-header",
        "The first row of a table is not its names",
        "Cells are named by the first row.",
        "key,,city",
        "key,name,city",
        "README.md, Many rooms",
    ),
    error(
        "csv-row",
        "A row of a table does not fit",
        "Every row has as many cells as there are names.",
        "key,name\na,b,c",
        'key,name\na,"b,c"',
        "README.md, Many rooms",
    ),
    error(
        "csv-syntax",
        "This is not CSV",
        "Quotes are closed, and doubled inside a cell.",
        '"a',
        '"a"',
        "README.md, Many rooms",
    ),
    error(
        "data-path",
        "A data file cannot be loaded",
        "Tables are named by their path in data/.",
        '{{ data("/etc/stores.csv") }}',
        '{{ data("stores.csv") }}',
        "README.md, Many rooms",
    ),
    error(
        "json-syntax",
        "This is not JSON",
        "The place is where it stops to be.",
        "{a: 1}",
        '{"a": 1}',
        "README.md, Many rooms",
    ),
    error(
        "too-many-documents",
        "A file has more than one document",
        "provisioner.yaml, values and data are one each.",
        "a: 1\n---\nb: 2",
        "a: 1\nb: 2",
    ),
)
