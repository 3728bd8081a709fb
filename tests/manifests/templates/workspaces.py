"""A small workspace on disk, and what its templates render to, through the real parser and the real binding."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from provisioner.diagnostics import Diagnostic
from provisioner.manifests.binding import compile_document
from provisioner.manifests.data import DataFolder
from provisioner.manifests.folders import OnDisk
from provisioner.manifests.templates import RenderedDocument, TemplateFailed, TemplateSet
from provisioner.rooms import Value
from provisioner.yaml_source import parse_documents

FILE = "rooms/a.yaml"


def template_set(root: Path, values: dict[str, Value], templates: Mapping[str, str] | None = None) -> TemplateSet:
    """The templates of a workspace at `root`; names may lead into folders."""
    for name, text in (templates or {}).items():
        path = root / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    target: dict[str, Value] = {"name": "local", "region": "cn-north-4", "endpoint": None}
    return TemplateSet(
        folder=OnDisk(root, "templates", is_closed=True),
        values=values,
        target=target,
        read_data=DataFolder(OnDisk(root, "data")).read,
    )


def documents(
    root: Path, source: str, values: dict[str, Value] | None = None, templates: Mapping[str, str] | None = None
) -> list[RenderedDocument]:
    """The rendered documents of one manifest."""
    return list(template_set(root, values or {}, templates).render(FILE, source).documents())


def data(
    root: Path, source: str, values: dict[str, Value] | None = None, templates: Mapping[str, str] | None = None
) -> list[Value]:
    """The plain data of one manifest's documents, without empty ones."""
    return [value for document in documents(root, source, values, templates) for value in bound(document)]


def bound(document: RenderedDocument) -> list[Value]:
    """The plain data of what one rendered document parses to."""
    parsed = parse_documents(document.text, "")
    assert not parsed.findings, (parsed.findings, document.text)
    result: list[Value] = []
    for found in parsed.documents:
        value, problems = compile_document(found.root).bind(document.values)
        assert not problems, problems
        if value is not None:
            result.append(value)
    return result


def refused(
    root: Path, source: str, values: dict[str, Value] | None = None, templates: Mapping[str, str] | None = None
) -> Diagnostic:
    """The finding that stops a manifest."""
    with pytest.raises(TemplateFailed) as caught:
        documents(root, source, values, templates)
    return caught.value.diagnostic
