"""Plain data → YAML that reads well: texts of several lines as blocks, keys in the order given."""

from __future__ import annotations

import io
from collections.abc import Iterable
from enum import Enum
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from provisioner.yaml_source.stand_ins import StandIns

_WIDTH = 120
ENDLESS = 2**20
"""A width at which no line is folded."""


class Verbatim(str):
    """A scalar of one line as it is to stand in the file, with its quotes. It has to be YAML that needs no more."""

    __slots__ = ()


def dump_documents(documents: Iterable[Any], *, folds: bool = True) -> str:
    """The documents, each after a `---` but the first. Holds mappings, lists, texts, numbers, booleans and None.

    Without `folds` no line is folded, however long.
    """
    stand_ins = StandIns()
    readable_documents = [readable(document, stand_ins) for document in documents]
    yaml = YAML()
    yaml.allow_unicode = True
    yaml.width = _WIDTH if folds else ENDLESS
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    yaml.dump_all(readable_documents, stream)
    return stand_ins.restored(stream.getvalue())


def fits_a_block(text: str) -> bool:
    """Whether a literal block says exactly this text, and a person sees all of it: no white space at the end of a line
    or at the beginning of the first, nothing that cannot be seen.
    """
    lines = text.split("\n")
    plain = all(line == line.rstrip() for line in lines) and lines[0] == lines[0].lstrip() and "\t" not in text
    return len(lines) > 1 and plain and bool(lines[0]) and "".join(lines).isprintable()


def readable(value: Any, stand_ins: StandIns) -> Any:
    """The data as ruamel.yaml shall write it."""
    match value:
        case dict():
            return {key: readable(item, stand_ins) for key, item in value.items()}
        case list():
            return [readable(item, stand_ins) for item in value]
        case Verbatim():
            return stand_ins.word(value)
        case str() if fits_a_block(value):
            return LiteralScalarString(value)
        case Enum():
            return value.value
        case _:
            return value
