"""The filters and tests that templates have. Pure.

They are Jinja's without those that are dangerous or not the same every time, and each is wrapped: rendered pieces
come as text, secrets and undefined names are refused, sizes are bounded, and what would be lazy is a list, so that
it can be used twice. `b64` and `ssml_escape` are ours.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from typing import Any, TypeAlias

from jinja2 import Undefined
from jinja2.filters import FILTERS, make_attrgetter
from jinja2.tests import TESTS
from jinja2.utils import pass_environment

from provisioner.manifests.templates.checks import REMOVED_FILTERS, TEXT_BLOCKS, block_filter
from provisioner.manifests.templates.errors import Refused
from provisioner.manifests.templates.operands import as_text, plain, resolved
from provisioner.manifests.templates.pieces import Structure
from provisioner.manifests.templates.texts import check_length, join_texts, secret_refused
from provisioner.secrets import SecretText, secrets_in

Function: TypeAlias = Callable[..., Any]

MAX_WIDTH = 1_000
"""Columns that a filter may fill, and digits it may round to."""
MAX_GROUPS = 100_000
"""Parts that `batch` and `slice` may make."""


def b64(value: object) -> str:
    """Base64 of the text in UTF-8, as the API wants in several fields."""
    return base64.b64encode(_known(value, "b64").encode()).decode("ascii")


def ssml_escape(value: object) -> str:
    """The text with what would be markup in SSML as entities."""
    return _known(value, "ssml_escape").translate(_ENTITIES)


_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"})


def tojson(value: object, indent: int | None = None) -> str:
    """JSON of the value, with keys in order, as text."""
    data = plain(value)
    if any(True for _ in secrets_in(data)):
        raise secret_refused("`tojson`")
    if indent is not None:
        _check_number("tojson", indent, MAX_WIDTH)
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=indent)


def string(value: object) -> str | SecretText:
    """The value as text."""
    return as_text(value)


def trim(value: object, chars: object = None) -> object:
    """Text without white space, or without `chars`, at both ends. Structure stays structure."""
    if isinstance(value, Structure) and chars is None:
        return value.trimmed()
    return _known(value, "trim").strip(None if chars is None else _known(chars, "trim"))


def indent(value: object, width: object = 4, first: bool = False, blank: bool = False) -> object:  # as in Jinja
    """Text with every line but the first indented, by columns or by a text. Structure stays structure."""
    if isinstance(width, int):
        _check_number("indent", width, MAX_WIDTH)
    pad = " " * width if isinstance(width, int) else _known(width, "indent")
    if not isinstance(value, Structure):
        return _indented(_known(value, "indent"), pad, first=first, blank=blank)
    if pad.strip(" "):
        raise Refused("template-value", "structure is indented by spaces only; give `indent` a number")
    return value.indented(pad, first=first, blank=blank)


@pass_environment
def join(
    environment: Any, value: Iterable[Any], d: object = "", attribute: str | int | None = None
) -> object:  # Jinja's
    """The texts of a list in a row with `d` between them; with secrets among them, a text with holes."""
    items = map(make_attrgetter(environment, attribute), value) if attribute is not None else value
    texts: list[str | SecretText] = []
    separator = as_text(d)
    for item in items:
        if texts:
            texts.append(separator)
        texts.append(as_text(item))
    return join_texts(texts)


def replaced(text: str, old: object, new: object, count: int | None = None) -> str:
    """The text with each `old` replaced by `new`, at most `count` times."""
    old_text, new_text = _known(old, "replace"), _known(new, "replace")
    times = text.count(old_text) if count is None or count < 0 else min(text.count(old_text), count)
    check_length(len(text) + times * (len(new_text) - len(old_text)))
    return text.replace(old_text, new_text, -1 if count is None else count)


def _replace(value: object, old: object, new: object, count: int | None = None) -> str:
    return replaced(_known(value, "replace"), old, new, count)


def _known(value: object, name: str) -> str:
    """A value as text that must not hold secrets."""
    text = as_text(value)
    if isinstance(text, SecretText):
        raise secret_refused(f"`{name}`")
    return text


def _indented(text: str, pad: str, *, first: bool, blank: bool) -> str:
    lines = text.split("\n")
    check_length(len(text) + len(lines) * len(pad))
    done = [pad + line if (line or blank) and (position or first) else line for position, line in enumerate(lines)]
    return "\n".join(done)


def _urlencode(value: object) -> object:
    if any(True for _ in secrets_in(value)):
        raise secret_refused("`urlencode`")
    return FILTERS["urlencode"](value)


_TAKES_TEXT = frozenset(
    {"capitalize", "center", "lower", "striptags", "title", "truncate", "upper", "wordcount", "wordwrap"}
)
_TAKES_ANYTHING = frozenset({"d", "default"})
_OWN: dict[str, Function] = {
    "b64": b64,
    "indent": indent,
    "join": join,
    "replace": _replace,
    "ssml_escape": ssml_escape,
    "string": string,
    "tojson": tojson,
    "trim": trim,
}
_LIMITS = {"batch": MAX_GROUPS, "center": MAX_WIDTH, "round": MAX_WIDTH, "slice": MAX_GROUPS}


def _check_number(name: str, number: int, limit: int) -> None:
    if abs(number) > limit:
        raise Refused("template-limit", f"`{name}` takes numbers up to {limit:,}")


def _operand(value: object) -> object:
    """What Jinja's functions may see: text for rendered pieces, no undefined names."""
    if isinstance(value, Undefined) and type(value) is not Undefined:
        str(value)  # raises what is undefined
    return resolved(value)


def _filter(name: str, function: Function) -> Function:
    """One of Jinja's filters within bounds."""
    passed = 1 if hasattr(function, "jinja_pass_arg") else 0
    takes_text, limit = name in _TAKES_TEXT, _LIMITS.get(name)

    @wraps(function)
    def apply(*args: Any, **kwargs: Any) -> object:  # whatever templates pass
        operands = [_operand(value) for value in args[passed:]]
        named = {key: _operand(value) for key, value in kwargs.items()}
        if any(isinstance(value, SecretText) for value in (*operands, *named.values())):
            raise secret_refused(f"`{name}`")
        if takes_text and operands:
            operands[0] = _known(operands[0], name)
        if limit is not None:
            for number in (*operands[1:], *named.values()):
                if isinstance(number, int):
                    _check_number(name, number, limit)
        result = function(*args[:passed], *operands, **named)
        if isinstance(result, str):
            check_length(len(result))
        return list(result) if isinstance(result, Iterator) else result

    return apply


def _test(function: Function) -> Function:
    """One of Jinja's tests."""
    passed = 1 if hasattr(function, "jinja_pass_arg") else 0

    @wraps(function)
    def apply(*args: Any, **kwargs: Any) -> object:  # whatever templates pass
        operands = [_operand(value) for value in args[passed:]]
        return function(*args[:passed], *operands, **{key: _operand(value) for key, value in kwargs.items()})

    return apply


def _is_string(value: object) -> bool:
    return isinstance(resolved(value), str | SecretText)


def _changing_blocks(name: str, change: Callable[[str], str]) -> Function:
    def apply(value: object) -> object:
        return value.changed(change) if isinstance(value, Structure) else change(_known(value, name))

    return apply


def all_filters() -> Mapping[str, Function]:
    """Every filter by name."""
    ours = _OWN.keys() | _TAKES_ANYTHING | REMOVED_FILTERS.keys()
    jinjas = {name: _filter(name, function) for name, function in FILTERS.items() if name not in ours}
    anything = {name: FILTERS[name] for name in _TAKES_ANYTHING}
    blocks = {block_filter(name): _changing_blocks(name, getattr(str, name)) for name in TEXT_BLOCKS}
    own = {**_OWN, "urlencode": _filter("urlencode", _urlencode)}
    return {**jinjas, **anything, **blocks, **own}


def all_tests() -> Mapping[str, Function]:
    """Every test by name."""
    tests: Any = TESTS  # Jinja does not say what kind of functions they are
    as_they_are = {name: tests[name] for name in ("defined", "undefined")}
    jinjas = {name: _test(function) for name, function in tests.items() if name != "escaped"}
    return {**jinjas, **as_they_are, "string": _is_string}
