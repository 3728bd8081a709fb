"""A room: the body of the calls that create and update one. Pure."""

from typing import Annotated, Literal

from pydantic import Field

from provisioner.metastudio.models.base import ApiModel, Id, Url, ViewMode
from provisioner.metastudio.models.callbacks import LiveRoomEventCallBackConfig, RTCLiveEventCallBackConfig
from provisioner.metastudio.models.playback import CoStreamerConfig, PlayPolicy
from provisioner.metastudio.models.rules import (
    LiveRoomInteractionConfig,
    LiveRoomInteractionRuleInfo,
    ReviewConfig,
)
from provisioner.metastudio.models.scripts import LiveVideoScriptInfo
from provisioner.metastudio.models.video import VideoConfig

OutputUrls = Annotated[list[Url], Field(max_length=1)]
"""Push addresses; the service takes one."""
StreamKeys = Annotated[list[str], Field(max_length=1)]
"""Stream keys, one for each push address. Secrets."""


class SharedConfig(ApiModel):
    """With whom a room template is shared.

    API page: Creating an Intelligent Livestreaming Room, table SharedConfig.
    """

    shared_type: Annotated[
        Literal["PRIVATE", "PUBLIC", "SHARED"] | None,
        Field(description="This tenant only, all tenants (the vendor's own assets only), or the tenants named."),
    ] = None
    shared_state: Annotated[
        Literal["PUBLISHED", "DRAFT", "REVIEW"] | None,
        Field(description="In use, being written, or under review. Only for SHARED."),
    ] = None
    expire_time: Annotated[
        str | None, Field(max_length=20, description="End of the sharing, RFC 3339 in UTC; empty is never.")
    ] = None
    allowed_project_ids: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=64)]] | None,
        Field(max_length=100, description="The tenants, by project id; at most 100."),
    ] = None


class PlatformLiveInfo(ApiModel):
    """The broadcast on a selling platform that a room belongs to.

    Vendor SDK: PlatformLiveInfo.
    """

    platform_id: Annotated[Id, Field(description="The selling platform, by id.")]
    live_id: Annotated[
        Id, Field(pattern=r"^[A-Za-z0-9_-]*$", description="The broadcast there: letters, digits, - and _.")
    ]


class CreateSmartLiveRoomReq(ApiModel):
    """A room as it is created; updating takes the same body.

    API page: Creating an Intelligent Livestreaming Room, request body; `interaction_config` and
    `relation_live_platform_info`: vendor SDK.
    """

    room_name: Annotated[str, Field(min_length=1, max_length=256, description="Name of the room, 1 to 256 characters.")]
    room_description: Annotated[
        str | None, Field(max_length=1024, description="Description, up to 1024 characters.")
    ] = None
    room_type: Annotated[
        Literal["NORMAL", "TEMP", "TEMPLATE"] | None,
        Field(description="A lasting room, one that disappears after its job, or a template. Default NORMAL."),
    ] = None
    scene_scripts: Annotated[list[LiveVideoScriptInfo] | None, Field(description="The scenes, in their order.")] = None
    interaction_config: Annotated[
        LiveRoomInteractionConfig | None, Field(description="How replies find their place.")
    ] = None
    interaction_rules: Annotated[
        list[LiveRoomInteractionRuleInfo] | None, Field(description="What viewers bring about.")
    ] = None
    play_policy: Annotated[PlayPolicy | None, Field(description="How the scenes are played.")] = None
    video_config: Annotated[VideoConfig | None, Field(description="How the picture is encoded.")] = None
    output_urls: Annotated[
        OutputUrls | None,
        Field(repr=False, description="Where the broadcast is pushed by RTMP; at most one address."),
    ] = None
    stream_keys: Annotated[
        StreamKeys | None, Field(repr=False, description="The key of that address; at most one. A secret.")
    ] = None
    backup_model_asset_ids: Annotated[
        list[Id] | None,
        Field(max_length=5, description="Persons who take turns with the first; at most 5 assets."),
    ] = None
    live_event_callback_config: Annotated[
        LiveRoomEventCallBackConfig | None, Field(description="Where events are reported.")
    ] = None
    rtc_callback_config: Annotated[
        RTCLiveEventCallBackConfig | None, Field(description="Events in the real-time channel. Default progress.")
    ] = None
    review_config: Annotated[ReviewConfig | None, Field(description="Review of the room's content.")] = None
    shared_config: Annotated[SharedConfig | None, Field(description="Sharing; for templates only.")] = None
    view_mode: Annotated[
        ViewMode | None, Field(description="Decided by the resolution of video_config; need not be written.")
    ] = None
    co_streamer_config: Annotated[CoStreamerConfig | None, Field(description="The second voice.")] = None
    priv_data: Annotated[
        str | None,
        Field(max_length=8192, description="The user's own text, kept by the service, up to 8192 characters."),
    ] = None
    relation_live_platform_info: Annotated[
        PlatformLiveInfo | None, Field(description="The broadcast on a selling platform.")
    ] = None
