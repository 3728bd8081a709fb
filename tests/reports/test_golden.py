"""Every format of every report, compared whole with the files in `golden/`.

After a change that is meant, `UPDATE_GOLDENS=1 make test PYTEST=tests/reports` writes them anew; read their diff.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from provisioner.planning.since import plan_since
from provisioner.reports.annotations import findings_github
from provisioner.reports.findings import findings_json, findings_text
from provisioner.reports.imported_json import imported_json
from provisioner.reports.imported_text import imported_text
from provisioner.reports.json_text import dumps
from provisioner.reports.outcome_json import outcome_to_json
from provisioner.reports.outcome_markdown import outcome_markdown
from provisioner.reports.outcome_text import outcome_text
from provisioner.reports.plan_json import plan_to_json
from provisioner.reports.plan_markdown import plan_markdown
from provisioner.reports.plan_text import plan_text
from provisioner.reports.render_diff import render_diff_json, render_diff_text
from provisioner.reports.sarif import findings_sarif
from provisioner.reports.since import plan_since_json
from provisioner.reports.status import status_json
from provisioner.reports.status_text import screen, status_text
from provisioner.reports.view import PlanView
from tests.reports.plans import (
    ALIKE,
    BESIDE,
    DIFFERENCE,
    EARLIER,
    FINDINGS,
    IMPORTED,
    INTERRUPTED,
    NOW,
    PLAN,
    QUIET,
    REHEARSAL,
    REPORT,
    REWORDED,
    ROOMS,
)

GOLDEN = Path(__file__).parent / "golden"
REPORTS: dict[str, Callable[[], str]] = {
    "plan.txt": lambda: plan_text(PlanView.of(PLAN)),
    "plan_all.txt": lambda: plan_text(PlanView.of(PLAN), lists_all=True, lists_warnings=False),
    "plan_terminal.txt": lambda: plan_text(PlanView.of(PLAN), width=72, colour=True),
    "plan_nothing.txt": lambda: plan_text(PlanView.of(QUIET)),
    "plan_at.txt": lambda: plan_text(PlanView.of(REHEARSAL), lists_all=True),
    "plan_alike.txt": lambda: plan_text(PlanView.of(ALIKE)),
    "plan_base.txt": lambda: plan_text(PlanView.of(BESIDE)),
    "plan_base.md": lambda: plan_markdown(PlanView.of(BESIDE)),
    "plan_base.json": lambda: dumps(plan_to_json(BESIDE)) + "\n",
    "render-diff.txt": lambda: render_diff_text(DIFFERENCE),
    "render-diff.json": lambda: dumps(render_diff_json(DIFFERENCE)) + "\n",
    "plan.json": lambda: dumps(plan_to_json(PLAN)) + "\n",
    "plan_all.json": lambda: dumps(plan_to_json(PLAN, include_unchanged=True)) + "\n",
    "plan.md": lambda: plan_markdown(PlanView.of(PLAN)),
    "plan_nothing.md": lambda: plan_markdown(PlanView.of(QUIET)),
    "plan_at.md": lambda: plan_markdown(PlanView.of(REHEARSAL)),
    "plan_alike.md": lambda: plan_markdown(PlanView.of(ALIKE)),
    "plan_short.md": lambda: plan_markdown(PlanView.of(ALIKE), most=6000),
    "since.md": lambda: plan_markdown(PlanView.of(PLAN, plan_since(PLAN, EARLIER))),
    "since_alike.md": lambda: plan_markdown(PlanView.of(REWORDED, plan_since(REWORDED, ALIKE))),
    "since.txt": lambda: plan_text(PlanView.of(PLAN, plan_since(PLAN, EARLIER))),
    "plan_since.json": lambda: dumps(plan_since_json(PLAN, plan_since(PLAN, EARLIER))) + "\n",
    "outcome.md": lambda: outcome_markdown(REPORT),
    "outcome_interrupted.md": lambda: outcome_markdown(INTERRUPTED),
    "outcome.txt": lambda: outcome_text(REPORT),
    "outcome_terminal.txt": lambda: outcome_text(REPORT, width=72, colour=True),
    "outcome_interrupted.txt": lambda: outcome_text(INTERRUPTED),
    "outcome.json": lambda: dumps(outcome_to_json(REPORT)) + "\n",
    "outcome_interrupted.json": lambda: dumps(outcome_to_json(INTERRUPTED, digest="sha256:of-the-file")) + "\n",
    "findings.txt": lambda: findings_text(FINDINGS),
    "findings_terminal.txt": lambda: findings_text(FINDINGS, colour=True),
    "findings.json": lambda: dumps(findings_json(FINDINGS)) + "\n",
    "findings_github.txt": lambda: findings_github(FINDINGS),
    "findings_sarif.json": lambda: dumps(findings_sarif(FINDINGS)) + "\n",
    "import.txt": lambda: imported_text(IMPORTED),
    "import_terminal.txt": lambda: imported_text(IMPORTED, width=60, colour=True),
    "import.json": lambda: dumps(imported_json(IMPORTED)) + "\n",
    "status.txt": lambda: status_text(ROOMS, now=NOW),
    "status_terminal.txt": lambda: status_text(ROOMS, now=NOW, width=60, colour=True),
    "status.json": lambda: dumps(status_json(ROOMS, workspace="tea-shop", target="production")) + "\n",
}


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_a_report_is_what_its_golden_file_says(name: str) -> None:
    path = GOLDEN / name
    written = REPORTS[name]()
    if os.environ.get("UPDATE_GOLDENS"):
        path.write_text(written, encoding="utf-8", newline="\n")
    assert written == path.read_text(encoding="utf-8")


def test_every_golden_file_is_compared() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(REPORTS)


def test_plain_text_has_no_styles_and_stays_within_its_width() -> None:
    from rich.cells import cell_len  # noqa: PLC0415 - only here

    text = plan_text(PlanView.of(PLAN))
    assert "\x1b" not in text
    assert max(map(cell_len, text.splitlines())) <= 100


def test_reports_look_neither_at_the_environment_nor_at_the_streams(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {name: report() for name, report in REPORTS.items()}
    for name, value in {"COLUMNS": "20", "NO_COLOR": "1", "FORCE_COLOR": "1", "TERM": "dumb"}.items():
        monkeypatch.setenv(name, value)
    assert {name: report() for name, report in REPORTS.items()} == before
    assert capsys.readouterr() == ("", "")


def test_a_narrow_table_of_rooms_still_names_every_room() -> None:
    text = status_text(ROOMS, now=NOW, width=40)
    assert all(room.key in text for room in ROOMS)


@pytest.mark.parametrize("width", [10, 40, 100])
@pytest.mark.parametrize("height", [1, 4, 6, 30])
def test_a_screen_of_rooms_fits_and_shows_who_is_on_air_first(width: int, height: int) -> None:
    from rich.cells import cell_len  # noqa: PLC0415 - only here

    lines = [line.plain for line in screen(ROOMS, now=NOW, width=width, height=height, foot="every 10 s")]
    assert len(lines) <= max(height, 4)
    assert max(map(cell_len, lines)) <= width
    assert lines[-1] == "every 10 s"
    if (width, height) == (100, 6):
        assert [line.split()[0] for line in lines[1:4]] == ["tea-evening", "tea-morning", "and"]
