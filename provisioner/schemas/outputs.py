"""JSON Schema of what the tool writes, made from the types that its writers are held to. Pure."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from typing_extensions import get_original_bases, is_typeddict

from provisioner.schemas.dialect import DIALECT, JsonSchema

_CONFIG = ConfigDict(use_attribute_docstrings=True, extra="allow")
"""Texts below fields describe them, and readers have to expect fields that a later release adds."""


def schema_of(document: Any, title: str) -> JsonSchema:
    """The schema of a TypedDict."""
    # pydantic takes a configuration for what a TypedDict stands in, and not for the TypedDict itself
    made = TypeAdapter(list[document], config=_CONFIG).json_schema(schema_generator=_Generator)
    definitions = made["$defs"]
    root = definitions.pop(made["items"]["$ref"].rpartition("/")[2])
    return {"$schema": DIALECT, "title": title, **root, "$defs": definitions}


class _Generator(GenerateJsonSchema):
    """Without titles that repeat names, and with the descriptions of fields that a base declares."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - asked by pydantic
        return False

    def normalize_name(self, name: str) -> str:
        return super().normalize_name(name).removesuffix("Json")

    def typed_dict_schema(self, schema: Any) -> JsonSchema:
        made = super().typed_dict_schema(schema)
        made.pop("title", None)
        for name, text in _inherited(schema["cls"]).items():
            made["properties"][name].setdefault("description", text)
        return made

    def enum_schema(self, schema: Any) -> JsonSchema:
        made = super().enum_schema(schema)
        made.pop("title", None)
        return made


def _inherited(document: Any) -> dict[str, str]:
    """The descriptions of the fields of its bases, by name."""
    found: dict[str, str] = {}
    for base in filter(is_typeddict, get_original_bases(document)):
        properties = schema_of(base, "")["properties"]
        found |= {name: field["description"] for name, field in properties.items() if "description" in field}
    return found
