"""A schema of plain data → one that takes a template expression wherever a value may stand. Pure.

An editor sees a manifest before it is rendered. `"{{ x }}"` is a text to it, and a bare `{{ x }}` a mapping whose one
key is a mapping. The YAML language server counts such a key and takes it for no property, so that a mapping that may
have one and none of whose properties is allowed is just that.
"""

from __future__ import annotations

import re
from typing import Any

from provisioner.schemas.dialect import JsonSchema

_IN_BRACES = r"\{\{"
_BARE: JsonSchema = {"maxProperties": 1, "additionalProperties": False}
_TAKES: JsonSchema = {"pattern": _IN_BRACES, **_BARE}
EXPRESSION: JsonSchema = {
    "description": "A template expression, such as {{ values.brand }}; in quotes it gives text.",
    "type": ["string", "object"],
    **_TAKES,
}
"""To be defined as `expression`."""
_EXPRESSION = {"$ref": "#/$defs/expression"}
_NAMES = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
}
_SAID = ("description", "default", "examples")
_LENGTHS = ("minLength", "maxLength")


def open_object(definition: JsonSchema) -> JsonSchema:
    """A model's definition, whose fields take expressions and which has no others."""
    properties = {name: open_value(value) for name, value in definition["properties"].items()}
    return {**definition, "properties": properties, "additionalProperties": False}


def open_value(value: JsonSchema) -> JsonSchema:
    """The schema of a field, an item or an entry, which also takes an expression."""
    said = {name: value[name] for name in _SAID if name in value}
    arms = value.get("anyOf", [{name: item for name, item in value.items() if name not in _SAID}])
    kinds = [arm for arm in arms if arm != {"type": "null"}]
    if "const" in value:
        return value
    if len(kinds) == 1 and "type" in kinds[0] and "enum" not in kinds[0]:
        return {**said, **_open_type(kinds[0], takes_null=len(kinds) < len(arms))}
    return {**said, "anyOf": [*arms, _EXPRESSION]}


def _open_type(kind: JsonSchema, *, takes_null: bool) -> JsonSchema:
    """One type with others beside it, which keeps what an editor says of a wrong value short."""
    of_type: str = kind["type"]
    types = list(dict.fromkeys((of_type, "string", "object", *(["null"] if takes_null else []))))
    if of_type == "string":
        return _open_text(kind, types)
    below: dict[str, Any] = {}
    if "items" in kind:
        below["items"] = open_value(kind["items"])
    if "patternProperties" in kind:
        below["patternProperties"] = {name: open_value(item) for name, item in kind["patternProperties"].items()}
        below["additionalProperties"] = False
    takes = _TAKES if of_type != "object" else {"pattern": _IN_BRACES}
    hint = f"Expected {_NAMES[of_type]}, or an expression: {{{{ … }}}}"
    return {**kind, **takes, "type": types, "patternErrorMessage": hint, **below}


def _open_text(kind: JsonSchema, types: list[str]) -> JsonSchema:
    opened = {name: item for name, item in kind.items() if name not in _LENGTHS}
    if "pattern" in opened:
        opened["pattern"] = f"{_IN_BRACES}|{opened['pattern']}"
    lengths = {name: kind[name] for name in _LENGTHS if name in kind}
    if lengths:
        opened["anyOf"] = [lengths, {"pattern": _IN_BRACES}]
    return {**opened, "type": types, **_BARE}


_DEFAULT = re.compile(r"\bDefault (\w+)")


def with_default(value: JsonSchema) -> JsonSchema:
    """A field with the default that its description names, where that is a value it may have, and never null."""
    kept = {name: item for name, item in value.items() if name not in {"default", "title"}}
    named = _DEFAULT.search(value.get("description", ""))
    default = _meant(named[1], value.get("anyOf", [value])) if named else None
    return kept if default is None else {**kept, "default": default}


def _meant(word: str, arms: list[JsonSchema]) -> str | int | bool | None:
    for arm in arms:
        match arm:
            case {"enum": [*choices]} if word in choices:
                return word
            case {"type": "boolean"} if word in {"true", "false"}:
                return word == "true"
            case {"type": "integer" | "number"} if word.isdecimal():
                return int(word)
    return None
