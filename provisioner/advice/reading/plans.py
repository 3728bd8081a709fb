"""What a plan says of rooms, and what reading warns of."""

from __future__ import annotations

from provisioner.advice.reading.kinds import said
from provisioner.advice.rule import Freedom, Rule

PLANS = (
    said(
        "asset-leaving",
        "An asset is about to be taken away",
        "The service takes it out of the library; a room that needs it will not go on air then.",
        "docs/assets.md",
    ),
    said(
        "base-not-compared",
        "What a branch causes could not be told",
        "The manifests of --base could not be planned, so nothing is said of what the branch causes.",
        "docs/offline.md",
    ),
    said(
        "branch-removes",
        "A branch takes rooms away that the base has",
        "Rooms that no manifest declares any more are deleted with --prune only.",
        "docs/offline.md",
    ),
    said(
        "rename",
        "A room looks as if it had got another key",
        "A key is gone and another has almost the same room. With `moved` in provisioner.yaml it stays the same room.",
        "docs/rename.md",
    ),
    said(
        "risks-not-asked",
        "The service was not asked what it warns of",
        "A snapshot does not hold that.",
        "docs/offline.md",
    ),
    said("snapshot-old", "A snapshot is old", "Rooms may have changed since it was taken.", "docs/offline.md"),
    said(
        "temp-room-unknown",
        "It is not known whether a TEMP room has had its broadcast",
        "A snapshot does not tell; if it has, the room is not made again.",
        "docs/live.md",
    ),
    said(
        "live-risk",
        "Something speaks against a room that is about to go on air",
        "The service warns of it, or its manifest has warnings. With `live.require: no_warnings` it does not start.",
        "docs/live.md",
    ),
    said(
        "not-read",
        "A room was not read",
        "So what changed outside of the manifests is not known; `--refresh full` reads it.",
    ),
    said(
        "run-ended",
        "A run was broken off by the service",
        "It is not started again until `live.run` changes.",
        "docs/live.md",
    ),
    said(
        "secrets-not-compared",
        "Secrets could not be compared",
        "Without the same key as the last apply nobody can tell whether they changed.",
    ),
    said("temp-room-gone", "A TEMP room is gone with its job", "It is not made again.", "docs/live.md"),
    said("undeclared-room", "A managed room is declared by no manifest", "`--prune` deletes it."),
    said("undeclared-secret", "A room has a secret that its manifest does not name", "It was set elsewhere."),
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
