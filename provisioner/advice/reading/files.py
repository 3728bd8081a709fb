"""The rules of files, and of YAML."""

from __future__ import annotations

from provisioner.advice.reading.kinds import error

_YAML = "YAML 1.2"

FILES = (
    error(
        "file-name",
        "A file has a name that is not read",
        "Manifests have names that end in .yaml and can be shown.",
        "rooms/sale.yml",
        "rooms/sale.yaml",
    ),
    error(
        "file-too-large",
        "A file is too large",
        "Files that are read whole have a limit in MiB.",
        "rooms/all.yaml   # 200 MiB",
        "rooms/north.yaml   # a part of it",
    ),
    error(
        "file-unreadable",
        "A file cannot be read",
        "It is no regular file, or its permissions keep it shut.",
        "rooms/sale.yaml -> /dev/tcp",
        "rooms/sale.yaml",
    ),
    error(
        "limit-exceeded",
        "Reading a file took too much",
        "Templates are rendered with limits on memory, processor "
        "time and silence, because one can be written to use up all of them.",
        "{% for a in range(99999) %}{% for b in range(99999) %}…",
        '{% for store in data("stores.csv") %}…',
    ),
    error(
        "not-utf-8",
        "A file is not UTF-8",
        "Every file of a workspace is text in UTF-8.",
        "room_name: caf\\xe9",
        "room_name: café",
    ),
    error(
        "outside-workspace",
        "A path leads out of the workspace",
        "What a workspace reads and writes lies in it, so that everybody who has it gets the same plan.",
        "emulator: ../shared.db",
        "emulator: .provisioner/local.db",
    ),
    error(
        "symlink",
        "A symlink to a folder is not followed",
        "It may have no end, or lead out of the workspace.",
        "rooms/more -> ../../other/rooms",
        "rooms/more/",
    ),
)

YAML = (
    error(
        "yaml-alias",
        "An anchor or an alias is used",
        "A manifest says everything where it holds; what is shared is a Script, a RuleSet or a template.",
        "video_config: &video {…}\nother: *video",
        "video_config: {{ values.video }}",
        _YAML,
    ),
    error(
        "yaml-character",
        "A file has a character that YAML does not allow",
        "Control characters cannot be seen in review.",
        'room_name: "a\\x00b"',
        "room_name: ab",
        _YAML,
    ),
    error(
        "yaml-depth",
        "Lists and mappings are nested too deeply",
        "No room needs it, and parsers crash on it.",
        "[[[[[[…]]]]]]",
        "[[…]]",
        _YAML,
    ),
    error(
        "yaml-duplicate-key",
        "A mapping has a key twice",
        "Only one of the values could count.",
        "room_name: a\nroom_name: b",
        "room_name: b",
        _YAML,
    ),
    error("yaml-key", "A key is not text", "Fields have names.", "? [a, b]\n: x", "a: x", _YAML),
    error(
        "yaml-merge-key",
        "A merge key is used",
        "`<<` is not part of YAML 1.2; a template merges mappings.",
        "<<: *video",
        "video_config: {{ values.video }}",
        _YAML,
    ),
    error(
        "yaml-number",
        "A number is too long or too large",
        "The service takes 32 bits, or a fraction.",
        "layer_index: 99999999999999999999",
        "layer_index: 9",
        _YAML,
    ),
    error(
        "yaml-size",
        "A document is too large",
        "The largest room that the service takes is far smaller.",
        "# a document of 9 MB",
        "# two rooms",
        _YAML,
    ),
    error(
        "yaml-syntax",
        "This is not YAML",
        "The message says what is expected at the place.",
        "room_name: [a",
        "room_name: [a]",
        _YAML,
    ),
    error(
        "yaml-tag",
        "A tag is used",
        "Types follow from what is written; tags make objects in some tools.",
        "room_name: !!str 7",
        'room_name: "7"',
        _YAML,
    ),
)
