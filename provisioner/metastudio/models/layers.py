"""What stands on the canvas: the layers of a scene and those that a rule shows. Pure.

The canvas measures 1920×1080 in landscape and 1080×1920 in portrait, whatever the resolution of the output.
"""

from typing import Annotated, Literal

from pydantic import Field

from provisioner.metastudio.models.base import (
    INT32_MAX,
    ApiModel,
    Base64Text,
    Color,
    Font,
    FontSize,
    Id,
    Int32,
    Natural,
    Url,
)


class LayerPositionConfig(ApiModel):
    """Where a layer stands: its upper left corner in canvas pixels, and its height in the pile.

    API page: Creating an Intelligent Livestreaming Room, table LayerPositionConfig.
    """

    dx: Annotated[Int32, Field(description="Left edge, in canvas pixels from the left.")]
    dy: Annotated[Int32, Field(description="Upper edge, in canvas pixels from the top.")]
    layer_index: Annotated[
        int,
        Field(
            ge=1,
            le=INT32_MAX,
            description="Place in the pile: 1 is at the bottom. Equal places overlap at random.",
        ),
    ]


class LayerSizeConfig(ApiModel):
    """How large a layer is drawn, in canvas pixels.

    API page: Creating an Intelligent Livestreaming Room, table LayerSizeConfig.
    """

    width: Annotated[Natural | None, Field(description="Width, in canvas pixels.")] = None
    height: Annotated[Natural | None, Field(description="Height, in canvas pixels.")] = None


class LayerRotationConfig(ApiModel):
    """How far a layer is turned round its centre; videos cannot be turned.

    Vendor SDK: LayerRotationConfig.
    """

    angle: Annotated[int | None, Field(ge=0, le=360, description="Angle in degrees, 0 to 360. Default 0.")] = None


class ImageLayerConfig(ApiModel):
    """The picture of an image layer.

    API page: Creating an Intelligent Livestreaming Room, table ImageLayerConfig.
    """

    image_url: Annotated[Url | None, Field(description="Address of the picture.")] = None


class VideoLayerConfig(ApiModel):
    """The film of a video layer.

    API page: Creating an Intelligent Livestreaming Room, table VideoLayerConfig; newer fields: vendor SDK.
    """

    video_url: Annotated[Url | None, Field(description="Address of the film.")] = None
    video_cover_url: Annotated[Url | None, Field(description="Address of the film's still picture.")] = None
    loop_count: Annotated[
        int | None, Field(ge=-1, le=INT32_MAX, description="How often the film plays: -1 for ever, 0 not at all.")
    ] = None
    video_sound: Annotated[
        int | None, Field(ge=0, le=100, description="Loudness of the film in percent; 0 is silent. Default 0.")
    ] = None
    is_play_the_entire_video: Annotated[
        bool | None,
        Field(description="Whether the film plays to its end when the scene's words end. Default false."),
    ] = None


class TextLayerConfig(ApiModel):
    """The words of a text layer.

    API page: Creating an Intelligent Livestreaming Room, table TextLayerConfig.
    """

    text_context: Annotated[
        Base64Text | None,
        Field(max_length=1024, description="The words as Base64 of UTF-8, up to 1024 characters."),
    ] = None
    font_name: Annotated[Font | None, Field(description="Font of the words.")] = None
    font_size: Annotated[FontSize | None, Field(description="Size in pixels, 4 to 120.")] = None
    font_color: Annotated[Color | None, Field(description="RGB colour of the words.")] = None


class LayerConfig(ApiModel):
    """One layer of a scene: the person, a picture, a film or words.

    API page: Creating an Intelligent Livestreaming Room, table LayerConfig; `sequence_no` and `rotation`: vendor
    SDK.
    """

    layer_type: Annotated[
        Literal["HUMAN", "IMAGE", "VIDEO", "TEXT"],
        Field(description="What the layer shows: the person, a picture, a film or words."),
    ]
    asset_id: Annotated[Id | None, Field(description="Asset of the library; left out for an outside address.")] = None
    group_id: Annotated[
        Id | None, Field(description="Layers of several scenes with the same group share one position.")
    ] = None
    sequence_no: Annotated[
        Int32 | None, Field(description="The paragraph during which the layer is shown, by its sequence_no.")
    ] = None
    position: Annotated[LayerPositionConfig | None, Field(description="Where it stands.")] = None
    size: Annotated[LayerSizeConfig | None, Field(description="How large it is.")] = None
    rotation: Annotated[LayerRotationConfig | None, Field(description="How far it is turned; not for films.")] = None
    image_config: Annotated[ImageLayerConfig | None, Field(description="The picture of an image layer.")] = None
    video_config: Annotated[VideoLayerConfig | None, Field(description="The film of a video layer.")] = None
    text_config: Annotated[TextLayerConfig | None, Field(description="The words of a text layer.")] = None


_DURATION = "Seconds on screen; 0 is as long as the reply is heard, or the words that matched."


class SmartImageLayerConfig(ApiModel):
    """The picture that a rule shows.

    API page: Creating an Intelligent Livestreaming Room, table SmartImageLayerConfig.
    """

    image_url: Annotated[Url, Field(description="Address of the picture.")]
    display_duration: Annotated[Natural | None, Field(description=_DURATION)] = None


class SmartVideoLayerConfig(ApiModel):
    """The film that a rule shows.

    API page: Creating an Intelligent Livestreaming Room, table SmartVideoLayerConfig.
    """

    video_url: Annotated[Url, Field(description="Address of the film.")]
    video_cover_url: Annotated[Url | None, Field(description="Address of the film's still picture.")] = None
    display_duration: Annotated[Natural | None, Field(description=_DURATION)] = None


class SmartTextLayerConfig(ApiModel):
    """The words that a rule shows; unlike those of a scene they are plain text.

    API page: Creating an Intelligent Livestreaming Room, table SmartTextLayerConfig.
    """

    text_type: Annotated[
        Literal["DYNAMIC", "STATIC"] | None,
        Field(description="DYNAMIC has key words filled in when it is shown; STATIC is shown as it stands."),
    ] = None
    text_context: Annotated[str | None, Field(description="The words, as plain text.")] = None
    font_name: Annotated[Font | None, Field(description="Font of the words.")] = None
    font_size: Annotated[FontSize | None, Field(description="Size in pixels, 4 to 120.")] = None
    font_color: Annotated[Color | None, Field(description="RGB colour of the words.")] = None
    display_duration: Annotated[Natural | None, Field(description=_DURATION)] = None


class SmartLayerConfig(ApiModel):
    """A layer that a rule shows for a while.

    API page: Creating an Intelligent Livestreaming Room, table SmartLayerConfig.
    """

    layer_type: Annotated[
        Literal["IMAGE", "VIDEO", "TEXT"], Field(description="What the layer shows: a picture, a film or words.")
    ]
    asset_id: Annotated[Id | None, Field(description="Asset of the library; left out for an outside address.")] = None
    position: Annotated[LayerPositionConfig | None, Field(description="Where it stands.")] = None
    size: Annotated[LayerSizeConfig | None, Field(description="How large it is.")] = None
    image_config: Annotated[SmartImageLayerConfig | None, Field(description="The picture of an image layer.")] = None
    video_config: Annotated[SmartVideoLayerConfig | None, Field(description="The film of a video layer.")] = None
    text_config: Annotated[SmartTextLayerConfig | None, Field(description="The words of a text layer.")] = None
