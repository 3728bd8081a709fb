"""What the service takes a field for that was not sent. Pure.

From the field texts of the create call and from api.md, "What a room must satisfy"; the descriptions of the models
name the same values. A field whose default depends on others (`view_mode`, `sequence_no`) is not here.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from provisioner.metastudio.models.layers import LayerRotationConfig, VideoLayerConfig
from provisioner.metastudio.models.playback import LiveExitConfig, PlayPolicy
from provisioner.metastudio.models.room import CreateSmartLiveRoomReq
from provisioner.metastudio.models.rules import (
    HitCondition,
    LiveRoomInteractionConfig,
    LiveRoomInteractionRuleInfo,
    TriggerProcess,
)
from provisioner.metastudio.models.scripts import VoiceConfig
from provisioner.metastudio.models.video import SubtitleConfig, VideoConfig

DEFAULTS: Mapping[type[BaseModel], Mapping[str, Any]] = MappingProxyType(
    {
        CreateSmartLiveRoomReq: {
            "room_type": "NORMAL",
            "rtc_callback_config": {"rtc_callback_event_type": ["LIVE_PROGRESS"]},
        },
        VideoConfig: {"clip_mode": "RESIZE", "codec": "H264", "is_subtitle_enable": False},
        SubtitleConfig: {"opacity": 1},
        PlayPolicy: {"play_mode": "TEXT", "is_rewrite_delay": False},
        LiveExitConfig: {"max_live_duration": 0, "auto_stop_mode": "FORCE_EXIT"},
        VoiceConfig: {"speed": 100, "pitch": 100, "volume": 140},
        LayerRotationConfig: {"angle": 0},
        VideoLayerConfig: {"video_sound": 0, "is_play_the_entire_video": False},
        LiveRoomInteractionConfig: {"ignore_current_sentence": False},
        LiveRoomInteractionRuleInfo: {"enabled": True},
        HitCondition: {"priority": 500},
        TriggerProcess: {"reply_role": "STREAMER"},
    }
)
"""Default values by model and field."""
