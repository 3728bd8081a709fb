"""What a manifest's document may say, apart from the bodies that are sent to the service. Pure.

`spec`, `rules` and `live.start` are checked against the API's own models (`provisioner.metastudio.models`).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

KEY_FORM = "lower-case letters, digits, dots, hyphens and underscores, at most 63, starting with a letter or digit"

KEY_PATTERN = r"^[a-z0-9][a-z0-9._-]{0,62}$"
RUN_PATTERN = r"^\w[\w.:+-]*$"  # one that counts takes 15 ms to compile
LONGEST_RUN = 64

Key = Annotated[str, Field(pattern=KEY_PATTERN)]
_KeyField = Annotated[Key, Field(description=f"Who it is in the workspace: {KEY_FORM}.")]
LabelName = Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?$")]
LabelValue = Annotated[str, Field(max_length=256)]
RunName = Annotated[str, Field(pattern=RUN_PATTERN, max_length=LONGEST_RUN)]
Body = dict[str, Any]


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


class WindowModel(_Model):
    """The `window:` of a broadcast: one time, or with `every` a time on days of the week."""

    every: Annotated[
        list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] | None,
        Field(min_length=1, max_length=7, description="The days of the week on which it begins."),
    ] = None
    from_: Annotated[
        str, Field(alias="from", description="When it begins: 2026-11-21T19:30, or with `every` 19:30 alone.")
    ]
    until: Annotated[str, Field(description="When it ends: 2026-11-21T22:00, or with `every` 22:00 alone.")]
    timezone: Annotated[str, Field(description="Whose clocks show that, by its IANA name, such as Asia/Shanghai.")]


class LiveModel(_Model):
    """The `live:` of a room."""

    state: Annotated[
        Literal["running", "stopped", "unmanaged"] | None,
        Field(description="Whether a broadcast runs. Default unmanaged: left to others; with a window, running in it."),
    ] = None
    window: Annotated[
        WindowModel | None,
        Field(description="When a broadcast runs; outside of it none does. Each time is a run of its own."),
    ] = None
    run: Annotated[
        RunName | None,
        Field(description="Names one broadcast; another name is another one. Letters, digits, . _ : + -, at most 64."),
    ] = None
    on_change: Annotated[
        Literal["next_run", "hot", "restart"] | None,
        Field(description="What happens to a running broadcast when its room changes. Default next_run."),
    ] = None
    require: Annotated[
        Literal["no_warnings", "warn"] | None,
        Field(description="Whether a broadcast is started in spite of warnings. Default warn: it is."),
    ] = None
    start: Annotated[Body | None, Field(description="Body of the API's start call.")] = None


class LifecycleModel(_Model):
    """The `lifecycle:` of a room."""

    protect: Annotated[bool | None, Field(description="Whether the room is never deleted. Default false.")] = None
    ignore: Annotated[
        list[Annotated[str, Field(pattern=r"^spec(\.[a-z_]+|\[[^\[\]]+\])+$", max_length=512)]] | None,
        Field(
            max_length=100,
            description="Fields in which differences do not count, such as spec.room_description or "
            "spec.scene_scripts[*].layer_config.",
        ),
    ] = None


class RoomModel(_Model):
    """A room: `kind: Room`."""

    kind: Literal["Room"]
    key: _KeyField
    labels: Annotated[
        dict[LabelName, LabelValue] | None,
        Field(description="Texts by name, to select rooms with -l name=value. Names: letters, digits, . _ / -"),
    ] = None
    spec: Annotated[Body, Field(description="Body of the API's create call.")]
    live: Annotated[LiveModel | None, Field(description="The broadcast.")] = None
    lifecycle: Annotated[LifecycleModel | None, Field(description="Protection, and fields left to others.")] = None
    adopt: Annotated[
        str | None,
        Field(
            pattern=r"^[0-9A-Za-z_-]{1,64}$",
            description="A room of the service to take over: its room_id, or by_name.",
        ),
    ] = None


class ScriptModel(_Model):
    """A scene that rooms refer to: `kind: Script`."""

    kind: Literal["Script"]
    key: _KeyField
    spec: Annotated[Body, Field(description="A scene, as in a room's scene_scripts.")]


class RuleSetModel(_Model):
    """Rules that rooms refer to: `kind: RuleSet`."""

    kind: Literal["RuleSet"]
    key: _KeyField
    rules: Annotated[list[Any], Field(min_length=1, description="Rules, as in a room's interaction_rules.")]


class AssetReference(_Model):
    """`{asset: name, kind: kind}` where the id of an asset may stand."""

    asset: Annotated[
        str, Field(min_length=1, max_length=256, description="The name of an asset in the library, exactly as it is.")
    ]
    kind: Annotated[
        Literal["model", "voice", "image", "video", "audio"],
        Field(description="What it is: a person, a voice, a picture, a film or a recording."),
    ]


class ScriptReference(_Model):
    """`{script: key}` in `scene_scripts`."""

    script: Annotated[Key, Field(description="The key of a Script.")]


class RulesReference(_Model):
    """`{rules: key}` in `interaction_rules`."""

    rules: Annotated[Key, Field(description="The key of a RuleSet.")]
