"""What the service answers, read leniently: an enum is text here and no range is checked. Pure.

Ids are strict and never empty, since paths are made of them. An object that a request model describes stays a
plain mapping, because an answer may hold values that no request may. Secrets and addresses that carry a proof
stay out of every repr. The header `X-Request-Id` is the client's business, not a field.
"""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from provisioner.metastudio.models.base import AnswerModel

GivenId = Annotated[str, Field(strict=True, min_length=1)]
"""An id that an answer must have."""
JsonObject = dict[str, Any]
"""An object of the answer as it came."""


def _nothing_is_empty(value: object) -> object:
    return [] if value is None else value


class ErrorResponse(AnswerModel):
    """Why the service refused, or why a room or job is not well.

    API page: Creating an Intelligent Livestreaming Room, responses 400, 401 and 500.
    """

    error_code: Annotated[str | None, Field(description="Code, such as MSS.00000003 or APIGW.0308.")] = None
    error_msg: Annotated[str | None, Field(description="The service's words for it.")] = None


class ModelInfo(AnswerModel):
    """A person of a room.

    API page: Querying Intelligent Livestreaming Rooms, table ModelInfo.
    """

    model_asset_id: Annotated[str | None, Field(description="The person, by asset.")] = None
    asset_name: Annotated[str | None, Field(description="The asset's name.")] = None
    backup_model_asset_ids: Annotated[list[str] | None, Field(description="Who takes turns, by asset.")] = None


class RoomAnswer(AnswerModel):
    """What every answer about a room says of it. Times are RFC 3339 in UTC, to the second.

    API page: Querying Intelligent Livestreaming Rooms, table SmartLiveRoomBaseInfo; `confirm_state` and that a room
    itself says the same: vendor SDK.
    """

    room_id: Annotated[GivenId, Field(description="The room's id.")]
    room_name: Annotated[str | None, Field(description="Its name.")] = None
    room_type: Annotated[str | None, Field(description="NORMAL, TEMP or TEMPLATE.")] = None
    room_state: Annotated[str | None, Field(description="ENABLE, DISABLE or BLOCKED.")] = None
    error_info: Annotated[ErrorResponse | None, Field(description="Why it is not available.")] = None
    create_time: Annotated[str | None, Field(description="When it was created.")] = None
    update_time: Annotated[str | None, Field(description="When it was last changed.")] = None
    priv_data: Annotated[str | None, Field(description="The user's own text; holds our marker.")] = None
    confirm_state: Annotated[str | None, Field(description="UNCONFIRM, CONFIRMED or REJECT, for some tenants.")] = None


class SmartLiveRoomBaseInfo(RoomAnswer):
    """A room as the list shows it.

    API page: Querying Intelligent Livestreaming Rooms, table SmartLiveRoomBaseInfo.
    """

    project_id: Annotated[str | None, Field(description="The tenant.")] = None
    view_mode: Annotated[str | None, Field(description="LANDSCAPE or VERTICAL.")] = None
    shared_config: Annotated[JsonObject | None, Field(description="A SharedConfig, for templates.")] = None
    room_description: Annotated[str | None, Field(description="Its description.")] = None
    cover_url: Annotated[str | None, Field(repr=False, description="Address of its picture.")] = None
    thumbnail: Annotated[str | None, Field(repr=False, description="Address of its picture.")] = None
    model_infos: Annotated[list[ModelInfo] | None, Field(description="Its persons.")] = None
    last_job_start_time: Annotated[str | None, Field(description="When its last broadcast began.")] = None
    last_job_end_time: Annotated[str | None, Field(description="When its last broadcast ended.")] = None
    last_job_status: Annotated[str | None, Field(description="State of its last job, such as SUCCEED.")] = None


class ListSmartLiveRoomsResponse(AnswerModel):
    """One page of the list of rooms.

    `count` must be there, so that an unrelated answer never reads as "no rooms". API page: Querying Intelligent
    Livestreaming Rooms, response body.
    """

    count: Annotated[int, Field(strict=True, description="How many rooms there are in all.")]
    smart_live_rooms: Annotated[list[SmartLiveRoomBaseInfo], BeforeValidator(_nothing_is_empty)] = Field(
        default_factory=list, description="The rooms of this page."
    )


class CreateSmartLiveRoomResponse(AnswerModel):
    """The id of the room that was created.

    API page: Creating an Intelligent Livestreaming Room, response body.
    """

    room_id: Annotated[GivenId, Field(description="The room's id.")]


class ShowSmartLiveRoomResponse(RoomAnswer):
    """What is needed of a whole room besides its plain body; updating answers the same.

    Vendor SDK: ShowSmartLiveRoomResponse. The fields that a room is written with are read from the body.
    """

    script_version: Annotated[str | None, Field(description="Moves on with every update.")] = None


class RTCUserInfo(AnswerModel):
    """One who may join the real-time channel of a job.

    API page: Starting a Virtual Human Intelligent Livestreaming Task, table RTCUserInfo.
    """

    user_type: Annotated[str | None, Field(description="The part it plays, such as CAPTURE or PLAYER.")] = None
    user_id: Annotated[str | None, Field(description="Its id there.")] = None
    signature: Annotated[str | None, Field(repr=False, description="Its token. A secret.")] = None
    ctime: Annotated[int | None, Field(description="Until when the token holds, in Unix seconds.")] = None


class RTCRoomInfoList(AnswerModel):
    """The real-time channel of a job.

    API page: Starting a Virtual Human Intelligent Livestreaming Task, table RTCRoomInfoList.
    """

    app_id: Annotated[str | None, Field(description="The application there.")] = None
    room_id: Annotated[str | None, Field(description="The channel's id; not that of the room.")] = None
    users: Annotated[list[RTCUserInfo] | None, Field(description="Who may join.")] = None


class LiveWarningItem(AnswerModel):
    """One risk of going live.

    API page: Starting a Virtual Human Intelligent Livestreaming Task, table LiveWarningItem.
    """

    warning_type: Annotated[
        str | None, Field(description="Such as TOO_LESSS_SCRIPT_ITEMS (the service's spelling).")
    ] = None


class ShowLiveWarningInfoResponse(AnswerModel):
    """The risks of going live with a room.

    Vendor SDK: ShowLiveWarningInfoResponse.
    """

    live_warning_info: Annotated[list[LiveWarningItem], BeforeValidator(_nothing_is_empty)] = Field(
        default_factory=list, description="The risks."
    )
    limit_duration: Annotated[int | None, Field(description="Longest broadcast in hours; 0 is no limit.")] = None


class StartSmartLiveResponse(AnswerModel):
    """The job that was started.

    API page: Starting a Virtual Human Intelligent Livestreaming Task, response body; `limit_duration`: vendor SDK.
    """

    job_id: Annotated[GivenId, Field(description="The job's id.")]
    rtc_room_info: Annotated[RTCRoomInfoList | None, Field(description="Its real-time channel.")] = None
    live_event_report_url: Annotated[
        str | None, Field(repr=False, description="Where a room's events are reported to, with proof. A secret.")
    ] = None
    live_event_callback_config: Annotated[
        JsonObject | None, Field(repr=False, description="A LiveEventCallBackConfig, with its key.")
    ] = None
    live_warning_info: Annotated[list[LiveWarningItem], BeforeValidator(_nothing_is_empty)] = Field(
        default_factory=list, description="Risks of this broadcast."
    )
    limit_duration: Annotated[int | None, Field(description="Longest broadcast in hours; 0 is no limit.")] = None


class LiveJobLog(AnswerModel):
    """Where the records of a job lie; the addresses carry their own proof.

    API page: Querying Virtual Human Intelligent Livestreaming Task Details, table LiveJobLog; all but the first:
    vendor SDK, whose spelling is kept.
    """

    interaction_records_url: Annotated[str | None, Field(repr=False, description="Interactions.")] = None
    job_config_records_url: Annotated[str | None, Field(repr=False, description="Configuration of the job.")] = None
    scripts_records_url: Annotated[str | None, Field(repr=False, description="Scripts as played.")] = None
    command_reviced_records_url: Annotated[str | None, Field(repr=False, description="Commands received.")] = None
    command_exec_records_url: Annotated[str | None, Field(repr=False, description="Commands carried out.")] = None


class PlatformLiveDetailInfo(AnswerModel):
    """The broadcast on a selling platform, as the service knows it.

    Vendor SDK: PlatformLiveDetailInfo.
    """

    platform_id: Annotated[str | None, Field(description="The selling platform, by id.")] = None
    platform: Annotated[str | None, Field(description="The selling platform, by name.")] = None
    account: Annotated[str | None, Field(repr=False, description="The account that authorised it.")] = None
    live_id: Annotated[str | None, Field(description="The broadcast there.")] = None


class SmartLiveJob(AnswerModel):
    """One job: what the service made of a broadcast. Times are RFC 3339 in UTC, durations seconds.

    API page: Querying Virtual Human Intelligent Livestreaming Task Details, response body;
    `relation_live_platform_info`, `used_resource_type` and `is_ai_mark_on`: vendor SDK.
    """

    job_id: Annotated[GivenId, Field(description="The job's id.")]
    room_id: Annotated[str | None, Field(description="Its room.")] = None
    room_name: Annotated[str | None, Field(description="Its room's name.")] = None
    state: Annotated[
        str | None,
        Field(description="WAITING, PROCESSING, SUCCEED, FAILED, CANCELED or BLOCKED; others may come."),
    ] = None
    duration: Annotated[float | None, Field(description="How long it lasted, in seconds.")] = None
    start_time: Annotated[str | None, Field(description="When it began.")] = None
    end_time: Annotated[str | None, Field(description="When it ended.")] = None
    error_info: Annotated[ErrorResponse | None, Field(description="Why it failed.")] = None
    create_time: Annotated[str | None, Field(description="When it was created.")] = None
    lastupdate_time: Annotated[str | None, Field(description="When it last changed.")] = None
    rtc_room_info: Annotated[RTCRoomInfoList | None, Field(description="Its real-time channel.")] = None
    live_event_report_url: Annotated[
        str | None, Field(repr=False, description="Where a room's events are reported to, with proof. A secret.")
    ] = None
    live_event_callback_config: Annotated[
        JsonObject | None, Field(repr=False, description="A LiveEventCallBackConfig, with its key.")
    ] = None
    rtc_callback_config: Annotated[JsonObject | None, Field(description="An RTCLiveEventCallBackConfig.")] = None
    stream_duration: Annotated[float | None, Field(description="How long it was pushed, in seconds.")] = None
    block_reason: Annotated[str | None, Field(description="Why it was blocked.")] = None
    cover_url: Annotated[str | None, Field(repr=False, description="Address of the room's picture.")] = None
    co_streamer_config: Annotated[JsonObject | None, Field(description="A CoStreamerConfig.")] = None
    live_job_log: Annotated[LiveJobLog | None, Field(description="Where its records lie.")] = None
    relation_live_platform_info: Annotated[
        PlatformLiveDetailInfo | None, Field(description="The broadcast on a selling platform.")
    ] = None
    used_resource_type: Annotated[str | None, Field(description="What it was paid with, such as PERIOD.")] = None
    is_ai_mark_on: Annotated[bool | None, Field(description="Whether the picture is marked as made by AI.")] = None


class ListSmartLiveJobsResponse(AnswerModel):
    """One page of jobs, of one room or of all.

    Vendor SDK: ListSmartLiveJobsResponse and ListSmartLiveResponse, which are alike.
    """

    count: Annotated[int, Field(strict=True, description="How many jobs there are in all.")]
    smart_live_jobs: Annotated[list[SmartLiveJob], BeforeValidator(_nothing_is_empty)] = Field(
        default_factory=list, description="The jobs of this page."
    )


class DigitalAssetInfo(AnswerModel):
    """What is needed of an asset of the library.

    Vendor SDK: DigitalAssetInfo.
    """

    asset_id: Annotated[GivenId, Field(description="The asset's id.")]
    asset_name: Annotated[str | None, Field(description="Its name; several may have the same.")] = None
    asset_type: Annotated[
        str | None, Field(description="Such as HUMAN_MODEL_2D, VOICE_MODEL, IMAGE, VIDEO, AUDIO, MUSIC.")
    ] = None
    asset_state: Annotated[
        str | None,
        Field(
            description="ACTIVED and WAITING_DELETE can be used; CREATING, FAILED, UNACTIVED, DELETING, DELETED and "
            "BLOCK cannot."
        ),
    ] = None


class ListAssetsResponse(AnswerModel):
    """One page of the library.

    Vendor SDK: ListAssetsResponse.
    """

    count: Annotated[int, Field(strict=True, description="How many assets there are in all.")]
    assets: Annotated[list[DigitalAssetInfo], BeforeValidator(_nothing_is_empty)] = Field(
        default_factory=list, description="The assets of this page."
    )


class ExecuteSmartLiveCommandResponse(AnswerModel):
    """What became of a command.

    Vendor SDK: ExecuteSmartLiveCommandResponse.
    """

    command_id: Annotated[str | None, Field(description="The command's id.")] = None
    command: Annotated[str | None, Field(description="The command's name.")] = None
    result: Annotated[str | None, Field(repr=False, description="What it brought; may hold what a room holds.")] = None
