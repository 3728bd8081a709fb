"""What an expression reaches with a dot, or calls. Pure.

A mapping's keys come first, so that a column may be called `items`. Beyond them, each type has a list of names
that are harmless; every other name that exists is a security finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.runtime import BlockReference, LoopContext, Macro, TemplateReference
from jinja2.utils import Cycler, Namespace, missing

from provisioner.manifests.templates.errors import Refused
from provisioner.manifests.templates.filters import MAX_WIDTH, replaced
from provisioner.manifests.templates.operands import as_text
from provisioner.manifests.templates.texts import join_texts, kind_of, secret_refused
from provisioner.secrets import SecretText

_TEXT = frozenset(
    {"capitalize", "casefold", "count", "endswith", "find", "index", "isalnum", "isalpha", "isascii", "isdecimal"}
    | {"isdigit", "islower", "isnumeric", "isspace", "istitle", "isupper", "lower", "lstrip", "partition"}
    | {"removeprefix", "removesuffix", "rfind", "rindex", "rpartition", "rsplit", "rstrip", "split", "splitlines"}
    | {"startswith", "strip", "swapcase", "title", "upper"}
)
_LIST = frozenset({"count", "index"})
_MAPPING = frozenset({"get"})
_LISTED = frozenset({"items", "keys", "values"})
_LOOP = frozenset(
    {"changed", "cycle", "depth", "depth0", "first", "index", "index0", "last", "length", "nextitem", "previtem"}
    | {"revindex", "revindex0"}
)
_ALLOWED: tuple[tuple[type, frozenset[str]], ...] = (
    (str, _TEXT),
    (dict, _MAPPING),
    (list, _LIST),
    (tuple, _LIST),
    (LoopContext, _LOOP),
    (Cycler, frozenset({"current", "next", "reset"})),
    (Macro, frozenset({"arguments", "name"})),
    (BlockReference, frozenset({"super"})),
)


def attribute(owner: object, name: str) -> object:
    """What `owner.name` is; `jinja2.utils.missing` where there is nothing of the name.

    Raises SecurityError for what exists and is out of bounds, Refused for secrets.
    """
    if isinstance(owner, SecretText):
        raise secret_refused(f"`.{name}`")
    if isinstance(owner, str) and name in _BOUNDED:
        return partial(_BOUNDED[name], owner)
    if isinstance(owner, TemplateModule | Namespace | TemplateReference) and not name.startswith("_"):
        return _own(owner, name)
    if isinstance(owner, dict) and name in _LISTED:
        return partial(_listed, getattr(owner, name))
    if isinstance(owner, tuple) and name in getattr(owner, "_fields", ()):
        return getattr(owner, name)
    for kind, names in _ALLOWED:
        if isinstance(owner, kind) and name in names:
            return getattr(owner, name)
    if hasattr(type(owner), name):
        message = f"`.{name}` of {kind_of(owner)} is out of bounds for templates"
        raise SecurityError(message)
    return missing


def check_callable(function: object) -> None:
    """Raises Refused for what is no function."""
    if not callable(function):
        raise Refused("template-value", f"this calls {kind_of(function)}, which is no function")


def _own(owner: TemplateModule | Namespace | TemplateReference, name: str) -> object:
    match owner:
        case TemplateModule():
            return vars(owner).get(name, missing)
        case Namespace():
            return getattr(owner, name, missing)
        case TemplateReference():
            try:
                return owner[name]
            except KeyError:
                return missing


def _listed(view: Callable[[], Iterable[object]]) -> list[object]:
    """A list instead of Python's view, so that it can be printed and used like any other."""
    return list(view())


def _filled(method: Callable[..., str]) -> Callable[..., str]:
    def fill(text: str, width: int, *fill_character: str) -> str:
        if width > MAX_WIDTH:
            raise Refused("template-limit", f"`{method.__name__}` fills up to {MAX_WIDTH:,} columns")
        return method(text, width, *fill_character)

    return fill


def _joined(separator: str, items: Iterable[object]) -> str | SecretText:
    texts: list[str | SecretText] = []
    for item in items:
        texts += [separator, as_text(item)]
    return join_texts(texts[1:])


_BOUNDED: dict[str, Callable[..., Any]] = {
    "center": _filled(str.center),
    "expandtabs": _filled(str.expandtabs),
    "join": _joined,
    "ljust": _filled(str.ljust),
    "replace": replaced,
    "rjust": _filled(str.rjust),
    "zfill": _filled(str.zfill),
}
