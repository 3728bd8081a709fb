"""The folder `templates/`: what manifests may include and import, read and compiled once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from jinja2 import TemplateNotFound, Undefined

from provisioner.checking import did_you_mean
from provisioner.diagnostics import Diagnostic
from provisioner.manifests.folders import Folder, LeadsOutError
from provisioner.manifests.templates.checks import check_tree
from provisioner.manifests.templates.compiler import compile_tree
from provisioner.manifests.templates.environment import BoundEnvironment, BoundTemplate
from provisioner.manifests.templates.errors import Refused, TemplateFailed
from provisioner.manifests.templates.placeholders import CLOSE, OPEN
from provisioner.manifests.templates.problems import not_compiled
from provisioner.manifests.templates.source import Source
from provisioner.manifests.templates.texts import kind_of

FOLDER = "templates"


class Library:
    """Finds, reads and compiles templates by their paths in the folder."""

    def __init__(self, folder: Folder, functions: Mapping[str, object]) -> None:
        """`functions` are what every template can call or read."""
        self._folder = folder
        self._compiled: dict[str, BoundTemplate | TemplateFailed] = {}
        self.environment = BoundEnvironment(functions, self.load)

    def compile(self, source: Source) -> BoundTemplate:
        """The program of a template. Raises TemplateFailed with everything that can be said before it runs."""
        try:
            tree = self.environment.parse_source(source)
            findings = tuple(check_tree(tree, source, self.environment.filters, self.environment.tests))
            if findings:
                raise TemplateFailed(findings)  # noqa: TRY301  # it leaves as it is
            return self.environment.make_template(compile_tree(self.environment, tree, source), source)
        except TemplateFailed:
            raise
        except Exception as error:
            # Python's compiler and number parser have errors of many kinds for what a hostile template may hold
            raise not_compiled(error, source) from error

    def load(self, name: object) -> BoundTemplate:
        """The template at a path in the folder. Raises what becomes a finding at the tag that asks for it."""
        path = _checked(name)
        if path not in self._compiled:
            self._compiled[path] = self._read(path)
        template = self._compiled[path]
        if isinstance(template, TemplateFailed):
            raise TemplateFailed(template.findings)
        return template

    def _read(self, path: str) -> BoundTemplate | TemplateFailed:
        if not self._folder.has(path):
            close = did_you_mean(path, self._folder.names())
            raise TemplateNotFound(path, f"there is no template `{path}` in {FOLDER}/{close}")
        try:
            text = self._folder.read(path)
        except LeadsOutError as error:
            raise Refused("template-path", f"`{path}` leads out of {FOLDER}/; copy the file into it") from error
        try:
            return self.compile(checked_source(f"{self._folder.name}/{path}", text.removesuffix("\n")))
        except TemplateFailed as error:
            return error


def checked_source(file: str, text: str) -> Source:
    """A template as written. Raises TemplateFailed for the characters that placeholders are made of."""
    source = Source(file, text.replace("\r\n", "\n").replace("\r", "\n"))
    reserved = _RESERVED.search(source.text)
    if reserved is not None:
        code = ord(reserved.group())
        message = f"the private-use character U+{code:04X} is kept for placeholders; remove it"
        raise TemplateFailed((Diagnostic.error("reserved-character", message, source.span(*reserved.span())),))
    return source


def _checked(name: object) -> str:
    """The path that a name stands for, in its shortest form."""
    if isinstance(name, Undefined):
        str(name)  # raises what is undefined
    if not isinstance(name, str):
        raise Refused("template-path", f"the name of a template is text, not {kind_of(name)}")
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or name.startswith("/") or _FORBIDDEN.search(name) or not name.isprintable():
        message = f"a template is named by its path in {FOLDER}/, such as `scenes/welcome.yaml`"
        raise Refused("template-path", message)
    return "/".join(parts)


_RESERVED = re.compile(f"[{OPEN}{CLOSE}]")
_FORBIDDEN = re.compile(r"[\\'\"`{}<>|:*?]|\s\Z")
