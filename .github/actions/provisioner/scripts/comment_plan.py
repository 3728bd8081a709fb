"""After a pull request's run: its plan as one comment, which later runs update. The job may comment and nothing else.

Which pull request it is comes from the event and GitHub's API, never from the artefact. Variables: GITHUB_EVENT_PATH,
GITHUB_REPOSITORY, GITHUB_API_URL, GITHUB_SERVER_URL, GITHUB_TOKEN, WORKSPACE_NAME, ARTIFACT_NAME, AUTHOR.
"""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any

from artifact import MOST_BYTES, ShownPlan, refused, show, take_plan
from github_api import GitHub
from notes import fits, mark, write_comment
from runner import StepError, annotate, optional, required, run

_COMMIT = re.compile(r"[0-9a-f]{40}")


def main() -> int:
    """Writes the comment, or says why there is nothing to write."""
    ended = finished_run(required("GITHUB_EVENT_PATH"))
    with GitHub.from_environment() as github, tempfile.TemporaryDirectory() as folder:
        pull_request = pull_request_of(github, ended)
        if pull_request is None:
            annotate("notice", "No open pull request has this run's commit as its newest: nothing to comment on.")
            return 0
        archive = downloaded(github, int(ended["id"]), Path(folder))
        if archive is None:
            annotate("notice", "The run made no plan: nothing to comment on.")
            return 0
        plan = show(take_plan(archive, Path(folder)), required("WORKSPACE_NAME"))
        marked = mark("plan", plan.workspace, plan.target)
        done = write_comment(github, pull_request, marked, comment(plan, marked, ended))
    annotate("notice", f"The comment on pull request {pull_request} was {done}.")
    return 0


def finished_run(event_path: str) -> dict[str, Any]:
    """The `workflow_run` of the event, which has to be one of a pull request of this repository."""
    event = json.loads(Path(event_path).read_text(encoding="utf-8"))
    ended = event.get("workflow_run")
    if not isinstance(ended, dict) or ended.get("event") != "pull_request":
        raise StepError("This is for `workflow_run` events of a workflow that ran on `pull_request`; see docs/ci.md.")
    if not _COMMIT.fullmatch(str(ended.get("head_sha"))) or not ended.get("head_repository"):
        raise StepError("The run's branch or its repository is gone.")
    return ended


def pull_request_of(github: GitHub, ended: dict[str, Any]) -> int | None:
    """The open pull request whose newest commit the run was about. Raises StepError where there are several."""
    source = ended["head_repository"]
    listed = github.listed("/pulls", state="open", head=f"{source['owner']['login']}:{ended['head_branch']}")
    numbers = {
        int(pull["number"])
        for pull in listed
        if pull["head"]["sha"] == ended["head_sha"] and (pull["head"]["repo"] or {}).get("id") == source["id"]
    }
    if named := {int(pull["number"]) for pull in ended.get("pull_requests") or ()}:
        numbers &= named
    if len(numbers) > 1:
        raise StepError("Several pull requests have this commit as their newest; nothing tells which one was planned.")
    return next(iter(numbers), None)


def downloaded(github: GitHub, run_id: int, folder: Path) -> Path | None:
    """The run's artefact as a ZIP archive; None where it made none."""
    name = optional("ARTIFACT_NAME") or "provisioner-plan"
    listed = github.one(f"/actions/runs/{run_id}/artifacts", name=name).get("artifacts") or []
    found = [entry for entry in listed if entry["name"] == name and not entry["expired"]]
    if not found:
        return None
    newest = max(found, key=lambda entry: int(entry["id"]))  # a job that was run again made another
    if int(newest["size_in_bytes"]) > MOST_BYTES:
        raise refused(f"it is larger than {MOST_BYTES:,} bytes")
    archive = folder / "artifact.zip"
    github.download(f"/actions/artifacts/{int(newest['id'])}/zip", archive, most_bytes=MOST_BYTES)
    return archive


def comment(plan: ShownPlan, marked: str, ended: dict[str, Any]) -> str:
    """The comment's text: the plan, or its counts where GitHub would not take it whole."""
    address = f"{required('GITHUB_SERVER_URL')}/{required('GITHUB_REPOSITORY')}/actions/runs/{int(ended['id'])}"
    foot = (
        f"<sub>Planned for commit {ended['head_sha'][:12]} by [this run]({address}), which keeps the whole report."
        " After the merge it is planned again, and that plan is applied.</sub>\n"
    )
    whole = f"{marked}\n{plan.markdown.rstrip()}\n\n{foot}"
    if fits(whole):
        return whole
    counts = ", ".join(f"{count:,} to {name}" for name, count in plan.summary.items() if count and name != "unchanged")
    return f"{marked}\nThis plan is too long for a comment: {counts}. The run has the report.\n\n{foot}"


if __name__ == "__main__":
    run(main)
