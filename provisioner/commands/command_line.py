"""The command line: commands, arguments and options, and nothing behind them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from provisioner import __version__
from provisioner.commands.terminal import Terminal
from provisioner.errors import StoppedError, UsageError
from provisioner.planning.refresh import Refresh
from provisioner.planning.shards import Shard

Workspace = Annotated[Path, typer.Option("--workspace", "-w", metavar="DIR", help="The folder with provisioner.yaml.")]
Target = Annotated[
    str | None, typer.Option("--target", "-t", metavar="NAME", help="Where to: a target of provisioner.yaml.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, only results and findings.")]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colour; NO_COLOR does the same.")]
Reports = Annotated[
    list[Path] | None,
    typer.Option("--report", metavar="FILE", help="Also write a report, by its ending: .json or .txt. Repeatable."),
]
Prune = Annotated[bool, typer.Option("--prune", help="Delete managed rooms that no manifest declares.")]
Labels = Annotated[
    list[str] | None,
    typer.Option("--label", "-l", metavar="NAME=VALUE", help="Only rooms with this label. Repeatable."),
]
Keys = Annotated[list[str] | None, typer.Argument(metavar="KEY", help="Only these rooms.")]
Key = Annotated[str, typer.Argument(metavar="KEY", help="The room.")]
AutoApprove = Annotated[bool, typer.Option("--auto-approve", help="Do not ask.")]
RefreshOption = Annotated[
    Refresh,
    typer.Option("--refresh", help="What to read: what the markers ask for, every room, or the list alone."),
]
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

ShardOption = Annotated[
    str | None,
    typer.Option("--shard", metavar="I/N", help="Only part I of N of the rooms, divided by their keys."),
]


class FindingsFormat(StrEnum):
    """Formats of findings."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


class PlanFormat(StrEnum):
    """Formats of plans and outcomes."""

    TEXT = "text"
    JSON = "json"


class RenderFormat(StrEnum):
    """Formats of rooms."""

    YAML = "yaml"
    JSON = "json"


WAIT_S = 300
"""How long `--wait` waits where nobody says how long."""
MOST_WAIT_S = 86_400


class _Waiting(TyperCommand):
    """`--wait` may be followed by `=SECONDS`, and need not be; typer has no option whose value may be left out."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        given = [f"--wait={WAIT_S}" if arg == "--wait" else arg for arg in args[:end]]
        return super().parse_args(ctx, [*given, *args[end:]])


class _Stoppable(TyperGroup):
    """The commands, each of which Ctrl-C ends with a message; one that writes has its own."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as interrupt:
            raise StoppedError("stopped; nothing was written") from interrupt


app = typer.Typer(
    name="provisioner",
    cls=_Stoppable,
    help="GitOps for livestream rooms: rooms in Git become rooms in Huawei Cloud MetaStudio.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
emulator_app = typer.Typer(help="The embedded MetaStudio.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(emulator_app, name="emulator")


def build() -> Callable[..., Any]:
    """The command line as a callable of arguments."""
    return typer.main.get_command(app)


def is_usage_error(error: Exception) -> bool:
    """Whether the command line itself was wrong."""
    return isinstance(error, typer.BadParameter.__mro__[1])


def usage_text(error: Exception) -> str:
    """What is wrong with it, and how to see what is right."""
    said = getattr(error, "format_message", lambda: str(error))()
    if said.startswith("Usage:"):
        return str(said)
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "provisioner"
    return f"error: {said}\nSee: {path} --help"


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", "-V", help="Print the version.")] = False,
) -> None:
    if version:
        typer.echo(f"provisioner {__version__}")
        raise typer.Exit


@app.command()
def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR")] = Path(),
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> int:
    """A new workspace that plans and applies at once."""
    from provisioner.commands.init import init as command

    return command(_terminal(quiet, no_color), directory)


@app.command()
def validate(
    workspace: Workspace = Path(),
    target: Target = None,
    form: Annotated[FindingsFormat, typer.Option("--format")] = FindingsFormat.TEXT,
    jobs: Jobs = None,
    cluster: ClusterAddress = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> int:
    """Render and check everything, offline."""
    from provisioner.commands.session import crew_of
    from provisioner.commands.validate import validate as command

    return command(_terminal(quiet, no_color), workspace, target, crew_of(jobs, cluster), form=form)


@app.command()
def render(
    keys: Keys = None,
    workspace: Workspace = Path(),
    target: Target = None,
    form: Annotated[RenderFormat, typer.Option("--format")] = RenderFormat.YAML,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> int:
    """The resolved rooms; secrets stay references."""
    from provisioner.commands.render import render as command
    from provisioner.commands.session import open_session

    return command(open_session(workspace, target, _terminal(quiet, no_color)), tuple(keys or ()), form=form)


@app.command()
def plan(
    keys: Keys = None,
    workspace: Workspace = Path(),
    target: Target = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Save the plan, to be applied later.")
    ] = None,
    form: Annotated[PlanFormat, typer.Option("--format")] = PlanFormat.TEXT,
    report: Reports = None,
    refresh: RefreshOption = Refresh.AUTO,
    prune: Prune = False,
    label: Labels = None,
    shard: ShardOption = None,
    at: Annotated[
        str | None,
        typer.Option(
            "--at",
            metavar="TIME",
            help="What would be planned at another moment, such as 2026-11-21T19:30+08:00; not to be applied.",
        ),
    ] = None,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit with 2 when there are changes.")
    ] = False,
    list_all: Annotated[bool, typer.Option("--all", help="List unchanged rooms too.")] = False,
    jobs: Jobs = None,
    cluster: ClusterAddress = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> int:
    """What would change, and why."""
    from provisioner.commands.plan import plan as command
    from provisioner.commands.planning_steps import Asked
    from provisioner.commands.session import crew_of, open_session

    asked = Asked(
        keys=tuple(keys or ()),
        labels=_labels(label),
        shard=_shard(shard),
        refresh=refresh,
        prune=prune,
        at=_moment(at),
    )
    return command(
        open_session(workspace, target, _terminal(quiet, no_color), crew_of(jobs, cluster)),
        asked,
        output=output,
        reports=tuple(report or ()),
        form=form,
        lists_unchanged=list_all,
        detailed_exitcode=detailed_exitcode,
    )


@app.command(cls=_Waiting)
def apply(
    saved: Annotated[Path | None, typer.Argument(metavar="PLAN", help="A plan saved by `plan -o`.")] = None,
    workspace: Workspace = Path(),
    target: Target = None,
    auto_approve: AutoApprove = False,
    skip_stale: Annotated[
        bool, typer.Option("--skip-stale", help="Apply what still holds of a plan that is stale in part.")
    ] = False,
    deadline: Annotated[
        float | None,
        typer.Option("--deadline", metavar="SECONDS", min=1, help="Send nothing after this time; report the rest."),
    ] = None,
    wait: Annotated[
        float | None,
        typer.Option(
            "--wait",
            metavar="[=SECONDS]",
            min=0,
            max=MOST_WAIT_S,
            help=f"Follow the jobs that were started until they are on air, for {WAIT_S} s or as long as is said.",
        ),
    ] = None,
    form: Annotated[PlanFormat, typer.Option("--format")] = PlanFormat.TEXT,
    report: Reports = None,
    refresh: RefreshOption = Refresh.AUTO,
    prune: Prune = False,
    label: Labels = None,
    shard: ShardOption = None,
    jobs: Jobs = None,
    cluster: ClusterAddress = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> int:
    """Plan, ask, and make it so; or apply a saved plan."""
    from provisioner.commands.apply import Consent
    from provisioner.commands.apply import apply as command
    from provisioner.commands.planning_steps import Asked
    from provisioner.commands.session import crew_of, open_session

    if saved is not None and (prune or label or shard):
        raise UsageError("a saved plan says itself what it is about; leave --prune, --label and --shard out")
    asked = Asked(labels=_labels(label), shard=_shard(shard), refresh=refresh, prune=prune)
    return command(
        open_session(workspace, target, _terminal(quiet, no_color), crew_of(jobs, cluster)),
        asked,
        Consent(auto_approve=auto_approve, skips_stale=skip_stale, deadline_s=deadline, wait_s=wait),
        saved=saved,
        reports=tuple(report or ()),
        form=form,
    )


@app.command()
def show(
    saved: Annotated[
        list[Path], typer.Argument(metavar="PLAN", help="Plans saved by `plan -o`; several are shown as one.")
    ],
    form: Annotated[PlanFormat, typer.Option("--format")] = PlanFormat.TEXT,
    report: Reports = None,
    workspace: Workspace = Path(),  # noqa: ARG001 - every command takes it; a saved plan needs none
    target: Target = None,  # noqa: ARG001 - the same
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> int:
    """A saved plan again, in any format; plans of parts of a workspace as one plan."""
    from provisioner.commands.show import show as command

    return command(_terminal(quiet, no_color), tuple(saved), form=form, reports=tuple(report or ()))


@app.command()
def status(
    workspace: Workspace = Path(),
    target: Target = None,
    form: Annotated[PlanFormat, typer.Option("--format")] = PlanFormat.TEXT,
    watch: Annotated[bool, typer.Option("--watch", help="Look again and again; in a pipe, a line a change.")] = False,
    interval: Annotated[
        float, typer.Option("--interval", metavar="SECONDS", min=2, help="How often --watch looks.")
    ] = 10,
    show_sensitive: Annotated[
        bool,
        typer.Option(
            "--show-sensitive", help="With what opens the doors of jobs on air: signatures and report addresses."
        ),
    ] = False,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> int:
    """The rooms with their jobs."""
    from provisioner.commands.session import open_session
    from provisioner.commands.status import status as command

    session = open_session(workspace, target, _terminal(quiet, no_color))
    if watch:
        from provisioner.commands.watch import watch as follow

        if show_sensitive:
            raise UsageError("--show-sensitive shows what it is asked for once; leave --watch out")
        return follow(session, form=form, interval_s=interval)
    return command(session, form=form, shows_sensitive=show_sensitive)


@app.command()
def start(
    key: Key,
    run: Annotated[
        str | None, typer.Option("--run", metavar="NAME", help="What to call a run that no manifest asks for.")
    ] = None,
    workspace: Workspace = Path(),
    target: Target = None,
    auto_approve: AutoApprove = False,
    form: Annotated[PlanFormat, typer.Option("--format")] = PlanFormat.TEXT,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> int:
    """Go on air with one room, by hand; plans leave that alone."""
    from provisioner.commands.apply import Consent
    from provisioner.commands.by_hand import start as command
    from provisioner.commands.session import open_session

    session = open_session(workspace, target, _terminal(quiet, no_color))
    return command(session, key, Consent(auto_approve=auto_approve), run=run, form=form)


@app.command()
def stop(
    key: Key,
    workspace: Workspace = Path(),
    target: Target = None,
    auto_approve: AutoApprove = False,
    form: Annotated[PlanFormat, typer.Option("--format")] = PlanFormat.TEXT,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> int:
    """End what is on air in one room, by hand; its run is used up."""
    from provisioner.commands.apply import Consent
    from provisioner.commands.by_hand import stop as command
    from provisioner.commands.session import open_session

    session = open_session(workspace, target, _terminal(quiet, no_color))
    return command(session, key, Consent(auto_approve=auto_approve), form=form)


@emulator_app.command()
def serve(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 picks a free one.")] = 8420,
    throttle: Annotated[bool, typer.Option("--throttle/--no-throttle", help="Limit calls as the region does.")] = True,
    workspace: Workspace = Path(),
    target: Target = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> int:
    """Serve what the embedded target keeps, on a port of this machine."""
    from provisioner.commands import emulator
    from provisioner.commands.session import open_session

    return emulator.serve(open_session(workspace, target, _terminal(quiet, no_color)), port=port, throttle=throttle)


@emulator_app.command()
def reset(workspace: Workspace = Path(), target: Target = None, quiet: Quiet = False, no_color: NoColor = False) -> int:
    """Forget every room and job."""
    from provisioner.commands import emulator
    from provisioner.commands.session import open_session

    return emulator.reset(open_session(workspace, target, _terminal(quiet, no_color)))


@emulator_app.command()
def advance(
    duration: Annotated[str, typer.Argument(metavar="DURATION", help="Seconds, or a number with s, m, h or d.")],
    workspace: Workspace = Path(),
    target: Target = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> int:
    """Move the embedded service's clock on."""
    from provisioner.commands import emulator
    from provisioner.commands.session import open_session

    return emulator.advance(open_session(workspace, target, _terminal(quiet, no_color)), duration)


def _terminal(quiet: bool, no_color: bool) -> Terminal:
    return Terminal(quiet=quiet, colour=False if no_color else None)


def _shard(text: str | None) -> Shard | None:
    try:
        return None if text is None else Shard.parse(text)
    except ValueError as error:
        raise UsageError(f"--shard: {error}") from error


def _moment(text: str | None) -> datetime | None:
    """A moment in UTC. Raises UsageError."""
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


def _labels(texts: list[str] | None) -> dict[str, str]:
    labels: dict[str, str] = {}
    for text in texts or ():
        name, separator, value = text.partition("=")
        if not separator or not name:
            raise UsageError(f"--label takes NAME=VALUE, not {text}")
        labels[name] = value
    return labels
