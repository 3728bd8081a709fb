"""Jobs: the bodies of the calls that start a broadcast and command a running one. Pure."""

from typing import Annotated, Any, Literal

from pydantic import Field

from provisioner.metastudio.models.base import ApiModel, Url, ViewMode
from provisioner.metastudio.models.callbacks import LiveEventCallBackConfig, RTCLiveEventCallBackConfig
from provisioner.metastudio.models.playback import CoStreamerConfig, PlayPolicy
from provisioner.metastudio.models.room import OutputUrls, StreamKeys
from provisioner.metastudio.models.rules import ReviewConfig
from provisioner.metastudio.models.video import VideoConfig


class LiveJobRunConfig(ApiModel):
    """What a job may use and what it must not run beside.

    Vendor SDK: LiveJobRunConfig.
    """

    allow_resource_type: Annotated[
        Literal["PERIOD", "ONDEMAND", "UNLIMITED", "ONE_TIME"] | None,
        Field(description="Resources it may use: of a subscription, paid by use, any, or bought once."),
    ] = None
    single_job_in_room: Annotated[
        bool | None, Field(description="Whether the service refuses a second running job in the room.")
    ] = None


class StartSmartLiveReq(ApiModel):
    """How one broadcast differs from its room.

    API page: Starting a Virtual Human Intelligent Livestreaming Task, request body; `job_run_config`: vendor SDK.
    """

    video_config: Annotated[VideoConfig | None, Field(description="How the picture is encoded.")] = None
    play_policy: Annotated[PlayPolicy | None, Field(description="How the scenes are played.")] = None
    output_urls: Annotated[
        OutputUrls | None, Field(repr=False, description="Where it is pushed by RTMP; at most one address.")
    ] = None
    stream_keys: Annotated[
        StreamKeys | None, Field(repr=False, description="The key of that address; at most one. A secret.")
    ] = None
    interaction_callback_url: Annotated[
        Url | None,
        Field(repr=False, description="Address that rules with reply_mode CALLBACK call; with its own proof."),
    ] = None
    live_event_callback_config: Annotated[
        LiveEventCallBackConfig | None, Field(description="Where events are reported.")
    ] = None
    rtc_callback_config: Annotated[
        RTCLiveEventCallBackConfig | None, Field(description="Events in the real-time channel. Default progress.")
    ] = None
    view_mode: Annotated[
        ViewMode | None, Field(description="Decided by the resolution of video_config; need not be written.")
    ] = None
    co_streamer_config: Annotated[CoStreamerConfig | None, Field(description="The second voice.")] = None
    job_run_config: Annotated[LiveJobRunConfig | None, Field(description="Resources, and running alone.")] = None


class ControlSmartLiveReq(ApiModel):
    """One command to a running job.

    `params` depends on the command: the new scenes for REWRITE_PLAY_SCRIPT, the new rules for
    REWRITE_INTERACTION_RULES, a push address and its key for REFRESH_OUTPUT_URL, a `LiveExitConfig` for
    RESET_EXIT_CONFIG. The API declares it as an object without fields, and so does this model.
    Vendor SDK: ControlSmartLiveReq, the call ExecuteSmartLiveCommand.
    """

    command: Annotated[
        Literal[
            "INSERT_PLAY_SCRIPT",
            "INSERT_PLAY_AUDIO",
            "REWRITE_PLAY_SCRIPT",
            "REWRITE_INTERACTION_RULES",
            "GET_CURRENT_PLAYING_SCRIPTS",
            "SHOW_LAYER",
            "REFRESH_OUTPUT_URL",
            "GET_LIVE_JOB_CONFIG_INFO",
            "CLEAN_UP_INSERT_COMMAND",
            "RESET_EXIT_CONFIG",
        ],
        Field(description="What the job shall do."),
    ]
    params: Annotated[
        dict[str, Any] | list[Any] | None,
        Field(repr=False, description="What the command needs; may hold a stream key."),
    ] = None
    review_config: Annotated[ReviewConfig | None, Field(description="Review of the content that is sent.")] = None
