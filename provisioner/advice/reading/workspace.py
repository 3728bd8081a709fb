"""The rules of `provisioner.yaml`, and of how manifests are laid out."""

from __future__ import annotations

from provisioner.advice.reading.kinds import error, said

WORKSPACE = (
    error(
        "contradiction",
        "Two fields of a target exclude each other",
        "A target is the embedded service or a real one.",
        "local: {emulator: local.db, auth: token}",
        "local: {emulator: local.db}",
    ),
    error(
        "endpoint",
        "An endpoint is not one",
        "https:// and a host; http:// on this machine only.",
        "endpoint: http://metastudio.example.com",
        "endpoint: https://metastudio.cn-north-4.myhuaweicloud.com",
    ),
    error(
        "fixed-severity",
        "A rule may not have this severity",
        "What cannot be used stays an error, and what protects secrets is never less than it is.",
        "rules: {secret-not-allowed: off}",
        "rules: {too-little-to-say: off}",
        "docs/rules.md",
    ),
    error(
        "reserved-name",
        "A target has a reserved name",
        "values/common.yaml is everyone's.",
        "targets: {common: …}",
        "targets: {production: …}",
    ),
    error(
        "unknown-rule",
        "There is no rule of this name",
        "A misspelt rule would keep its severity without a word.",
        "rules: {too-litle-to-say: off}",
        "rules: {too-little-to-say: off}",
        "docs/rules.md",
    ),
    error(
        "unknown-target",
        "There is no such target",
        "default_target names one of targets, or local.",
        "default_target: prod\ntargets: {production: …}",
        "default_target: production\ntargets: {production: …}",
    ),
)

LAYOUT = (
    error(
        "layout",
        "A manifest is not laid out as fmt has it",
        "One layout for all files keeps differences between them about what they say.",
        "spec:\n    room_name: Sale",
        "spec:\n  room_name: Sale",
        "docs/authoring.md",
    ),
    said(
        "layout-kept",
        "fmt leaves a file as it is",
        "It writes only what it can prove to say the same as before.",
        "docs/authoring.md",
    ),
)
