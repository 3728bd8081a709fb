r"""Documents → the text of a manifest, as a person would write it and as templates will read it. Pure.

Texts of several lines stand in blocks, others plain or in quotes. What Jinja would take for its own is printed by an
expression (`{{ "{{" }}`), so that it renders to itself. What cannot be seen is escaped. A Base64 text is written in
clear behind the filter `b64`, a secret as `{{ secret("NAME") }}`. Expressions stand in quotes, so that editors which
know no Jinja read the file as YAML too.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from typing import Any

from provisioner.manifests.templates import RESERVED
from provisioner.secrets import SecretText
from provisioner.yaml_source.dumping import Verbatim, dump_documents, fits_a_block

_OPENING = re.compile(r"\{\{|\{%|\{#")
_BRACE = re.compile(r"\{(?=[{%#])")
_MISREAD = re.compile(r"(?i:y|n|yes|no|on|off)|[-+]?[0-9]+(?::[0-9]+)+(?:\.[0-9]*)?|<<|=")
"""Texts that older readers of YAML take for truth values, times or merge keys."""
_ENCODED_FIELD = "text_context"


def manifest_text(documents: Iterable[dict[str, Any]]) -> str:
    """The text of a file with these documents."""
    return dump_documents([laid_out(document) for document in documents], folds=False)


def laid_out(value: Any, field: str = "") -> Any:
    """A copy of plain data with every text in the form in which it is written."""
    match value:
        case dict():
            return {name: laid_out(item, name) for name, item in value.items()}
        case list():
            return [laid_out(item, field) for item in value]
        case SecretText():
            return Verbatim(f"'{value}'")
        case str():
            return _of_text(value, field)
        case _:
            return value


def _of_text(text: str, field: str) -> str:
    if field == _ENCODED_FIELD and (words := _decoded(text)) is not None:
        return Verbatim(f"'{{{{ {_jinja_text(words)} | b64 }}}}'")
    is_special = _OPENING.search(text) is not None
    if "\n" in text and fits_a_block(text):
        return _OPENING.sub(r'{{ "\g<0>" }}', text)
    if not text.isprintable():
        return Verbatim(_in_double_quotes(text))
    if is_special or _MISREAD.fullmatch(text):
        return Verbatim("'" + _OPENING.sub(r'{{ "\g<0>" }}', text.replace("'", "''")) + "'")
    return text


def _decoded(text: str) -> str | None:
    """What a Base64 text says, where the filter would make exactly this Base64 of it."""
    try:
        words = base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    is_exact = base64.b64encode(words.encode()).decode() == text
    return words if words and is_exact and not any(char in RESERVED for char in words) else None


def _jinja_text(text: str) -> str:
    """A text as Jinja writes it, in double quotes, fit to stand in the single quotes of YAML."""
    shown = text.replace("\\", "\\\\").replace('"', '\\"').replace("'", "\\u0027").replace("\n", "\\n")
    return '"' + "".join(char if char.isprintable() else _escaped(char) for char in shown) + '"'


def _in_double_quotes(text: str) -> str:
    """A text in YAML's double quotes, with an escape for whatever cannot be seen or would open an expression."""
    shown = (
        text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    )
    shown = _BRACE.sub(r"\\x7B", shown)
    return '"' + "".join(char if char.isprintable() else _escaped(char) for char in shown) + '"'


def _escaped(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"
