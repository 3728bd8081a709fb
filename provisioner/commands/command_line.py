"""The command line: which commands there are, what each takes, and nothing behind them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from provisioner import __version__
from provisioner.commands import options
from provisioner.commands.parsing import Stoppable, Waiting
from provisioner.commands.terminal import Terminal
from provisioner.errors import UsageError
from provisioner.planning.refresh import Refresh

app = typer.Typer(
    name="provisioner",
    cls=Stoppable,
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


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", "-V", help="Print the version.")] = False,
) -> None:
    if version:
        typer.echo(f"provisioner {__version__}")
        raise typer.Exit


@app.command()
def init(
    directory: options.NewWorkspace = None,
    workspace: options.Workspace = Path(),
    target: options.Target = None,  # noqa: ARG001 - every command takes it; a new workspace has only its own
    form: options.PlainForm = options.PlainFormat.TEXT,
    quiet: options.Quiet = False,
    no_color: options.NoColor = False,
) -> int:
    """A new workspace that plans and applies at once."""
    from provisioner.commands.init import init as command

    if directory is not None and workspace != Path():
        raise UsageError("name the folder once: as DIR or with --workspace")
    return command(_terminal(quiet, no_color), directory or workspace, form=form)


@app.command()
def validate(
    workspace: options.Workspace = Path(),
    target: options.Target = None,
    form: options.FindingsForm = options.FindingsFormat.TEXT,
    jobs: options.Jobs = None,
    cluster: options.ClusterAddress = None,
    quiet: options.Quiet = False,
    no_color: options.NoColor = False,
) -> int:
    """Render and check everything, offline."""
    from provisioner.commands.session import crew_of
    from provisioner.commands.validate import validate as command

    return command(_terminal(quiet, no_color), workspace, target, crew_of(jobs, cluster), form=form)


@app.command()
def render(
    keys: options.Keys = None,
    diff: options.OtherRevision = None,
    list_all: options.ListEach = False,
    workspace: options.Workspace = Path(),
    target: options.Target = None,
    form: options.RenderForm = options.RenderFormat.YAML,
    quiet: options.Quiet = False,
    no_color: options.NoColor = False,
) -> int:
    """The resolved rooms; secrets stay references. With --diff, what a change does to each."""
    from provisioner.commands.render import render as command
    from provisioner.commands.render import render_diff
    from provisioner.commands.session import open_session

    if list_all and diff is None:
        raise UsageError("--all is about what differs; use it with --diff REF")
    session = open_session(workspace, target, _terminal(quiet, no_color))
    names = tuple(keys or ())
    if diff is not None:
        return render_diff(session, names, diff, form=form, lists_all=list_all)
    return command(session, names, form=form)


@app.command()
def plan(
    keys: options.Keys = None,
    workspace: options.Workspace = Path(),
    target: options.Target = None,
    output: options.NewPlan = None,
    form: options.ReviewForm = options.ReviewFormat.TEXT,
    report: options.PlanReports = None,
    refresh: options.RefreshOption = Refresh.AUTO,
    prune: options.Prune = False,
    label: options.Labels = None,
    shard: options.ShardText = None,
    at: options.At = None,
    snapshot: options.FromSnapshot = None,
    base: options.BaseRevision = None,
    detailed_exitcode: options.DetailedExitCode = False,
    list_all: options.ListAll = False,
    jobs: options.Jobs = None,
    cluster: options.ClusterAddress = None,
    quiet: options.Quiet = False,
    no_color: options.NoColor = False,
) -> int:
    """What would change, and why."""
    from provisioner.commands.plan import plan as command
    from provisioner.commands.planning_steps import Asked
    from provisioner.commands.session import crew_of, open_session

    asked = Asked(
        keys=tuple(keys or ()),
        labels=options.labels_of(label),
        shard=options.shard_of(shard),
        refresh=refresh,
        prune=prune,
        at=options.moment_of(at),
        base=base,
    )
    return command(
        open_session(workspace, target, _terminal(quiet, no_color), crew_of(jobs, cluster)),
        asked,
        output=output,
        snapshot=snapshot,
        reports=tuple(report or ()),
        form=form,
        lists_all=list_all,
        detailed_exitcode=detailed_exitcode,
    )


@app.command(cls=Waiting)
def apply(
    saved: options.SavedPlan = None,
    workspace: options.Workspace = Path(),
    target: options.Target = None,
    auto_approve: options.AutoApprove = False,
    skip_stale: options.SkipStale = False,
    deadline: options.Deadline = None,
    wait: options.Wait = None,
    form: options.PlanForm = options.PlanFormat.TEXT,
    report: options.Reports = None,
    refresh: options.RefreshOption = Refresh.AUTO,
    prune: options.Prune = False,
    label: options.Labels = None,
    shard: options.ShardText = None,
    jobs: options.Jobs = None,
    cluster: options.ClusterAddress = None,
    quiet: options.Quiet = False,
    no_color: options.NoColor = False,
) -> int:
    """Plan, ask, and make it so; or apply a saved plan."""
    from provisioner.commands.apply import apply as command
    from provisioner.commands.applying_steps import Consent
    from provisioner.commands.planning_steps import Asked
    from provisioner.commands.session import crew_of, open_session

    if saved is not None and (prune or label or shard):
        raise UsageError("a saved plan says itself what it is about; leave --prune, --label and --shard out")
    asked = Asked(labels=options.labels_of(label), shard=options.shard_of(shard), refresh=refresh, prune=prune)
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
    saved: options.SavedPlans,
    form: options.ReviewForm = options.ReviewFormat.TEXT,
    report: options.PlanReports = None,
    since: options.Since = None,
    list_all: options.ListAll = False,
    workspace: options.Workspace = Path(),  # noqa: ARG001 - every command takes it; a saved plan needs none
    target: options.Target = None,  # noqa: ARG001 - the same
    quiet: options.Quiet = False,
    no_color: options.NoColor = False,
) -> int:
    """A saved plan again, in any format; plans of parts of a workspace as one plan."""
    from provisioner.commands.show import show as command

    return command(
        _terminal(quiet, no_color),
        tuple(saved),
        tuple(since or ()),
        form=form,
        reports=tuple(report or ()),
        lists_all=list_all,
    )


@app.command()
def snapshot(
    output: options.NewSnapshot,
    workspace: options.Workspace = Path(),
    target: options.Target = None,
    form: options.PlainForm = options.PlainFormat.TEXT,
    quiet: options.Quiet = False,
    no_color: options.NoColor = False,
) -> int:
    """What is observed, without secrets, for offline plans."""
    from provisioner.commands.session import open_session
    from provisioner.commands.snapshot import snapshot as command

    return command(open_session(workspace, target, _terminal(quiet, no_color)), output, form=form)


@app.command()
def status(
    workspace: options.Workspace = Path(),
    target: options.Target = None,
    form: options.PlainForm = options.PlainFormat.TEXT,
    watch: options.Watch = False,
    interval: options.Interval = 10,
    show_sensitive: options.ShowSensitive = False,
    quiet: options.Quiet = False,
    no_color: options.NoColor = False,
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
    key: options.Key,
    run: options.Run = None,
    workspace: options.Workspace = Path(),
    target: options.Target = None,
    auto_approve: options.AutoApprove = False,
    form: options.PlanForm = options.PlanFormat.TEXT,
    quiet: options.Quiet = False,
    no_color: options.NoColor = False,
) -> int:
    """Go on air with one room, by hand; plans leave that alone."""
    from provisioner.commands.applying_steps import Consent
    from provisioner.commands.by_hand import start as command
    from provisioner.commands.session import open_session

    session = open_session(workspace, target, _terminal(quiet, no_color))
    return command(session, key, Consent(auto_approve=auto_approve), run=run, form=form)


@app.command()
def stop(
    key: options.Key,
    workspace: options.Workspace = Path(),
    target: options.Target = None,
    auto_approve: options.AutoApprove = False,
    form: options.PlanForm = options.PlanFormat.TEXT,
    quiet: options.Quiet = False,
    no_color: options.NoColor = False,
) -> int:
    """End what is on air in one room, by hand; its run is used up."""
    from provisioner.commands.applying_steps import Consent
    from provisioner.commands.by_hand import stop as command
    from provisioner.commands.session import open_session

    session = open_session(workspace, target, _terminal(quiet, no_color))
    return command(session, key, Consent(auto_approve=auto_approve), form=form)


@app.command()
def explain(
    rule: options.RuleName = None,
    form: options.PlainForm = options.PlainFormat.TEXT,
    workspace: options.Workspace = Path(),
    target: options.Target = None,  # noqa: ARG001 - every command takes it; rules hold for all of them
    quiet: options.Quiet = False,
    no_color: options.NoColor = False,
) -> int:
    """What a rule is about, with examples; without a name, all rules."""
    from provisioner.commands.explain import explain as command

    return command(_terminal(quiet, no_color), workspace, rule, form=form)


@app.command()
def schema(
    name: options.SchemaName = None,
    write: options.WriteSchemas = False,
    workspace: options.Workspace = Path(),
    target: options.Target = None,  # noqa: ARG001 - every command takes it; a schema is of all of them
    form: options.SchemaForm = options.SchemaFormat.JSON,  # noqa: ARG001 - the same; there is but one
    quiet: options.Quiet = False,
    no_color: options.NoColor = False,
) -> int:
    """The JSON Schema of manifests, of provisioner.yaml, or of what a command writes as JSON."""
    from provisioner.commands.schema import schema as command

    return command(_terminal(quiet, no_color), workspace, name, writes=write)


@app.command("import")
def import_(
    words: options.Rooms = None,
    every: options.EveryRoom = False,
    merge: options.Merge = False,
    label: options.Labels = None,
    to: options.ToFolder = None,
    one_file: options.OneFile = None,
    extract: options.Extract = False,
    overwrite: options.Overwrite = False,
    workspace: options.Workspace = Path(),
    target: options.Target = None,
    form: options.PlainForm = options.PlainFormat.TEXT,
    quiet: options.Quiet = False,
    no_color: options.NoColor = False,
) -> int:
    """Manifests from rooms that exist; with --merge, those that are there say what their rooms are."""
    from provisioner.commands.import_ import Wanted
    from provisioner.commands.import_ import import_ as command
    from provisioner.commands.merge import merge as merging
    from provisioner.commands.session import open_session

    if bool(words) + every + bool(label) != 1:
        raise UsageError("name the rooms by id, key or name, or take every room with --all")
    if merge and (to or one_file or extract or overwrite):
        raise UsageError("--merge changes manifests where they are; leave --to, --one-file, --extract, --overwrite out")
    if label and not merge:
        raise UsageError("labels stand in manifests, and rooms without one have none; use --label with --merge")
    session = open_session(workspace, target, _terminal(quiet, no_color))
    names = tuple(words or ())
    if merge:
        return merging(session, names, options.labels_of(label), form=form)
    wanted = Wanted(words=names, folder=to, one_file=one_file, extracts=extract, overwrites=overwrite)
    return command(session, wanted, form=form)


@app.command()
def new(
    kind: options.NewKind,
    key: options.NewKey,
    blank: options.FromTemplate = None,
    to: options.NewFolder = None,
    workspace: options.Workspace = Path(),
    target: options.Target = None,
    form: options.PlainForm = options.PlainFormat.TEXT,
    quiet: options.Quiet = False,
    no_color: options.NoColor = False,
) -> int:
    """A manifest to begin with, from the workspace's templates/new/ or from ours."""
    from provisioner.commands.new import new as command
    from provisioner.commands.session import open_session

    session = open_session(workspace, target, _terminal(quiet, no_color))
    return command(session, kind, key, blank=blank, folder=to, form=form)


@app.command()
def fmt(
    files: options.Manifests = None,
    check: options.Check = False,
    workspace: options.Workspace = Path(),
    target: options.Target = None,
    form: options.FindingsForm = options.FindingsFormat.TEXT,
    quiet: options.Quiet = False,
    no_color: options.NoColor = False,
) -> int:
    """Lay manifests out as people expect them, and change nothing that they say."""
    from provisioner.commands.fmt import fmt as command
    from provisioner.commands.session import open_session

    session = open_session(workspace, target, _terminal(quiet, no_color))
    return command(session, tuple(files or ()), checks=check, form=form)


@emulator_app.command()
def serve(
    port: options.Port = 8420,
    throttle: options.Throttle = True,
    workspace: options.Workspace = Path(),
    target: options.Target = None,
    form: options.PlainForm = options.PlainFormat.TEXT,
    quiet: options.Quiet = False,
    no_color: options.NoColor = False,
) -> int:
    """Serve what the embedded target keeps, on a port of this machine."""
    from provisioner.commands import emulator
    from provisioner.commands.session import open_session

    session = open_session(workspace, target, _terminal(quiet, no_color))
    return emulator.serve(session, port=port, throttle=throttle, form=form)


@emulator_app.command()
def reset(
    workspace: options.Workspace = Path(),
    target: options.Target = None,
    form: options.PlainForm = options.PlainFormat.TEXT,
    quiet: options.Quiet = False,
    no_color: options.NoColor = False,
) -> int:
    """Forget every room and job."""
    from provisioner.commands import emulator
    from provisioner.commands.session import open_session

    return emulator.reset(open_session(workspace, target, _terminal(quiet, no_color)), form=form)


@emulator_app.command()
def advance(
    duration: options.Duration,
    workspace: options.Workspace = Path(),
    target: options.Target = None,
    form: options.PlainForm = options.PlainFormat.TEXT,
    quiet: options.Quiet = False,
    no_color: options.NoColor = False,
) -> int:
    """Move the embedded service's clock on."""
    from provisioner.commands import emulator
    from provisioner.commands.session import open_session

    return emulator.advance(open_session(workspace, target, _terminal(quiet, no_color)), duration, form=form)


def _terminal(quiet: bool, no_color: bool) -> Terminal:
    return Terminal(quiet=quiet, colour=False if no_color else None)
