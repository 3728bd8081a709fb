"""Arguments and options as the commands take them, and what is made of their texts."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from provisioner.commands import completion
from provisioner.errors import UsageError
from provisioner.planning.refresh import Refresh
from provisioner.planning.shards import Shard

WAIT_S = 300
"""How long `--wait` waits where nobody says how long."""
MOST_WAIT_S = 86_400


class ManifestKind(StrEnum):
    """What a manifest declares."""

    ROOM = "room"
    SCRIPT = "script"
    RULESET = "ruleset"


class FindingsFormat(StrEnum):
    """Formats of findings."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


class PlanFormat(StrEnum):
    """Formats of outcomes."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class PlainFormat(StrEnum):
    """Formats of what is for a person or for a program."""

    TEXT = "text"
    JSON = "json"


class SchemaFormat(StrEnum):
    """A schema is JSON."""

    JSON = "json"


class ReviewFormat(StrEnum):
    """Formats of plans that somebody reviews."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"


class RenderFormat(StrEnum):
    """Formats of rooms. What differs between two revisions is text where JSON is not asked for."""

    YAML = "yaml"
    TEXT = "text"
    JSON = "json"


# What most commands take.
Workspace = Annotated[Path, typer.Option("--workspace", "-w", metavar="DIR", help="The folder with provisioner.yaml.")]
Target = Annotated[
    str | None,
    typer.Option(
        "--target",
        "-t",
        metavar="NAME",
        help="Where to: a target of provisioner.yaml.",
        autocompletion=completion.targets,
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, only results and findings.")]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colour; NO_COLOR does the same.")]
FindingsForm = Annotated[FindingsFormat, typer.Option("--format", help="In which form it is printed.")]
PlanForm = Annotated[PlanFormat, typer.Option("--format", help="In which form it is printed.")]
ReviewForm = Annotated[ReviewFormat, typer.Option("--format", help="In which form it is printed.")]
PlainForm = Annotated[PlainFormat, typer.Option("--format", help="In which form it is printed.")]
SchemaForm = Annotated[SchemaFormat, typer.Option("--format", help="In which form it is printed.")]
RenderForm = Annotated[RenderFormat, typer.Option("--format", help="In which form it is printed.")]
Reports = Annotated[
    list[Path] | None,
    typer.Option("--report", metavar="FILE", help="Also write a report, by its ending: .json, .md, .txt. Repeatable."),
]

PlanReports = Annotated[
    list[Path] | None,
    typer.Option(
        "--report", metavar="FILE", help="Also write a report, by its ending: .html, .json, .md, .txt. Repeatable."
    ),
]

# Manifests.
NewWorkspace = Annotated[
    Path | None, typer.Argument(metavar="DIR", help="The folder, which is made where there is none.")
]
NewKind = Annotated[ManifestKind, typer.Argument(metavar="KIND", help="room, script or ruleset.")]
NewKey = Annotated[str, typer.Argument(metavar="KEY", help="Who it is in the workspace; the file is named after it.")]
FromTemplate = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="TEMPLATE",
        help="Begin with this file of templates/new/, instead of the kind's.",
        autocompletion=completion.blanks,
    ),
]
NewFolder = Annotated[
    Path | None,
    typer.Option("--to", metavar="DIR", help="Another folder in rooms/; scripts and rule sets go to rooms/shared."),
]
Manifests = Annotated[list[Path] | None, typer.Argument(metavar="FILE", help="Only these manifests.")]
Check = Annotated[bool, typer.Option("--check", help="Write nothing; fail where a manifest would change.")]

OtherRevision = Annotated[
    str | None,
    typer.Option("--diff", metavar="REF", help="Show what the rooms say otherwise than in this Git revision."),
]
ListEach = Annotated[bool, typer.Option("--all", help="With --diff: show each of several rooms that change alike.")]

# Which rooms.
Keys = Annotated[
    list[str] | None,
    typer.Argument(metavar="KEY", help="Only these rooms.", autocompletion=completion.room_keys),
]
Key = Annotated[str, typer.Argument(metavar="KEY", help="The room.", autocompletion=completion.room_keys)]
Labels = Annotated[
    list[str] | None,
    typer.Option("--label", "-l", metavar="NAME=VALUE", help="Only rooms with this label. Repeatable."),
]
ShardText = Annotated[
    str | None,
    typer.Option("--shard", metavar="I/N", help="Only part I of N of the rooms, divided by their keys."),
]
Prune = Annotated[bool, typer.Option("--prune", help="Delete managed rooms that no manifest declares.")]
RefreshOption = Annotated[
    Refresh,
    typer.Option("--refresh", help="What to read: what the markers ask for, every room, or the list alone."),
]

# Who works.
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", metavar="N", min=1, help="Work in so many processes; as a rule one for each processor."),
]
ClusterAddress = Annotated[
    str | None,
    typer.Option(
        "--cluster", metavar="ADDRESS", help="Work on the Dask cluster with this scheduler (tcp://host:port)."
    ),
]

# Rules.
RuleName = Annotated[
    str | None,
    typer.Argument(metavar="RULE", help="The rule, as findings name it.", autocompletion=completion.rules),
]

# Plans.
NewPlan = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Save the plan, to be applied later.")
]
SavedPlan = Annotated[Path | None, typer.Argument(metavar="PLAN", help="A plan saved by `plan -o`.")]
SavedPlans = Annotated[
    list[Path], typer.Argument(metavar="PLAN", help="Plans saved by `plan -o`; several are shown as one.")
]
Since = Annotated[
    list[Path] | None,
    typer.Option(
        "--since", metavar="PLAN", help="Say what changed since this earlier plan. Repeatable, for parts of one."
    ),
]
FromSnapshot = Annotated[
    Path | None,
    typer.Option(
        "--snapshot", metavar="FILE", help="Plan offline, from what `provisioner snapshot` wrote; no account is needed."
    ),
]
NewSnapshot = Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write it.")]
BaseRevision = Annotated[
    str | None,
    typer.Option(
        "--base", metavar="REF", help="Tell apart what the manifests of this Git revision would ask for as well."
    ),
]
At = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="TIME",
        help="What would be planned at another moment, such as 2026-11-21T19:30+08:00; not to be applied.",
    ),
]
DetailedExitCode = Annotated[bool, typer.Option("--detailed-exitcode", help="Exit with 2 when there are changes.")]
ListAll = Annotated[
    bool, typer.Option("--all", help="List unchanged rooms too, and show each of those that change alike.")
]

# Writing.
AutoApprove = Annotated[bool, typer.Option("--auto-approve", help="Do not ask.")]
SkipStale = Annotated[
    bool, typer.Option("--skip-stale", help="Apply what still holds of a plan that is stale in part.")
]
Deadline = Annotated[
    float | None,
    typer.Option("--deadline", metavar="SECONDS", min=1, help="Send nothing after this time; report the rest."),
]
Wait = Annotated[
    float | None,
    typer.Option(
        "--wait",
        metavar="[=SECONDS]",
        min=0,
        max=MOST_WAIT_S,
        help=f"Follow the jobs that were started until they are on air, for {WAIT_S} s or as long as is said.",
    ),
]
Run = Annotated[str | None, typer.Option("--run", metavar="NAME", help="What to call a run that no manifest asks for.")]

# Importing.
Rooms = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="ID|NAME",
        help="Only these rooms: by id, by key, or by the whole name.",
        autocompletion=completion.room_keys,
    ),
]
EveryRoom = Annotated[bool, typer.Option("--all", help="Every room of the project.")]
Merge = Annotated[
    bool, typer.Option("--merge", help="Change manifests that are there so that they say what their rooms are.")
]
ToFolder = Annotated[
    Path | None,
    typer.Option("--to", metavar="DIR", help="Where to write the files; by default rooms/ of the workspace."),
]
OneFile = Annotated[
    Path | None, typer.Option("--one-file", metavar="FILE", help="Write one file with a document for each room.")
]
Extract = Annotated[
    bool, typer.Option("--extract", help="Write scenes and rules that rooms share once, as Script and RuleSet.")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace files that are there and declare no room.")]

# Looking.
Watch = Annotated[bool, typer.Option("--watch", help="Look again and again; in a pipe, a line a change.")]
Interval = Annotated[float, typer.Option("--interval", metavar="SECONDS", min=2, help="How often --watch looks.")]
ShowSensitive = Annotated[
    bool,
    typer.Option("--show-sensitive", help="With what opens the doors of jobs on air: signatures and report addresses."),
]

# Schemas.
SchemaName = Annotated[
    str | None,
    typer.Argument(
        metavar="NAME",
        help="What of: manifest, workspace, plan, outcome, findings and others.",
        autocompletion=completion.schemas,
    ),
]
WriteSchemas = Annotated[
    bool, typer.Option("--write", help="Write the schemas that editors use into the workspace, in schemas/.")
]

# The embedded service.
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="0 picks a free one.")]
Throttle = Annotated[bool, typer.Option("--throttle/--no-throttle", help="Limit calls as the region does.")]
Duration = Annotated[str, typer.Argument(metavar="DURATION", help="Seconds, or a number with s, m, h or d.")]


def shard_of(text: str | None) -> Shard | None:
    """What `--shard` says. Raises UsageError."""
    try:
        return None if text is None else Shard.parse(text)
    except ValueError as error:
        raise UsageError(f"--shard: {error}") from error


def moment_of(text: str | None) -> datetime | None:
    """What `--at` says, in UTC. Raises UsageError."""
    from provisioner.windows import YEARS

    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.min  # noqa: DTZ901 - as little a moment as any local time
    if moment.tzinfo is None or moment.year not in YEARS:
        raise UsageError(
            "--at takes a date, a time and an offset from UTC, such as 2026-11-21T19:30+08:00 or 2026-11-21T11:30Z"
        )
    return moment.astimezone(UTC)


def labels_of(texts: list[str] | None) -> dict[str, str]:
    """What each `--label` says. Raises UsageError."""
    labels: dict[str, str] = {}
    for text in texts or ():
        name, separator, value = text.partition("=")
        if not separator or not name:
            raise UsageError(f"--label takes NAME=VALUE, not {text}")
        labels[name] = value
    return labels
