"""Whether a text that was written says what it should: it is rendered and read as any manifest. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from provisioner.diagnostics import Severity
from provisioner.manifests.binding import compile_document
from provisioner.manifests.documents import read_document
from provisioner.manifests.folders import Gathered
from provisioner.manifests.templates import TemplateFailed, TemplateSet
from provisioner.rooms import Value
from provisioner.yaml_source import parse_documents


class Reader:
    """Reads what was written for manifests. Such texts include nothing and look nothing up."""

    def __init__(self) -> None:
        self._templates = TemplateSet(folder=Gathered("templates", {}, ()), values={}, target={}, read_data=_no_data)

    def problem(self, text: str, documents: Sequence[dict[str, Any]]) -> str | None:
        """Why a text is not fit to be the manifest that says these documents; None where it is."""
        try:
            rendered = list(self._templates.render("", text).documents())
        except TemplateFailed as failed:
            return failed.findings[0].message
        read = [value for document in rendered for value in _values(document.text, document.values)]
        if len(read) != len(documents) or not all(map(_is, read, documents)):
            return "its texts cannot be written so that they are read back as they are"
        for document in rendered:
            for found in read_document(document):
                wrong = [finding for finding in found.findings if finding.severity is Severity.ERROR]
                if wrong:
                    return wrong[0].message
        return None


def _values(text: str, values: Sequence[Value]) -> Iterator[Value]:
    for document in parse_documents(text, "").documents:
        yield compile_document(document.root).bind(values)[0]


def _is(value: Value, other: Value) -> bool:
    """Whether two values are the same data: a number is no truth value, and one with a fraction no whole one."""
    match value, other:
        case dict(), dict():
            return value.keys() == other.keys() and all(_is(item, other[name]) for name, item in value.items())
        case list(), list():
            return len(value) == len(other) and all(map(_is, value, other))
        case _:
            return type(value) is type(other) and value == other


def _no_data(path: str) -> Value:
    raise AssertionError(path)  # nothing that was written asks for data
