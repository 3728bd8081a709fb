"""Interaction rules: which event in the room brings about which reply. Pure."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from provisioner.metastudio.models.base import INT32_MAX, ApiModel, EventType, Id, PlayType, Url, unmet
from provisioner.metastudio.models.layers import SmartLayerConfig

_PLAY_TYPE = "When a reply is heard: after all that waits, after the current sentence or recording, or at once."


class ReviewConfig(ApiModel):
    """Whether content is reviewed before it is used.

    API page: Creating an Intelligent Livestreaming Room, table ReviewConfig.
    """

    no_need_review: Annotated[
        bool | None, Field(description="Skips the review; only for tenants whom the service has allowed that.")
    ] = None


class HitConditionTag(ApiModel):
    """One test of a field of an event.

    API page: Creating an Intelligent Livestreaming Room, table HitConditionTag.
    """

    tag: Annotated[
        str | None,
        Field(max_length=256, description="The event's field, such as content or level; content for preset."),
    ] = None
    operation: Annotated[
        Literal["SUM", "AVG", "COUNT", "NONE"] | None,
        Field(description="What is done with the field's values before the test."),
    ] = None
    match: Annotated[
        Literal["EQUAL", "REGEX", "MATH_GT", "MATH_GE", "MATH_LT", "MATH_LE", "MATH_EQ"] | None,
        Field(description="The test: equal text, a regular expression, or a comparison of numbers."),
    ] = None
    value: Annotated[
        str | None, Field(max_length=1024, description="What is compared with, up to 1024 characters.")
    ] = None


class HitCondition(ApiModel):
    """When a rule fits an event.

    API page: Creating an Intelligent Livestreaming Room, table HitCondition.
    """

    relation: Annotated[
        Literal["AND", "OR", "RESERVED"] | None,
        Field(description="All tests, any test, or RESERVED: the fallback that fits without a test."),
    ] = None
    priority: Annotated[
        int | None, Field(ge=0, le=999, description="0 to 999; the smaller one is tried first. Default 500.")
    ] = None
    tags: Annotated[list[HitConditionTag] | None, Field(description="The tests.")] = None


class ReplyAudioInfo(ApiModel):
    """A recorded reply.

    API page: Creating an Intelligent Livestreaming Room, table ReplyAudioInfo.
    """

    audio_url: Annotated[Url | None, Field(description="Address of the recording.")] = None
    audio_name: Annotated[str | None, Field(description="Name of the recording.")] = None


class TriggerProcess(ApiModel):
    """What happens when a rule fits.

    API page: Creating an Intelligent Livestreaming Room, table TriggerProcess; `SYSTEM_REPLY_AND_CALLBACK` and
    `play_type`: vendor SDK.
    """

    time_window: Annotated[
        int | None,
        Field(
            ge=-1,
            le=INT32_MAX,
            description="At most once in so many seconds; 0 every time, -1 once in a broadcast.",
        ),
    ] = None
    reply_mode: Annotated[
        Literal["SYSTEM_REPLY", "CALLBACK", "SYSTEM_REPLY_AND_CALLBACK", "SHOW_LAYER", "INTELLIGENT_REPLY"] | None,
        Field(
            description="Preset words, a call to the start call's interaction_callback_url, both, only a layer, "
            "or words made by the robot robot_id."
        ),
    ] = None
    layer_config: Annotated[SmartLayerConfig | None, Field(description="A layer to show.")] = None
    extra_layer_config: Annotated[
        SmartLayerConfig | None, Field(description="A second layer, for changing words beside the first.")
    ] = None
    reply_texts: Annotated[
        list[Annotated[str, Field(max_length=1024)]] | None,
        Field(max_length=5, description="Preset words: at most 5, each up to 1024 characters."),
    ] = None
    reply_audios: Annotated[
        list[ReplyAudioInfo] | None, Field(max_length=5, description="Recorded replies, at most 5.")
    ] = None
    reply_order: Annotated[
        Literal["RANDOM", "ORDER"] | None, Field(description="Which reply comes next: any, or each in turn.")
    ] = None
    reply_role: Annotated[
        Literal["STREAMER", "CO_STREAMER"] | None,
        Field(description="Who replies: the host, or the unseen second voice. Default STREAMER."),
    ] = None
    robot_id: Annotated[Id | None, Field(description="The robot. INTELLIGENT_REPLY needs it.")] = None
    play_type: Annotated[PlayType | None, Field(description=_PLAY_TYPE)] = None

    @model_validator(mode="after")
    def _has_its_robot(self) -> Self:
        if self.reply_mode == "INTELLIGENT_REPLY" and not self.robot_id:
            raise unmet("robot_missing", "reply_mode INTELLIGENT_REPLY needs robot_id")
        return self


class LiveRoomInteractionRuleInfo(ApiModel):
    """One rule of a room.

    API page: Creating an Intelligent Livestreaming Room, table LiveRoomInteractionRuleInfo.
    """

    rule_index: Annotated[Id | None, Field(description="Given by the service; left out in manifests.")] = None
    rule_name: Annotated[str | None, Field(max_length=256, description="Name, up to 256 characters.")] = None
    enabled: Annotated[bool | None, Field(description="Whether the rule is in force. Default true.")] = None
    event_type: Annotated[
        EventType | None,
        Field(description="1 comment, 2 somebody enters, 3 like, 4 gift, 10 preset wording."),
    ] = None
    hit_condition: Annotated[HitCondition | None, Field(description="When the rule fits.")] = None
    trigger: Annotated[TriggerProcess | None, Field(description="What happens then.")] = None
    review_config: Annotated[ReviewConfig | None, Field(description="Review of the rule's content.")] = None
    group_id: Annotated[Id | None, Field(description="The rule library it came from, by id.")] = None
    group_name: Annotated[str | None, Field(max_length=256, description="The rule library it came from, by name.")] = (
        None
    )
    enabled_scenes: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=256)]] | None,
        Field(
            max_length=100,
            description="The scenes it is for, by script_name; left out, it is for all. At most 100.",
        ),
    ] = None


class LiveRoomInteractionConfig(ApiModel):
    """How replies find their place among what is being said.

    Vendor SDK: LiveRoomInteractionConfig.
    """

    play_type: Annotated[PlayType | None, Field(description=_PLAY_TYPE)] = None
    ignore_current_sentence: Annotated[
        bool | None,
        Field(description="Whether the rest of a sentence that PLAY_NOW cut off is dropped. Default false."),
    ] = None
