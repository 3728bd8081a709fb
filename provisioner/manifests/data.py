"""The tables of `data/`, as `data("stores.csv")` in a template gives them.

A CSV file is a list of mappings of text, one a row, by the names in its first row; JSON and YAML are what they
say. Each file is read once. A path is relative to `data/`, with forward slashes, and may not leave it.
"""

from __future__ import annotations

import csv
import json
import re
from pathlib import PurePosixPath

from provisioner.diagnostics import Diagnostic, Span
from provisioner.errors import FindingsError
from provisioner.manifests.folders import Folder
from provisioner.metastudio import strict_json
from provisioner.rooms import Value
from provisioner.yaml_source import parse_documents

FOLDER = "data"
MAX_ROWS = 200_000
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_MOST_SAME = 20_000
"""Cells of a table that are kept once, however often they stand there."""


class DataFolder:
    """The `data/` of a workspace."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._read: dict[str, Value] = {}

    def read(self, path: str) -> Value:
        """The content of one file. Raises FindingsError with what is wrong at its place in that file."""
        if path not in self._read:
            self._read[path] = self._content(path)
        return self._read[path]

    def _content(self, path: str) -> Value:
        parts = PurePosixPath(path).parts
        if not path.isprintable() or "\\" in path or not parts or path.startswith("/") or ".." in parts:
            raise _failed("data-path", f"a data file is named by its path in {FOLDER}/, such as stores.csv", None)
        path = "/".join(parts)
        name = f"{self._folder.name}/{path}"
        reader = _READERS.get(PurePosixPath(path).suffix)
        if reader is None:
            raise _failed("data-path", "a data file has a name that ends in .csv, .json or .yaml", None)
        if not self._folder.has(path):
            raise _failed("data-path", f"there is no file {name}", None)
        return reader(self._folder.read(path), name)


def _csv(text: str, name: str) -> Value:
    reader = csv.reader((line.group() for line in _LINES.finditer(text)), strict=True)
    rows: list[Value] = []
    same: dict[str, str] = {}
    try:
        header = next(reader, [])
        _check_header(header, name)
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(header):
                message = f"this row has {len(cells)} cells and the first row names {len(header)} columns"
                raise _failed("csv-row", message, Span(name, reader.line_num))
            if len(rows) == MAX_ROWS:
                message = f"the table has more than {MAX_ROWS:,} rows; split it"
                raise _failed("csv-row", message, Span(name, reader.line_num))
            once = same.setdefault if len(same) < _MOST_SAME else same.get  # the cells of a table repeat themselves
            rows.append({column: once(cell, cell) for column, cell in zip(header, cells, strict=True)})
    except csv.Error as error:
        message = "this row is not CSV: look for a quote that is not closed or not doubled"
        raise _failed("csv-syntax", message, Span(name, max(reader.line_num, 1))) from error
    return rows


def _check_header(header: list[str], name: str) -> None:
    if not header:
        raise _failed("csv-header", "the first row must name the columns, and there is none", Span(name))
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        raise _failed("csv-header", "columns are separated by commas; save the table with commas", Span(name))
    for position, column in enumerate(header):
        if not column.strip():
            raise _failed("csv-header", f"column {position + 1} has no name in the first row", Span(name))
        if column != column.strip():
            raise _failed("csv-header", f"the name of column {position + 1} has spaces around it", Span(name))
        if column in header[:position]:
            first = header.index(column) + 1
            raise _failed("csv-header", f"columns {first} and {position + 1} have the same name", Span(name))


def _json(text: str, name: str) -> Value:
    try:
        return strict_json.parse(text.encode())  # type: ignore[return-value]  # what JSON holds is a Value
    except strict_json.NotJsonError as error:
        cause = error.__cause__
        if isinstance(cause, json.JSONDecodeError):
            span = Span(name, cause.lineno, cause.colno)
            raise _failed("json-syntax", "this is not JSON from here on", span) from error
        raise _failed("json-syntax", f"the file is not used: {error}", Span(name)) from error


def _yaml(text: str, name: str) -> Value:
    parsed = parse_documents(text, name)
    if parsed.findings:
        raise FindingsError(parsed.findings)
    if len(parsed.documents) > 1:
        span = parsed.documents[1].span(())
        raise _failed("too-many-documents", "a data file is one document; split it at the ---", span)
    return parsed.documents[0].value() if parsed.documents else None


_READERS = {".csv": _csv, ".json": _json, ".yaml": _yaml}
SUFFIXES = frozenset(_READERS)
"""Of the files that are read."""


def _failed(rule: str, message: str, span: Span | None) -> FindingsError:
    return FindingsError((Diagnostic.error(rule, message, span),))
