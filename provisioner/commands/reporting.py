"""Plans, outcomes and findings in the format that was asked for, to a stream or a file; and a saved plan back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from provisioner.applying.outcomes import Report
from provisioner.commands.terminal import Terminal
from provisioner.diagnostics import Diagnostic
from provisioner.errors import RefusedError, UsageError, WorkspaceError
from provisioner.files import write_whole
from provisioner.planning.actions import Plan
from provisioner.planning.saved import parse_plan
from provisioner.reports.findings import findings_github, findings_json, findings_sarif, findings_text
from provisioner.reports.json_text import dumps
from provisioner.reports.outcome_json import outcome_to_json
from provisioner.reports.outcome_text import outcome_text
from provisioner.reports.plan_json import plan_as_saved, plan_to_json
from provisioner.reports.plan_text import plan_text
from provisioner.reports.view import PlanView

OUTCOME_ENDINGS = (".json", ".txt")
PLAN_ENDINGS = (*OUTCOME_ENDINGS, ".html")
"""What the reports of a plan may be; a plan is looked at, and outcomes are told."""


def show_plan(terminal: Terminal, plan: Plan, form: str, *, lists_all: bool = False) -> None:
    """Prints a plan on stdout; for JSON and HTML, its warnings are in it, else they go to stderr."""
    if form == "json":
        terminal.out(dumps(plan_to_json(plan, include_unchanged=lists_all)))
        return
    if form == "html":
        terminal.out(_html(plan))
        return
    terminal.findings(plan.warnings)
    terminal.out(plan_text(PlanView.of(plan), lists_all=lists_all, lists_warnings=False, **terminal.style()))


def save_plan(plan: Plan, path: Path) -> None:
    """Writes a plan that `apply` takes. It holds no secret."""
    write_whole(path, dumps(plan_as_saved(plan)).rstrip("\n") + "\n")


def read_plan(path: Path) -> Plan:
    """A plan that was saved. Raises WorkspaceError or RefusedError, and both name the file."""
    try:
        return parse_plan(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise WorkspaceError(f"there is no plan {path}; make one with: provisioner plan -o {path}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceError(f"{path} cannot be read as a plan; make one with: provisioner plan -o {path}") from error
    except WorkspaceError as error:
        raise WorkspaceError(f"{path}: {error}") from error
    except RefusedError as error:
        raise RefusedError(f"{path}: {error}") from error


def write_plan_reports(plan: Plan, paths: tuple[Path, ...]) -> None:
    """Writes reports of a plan, each in the format of its ending. Raises UsageError for another ending."""
    forms: dict[str, Callable[[], str]] = {
        ".json": lambda: dumps(plan_to_json(plan)),
        ".txt": lambda: plan_text(PlanView.of(plan)),
        ".html": lambda: _html(plan),
    }
    _write_reports(paths, forms)


def show_outcomes(terminal: Terminal, report: Report, form: str, *, digest: str | None = None) -> None:
    """Prints what became of a plan on stdout. `digest` is that of the saved plan, if it was one."""
    if form == "json":
        terminal.out(dumps(outcome_to_json(report, digest=digest)))
    else:
        terminal.out(outcome_text(report, **terminal.style()))


def write_outcome_reports(report: Report, paths: tuple[Path, ...], *, digest: str | None = None) -> None:
    """Writes reports of outcomes, each in the format of its ending. Raises UsageError for another ending."""
    forms: dict[str, Callable[[], str]] = {
        ".json": lambda: dumps(outcome_to_json(report, digest=digest)),
        ".txt": lambda: outcome_text(report),
    }
    _write_reports(paths, forms)


def check_reports(paths: tuple[Path, ...], endings: tuple[str, ...] = OUTCOME_ENDINGS) -> None:
    """Raises UsageError for an ending that no report of this kind has, before anything is done."""
    for path in paths:
        if path.suffix not in endings:
            raise UsageError(f"--report {path}: the ending says the format, and it is one of {', '.join(endings)}")


def _html(plan: Plan) -> str:
    from provisioner.reports.html.page import plan_html  # only who asks for a page waits for its templates

    return plan_html(PlanView.of(plan))


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


def _write_reports(paths: tuple[Path, ...], forms: dict[str, Callable[[], str]]) -> None:
    check_reports(paths, tuple(forms))
    for path in paths:
        write_whole(path, forms[path.suffix]().rstrip("\n") + "\n")
