"""Where the service reports what happens on air. Pure. Keys and addresses stay out of every repr."""

from typing import Annotated, Literal

from pydantic import Field

from provisioner.metastudio.models.base import ApiModel, Url


class LiveEventCallBackConfig(ApiModel):
    """Which events of a job are sent to which address.

    API page: Starting a Virtual Human Intelligent Livestreaming Task, table LiveEventCallBackConfig.
    """

    live_event_type_callback_url: Annotated[Url | None, Field(repr=False, description="Address to call, by HTTPS.")] = (
        None
    )
    auth_type: Annotated[
        Literal["NONE", "MSS_A", "MSS_A_HEAD", "MEITUAN_DEFAULT"] | None,
        Field(
            description="How a call proves where it comes from: by the address alone, by a signature in the query "
            "or in a header, or in Meituan's way."
        ),
    ] = None
    key: Annotated[
        str | None,
        Field(max_length=32, repr=False, description="Key of the signature, up to 32 characters. A secret."),
    ] = None
    callback_event_type: Annotated[
        list[Literal["SHOOT_SCRIPT_SWITCH", "RTMP_STREAM_STATE_CHANGE", "REPLY_COMMAND_FINISH"]] | None,
        Field(description="The events: a new paragraph, a change of the push connection, the end of a reply."),
    ] = None


class LiveRoomEventCallBackConfig(LiveEventCallBackConfig):
    """Which events of a room's jobs are sent to which address.

    API page: Creating an Intelligent Livestreaming Room, table LiveEventCallBackConfig; its own name and
    `is_inheritance_platform_callback`: vendor SDK.
    """

    is_inheritance_platform_callback: Annotated[
        bool | None, Field(description="Whether the callbacks of the selling platform apply too.")
    ] = None


class RTCLiveEventCallBackConfig(ApiModel):
    """Which events are sent through the real-time channel.

    API page: Creating an Intelligent Livestreaming Room, table RTCLiveEventCallBackConfig.
    """

    rtc_callback_event_type: Annotated[
        list[Literal["LIVE_PROGRESS", "REPLY_COMMAND_FINISH"]] | None,
        Field(description="The events: progress of the script, the end of a reply. Default progress."),
    ] = None
