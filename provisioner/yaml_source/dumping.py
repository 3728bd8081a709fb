"""Plain data → YAML that reads well: texts of several lines as blocks, keys in the order given."""

from __future__ import annotations

import io
from collections.abc import Iterable
from enum import Enum
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString


def dump_documents(documents: Iterable[Any]) -> str:
    """The documents, each after a `---` but the first. Holds mappings, lists, texts, numbers, booleans and None."""
    yaml = YAML()
    yaml.allow_unicode = True
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    yaml.dump_all([_readable(document) for document in documents], stream)
    return stream.getvalue()


def _readable(value: Any) -> Any:
    match value:
        case dict():
            return {key: _readable(item) for key, item in value.items()}
        case list():
            return [_readable(item) for item in value]
        case str() if _fits_a_block(value):
            return LiteralScalarString(value)
        case Enum():
            return value.value
        case _:
            return value


def _fits_a_block(text: str) -> bool:
    """Whether a literal block says exactly this text: no line that begins or ends with white space."""
    lines = text.split("\n")
    plain = all(line == line.strip() for line in lines) and "\r" not in text and "\t" not in text
    return len(lines) > 1 and plain and bool(lines[0]) and "".join(lines).isprintable()
