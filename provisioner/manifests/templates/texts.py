"""Values as text, with secrets as holes in it, and how long text may become. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from provisioner.manifests.templates.errors import Refused
from provisioner.secrets import SecretName, SecretText

MAX_TEXT = 1_000_000
"""Characters of one text that a template makes. The largest room the service takes has 300,000 to say."""


def text_of(value: object) -> str | SecretText:
    """A value as it stands inside text. Raises Refused for what has no text: nothing, a list, a mapping."""
    match value:
        case str() | SecretText():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case None:
            what = "has no value (none) and stands in text; give it one with `| default(…, true)`"
        case list() | tuple():
            what = "is a list and stands in text; join it with `| join(…)`, or let it stand alone"
        case dict():
            what = "is a mapping and stands in text; name one of its fields, or let it stand alone"
        case _:
            what = f"is {kind_of(value)} and stands in text; print what is in it instead"
    raise Refused("not-text", f"this expression {what}")


def join_texts(texts: Iterable[str | SecretText]) -> str | SecretText:
    """Texts in a row: text, or text with holes where a secret is among them. Raises Refused when it is too long."""
    parts: list[str | SecretName] = []
    length = 0
    for text in texts:
        new = (text,) if isinstance(text, str) else text.parts
        length += sum(len(part) for part in new if isinstance(part, str))
        check_length(length)
        parts.extend(new)
    if not any(isinstance(part, SecretName) for part in parts):
        return "".join(parts)  # type: ignore[arg-type]  # all are str
    return SecretText(tuple(merged(parts)))


def merged(parts: list[str | SecretName]) -> list[str | SecretName]:
    """The same with neighbouring texts as one, and without empty ones, so that equal texts are equal."""
    row: list[str | SecretName] = []
    for part in parts:
        if isinstance(part, str) and row and isinstance(row[-1], str):
            row[-1] += part
        elif part != "":
            row.append(part)
    return row


def check_length(length: int) -> None:
    """Raises Refused for the length of a text that is too long."""
    if length > MAX_TEXT:
        raise Refused("template-limit", f"this makes a text of more than {MAX_TEXT:,} characters; make it shorter")


def secret_refused(what: str) -> Refused:
    """The refusal of an operation on a secret; `what` names the operation."""
    return Refused(
        "template-secret",
        f"{what} cannot be done with a secret, which is only a name until the plan is applied; print it as it is, "
        "put text around it with `~`, or keep the finished text as the secret",
    )


def kind_of(value: object) -> str:
    """What a value is, in words."""
    return kind_named(type(value).__name__)


def kind_named(type_name: str) -> str:
    """What a value of a Python type is, in words."""
    return _KINDS.get(type_name, "something that is not data")


_KINDS = {
    "NoneType": "nothing (none)",
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number with a fraction",
    "str": "text",
    "Structure": "text",
    "SecretText": "a secret",
    "list": "a list",
    "tuple": "a list",
    "range": "a list",
    "dict": "a mapping",
    "Macro": "a macro",
    "TemplateModule": "an imported template",
    "LoopContext": "a loop",
    "Namespace": "a namespace",
    "function": "a function",
    "method": "a function",
    "partial": "a function",
    "type": "a function",
    "builtin_function_or_method": "a function",
}
