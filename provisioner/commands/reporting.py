"""Plans, outcomes and findings in the format that was asked for, to a stream or a file; and a saved plan back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from provisioner.applying.outcomes import Report
from provisioner.commands.terminal import Terminal
from provisioner.diagnostics import Diagnostic
from provisioner.errors import RefusedError, UsageError, WorkspaceError
from provisioner.files import write_whole
from provisioner.planning.actions import Plan
from provisioner.planning.saved import FILE, parse_plan
from provisioner.planning.sealed import SealedFile
from provisioner.planning.since import PlanSince
from provisioner.reports.annotations import findings_github
from provisioner.reports.findings import findings_json, findings_text
from provisioner.reports.json_text import dumps
from provisioner.reports.outcome_json import outcome_to_json
from provisioner.reports.outcome_markdown import outcome_markdown
from provisioner.reports.outcome_text import outcome_text
from provisioner.reports.plan_json import PlanJson, plan_as_saved, plan_to_json
from provisioner.reports.plan_markdown import plan_markdown
from provisioner.reports.plan_text import plan_text
from provisioner.reports.sarif import findings_sarif
from provisioner.reports.since import plan_since_json
from provisioner.reports.view import PlanView

if TYPE_CHECKING:
    from provisioner.snapshots.snapshot import Snapshot

T = TypeVar("T")

OUTCOME_ENDINGS = (".json", ".md", ".txt")
PLAN_ENDINGS = (".html", *OUTCOME_ENDINGS)
"""What the reports of a plan may be; a plan is looked at, and outcomes are told."""


def show_plan(
    terminal: Terminal, plan: Plan, form: str, since: PlanSince | None = None, *, lists_all: bool = False
) -> None:
    """Prints a plan on stdout; its warnings go to stderr where they are not in it, which is for text."""
    if form == "json":
        terminal.out(dumps(_plan_json(plan, since, include_unchanged=lists_all)))
        return
    if form == "markdown":
        terminal.out(plan_markdown(PlanView.of(plan, since)))
        return
    if form == "html":
        terminal.out(_html(plan, since))
        return
    terminal.findings(plan.warnings)
    terminal.out(plan_text(PlanView.of(plan, since), lists_all=lists_all, lists_warnings=False, **terminal.style()))


def save_plan(plan: Plan, path: Path) -> None:
    """Writes a plan that `apply` takes. It holds no secret."""
    write_whole(path, dumps(plan_as_saved(plan)).rstrip("\n") + "\n")


def read_plan(path: Path) -> Plan:
    """A plan that was saved. Raises WorkspaceError or RefusedError, and both name the file."""
    return _read_sealed(path, FILE, parse_plan)


def read_snapshot(path: Path) -> tuple[Snapshot, str]:
    """A snapshot and its digest. Raises WorkspaceError or RefusedError, and both name the file."""
    from provisioner.snapshots import file  # few plans are made from one

    return _read_sealed(path, file.FILE, file.parse_snapshot)


def _read_sealed(path: Path, kind: SealedFile, parse: Callable[[str], T]) -> T:
    """What a file of a kind holds. No more of it is read than such a file may have."""
    anew = f"make one with: {kind.command.replace('FILE', str(path))}"
    try:
        with path.open("rb") as stream:
            content = stream.read(kind.max_bytes + 1)
        return parse(content.decode("utf-8"))
    except FileNotFoundError as error:
        raise WorkspaceError(f"there is no {kind.noun} {path}; {anew}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceError(f"{path} cannot be read as a {kind.noun}; {anew}") from error
    except WorkspaceError as error:
        raise WorkspaceError(f"{path}: {error}") from error
    except RefusedError as error:
        raise RefusedError(f"{path}: {error}") from error


def write_plan_reports(plan: Plan, paths: tuple[Path, ...], since: PlanSince | None = None) -> None:
    """Writes reports of a plan, each in the format of its ending. Raises UsageError for another ending."""
    forms: dict[str, Callable[[], str]] = {
        ".html": lambda: _html(plan, since),
        ".json": lambda: dumps(_plan_json(plan, since)),
        ".md": lambda: plan_markdown(PlanView.of(plan, since)),
        ".txt": lambda: plan_text(PlanView.of(plan, since)),
    }
    _write_reports(paths, forms)


def show_outcomes(terminal: Terminal, report: Report, form: str, *, digest: str | None = None) -> None:
    """Prints what became of a plan on stdout. `digest` is that of the saved plan, if it was one."""
    if form == "json":
        terminal.out(dumps(outcome_to_json(report, digest=digest)))
    elif form == "markdown":
        terminal.out(outcome_markdown(report))
    else:
        terminal.out(outcome_text(report, **terminal.style()))


def write_outcome_reports(report: Report, paths: tuple[Path, ...], *, digest: str | None = None) -> None:
    """Writes reports of outcomes, each in the format of its ending. Raises UsageError for another ending."""
    forms: dict[str, Callable[[], str]] = {
        ".json": lambda: dumps(outcome_to_json(report, digest=digest)),
        ".md": lambda: outcome_markdown(report),
        ".txt": lambda: outcome_text(report),
    }
    _write_reports(paths, forms)


def check_reports(paths: tuple[Path, ...], endings: tuple[str, ...] = OUTCOME_ENDINGS) -> None:
    """Raises UsageError for an ending that no report of this kind has, before anything is done."""
    for path in paths:
        if path.suffix not in endings:
            raise UsageError(f"--report {path}: the ending says the format, and it is one of {', '.join(endings)}")


def show_findings(terminal: Terminal, findings: tuple[Diagnostic, ...], form: str) -> None:
    """Prints findings in a format."""
    match form:
        case "json":
            text = dumps(findings_json(findings))
        case "github":
            text = findings_github(findings)
        case "sarif":
            text = dumps(findings_sarif(findings))
        case _:
            text = findings_text(findings)
    if text:
        terminal.out(text)


def _html(plan: Plan, since: PlanSince | None) -> str:
    from provisioner.reports.html.page import plan_html  # only who asks for a page waits for its templates

    return plan_html(PlanView.of(plan, since))


def _plan_json(plan: Plan, since: PlanSince | None, *, include_unchanged: bool = False) -> PlanJson:
    if since is None:
        return plan_to_json(plan, include_unchanged=include_unchanged)
    return plan_since_json(plan, since, include_unchanged=include_unchanged)


def _write_reports(paths: tuple[Path, ...], forms: dict[str, Callable[[], str]]) -> None:
    check_reports(paths, tuple(forms))
    for path in paths:
        write_whole(path, forms[path.suffix]().rstrip("\n") + "\n")
