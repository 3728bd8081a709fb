"""docs/reference/manifests.md, from the models that check what people write."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from provisioner.schemas.dialect import JsonSchema
from provisioner.schemas.inputs import manifest_definitions, workspace_schema
from tests.docs.markdown import code, table, words

HEAD = """\
# Fields of manifests and of provisioner.yaml

What stands in `provisioner.yaml`, and in the documents under `rooms/`: `Room`, `Script` and `RuleSet`. Below `spec` and
`live.start` the names are the API's own. Where a manifest says nothing, the default is the service's, and what is left
out is not compared. In a manifest a template expression may stand wherever a value stands; `provisioner.yaml` is
no template.

`provisioner schema manifest` and `provisioner schema workspace` print the same for editors ([editor.md](../editor.md)).
What follows from several fields together is found by `provisioner validate`.
"""
_KINDS = ("RoomModel", "ScriptModel", "RuleSetModel")
_NAMES = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false", "null": "null"}
_MANY = {"text": "texts", "whole number": "whole numbers", "number": "numbers", "value": "values"}


def page() -> str:
    """The whole page."""
    workspace = workspace_schema()
    settings = {"WorkspaceModel": workspace, **workspace["$defs"]}
    manifests = manifest_definitions()
    parts = [
        HEAD,
        "## provisioner.yaml\n",
        *_sections(settings, "WorkspaceModel"),
        "## Manifests\n",
        *_sections(manifests, *_KINDS),
    ]
    return "\n".join(parts)


def _sections(definitions: Mapping[str, JsonSchema], *roots: str) -> Iterator[str]:
    """A section for each model, those of what it holds behind it."""
    done: list[str] = []
    for root in roots:
        _visit(definitions, root, done)
    for name in done:
        definition = definitions[name]
        rows = [_row(field, value, definition) for field, value in definition["properties"].items()]
        fields = table(("field", "holds", "default", "what"), rows)
        yield f"### {_title(name)}\n\n{words(definition['description'])}\n\n{fields}\n"


def _visit(definitions: Mapping[str, JsonSchema], name: str, done: list[str]) -> None:
    if name not in done:
        done.append(name)
        for below in _referred(definitions[name]["properties"]):
            _visit(definitions, below, done)


def _referred(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield _name(value)
        for item in value.values():
            yield from _referred(item)
    elif isinstance(value, list):
        for item in value:
            yield from _referred(item)


def _row(field: str, value: JsonSchema, definition: JsonSchema) -> tuple[str, ...]:
    if field in definition.get("required", ()):
        default = "required"
    else:
        default = code(_plain(value["default"])) if "default" in value else ""
    said = words(value.get("description", ""))
    such = ", ".join(code(_plain(example)) for example in value.get("examples", ()))
    return (code(field), _holds(value), default, f"{said} Example: {such}" if such else said)


def _holds(value: JsonSchema) -> str:
    """The type and its range, in words."""
    if "anyOf" in value:
        arms = [arm for arm in value["anyOf"] if arm != {"type": "null"}]
        return " or ".join(dict.fromkeys(map(_holds, arms)))
    if "$ref" in value:
        return f"[{_title(_name(value))}](#{_title(_name(value)).lower()})"
    if "const" in value:
        return code(_plain(value["const"]))
    if "enum" in value:
        return ", ".join(code(_plain(choice)) for choice in value["enum"])
    match value.get("type"):
        case "array":
            count = _between(value.get("minItems"), value.get("maxItems"), "")
            item = _holds(value.get("items", {}))
            return f"list of {f'{count} ' if count else ''}{item if value.get('maxItems') == 1 else _many(item)}"
        case "object":
            below = value.get("patternProperties") or {"": value.get("additionalProperties")}
            (item,) = below.values()
            return f"mapping of names to {_many(_holds(item))}" if isinstance(item, dict) else "mapping"
        case "string":
            form = f" of the form {code(value['pattern'])}" if "pattern" in value else ""
            length = _between(value.get("minLength"), value.get("maxLength"), " characters")
            return f"text{form}{_behind(length)}"
        case None:
            return "value"
        case kind:
            return f"{_NAMES[kind]}{_range(value)}"


def _many(one: str) -> str:
    """Several of these: `text, at most 64 characters` → `texts, at most 64 characters each`."""
    many = next((name for name in _MANY if one == name or one.startswith((f"{name},", f"{name} of the form"))), None)
    return one if many is None else f"{_MANY[many]}{one.removeprefix(many)}{' each' if one != many else ''}"


def _range(value: JsonSchema) -> str:
    least, most = value.get("exclusiveMinimum"), value.get("maximum")
    if least is not None:
        return f", more than {least:,}{_behind(_between(None, most, ''))}"
    return _behind(_between(value.get("minimum"), most, ""))


def _behind(bounds: str) -> str:
    return f", {bounds}" if bounds else ""


def _between(least: float | None, most: float | None, unit: str) -> str:
    match least, most:
        case None, None:
            return ""
        case 1, None if unit:
            return "not empty"
        case least, None:
            return f"at least {least:,}{unit}"
        case None, most:
            return f"at most {most:,}{unit}"
    return f"{least:,} to {most:,}{unit}"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _name(reference: JsonSchema) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


def _title(name: str) -> str:
    return {"WorkspaceModel": "The file"}.get(name, name.removesuffix("Model"))
