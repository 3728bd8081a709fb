"""The rules of single fields, which the models hold."""

from __future__ import annotations

from provisioner.advice.reading.kinds import error

_ROOM = "Creating an Intelligent Livestreaming Room"

FIELDS = (
    error(
        "missing-field",
        "A field is missing",
        "The service refuses the body without it.",
        "spec: {}",
        "spec: {room_name: Spring sale}",
        _ROOM,
    ),
    error(
        "not-allowed",
        "A value is none of those allowed",
        "The field takes a few words only.",
        "room_type: normal",
        "room_type: NORMAL",
        _ROOM,
    ),
    error("out-of-range", "A number is out of its range", "The API gives the range.", "speed: 20", "speed: 50", _ROOM),
    error(
        "too-few",
        "A list is too short",
        "The field needs at least so many entries.",
        "rules: []",
        "rules: [{rule_name: price}]",
        _ROOM,
    ),
    error(
        "too-long",
        "A text is too long",
        "The API gives the length.",
        "room_name: …   # 300 characters",
        "room_name: …   # 256 characters",
        _ROOM,
    ),
    error(
        "too-many",
        "A list is too long",
        "The API gives the number: one push address and one key, five replies, five "
        "backup models, a hundred enabled scenes.",
        "output_urls: [rtmp://a.example.com/live, rtmp://b.example.com/live]",
        "output_urls: [rtmp://a.example.com/live]",
        _ROOM,
    ),
    error(
        "too-short",
        "A text is too short",
        "The API gives the length.",
        'room_name: ""',
        "room_name: Spring sale",
        _ROOM,
    ),
    error(
        "unknown-field",
        "There is no such field",
        "A misspelt field would be left out without a word.",
        "room_nane: Spring sale",
        "room_name: Spring sale",
        _ROOM,
    ),
    error(
        "wrong-form",
        "A text is not written as it must be",
        "The message says what the field takes.",
        "key: Spring Sale",
        "key: spring-sale",
    ),
    error(
        "wrong-type",
        "A value is of the wrong type",
        "The service takes no text for a number, and no number for text.",
        'bitrate: "4000"',
        "bitrate: 4000",
        _ROOM,
    ),
    error(
        "wrong-value",
        "A value is not allowed",
        "The service could not read it.",
        "opacity: .nan",
        "opacity: 0.5",
        _ROOM,
    ),
    error(
        "background-does-not-cover",
        "A background picture covers no canvas",
        "It has to cover 1920x1080 or 1080x1920.",
        "background_image_config: {dx: 0, dy: 0, width: 1080, height: 1080}",
        "background_image_config: {dx: 0, dy: 0, width: 1080, height: 1920}",
        "vendor SDK: BackgroundImageConfig",
    ),
    error(
        "background-missing",
        "A background does not say what to show",
        "IMAGE needs a picture and COLOR a colour.",
        "background_config: [{background_type: COLOR}]",
        'background_config: [{background_type: COLOR, background_color_config: "#1F3D2B"}]',
        f"{_ROOM}, table BackgroundConfigInfo",
    ),
    error(
        "base64",
        "The words of a text layer are not Base64",
        "A scene's text layer has its words as Base64 of UTF-8. "
        "Write them plain, and let the filter b64 encode them. The tool does not encode by itself what is no Base64: "
        "some plain words are Base64 by accident, and nobody could tell the two apart. Words that an interaction rule "
        "shows are plain.",
        "text_config: {text_context: Summer sale}",
        'text_config: {text_context: {{ "Summer sale" | b64 }}}',
        f"{_ROOM}, table TextLayerConfig",
    ),
    error(
        "resolution",
        "There is no such resolution",
        "With clip_mode RESIZE six pairs of width and height are taken.",
        "video_config: {width: 1000, height: 1000, bitrate: 4000}",
        "video_config: {width: 1080, height: 1920, bitrate: 4000}",
        f"{_ROOM}, table VideoConfig",
    ),
    error(
        "robot-missing",
        "A rule replies by a robot that it does not name",
        "INTELLIGENT_REPLY needs robot_id.",
        "trigger: {reply_mode: INTELLIGENT_REPLY}",
        "trigger: {reply_mode: INTELLIGENT_REPLY, robot_id: r-1}",
        f"{_ROOM}, table TriggerProcess",
    ),
    error(
        "text-too-long",
        "A paragraph is longer than the service takes",
        "10,000 characters besides SSML tags.",
        "text: …   # 11,000 characters",
        "text: …   # 5,500 characters, and the rest in another paragraph",
        f"{_ROOM}, table TextConfig",
    ),
)
