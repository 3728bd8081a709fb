"""An error of pydantic's in plain words. Pure.

A message names the field, says what is wrong and what to write instead. It never repeats what was written, which
may be a secret, except a number outside its range and a misspelt field that looks like a field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel

from provisioner.checking.model_fields import choices_at, description_at, fields_at
from provisioner.checking.places import Locate, Place
from provisioner.diagnostics import Diagnostic
from provisioner.metastudio.sensitive import is_sensitive
from provisioner.secrets import SecretText
from provisioner.yaml_source import Route


def did_you_mean(written: str, known: Iterable[str]) -> str:
    """`; did you mean "x"?` with the closest known word, or an empty text."""
    close = get_close_matches(written, list(known), n=1, cutoff=0.6)
    return f"; did you mean `{close[0]}`?" if close else ""


@dataclass(frozen=True, slots=True)
class _Problem:
    """One error of pydantic's, with what is needed to explain it."""

    kind: str
    route: Route
    about_key: bool
    context: Mapping[str, Any]
    text: str
    value: object
    model: type[BaseModel]

    @classmethod
    def of(cls, raw: Mapping[str, Any], model: type[BaseModel], data: object) -> _Problem:
        steps: Route = raw["loc"]
        about_key = bool(steps) and steps[-1] == "[key]"
        route = steps[:-1] if about_key else steps
        value = route[-1] if about_key else _value_at(data, route)
        return cls(raw["type"], route, about_key, raw.get("ctx", {}), raw["msg"], value, model)

    @property
    def name(self) -> str:
        """The field as a message names it."""
        return name_of(self.route)


def name_of(route: Route) -> str:
    """A value as a message names it: its field, or its place in a list that is a field."""
    if not route:
        return "the document"
    last = route[-1]
    if isinstance(last, int):
        return f"item {last + 1} of {name_of(route[:-1])}"
    return f"`{last}`" if _LOOKS_LIKE_A_FIELD.match(last) and not is_sensitive(route[:-1]) else "this field"


_LOOKS_LIKE_A_FIELD = re.compile(r"[a-z][a-z_]{0,40}\Z")


def explain(
    raw: Mapping[str, Any], model: type[BaseModel], data: object, root: Route, locate: Locate
) -> Diagnostic | None:
    """One of the errors of a ValidationError as a finding; None where it is about what a secret may contain.

    `root` leads from the document to `data`, which the model refused.
    """
    problem = _Problem.of(raw, model, data)
    if isinstance(problem.value, SecretText) and problem.kind not in _EXPECTED and problem.kind != "literal_error":
        return None
    at_key = problem.about_key or problem.kind == "extra_forbidden"
    # what is missing is missed where its parent begins
    place = locate(root + problem.route, key=at_key)
    rule, message = _say(problem, place)
    return place.error(rule, message)


def _say(problem: _Problem, place: Place) -> tuple[str, str]:
    if problem.kind in _EXPECTED:
        return "wrong-type", _wrong_type(problem, place)
    say = _SAY.get(problem.kind)
    if say is not None:
        return say(problem)
    if problem.kind in _OF_PYDANTIC:
        return "wrong-value", f"{problem.name} has a value that is not allowed here"
    # a rule of our own models, whose text is written for people and never quotes the input
    return problem.kind.replace("_", "-"), problem.text.removeprefix("Value error, ")


def _unknown_field(problem: _Problem) -> tuple[str, str]:
    known = fields_at(problem.model, problem.route[:-1])
    written = str(problem.route[-1])
    hint = did_you_mean(written, known)
    if not hint and known:
        hint = f"; the fields are {', '.join(known)}"
    name = problem.name
    subject = f"there is no field {name} here" if name.startswith("`") else "there is no field of this name here"
    return "unknown-field", subject + (hint or "; nothing may stand in it")


def _missing(problem: _Problem) -> tuple[str, str]:
    described = description_at(problem.model, problem.route)
    return "missing-field", f"{problem.name} is missing" + (f": {described}" if described else "")


def _not_allowed(problem: _Problem) -> tuple[str, str]:
    choices = choices_at(problem.model, problem.route)
    hint = did_you_mean(problem.value, choices) if isinstance(problem.value, str) else ""
    allowed = ", ".join(choices) if choices else str(problem.context.get("expected", ""))
    return "not-allowed", f"{problem.name} must be one of {allowed}{hint}"


def _out_of_range(bound: str, words: str) -> Callable[[_Problem], tuple[str, str]]:
    def say(problem: _Problem) -> tuple[str, str]:
        given = f"is {problem.value} and " if isinstance(problem.value, int | float) else ""
        return "out-of-range", f"{problem.name} {given}must be {words} {_number(problem.context[bound])}"

    return say


def _number(bound: float) -> str:
    return f"{bound:,.0f}" if float(bound).is_integer() else str(bound)


def _too_long(problem: _Problem) -> tuple[str, str]:
    length = f"has {len(problem.value):,} characters" if isinstance(problem.value, str) else "is too long"
    return "too-long", f"{problem.name} {length}; at most {problem.context['max_length']:,} are allowed"


def _too_short(problem: _Problem) -> tuple[str, str]:
    return "too-short", _at_least(problem, "character")


def _too_many(problem: _Problem) -> tuple[str, str]:
    given = f"has {len(problem.value):,} entries" if isinstance(problem.value, list | dict) else "has too many"
    return "too-many", f"{problem.name} {given}; at most {problem.context['max_length']:,} are allowed"


def _too_few(problem: _Problem) -> tuple[str, str]:
    return "too-few", _at_least(problem, "entry")


def _at_least(problem: _Problem, what: str) -> str:
    least = problem.context["min_length"]
    return f"{problem.name} must not be empty" if least == 1 else f"{problem.name} needs at least {least} {what}s"


def _wrong_form(problem: _Problem) -> tuple[str, str]:
    # the form of a key is described where the mapping is
    described = description_at(problem.model, problem.route[:-1] if problem.about_key else problem.route)
    name = "this key" if problem.about_key else problem.name
    return "wrong-form", f"{name} is not written as it must be" + (f": {described}" if described else "")


_SAY: dict[str, Callable[[_Problem], tuple[str, str]]] = {
    "extra_forbidden": _unknown_field,
    "missing": _missing,
    "literal_error": _not_allowed,
    "enum": _not_allowed,
    "greater_than_equal": _out_of_range("ge", "at least"),
    "greater_than": _out_of_range("gt", "more than"),
    "less_than_equal": _out_of_range("le", "at most"),
    "less_than": _out_of_range("lt", "less than"),
    "string_too_long": _too_long,
    "string_too_short": _too_short,
    "too_long": _too_many,
    "too_short": _too_few,
    "string_pattern_mismatch": _wrong_form,
}
_OF_PYDANTIC = frozenset({"finite_number", "string_unicode", "int_parsing_size", "recursion_loop", "none_required"})

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}


def _wrong_type(problem: _Problem, place: Place) -> str:
    expected = _EXPECTED[problem.kind]
    is_expression = place.computed and not place.inside
    hint = _computed_hint(problem, expected) if is_expression else _literal_hint(problem, expected)
    return f"{problem.name} must be {expected}, not {kind_of(problem.value)}{hint}"


def _literal_hint(problem: _Problem, expected: str) -> str:
    value = problem.value
    if expected == "text" and isinstance(value, bool | int | float):
        return "; write it in quotes"
    if expected in {"a whole number", "a number"} and isinstance(value, str) and _NUMERIC.match(value):
        return "; write it without quotes"
    if expected == "a list" and value is not None:
        return "; write each item on its own line after `- `"
    return ""


def _computed_hint(problem: _Problem, expected: str) -> str:
    value = problem.value
    if expected == "text" and isinstance(value, bool | int | float):
        return '; put the expression in quotes: "{{ … }}"'
    if isinstance(value, str) and expected in {"a whole number", "a number"}:
        return f"; add the filter {'int' if expected == 'a whole number' else 'float'}"
    return ""


_NUMERIC = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?\Z")


def kind_of(value: object) -> str:
    """What a value is, in words."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case int():
            return "a whole number"
        case float():
            return "a number with a fraction"
        case str():
            return "text"
        case SecretText():
            return "a secret"
        case list() | tuple():
            return "a list"
        case _:
            return "a mapping"


def _value_at(data: object, route: Route) -> object:
    for step in route:
        match data, step:
            case dict(), str():
                data = data.get(step)
            case ((list() | tuple()), int()) if step < len(data):
                data = data[step]
            case _:
                return None
    return data
