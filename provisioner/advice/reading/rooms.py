"""The rules of rooms and of what they are made from, and of assets by name."""

from __future__ import annotations

from provisioner.advice.reading.kinds import error

_ROOM = "Creating an Intelligent Livestreaming Room"

ROOMS = (
    error(
        "bad-address",
        "An address is none that the service calls",
        "Push addresses are rtmp:// or rtmps://, others https:// or http://.",
        "output_urls: [push.example.com/live]",
        "output_urls: ['rtmp://push.example.com/live']",
    ),
    error(
        "bad-time",
        "A time is not written as it must be",
        "A window has local times by the clocks of its time zone.",
        "from: 7:30 pm",
        'from: "19:30"',
        "docs/live.md",
    ),
    error(
        "duplicate-key",
        "Two documents have the same key",
        "The key says which room of the service is meant.",
        "kind: Room\nkey: tea\n---\nkind: Room\nkey: tea",
        "kind: Room\nkey: tea\n---\nkind: Room\nkey: coffee",
    ),
    error(
        "duplicate-scene",
        "Two scenes of a room have the same name",
        "Scenes are told apart by script_name.",
        "- script_name: Opening\n- script_name: Opening",
        "- script_name: Opening\n- script_name: Closing",
    ),
    error(
        "empty-window",
        "A window has no time in it",
        "`until` is later than `from`.",
        'window: {from: "20:00", until: "20:00", every: [sat], timezone: Asia/Shanghai}',
        'window: {from: "20:00", until: "22:00", every: [sat], timezone: Asia/Shanghai}',
        "docs/live.md",
    ),
    error(
        "private-address",
        "An address leads into a private network",
        "The service calls what stands in rooms; into its own network it must not be led.",
        "live_event_callback_url: http://127.0.0.1/hook",
        "live_event_callback_url: https://hooks.example.com/live",
    ),
    error(
        "reserved",
        "priv_data looks like our marker",
        "The marker in priv_data says whose a room is.",
        "priv_data: '{\"provisioner\": 1}'",
        "priv_data: '{\"mine\": 1}'",
    ),
    error(
        "secret-not-allowed",
        "A secret stands where it would be shown",
        "The service returns most fields in clear.",
        'room_name: {{ secret("KEY") }}',
        "stream_keys: ['{{ secret(\"KEY\") }}']",
    ),
    error(
        "temp-restart",
        "A TEMP room is to be restarted",
        "It ends with its job.",
        "live: {on_change: restart}\nspec: {room_type: TEMP}",
        "live: {on_change: hot}\nspec: {room_type: TEMP}",
        "Starting a Virtual Human Intelligent Livestreaming Task",
    ),
    error(
        "template-on-air",
        "A room template is to go on air",
        "Templates cannot be started.",
        "live: {state: running}\nspec: {room_type: TEMPLATE}",
        "live: {state: running}\nspec: {room_type: NORMAL}",
        "Starting a Virtual Human Intelligent Livestreaming Task",
    ),
    error(
        "unknown-reference",
        "A reference leads nowhere",
        "There is no Script or RuleSet of that key.",
        "scene_scripts: [{script: wellcome}]",
        "scene_scripts: [{script: welcome}]",
    ),
    error(
        "unknown-scene",
        "enabled_scenes names a scene that is not there",
        "A rule for no scene of the room never fires.",
        "enabled_scenes: [Openning]",
        "enabled_scenes: [Opening]",
        f"{_ROOM}, table LiveRoomInteractionRuleInfo",
    ),
    error(
        "unknown-timezone",
        "There is no such time zone",
        "Time zones have IANA names.",
        "timezone: Peking",
        "timezone: Asia/Shanghai",
        "docs/live.md",
    ),
    error(
        "unused-window",
        "A window holds for a broadcast left to others",
        "`unmanaged` and `window` exclude each other.",
        "live: {state: unmanaged, window: …}",
        "live: {window: …}",
        "docs/live.md",
    ),
)

ASSETS = (
    error(
        "asset-kind",
        "A name of an asset is of a kind that cannot stand there",
        "Each field takes assets of certain kinds only.",
        "model_asset_id: {asset: Welcome picture, kind: image}",
        "model_asset_id: {asset: Sara, kind: model}",
        "docs/assets.md",
    ),
    error(
        "unknown-asset",
        "The library has no asset of that name and kind",
        "Names are looked up when a plan is made, and have to be as they stand in the library.",
        "model_asset_id: {asset: sara, kind: model}",
        "model_asset_id: {asset: Sara, kind: model}",
        "docs/assets.md",
    ),
    error(
        "ambiguous-asset",
        "Several assets of the library have that name",
        "Nobody but a person can tell which of them is meant.",
        "model_asset_id: {asset: Sara, kind: model}   # there are two",
        "model_asset_id: 0a1b2c3d4e5f60718293a4b5c6d7e8f9",
        "docs/assets.md",
    ),
    error(
        "assets-not-known",
        "A snapshot does not hold the assets of a kind",
        "It has those of the kinds that manifests named when it was taken.",
        source="docs/assets.md",
    ),
    error(
        "duplicate-asset",
        "Two assets of a file for the embedded service have one id",
        "An id is of one asset.",
        "- {asset_id: a1, asset_name: Sara, …}\n- {asset_id: a1, asset_name: Tom, …}",
        "- {asset_id: a1, asset_name: Sara, …}\n- {asset_id: a2, asset_name: Tom, …}",
        "docs/assets.md",
    ),
)
