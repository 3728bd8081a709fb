"""On a schedule: one issue while rooms differ from the manifests of the main branch, closed when they no longer do.

Variables: PLAN and REPORT (files of `provisioner plan`), GITHUB_REPOSITORY, GITHUB_API_URL, GITHUB_SERVER_URL,
GITHUB_RUN_ID, GITHUB_TOKEN, AUTHOR.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from github_api import GitHub, UnknownOutcomeError
from notes import author, fits, mark, ours
from runner import annotate, required, run

UNCHANGED = "unchanged"
BY_THE_CLOCK = "live"
"""The cause of what is due now, such as a broadcast's start: no difference that anybody has to explain."""


def main() -> int:
    """Opens, updates or closes the issue."""
    plan = json.loads(Path(required("PLAN")).read_text(encoding="utf-8"))
    report = Path(required("REPORT")).read_text(encoding="utf-8")
    marked = mark("drift", plan["workspace"], plan["target"])
    changes = [action for action in plan["actions"] if action["action"] != UNCHANGED]  # a saved plan lists those too
    differing = [action for action in changes if action["cause"] != BY_THE_CLOCK]
    with GitHub.from_environment() as github:
        done = issue_for(github, marked, plan, report) if differing else close(github, marked)
    annotate("notice", f"Rooms that differ: {len(differing):,}. The issue was {done}.")
    return 0


def issue_for(github: GitHub, marked: str, plan: dict[str, Any], report: str) -> str:
    """Opens the issue, or changes the open one."""
    title = f"Rooms of {plan['workspace']} differ from their manifests on {plan['target']}"
    content = {"title": title, "body": body(marked, report)}
    known = _open_one(github, marked)
    if known is not None:
        github.change(f"/issues/{int(known['number'])}", content)
        return "updated"
    try:
        github.create("/issues", content)
    except UnknownOutcomeError:
        if _open_one(github, marked) is None:
            raise
    return "opened"


def close(github: GitHub, marked: str) -> str:
    """Closes the issue, if one is open."""
    known = _open_one(github, marked)
    if known is None:
        return "not needed"
    text = f"{marked}\nThe rooms are as their manifests say; {_seen()}\n"
    github.change(f"/issues/{int(known['number'])}", {"state": "closed", "state_reason": "completed", "body": text})
    return "closed"


def body(marked: str, report: str) -> str:
    """The issue's text: the report, or where it is to be had when GitHub would not take it whole."""
    head = (
        "Somebody changed rooms outside of the manifests, or what was merged is not applied. To undo the former, run"
        " the apply workflow; to keep it, write it into the manifests."
    )
    whole = f"{marked}\n{head}\n\n{report.rstrip()}\n\n{_seen()}\n"
    return whole if fits(whole) else f"{marked}\n{head}\n\nThe report is too long for an issue; {_seen()}\n"


def _seen() -> str:
    run_id = int(required("GITHUB_RUN_ID"))
    address = f"{required('GITHUB_SERVER_URL')}/{required('GITHUB_REPOSITORY')}/actions/runs/{run_id}"
    return f"seen by [this run]({address}), which keeps the whole report."


def _open_one(github: GitHub, marked: str) -> dict[str, Any] | None:
    return ours(github.listed("/issues", state="open", creator=author()), marked)


if __name__ == "__main__":
    run(main)
