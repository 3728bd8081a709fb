"""The picture that goes out: resolution, bitrate, subtitles. Pure."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from provisioner.metastudio.models.base import ApiModel, Font, FontSize, Int32, Natural, Url, unmet

RESOLUTIONS = frozenset(
    {(1920, 1080), (1080, 1920), (1280, 720), (720, 1280), (3840, 2160), (2160, 3840)},
)
"""Widths and heights that `clip_mode` RESIZE takes, in pixels. Rooms go on air with the first two only."""


class SubtitleConfig(ApiModel):
    """Where subtitles stand and how they look.

    API page: Creating an Intelligent Livestreaming Room, table SubtitleConfig; colours, stroke and opacity: vendor
    SDK.
    """

    dx: Annotated[Int32 | None, Field(description="Left edge of the box, in canvas pixels.")] = None
    dy: Annotated[Int32 | None, Field(description="Lower edge of the box, in canvas pixels.")] = None
    font_name: Annotated[Font | None, Field(description="Font.")] = None
    font_size: Annotated[FontSize | None, Field(description="Size in pixels, 4 to 120.")] = None
    h: Annotated[Natural | None, Field(description="Height of the box in pixels; only editors use it.")] = None
    w: Annotated[Natural | None, Field(description="Width of the box in pixels; only editors use it.")] = None
    font_color: Annotated[str | None, Field(max_length=7, description="RGB colour of the words.")] = None
    stroke_color: Annotated[str | None, Field(max_length=7, description="RGB colour of their outline.")] = None
    stroke_thickness: Annotated[
        float | None, Field(ge=0, le=50, description="Thickness of the outline in pixels, 0 to 50.")
    ] = None
    opacity: Annotated[
        float | None, Field(ge=0, le=1, description="0 cannot be seen, 1 hides what is behind. Default 1.")
    ] = None


class VideoConfig(ApiModel):
    """How the picture is encoded.

    Ranges are the field's own. Going live narrows them: 1080×1920 or 1920×1080, 25 frames a second, 1000 to 8000
    kbit/s, no subtitles. API page: Creating an Intelligent Livestreaming Room, table VideoConfig; `QTRLE`,
    `is_end_at_first_frame`, `output_external_url` and `is_vocabulary_config_enable`: vendor SDK.
    """

    clip_mode: Annotated[
        Literal["RESIZE", "CROP"] | None, Field(description="Scaled, or cut out of the picture. Default RESIZE.")
    ] = None
    codec: Annotated[
        Literal["H264", "VP8", "QTRLE"] | None,
        Field(description="Encoding. Default H264, the one for broadcasts."),
    ] = None
    bitrate: Annotated[
        int, Field(ge=40, le=30_000, description="Average bitrate in kbit/s, 40 to 30000; on air 1000 to 8000.")
    ]
    width: Annotated[Natural, Field(description="Width in pixels.")]
    height: Annotated[Natural, Field(description="Height in pixels.")]
    frame_rate: Annotated[str | None, Field(description="Frames a second, as text. Avatars are drawn at 25.")] = None
    is_subtitle_enable: Annotated[
        bool | None, Field(description="Whether subtitles are drawn; not in broadcasts. Default false.")
    ] = None
    subtitle_config: Annotated[SubtitleConfig | None, Field(description="How subtitles look.")] = None
    dx: Annotated[Natural | None, Field(description="Left edge of what CROP keeps, in pixels.")] = None
    dy: Annotated[Natural | None, Field(description="Upper edge of what CROP keeps, in pixels.")] = None
    is_enable_super_resolution: Annotated[
        bool | None, Field(description="Whether the picture is enlarged by super resolution; not in broadcasts.")
    ] = None
    is_end_at_first_frame: Annotated[
        bool | None, Field(description="Whether a film ends as it began, so that films join; not in broadcasts.")
    ] = None
    output_external_url: Annotated[
        Url | None, Field(repr=False, description="Where a film is uploaded to; only for tenants allowed to.")
    ] = None
    is_vocabulary_config_enable: Annotated[
        bool | None, Field(description="Whether the tenant's pronunciations are used; not in broadcasts.")
    ] = None

    @model_validator(mode="after")
    def _has_a_known_resolution(self) -> Self:
        if self.clip_mode != "CROP" and (self.width, self.height) not in RESOLUTIONS:
            known = ", ".join(f"{width}x{height}" for width, height in sorted(RESOLUTIONS))
            raise unmet("resolution", f"clip_mode RESIZE takes these resolutions only: {known}")
        return self
