"""Scenes and what is said in them: voices, backgrounds, paragraphs. Pure."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from provisioner.metastudio.models.base import INT32_MAX, ApiModel, Color, Id, Int32, Url, unmet
from provisioner.metastudio.models.layers import LayerConfig

_TAG = re.compile(r"<[^<>]*>")
_SPOKEN_LIMIT = 10_000


def _short_enough_without_tags(text: str) -> str:
    if len(text) > _SPOKEN_LIMIT and len(_TAG.sub("", text)) > _SPOKEN_LIMIT:
        raise unmet("text_too_long", "text has more than 10000 characters besides its SSML tags; split the paragraph")
    return text


class VoiceConfig(ApiModel):
    """A voice and how it speaks.

    API page: Creating an Intelligent Livestreaming Room, table VoiceConfig.
    """

    voice_asset_id: Annotated[
        str, Field(min_length=1, max_length=256, description="The voice, by its asset in the library.")
    ]
    speed: Annotated[
        int | None,
        Field(ge=50, le=200, description="Speed in percent of an adult's usual speech, 50 to 200. Default 100."),
    ] = None
    pitch: Annotated[int | None, Field(ge=50, le=200, description="Pitch, 50 to 200. Default 100.")] = None
    volume: Annotated[int | None, Field(ge=90, le=240, description="Loudness, 90 to 240. Default 140.")] = None


class BackgroundImageConfig(ApiModel):
    """Where a background picture lies; it must cover the whole canvas.

    Only the room's resolution tells which canvas is meant, so a picture passes here that covers one of the two.
    Vendor SDK: BackgroundImageConfig.
    """

    dx: Annotated[int, Field(ge=-INT32_MAX, le=0, description="Left edge in canvas pixels, 0 or less.")]
    dy: Annotated[int, Field(ge=-INT32_MAX, le=0, description="Upper edge in canvas pixels, 0 or less.")]
    width: Annotated[
        int, Field(ge=1080, le=INT32_MAX, description="Width in canvas pixels; dx + width reaches the right edge.")
    ]
    height: Annotated[
        int,
        Field(ge=1080, le=INT32_MAX, description="Height in canvas pixels; dy + height reaches the lower edge."),
    ]

    @model_validator(mode="after")
    def _covers_a_canvas(self) -> Self:
        right, bottom = self.dx + self.width, self.dy + self.height
        if min(right, bottom) < 1080 or max(right, bottom) < 1920:
            raise unmet(
                "background_does_not_cover",
                "the picture must cover the canvas: dx + width and dy + height reach 1920 and 1080 in landscape, "
                "1080 and 1920 in portrait",
            )
        return self


class BackgroundConfigInfo(ApiModel):
    """What is behind the person in a scene.

    API page: Creating an Intelligent Livestreaming Room, table BackgroundConfigInfo; `COLOR` and
    `background_image_config`: vendor SDK.
    """

    background_type: Annotated[
        Literal["IMAGE", "IMAGE_2D", "VIDEO", "AUDIO", "COLOR"],
        Field(description="Kind of background. Rooms with a virtual avatar take IMAGE and COLOR."),
    ]
    background_config: Annotated[
        Url | None, Field(description="Address of the file. IMAGE needs it unless background_asset_id is given.")
    ] = None
    background_color_config: Annotated[
        Color | None, Field(description="RGB colour of a plain background. COLOR needs it.")
    ] = None
    background_asset_id: Annotated[Id | None, Field(description="The picture, by its asset in the library.")] = None
    background_image_config: Annotated[
        BackgroundImageConfig | None, Field(description="Where the picture lies on the canvas.")
    ] = None

    @model_validator(mode="after")
    def _says_what_to_show(self) -> Self:
        if self.background_type == "IMAGE" and not (self.background_config or self.background_asset_id):
            raise unmet("background_missing", "background_type IMAGE needs background_config or background_asset_id")
        if self.background_type == "COLOR" and not self.background_color_config:
            raise unmet("background_missing", "background_type COLOR needs background_color_config")
        return self


class TextConfig(ApiModel):
    """What the host says, as plain text or with SSML tags.

    API page: Creating an Intelligent Livestreaming Room, table TextConfig.
    """

    text: Annotated[
        str,
        AfterValidator(_short_enough_without_tags),
        Field(max_length=131_072, description="The words: up to 131072 characters with SSML tags, 10000 without."),
    ]


class LiveAudioConfig(ApiModel):
    """A recording that is played instead of a text.

    API page: Creating an Intelligent Livestreaming Room, table LiveAudioConfig.
    """

    asset_id: Annotated[Id | None, Field(description="Asset of the library; left out for an outside address.")] = None
    audio_url: Annotated[Url | None, Field(description="Address of the recording: MP3, less than 100 MB.")] = None
    subtitle_url: Annotated[Url | None, Field(description="Address of its subtitles: SRT, less than 1 MB.")] = None


class RelationProductInfo(ApiModel):
    """The product that a paragraph is about; callbacks carry it when the paragraph starts.

    Vendor SDK: RelationProductInfo.
    """

    product_id: Annotated[Id | None, Field(description="The product's id on the selling platform.")] = None
    product_title: Annotated[str | None, Field(description="The product's name on the selling platform.")] = None


class LiveShootScriptItem(ApiModel):
    """One paragraph: a text or a recording.

    API page: Creating an Intelligent Livestreaming Room, table LiveShootScriptItem; `relation_product`: vendor
    SDK.
    """

    sequence_no: Annotated[
        Int32 | None, Field(description="Number of the paragraph; the service counts where it is left out.")
    ] = None
    title: Annotated[str | None, Field(max_length=256, description="Title, up to 256 characters.")] = None
    text_config: Annotated[TextConfig | None, Field(description="What is said.")] = None
    audio_config: Annotated[LiveAudioConfig | None, Field(description="What is played instead.")] = None
    relation_product: Annotated[RelationProductInfo | None, Field(description="The product it is about.")] = None


class LiveVideoScriptInfo(ApiModel):
    """One scene: a person with a voice before a background, layers, and paragraphs to say.

    API page: Creating an Intelligent Livestreaming Room, table LiveVideoScriptInfo.
    """

    script_id: Annotated[Id | None, Field(description="Given by the service; left out in manifests.")] = None
    script_name: Annotated[
        str, Field(min_length=1, max_length=256, description="Name of the scene, 1 to 256 characters.")
    ]
    script_description: Annotated[
        str | None, Field(max_length=1024, description="Description, up to 1024 characters.")
    ] = None
    dh_id: Annotated[Id | None, Field(description="A person with a voice, by id; not in use by the service yet.")] = (
        None
    )
    model_asset_id: Annotated[Id | None, Field(description="The person, by its asset in the library.")] = None
    voice_config: Annotated[VoiceConfig | None, Field(description="The voice.")] = None
    background_config: Annotated[list[BackgroundConfigInfo] | None, Field(description="What is behind the person.")] = (
        None
    )
    layer_config: Annotated[list[LayerConfig] | None, Field(description="What stands on the canvas.")] = None
    shoot_scripts: Annotated[list[LiveShootScriptItem], Field(description="The paragraphs, in their order.")]
