"""How scripts are played: repetition, chance, the end, the second voice. Pure."""

from typing import Annotated, Literal

from pydantic import Field

from provisioner.metastudio.models.base import INT32_MAX, ApiModel
from provisioner.metastudio.models.scripts import VoiceConfig


class LiveExitConfig(ApiModel):
    """When a broadcast ends by itself.

    Vendor SDK: LiveExitConfig; also the parameters of the command RESET_EXIT_CONFIG.
    """

    max_live_duration: Annotated[
        int | None,
        Field(ge=0, le=168, description="Longest broadcast in hours, up to 168; 0 is no limit. Default 0."),
    ] = None
    auto_stop_mode: Annotated[
        Literal["FORCE_EXIT", "SEGMENT_END", "SCENE_END", "SCRIPT_END"] | None,
        Field(description="End at once, or after the paragraph, the scene or the script. Default FORCE_EXIT."),
    ] = None
    max_exception_waiting_duration: Annotated[
        int | None,
        Field(
            ge=0,
            le=60,
            description="Minutes a fault may last before the end, up to 60; 0 is no limit. Default about 3.",
        ),
    ] = None


class PlayPolicy(ApiModel):
    """How the scenes of a room are played.

    API page: Creating an Intelligent Livestreaming Room, table PlayPolicy; `live_exit_config` and
    `is_rewrite_delay`: vendor SDK.
    """

    repeat_count: Annotated[
        int | None,
        Field(ge=-1, le=INT32_MAX, description="Repetitions after the first round; 0 none, -1 until it is stopped."),
    ] = None
    auto_play_script: Annotated[
        bool | None, Field(description="Whether the script starts by itself, or waits for a signal.")
    ] = None
    play_mode: Annotated[
        Literal["TEXT", "AUDIO", "NO_PRESET"] | None,
        Field(description="Driven by text, by sound, or by hand without a script. Default TEXT."),
    ] = None
    random_play_mode: Annotated[
        Literal["NONE", "SCENE", "SCRIPT_ITEM", "SCENE_AND_SCRIPT_ITEM"] | None,
        Field(description="What is shuffled from the second round on: nothing, scenes, paragraphs, or both."),
    ] = None
    need_independent_capture_client: Annotated[
        bool | None, Field(description="Whether a client of its own captures, apart from the one that plays.")
    ] = None
    live_exit_config: Annotated[LiveExitConfig | None, Field(description="When it ends by itself.")] = None
    is_rewrite_delay: Annotated[
        bool | None,
        Field(description="Whether a rewrite on air waits for the next round. Default false."),
    ] = None


class CoStreamerConfig(ApiModel):
    """The second voice of a room.

    API page: Creating an Intelligent Livestreaming Room, table CoStreamerConfig.
    """

    voice_config: Annotated[VoiceConfig | None, Field(description="The voice.")] = None
    streamer_action: Annotated[
        Literal["SILENCE", "VOLUME_DOWN"] | None,
        Field(description="What the host does meanwhile: falls silent or speaks more softly."),
    ] = None
