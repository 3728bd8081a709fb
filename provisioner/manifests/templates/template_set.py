"""The templates of a workspace with what they may read: manifests in, rendered documents out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from provisioner.diagnostics import Diagnostic
from provisioner.manifests.folders import Folder
from provisioner.manifests.templates.errors import Refused, TemplateFailed
from provisioner.manifests.templates.library import Library, checked_source
from provisioner.manifests.templates.pieces import Literal, Piece
from provisioner.manifests.templates.problems import not_rendered
from provisioner.manifests.templates.rendered import Rendered, RenderedDocument
from provisioner.manifests.templates.source import Source
from provisioner.manifests.templates.splitting import documents
from provisioner.manifests.templates.texts import kind_of
from provisioner.rooms import Value
from provisioner.secrets import SecretText

MAX_DOCUMENTS = 200_000
"""Documents of one file."""


class TemplateSet:
    """Renders the manifests of one workspace for one target."""

    def __init__(
        self,
        *,
        folder: Folder,
        values: Mapping[str, Value],
        target: Mapping[str, Value],
        read_data: Callable[[str], Value],
    ) -> None:
        """`folder` holds what manifests may include. `read_data` raises FindingsError."""
        self._read_data = read_data
        functions = {
            "data": self._data,
            "secret": _secret,
            "target": dict(target),
            "values": dict(values),
        }
        self._library = Library(folder, functions)

    def render(self, file: str, source: str) -> Rendered:
        """What a manifest renders to; `file` is its name relative to the workspace.

        Raises TemplateFailed for one that cannot be compiled. What fails while it runs raises from what is
        returned, which runs it only as far as it is asked.
        """
        written = checked_source(file, source)
        if not any(brace in source for brace in _BRACES):
            return Rendered(lambda: self._documents(_as_it_is(written)))
        template = self._library.compile(written)
        return Rendered(lambda: self._documents(self._library.environment.run(template)))

    def _documents(self, pieces: Iterator[Piece]) -> Iterator[RenderedDocument]:
        try:
            for count, document in enumerate(documents(pieces)):
                if count == MAX_DOCUMENTS:
                    raise _too_many(document)  # noqa: TRY301  # it leaves with its place
                self._library.environment.refill()
                yield document
        except Exception as error:
            raise not_rendered(error) from error

    def _data(self, path: object) -> Value:
        if not isinstance(path, str):
            raise Refused("template-value", f"`data` takes the path of a file in data/, not {kind_of(path)}")
        return self._read_data(path)


_BRACES = ("{{", "{%", "{#")


def _as_it_is(source: Source) -> Iterator[Piece]:
    """A manifest in which nothing is templated."""
    return iter([Literal(source.text, source, ((0, 0),))] if source.text else [])


def _too_many(document: RenderedDocument) -> TemplateFailed:
    span, trace = document.origin(0)
    message = f"this makes more than {MAX_DOCUMENTS:,} documents; split the file"
    return TemplateFailed((Diagnostic.error("template-limit", message, span, trace),))


def _secret(name: object) -> SecretText:
    if not isinstance(name, str):
        raise Refused("template-value", f"`secret` takes the name of a secret, not {kind_of(name)}")
    try:
        return SecretText.of(name)
    except ValueError as error:
        raise Refused("template-secret", str(error)) from error
