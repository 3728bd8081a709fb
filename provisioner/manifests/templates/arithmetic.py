"""Operators within bounds. Pure.

Whole numbers, texts and lists may not grow beyond what a room can hold: `10**10**8` would take the machine's memory
before any limit from outside could strike.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from provisioner.manifests.templates.errors import Refused
from provisioner.manifests.templates.filters import MAX_WIDTH
from provisioner.manifests.templates.operands import MAX_BITS, MAX_ITEMS, as_text, resolved
from provisioner.manifests.templates.texts import check_length, join_texts, kind_of, secret_refused
from provisioner.secrets import SecretText

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "**": operator.pow,
    "%": operator.mod,
}
_CONVERSION = re.compile(r"%(?:\([^()]*\))?[#0\- +]*(\*|[0-9]+)?(?:\.(\*|[0-9]+))?")


def calculate(symbol: str, left: object, right: object) -> object:
    """`left symbol right`. Raises Refused where that is too large or makes no sense."""
    left, right = resolved(left), resolved(right)
    if isinstance(left, SecretText) or isinstance(right, SecretText):
        if symbol == "+" and isinstance(left, str | SecretText) and isinstance(right, str | SecretText):
            return join_texts((left, right))
        raise secret_refused(f"`{symbol}`")
    _CHECKS.get(symbol, _anything)(left, right)
    try:
        return OPERATORS[symbol](left, right)
    except TypeError as error:
        if symbol == "%" and isinstance(left, str):
            message = "the values after `%` do not fit the text before it"
        else:
            message = f"`{symbol}` does not go between {kind_of(left)} and {kind_of(right)}"
            message += "; `~` joins texts" if symbol == "+" else ""
        raise Refused("template-value", message) from error
    except ZeroDivisionError as error:
        raise Refused("template-value", "this divides by zero") from error
    except OverflowError as error:
        raise _too_large() from error


def _anything(_left: object, _right: object) -> None:
    pass


def _check_sum(left: object, right: object) -> None:
    match left, right:
        case str(), str():
            check_length(len(left) + len(right))
        case ((list() | tuple()), (list() | tuple())):
            _check_items(len(left) + len(right))
        case _:
            _check_bits(max(_bits(left), _bits(right)))


def _check_product(left: object, right: object) -> None:
    match left, right:
        case (str() as text, int() as times) | (int() as times, str() as text):
            check_length(len(text) * times)
        case ((list() | tuple()) as items, int() as times) | (int() as times, (list() | tuple()) as items):
            _check_items(len(items) * times)
        case _:
            _check_bits(_bits(left) + _bits(right))


def _check_power(left: object, right: object) -> None:
    if isinstance(right, int):
        _check_bits(max(_bits(left), 1) * abs(right) if _bits(left) > 1 else 0)


def _check_remainder(left: object, right: object) -> None:
    """`%` after a text fills it in: widths are numbers like any other."""
    if not isinstance(left, str):
        return
    for width in (group for match in _CONVERSION.finditer(left) for group in match.groups() if group):
        if width == "*" or len(width) > 4 or int(width) > MAX_WIDTH:
            raise Refused("template-limit", f"`%` fills up to {MAX_WIDTH:,} columns")
    values = right.values() if isinstance(right, dict) else right if isinstance(right, tuple) else (right,)
    check_length(len(left) + sum(len(_shown(value)) for value in values) * left.count("%"))


def _shown(value: object) -> str:
    if isinstance(value, int | float):
        return "0" * 320
    text = as_text(value)
    if isinstance(text, SecretText):
        raise secret_refused("`%`")
    return text


_CHECKS: dict[str, Callable[[Any, Any], None]] = {
    "+": _check_sum,
    "-": _check_sum,
    "*": _check_product,
    "**": _check_power,
    "%": _check_remainder,
}


def _bits(value: object) -> int:
    return value.bit_length() if isinstance(value, int) else 0


def _check_bits(bits: int) -> None:
    if bits > MAX_BITS:
        raise _too_large()


def _check_items(count: int) -> None:
    if count > MAX_ITEMS:
        raise Refused("template-limit", f"this makes a list of more than {MAX_ITEMS:,} entries; make it shorter")


def _too_large() -> Refused:
    return Refused("template-limit", "this makes a number with too many digits")
