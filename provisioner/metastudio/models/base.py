"""What every API model shares: strictness, error behaviour and the types that many fields have. Pure.

Modules of this package leave out `from __future__ import annotations` on purpose: pydantic needs the
annotations as objects, and compiling three hundred strings back costs more than reading them once.
"""

import binascii
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

INT32_MAX = 2**31 - 1
"""The API's type Integer has 32 bits; its tables give 2147483647 where they give a limit."""


class ApiModel(BaseModel):
    """What a person writes and the service reads.

    Strict: no text becomes a number and no number a truth value. Unknown fields are ignored unless the caller
    passes `extra="forbid"` to `model_validate`, as those who read manifests do. The text of a ValidationError
    never contains the input, which may be a secret.
    """

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, defer_build=True, hide_input_in_errors=True)


class AnswerModel(BaseModel):
    """What the service answers: unknown fields, new enum values and numbers sent as text still read."""

    model_config = ConfigDict(
        strict=False,
        extra="ignore",
        frozen=True,
        defer_build=True,
        hide_input_in_errors=True,
        coerce_numbers_to_str=True,
    )


def unmet(rule: str, message: str) -> PydanticCustomError:
    """A rule between fields that does not hold; `rule` becomes the `type` of the pydantic error."""
    return PydanticCustomError(rule, message)


def _whole_number(value: object) -> object:
    """Literal[1] equals True and 1.0 in Python, and pydantic takes both; the service would not."""
    if type(value) is not int:
        raise PydanticCustomError("int_type", "Input should be a valid integer")
    return value


def _base64_of_utf8(value: str) -> str:
    padded = value if value.endswith("=") else value + "=" * (-len(value) % 4)
    try:
        binascii.a2b_base64(padded, strict_mode=True).decode()
    except ValueError:
        message = "text must be Base64 of UTF-8 here; in a template, write it with the filter b64"
        raise PydanticCustomError("base64", message) from None
    return value


Int32 = Annotated[int, Field(ge=-INT32_MAX - 1, le=INT32_MAX)]
"""The API's Integer."""
Natural = Annotated[int, Field(ge=0, le=INT32_MAX)]
"""An Integer that counts or measures something."""
Id = Annotated[str, Field(max_length=64)]
"""An id that the service or the asset library gave out."""
Url = Annotated[str, Field(max_length=2048)]
"""An address. What may be reached is a matter of policy and checked elsewhere."""
Color = Annotated[str, Field(max_length=16)]
"""An RGB colour, such as `#FFFFFF`."""
Base64Text = Annotated[str, AfterValidator(_base64_of_utf8)]
"""Base64 of UTF-8 text."""
EventType = Annotated[Literal[1, 2, 3, 4, 10], BeforeValidator(_whole_number)]
"""1 comment, 2 somebody enters, 3 like, 4 gift, 10 preset wording."""
Font = Literal["HarmonyOS_Sans_SC_Black", "HarmonyOS_Sans_SC_Regular", "HarmonyOS_Sans_SC_Thin", "fzyouh"]
"""The fonts that the service can draw."""
FontSize = Annotated[int, Field(ge=4, le=120)]
"""In pixels."""
PlayType = Literal["APPEND", "INSERT", "PLAY_NOW"]
"""After all that waits, after the current sentence or recording, or at once."""
ViewMode = Literal["LANDSCAPE", "VERTICAL"]
"""How the picture stands."""
