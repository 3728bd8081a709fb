"""The rules that are part of reading: what they keep out cannot be used, so they are errors whoever wrote it. Pure."""

from __future__ import annotations

from provisioner.advice.rule import Freedom, Rule
from provisioner.diagnostics import Severity


def _error(name: str, title: str, why: str, bad: str = "", good: str = "", source: str = "") -> Rule:
    return Rule(name, title, why, bad, good, source, Severity.ERROR, Freedom.NONE)


_YAML = "YAML 1.2"
_TEMPLATES = "README.md, How a manifest looks"
_ROOM = "Creating an Intelligent Livestreaming Room"

FILES = (
    _error(
        "file-name",
        "A file has a name that is not read",
        "Manifests have names that end in .yaml and can be shown.",
        "rooms/sale.yml",
        "rooms/sale.yaml",
    ),
    _error(
        "file-too-large",
        "A file is too large",
        "Files that are read whole have a limit in MiB.",
        "rooms/all.yaml   # 200 MiB",
        "rooms/north.yaml   # a part of it",
    ),
    _error(
        "file-unreadable",
        "A file cannot be read",
        "It is no regular file, or its permissions keep it shut.",
        "rooms/sale.yaml -> /dev/tcp",
        "rooms/sale.yaml",
    ),
    _error(
        "limit-exceeded",
        "Reading a file took too much",
        "Templates are rendered with limits on memory, processor "
        "time and silence, because one can be written to use up all of them.",
        "{% for a in range(99999) %}{% for b in range(99999) %}…",
        '{% for store in data("stores.csv") %}…',
    ),
    _error(
        "not-utf-8",
        "A file is not UTF-8",
        "Every file of a workspace is text in UTF-8.",
        "room_name: caf\\xe9",
        "room_name: café",
    ),
    _error(
        "outside-workspace",
        "A path leads out of the workspace",
        "What a workspace reads and writes lies in it, so that everybody who has it gets the same plan.",
        "emulator: ../shared.db",
        "emulator: .provisioner/local.db",
    ),
    _error(
        "symlink",
        "A symlink to a folder is not followed",
        "It may have no end, or lead out of the workspace.",
        "rooms/more -> ../../other/rooms",
        "rooms/more/",
    ),
)

YAML = (
    _error(
        "yaml-alias",
        "An anchor or an alias is used",
        "A manifest says everything where it holds; what is shared is a Script, a RuleSet or a template.",
        "video_config: &video {…}\nother: *video",
        "video_config: {{ values.video }}",
        _YAML,
    ),
    _error(
        "yaml-character",
        "A file has a character that YAML does not allow",
        "Control characters cannot be seen in review.",
        'room_name: "a\\x00b"',
        "room_name: ab",
        _YAML,
    ),
    _error(
        "yaml-depth",
        "Lists and mappings are nested too deeply",
        "No room needs it, and parsers crash on it.",
        "[[[[[[…]]]]]]",
        "[[…]]",
        _YAML,
    ),
    _error(
        "yaml-duplicate-key",
        "A mapping has a key twice",
        "Only one of the values could count.",
        "room_name: a\nroom_name: b",
        "room_name: b",
        _YAML,
    ),
    _error("yaml-key", "A key is not text", "Fields have names.", "? [a, b]\n: x", "a: x", _YAML),
    _error(
        "yaml-merge-key",
        "A merge key is used",
        "`<<` is not part of YAML 1.2; a template merges mappings.",
        "<<: *video",
        "video_config: {{ values.video }}",
        _YAML,
    ),
    _error(
        "yaml-number",
        "A number is too long or too large",
        "The service takes 32 bits, or a fraction.",
        "layer_index: 99999999999999999999",
        "layer_index: 9",
        _YAML,
    ),
    _error(
        "yaml-size",
        "A document is too large",
        "The largest room that the service takes is far smaller.",
        "# a document of 9 MB",
        "# two rooms",
        _YAML,
    ),
    _error(
        "yaml-syntax",
        "This is not YAML",
        "The message says what is expected at the place.",
        "room_name: [a",
        "room_name: [a]",
        _YAML,
    ),
    _error(
        "yaml-tag",
        "A tag is used",
        "Types follow from what is written; tags make objects in some tools.",
        "room_name: !!str 7",
        'room_name: "7"',
        _YAML,
    ),
)

TEMPLATES = (
    _error(
        "not-text",
        "A value that is no text stands inside text",
        "Nothing, a list and a mapping have no text.",
        'room_name: "Tea {{ [1, 2] }}"',
        'room_name: "Tea {{ [1, 2] | join(\\", \\") }}"',
        _TEMPLATES,
    ),
    _error(
        "reserved-character",
        "A private-use character is used",
        "Two of them mark where values stand.",
        'room_name: "\\uE000"',
        "room_name: Tea",
        _TEMPLATES,
    ),
    _error(
        "template-limit",
        "A template goes beyond a limit",
        "Texts, lists, numbers and loops of templates are bounded.",
        '{{ "a" * 99999999 }}',
        '{{ "a" * 9 }}',
        _TEMPLATES,
    ),
    _error(
        "template-path",
        "A template cannot be loaded",
        "Templates are named by their path in templates/.",
        '{% include "../x.yaml" %}',
        '{% include "x.yaml" %}',
        _TEMPLATES,
    ),
    _error(
        "template-secret",
        "Something is done with a secret that cannot be",
        "A secret is only a name until the plan is applied, so it has no length and no letters.",
        '{{ secret("KEY") | upper }}',
        '{{ secret("KEY") }}',
        _TEMPLATES,
    ),
    _error(
        "template-security",
        "A template reaches for what is out of bounds",
        "Templates work on data only.",
        "{{ values.__class__ }}",
        "{{ values.brand }}",
        _TEMPLATES,
    ),
    _error(
        "template-syntax",
        "A template is not written as it must be",
        "It cannot be compiled.",
        "{% if values.x %}…",
        "{% if values.x %}…{% endif %}",
        _TEMPLATES,
    ),
    _error(
        "template-undefined",
        "A name is not defined",
        "A misspelt name would be an empty text otherwise.",
        "{{ values.gretting }}",
        "{{ values.greeting }}",
        _TEMPLATES,
    ),
    _error(
        "template-value",
        "An expression cannot be worked out",
        "It is applied to a value that it is not made for.",
        '{{ "a" + 1 }}',
        '{{ "a" ~ 1 }}',
        _TEMPLATES,
    ),
)

DATA = (
    _error(
        "csv-header",
        "The first row of a table is not its names",
        "Cells are named by the first row.",
        "key,,city",
        "key,name,city",
        "README.md, Many rooms",
    ),
    _error(
        "csv-row",
        "A row of a table does not fit",
        "Every row has as many cells as there are names.",
        "key,name\na,b,c",
        'key,name\na,"b,c"',
        "README.md, Many rooms",
    ),
    _error(
        "csv-syntax",
        "This is not CSV",
        "Quotes are closed, and doubled inside a cell.",
        '"a',
        '"a"',
        "README.md, Many rooms",
    ),
    _error(
        "data-path",
        "A data file cannot be loaded",
        "Tables are named by their path in data/.",
        '{{ data("/etc/stores.csv") }}',
        '{{ data("stores.csv") }}',
        "README.md, Many rooms",
    ),
    _error(
        "json-syntax",
        "This is not JSON",
        "The place is where it stops to be.",
        "{a: 1}",
        '{"a": 1}',
        "README.md, Many rooms",
    ),
    _error(
        "too-many-documents",
        "A file has more than one document",
        "provisioner.yaml, values and data are one each.",
        "a: 1\n---\nb: 2",
        "a: 1\nb: 2",
    ),
)

FIELDS = (
    _error(
        "missing-field",
        "A field is missing",
        "The service refuses the body without it.",
        "spec: {}",
        "spec: {room_name: Spring sale}",
        _ROOM,
    ),
    _error(
        "not-allowed",
        "A value is none of those allowed",
        "The field takes a few words only.",
        "room_type: normal",
        "room_type: NORMAL",
        _ROOM,
    ),
    _error("out-of-range", "A number is out of its range", "The API gives the range.", "speed: 20", "speed: 50", _ROOM),
    _error(
        "too-few",
        "A list is too short",
        "The field needs at least so many entries.",
        "rules: []",
        "rules: [{rule_name: price}]",
        _ROOM,
    ),
    _error(
        "too-long",
        "A text is too long",
        "The API gives the length.",
        "room_name: …   # 300 characters",
        "room_name: …   # 256 characters",
        _ROOM,
    ),
    _error(
        "too-many",
        "A list is too long",
        "The API gives the number: one push address and one key, five replies, five "
        "backup models, a hundred enabled scenes.",
        "output_urls: [rtmp://a.example.com/live, rtmp://b.example.com/live]",
        "output_urls: [rtmp://a.example.com/live]",
        _ROOM,
    ),
    _error(
        "too-short",
        "A text is too short",
        "The API gives the length.",
        'room_name: ""',
        "room_name: Spring sale",
        _ROOM,
    ),
    _error(
        "unknown-field",
        "There is no such field",
        "A misspelt field would be left out without a word.",
        "room_nane: Spring sale",
        "room_name: Spring sale",
        _ROOM,
    ),
    _error(
        "wrong-form",
        "A text is not written as it must be",
        "The message says what the field takes.",
        "key: Spring Sale",
        "key: spring-sale",
    ),
    _error(
        "wrong-type",
        "A value is of the wrong type",
        "The service takes no text for a number, and no number for text.",
        'bitrate: "4000"',
        "bitrate: 4000",
        _ROOM,
    ),
    _error(
        "wrong-value",
        "A value is not allowed",
        "The service could not read it.",
        "opacity: .nan",
        "opacity: 0.5",
        _ROOM,
    ),
    _error(
        "background-does-not-cover",
        "A background picture covers no canvas",
        "It has to cover 1920x1080 or 1080x1920.",
        "background_image_config: {dx: 0, dy: 0, width: 1080, height: 1080}",
        "background_image_config: {dx: 0, dy: 0, width: 1080, height: 1920}",
        "vendor SDK: BackgroundImageConfig",
    ),
    _error(
        "background-missing",
        "A background does not say what to show",
        "IMAGE needs a picture and COLOR a colour.",
        "background_config: [{background_type: COLOR}]",
        'background_config: [{background_type: COLOR, background_color_config: "#1F3D2B"}]',
        f"{_ROOM}, table BackgroundConfigInfo",
    ),
    _error(
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
    _error(
        "resolution",
        "There is no such resolution",
        "With clip_mode RESIZE six pairs of width and height are taken.",
        "video_config: {width: 1000, height: 1000, bitrate: 4000}",
        "video_config: {width: 1080, height: 1920, bitrate: 4000}",
        f"{_ROOM}, table VideoConfig",
    ),
    _error(
        "robot-missing",
        "A rule replies by a robot that it does not name",
        "INTELLIGENT_REPLY needs robot_id.",
        "trigger: {reply_mode: INTELLIGENT_REPLY}",
        "trigger: {reply_mode: INTELLIGENT_REPLY, robot_id: r-1}",
        f"{_ROOM}, table TriggerProcess",
    ),
    _error(
        "text-too-long",
        "A paragraph is longer than the service takes",
        "10,000 characters besides SSML tags.",
        "text: …   # 11,000 characters",
        "text: …   # 5,500 characters, and the rest in another paragraph",
        f"{_ROOM}, table TextConfig",
    ),
)

ROOMS = (
    _error(
        "bad-address",
        "An address is none that the service calls",
        "Push addresses are rtmp:// or rtmps://, others https:// or http://.",
        "output_urls: [push.example.com/live]",
        "output_urls: ['rtmp://push.example.com/live']",
    ),
    _error(
        "bad-time",
        "A time is not written as it must be",
        "A window has local times by the clocks of its time zone.",
        "from: 7:30 pm",
        'from: "19:30"',
        "docs/live.md",
    ),
    _error(
        "duplicate-key",
        "Two documents have the same key",
        "The key says which room of the service is meant.",
        "kind: Room\nkey: tea\n---\nkind: Room\nkey: tea",
        "kind: Room\nkey: tea\n---\nkind: Room\nkey: coffee",
    ),
    _error(
        "duplicate-scene",
        "Two scenes of a room have the same name",
        "Scenes are told apart by script_name.",
        "- script_name: Opening\n- script_name: Opening",
        "- script_name: Opening\n- script_name: Closing",
    ),
    _error(
        "empty-window",
        "A window has no time in it",
        "`until` is later than `from`.",
        'window: {from: "20:00", until: "20:00", every: [sat], timezone: Asia/Shanghai}',
        'window: {from: "20:00", until: "22:00", every: [sat], timezone: Asia/Shanghai}',
        "docs/live.md",
    ),
    _error(
        "private-address",
        "An address leads into a private network",
        "The service calls what stands in rooms; into its own network it must not be led.",
        "live_event_callback_url: http://127.0.0.1/hook",
        "live_event_callback_url: https://hooks.example.com/live",
    ),
    _error(
        "reserved",
        "priv_data looks like our marker",
        "The marker in priv_data says whose a room is.",
        "priv_data: '{\"provisioner\": 1}'",
        "priv_data: '{\"mine\": 1}'",
    ),
    _error(
        "secret-not-allowed",
        "A secret stands where it would be shown",
        "The service returns most fields in clear.",
        'room_name: {{ secret("KEY") }}',
        "stream_keys: ['{{ secret(\"KEY\") }}']",
    ),
    _error(
        "temp-restart",
        "A TEMP room is to be restarted",
        "It ends with its job.",
        "live: {on_change: restart}\nspec: {room_type: TEMP}",
        "live: {on_change: hot}\nspec: {room_type: TEMP}",
        "Starting a Virtual Human Intelligent Livestreaming Task",
    ),
    _error(
        "template-on-air",
        "A room template is to go on air",
        "Templates cannot be started.",
        "live: {state: running}\nspec: {room_type: TEMPLATE}",
        "live: {state: running}\nspec: {room_type: NORMAL}",
        "Starting a Virtual Human Intelligent Livestreaming Task",
    ),
    _error(
        "unknown-reference",
        "A reference leads nowhere",
        "There is no Script or RuleSet of that key.",
        "scene_scripts: [{script: wellcome}]",
        "scene_scripts: [{script: welcome}]",
    ),
    _error(
        "unknown-scene",
        "enabled_scenes names a scene that is not there",
        "A rule for no scene of the room never fires.",
        "enabled_scenes: [Openning]",
        "enabled_scenes: [Opening]",
        f"{_ROOM}, table LiveRoomInteractionRuleInfo",
    ),
    _error(
        "unknown-timezone",
        "There is no such time zone",
        "Time zones have IANA names.",
        "timezone: Peking",
        "timezone: Asia/Shanghai",
        "docs/live.md",
    ),
    _error(
        "unused-window",
        "A window holds for a broadcast left to others",
        "`unmanaged` and `window` exclude each other.",
        "live: {state: unmanaged, window: …}",
        "live: {window: …}",
        "docs/live.md",
    ),
)

WORKSPACE = (
    _error(
        "contradiction",
        "Two fields of a target exclude each other",
        "A target is the embedded service or a real one.",
        "local: {emulator: local.db, auth: token}",
        "local: {emulator: local.db}",
    ),
    _error(
        "endpoint",
        "An endpoint is not one",
        "https:// and a host; http:// on this machine only.",
        "endpoint: http://metastudio.example.com",
        "endpoint: https://metastudio.cn-north-4.myhuaweicloud.com",
    ),
    _error(
        "fixed-severity",
        "A rule may not have this severity",
        "What cannot be used stays an error, and what protects secrets is never less than it is.",
        "rules: {secret-not-allowed: off}",
        "rules: {too-little-to-say: off}",
        "docs/rules.md",
    ),
    _error(
        "reserved-name",
        "A target has a reserved name",
        "values/common.yaml is everyone's.",
        "targets: {common: …}",
        "targets: {production: …}",
    ),
    _error(
        "unknown-rule",
        "There is no rule of this name",
        "A misspelt rule would keep its severity without a word.",
        "rules: {too-litle-to-say: off}",
        "rules: {too-little-to-say: off}",
        "docs/rules.md",
    ),
    _error(
        "unknown-target",
        "There is no such target",
        "default_target names one of targets, or local.",
        "default_target: prod\ntargets: {production: …}",
        "default_target: production\ntargets: {production: …}",
    ),
)

WARNINGS = (
    Rule(
        "clock-change",
        "A window begins or ends where clocks are changed",
        "A local time that clocks skip, or show twice, means another moment than one may think. The message says which "
        "counts.",
        "from: 2026-03-29T02:30\ntimezone: Europe/Berlin",
        "from: 2026-03-29T03:30\ntimezone: Europe/Berlin",
        "docs/live.md",
    ),
    Rule(
        "no-manifests",
        "There are no manifests",
        "A plan of nothing deletes every room where --prune is given.",
        "room.yaml",
        "rooms/room.yaml",
    ),
    Rule(
        "secret-in-clear",
        "A secret stands in the file",
        "Everyone who reads the repository, now or later, has it.",
        "stream_keys: [abc123]",
        "stream_keys: ['{{ secret(\"STREAM_KEY\") }}']",
        "README.md, How a manifest looks",
        freedom=Freedom.RAISED,
    ),
)


def _of_a_plan(name: str, title: str, why: str, source: str = "") -> Rule:
    return Rule(name, title, why, source=source, severity=Severity.WARNING, freedom=Freedom.NONE)


PLANS = (
    _of_a_plan(
        "asset-leaving",
        "An asset is about to be taken away",
        "The service takes it out of the library; a room that needs it will not go on air then.",
        "docs/assets.md",
    ),
    _of_a_plan(
        "base-not-compared",
        "What a branch causes could not be told",
        "The manifests of --base could not be planned, so nothing is said of what the branch causes.",
        "docs/offline.md",
    ),
    _of_a_plan(
        "branch-removes",
        "A branch takes rooms away that the base has",
        "Rooms that no manifest declares any more are deleted with --prune only.",
        "docs/offline.md",
    ),
    _of_a_plan(
        "rename",
        "A room looks as if it had got another key",
        "A key is gone and another has almost the same room. With `moved` in provisioner.yaml it stays the same room.",
        "docs/rename.md",
    ),
    _of_a_plan(
        "risks-not-asked",
        "The service was not asked what it warns of",
        "A snapshot does not hold that.",
        "docs/offline.md",
    ),
    _of_a_plan("snapshot-old", "A snapshot is old", "Rooms may have changed since it was taken.", "docs/offline.md"),
    _of_a_plan(
        "temp-room-unknown",
        "It is not known whether a TEMP room has had its broadcast",
        "A snapshot does not tell; if it has, the room is not made again.",
        "docs/live.md",
    ),
    _of_a_plan(
        "live-risk",
        "Something speaks against a room that is about to go on air",
        "The service warns of it, or its manifest has warnings. With `live.require: no_warnings` it does not start.",
        "docs/live.md",
    ),
    _of_a_plan(
        "not-read",
        "A room was not read",
        "So what changed outside of the manifests is not known; `--refresh full` reads it.",
    ),
    _of_a_plan(
        "run-ended",
        "A run was broken off by the service",
        "It is not started again until `live.run` changes.",
        "docs/live.md",
    ),
    _of_a_plan(
        "secrets-not-compared",
        "Secrets could not be compared",
        "Without the same key as the last apply nobody can tell whether they changed.",
    ),
    _of_a_plan("temp-room-gone", "A TEMP room is gone with its job", "It is not made again.", "docs/live.md"),
    _of_a_plan("undeclared-room", "A managed room is declared by no manifest", "`--prune` deletes it."),
    _of_a_plan("undeclared-secret", "A room has a secret that its manifest does not name", "It was set elsewhere."),
)

ASSETS = (
    _error(
        "asset-kind",
        "A name of an asset is of a kind that cannot stand there",
        "Each field takes assets of certain kinds only.",
        "model_asset_id: {asset: Welcome picture, kind: image}",
        "model_asset_id: {asset: Sara, kind: model}",
        "docs/assets.md",
    ),
    _error(
        "unknown-asset",
        "The library has no asset of that name and kind",
        "Names are looked up when a plan is made, and have to be as they stand in the library.",
        "model_asset_id: {asset: sara, kind: model}",
        "model_asset_id: {asset: Sara, kind: model}",
        "docs/assets.md",
    ),
    _error(
        "ambiguous-asset",
        "Several assets of the library have that name",
        "Nobody but a person can tell which of them is meant.",
        "model_asset_id: {asset: Sara, kind: model}   # there are two",
        "model_asset_id: 0a1b2c3d4e5f60718293a4b5c6d7e8f9",
        "docs/assets.md",
    ),
    _error(
        "assets-not-known",
        "A snapshot does not hold the assets of a kind",
        "It has those of the kinds that manifests named when it was taken.",
        source="docs/assets.md",
    ),
    _error(
        "duplicate-asset",
        "Two assets of a file for the embedded service have one id",
        "An id is of one asset.",
        "- {asset_id: a1, asset_name: Sara, …}\n- {asset_id: a1, asset_name: Tom, …}",
        "- {asset_id: a1, asset_name: Sara, …}\n- {asset_id: a2, asset_name: Tom, …}",
        "docs/assets.md",
    ),
)
LAYOUT = (
    _error(
        "layout",
        "A manifest is not laid out as fmt has it",
        "One layout for all files keeps differences between them about what they say.",
        "spec:\n    room_name: Sale",
        "spec:\n  room_name: Sale",
        "docs/authoring.md",
    ),
    _of_a_plan(
        "layout-kept",
        "fmt leaves a file as it is",
        "It writes only what it can prove to say the same as before.",
        "docs/authoring.md",
    ),
)

READING = (*FILES, *YAML, *TEMPLATES, *DATA, *FIELDS, *ROOMS, *WORKSPACE, *ASSETS, *LAYOUT, *WARNINGS, *PLANS)
