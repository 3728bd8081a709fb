"""A pull request's plan: its manifests, by the configuration of the branch it goes to, beside what is known of rooms.

The checkout is GitHub's merge of the pull request, so that `HEAD^1` is the branch it goes to. Two things of the pull
request are not used: its `provisioner.yaml`, which says where requests go and what the guard rails are, and a
`.provisioner/` folder, which would be taken for local state. Variables: WORKSPACE (a folder of the checkout), TARGET,
VARIABLES (`NAME=value` lines), SNAPSHOT (a file that may be there), OUTPUT (the folder for plan.json, plan.md and
plan.html), and for a target that is read HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, which only the plan itself gets.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path, PurePosixPath

from run_command import explain
from runner import (
    StepError,
    annotate,
    assignments,
    command,
    environment_without_runner,
    optional,
    provisioner,
    required,
    run,
    set_output,
    summarise,
    summarise_file,
)

CREDENTIALS = ("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "HUAWEICLOUD_SDK_SECURITY_TOKEN", "HUAWEICLOUD_AUTH_TOKEN")
CONFIGURATION = "provisioner.yaml"
EMBEDDED = "local"
"""The target that needs no credentials."""


def main() -> int:
    """Checks the manifests, and plans where something is known of the rooms. Returns the tool's exit code."""
    root = Path.cwd().resolve()
    folder = workspace_in(root, required("WORKSPACE"))
    base = base_commit(root)
    take_over_nothing(root, folder, base)
    target = ["--target", name] if (name := optional("TARGET")) else []
    environment = environment_without_runner() | assignments(optional("VARIABLES"))
    if code := _validated(folder, target, environment):
        explain(code)
        return code
    source = _source()
    set_output("planned", str(source is not None).lower())
    if source is None:
        annotate("notice", "There is neither a snapshot nor a credential: the manifests were checked and not compared.")
        return 0
    output = Path(required("OUTPUT"))
    output.mkdir(parents=True)
    reports = [f"--report={output / name}" for name in ("plan.md", "plan.html")]
    arguments = ["plan", *target, *source, f"--base={base}", f"--output={output / 'plan.json'}", *reports]
    code = provisioner(arguments, environment=environment, folder=folder)
    summarise_file(output / "plan.md")
    if code:
        explain(code)
    return code


def workspace_in(root: Path, name: str) -> Path:
    """The workspace's folder, which has to be a real one inside the checkout."""
    relative = PurePosixPath(name)
    folder = (root / relative).resolve()
    if relative.is_absolute() or ".." in relative.parts or folder != root / relative or not folder.is_dir():
        raise StepError(f"The workspace {name!r} is not a folder of this repository.")
    return folder


def base_commit(root: Path) -> str:
    """The newest commit of the branch that the pull request goes to."""
    parents = _git(root, "rev-list", "--parents", "--max-count=1", "HEAD").split()[1:]
    if len(parents) != 2:
        raise StepError("The checkout is not the merge of a pull request with two parents; run this on `pull_request`.")
    return parents[0]


def take_over_nothing(root: Path, folder: Path, base: str) -> None:
    """Puts the base's configuration in the place of the pull request's and drops what looks like local state."""
    place = (folder / CONFIGURATION).relative_to(root).as_posix()
    trusted = _git(root, "show", f"{base}:{place}", missing=f"{place} is not in the branch that this goes to yet")
    file = folder / CONFIGURATION
    if file.is_symlink() or not file.is_file() or file.read_text(encoding="utf-8", errors="replace") != trusted:
        annotate("warning", f"{place} is changed here; the plan is made by the one of the branch that this goes to.")
        summarise(f"`{CONFIGURATION}` is changed here; this plan is made by the one of the branch that it goes to.\n")
        _remove(file)
        file.write_text(trusted, encoding="utf-8")
    _remove(folder / ".provisioner")


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _git(root: Path, *arguments: str, missing: str = "Git cannot read the checkout") -> str:
    done = subprocess.run(  # noqa: S603 - arguments are ours
        ["git", "-C", str(root), *arguments],  # noqa: S607 - the runner's git
        capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise StepError(f"{missing}.")
    return done.stdout.decode("utf-8")


def _validated(folder: Path, target: list[str], environment: dict[str, str]) -> int:
    """The exit code of `validate`, whose findings are shown at their lines; it gets no credential."""
    environment = {name: value for name, value in environment.items() if name not in CREDENTIALS}
    return subprocess.run(  # noqa: S603 - the tool that this action installed
        command(["validate", *target, "--format", "github"]), cwd=folder, env=environment, check=False
    ).returncode


def _source() -> list[str] | None:
    """What the plan compares with: a snapshot, the target itself (no argument), or nothing (None)."""
    snapshot = optional("SNAPSHOT")
    if snapshot and Path(snapshot).is_file():
        return ["--snapshot", snapshot]
    return [] if any(map(optional, CREDENTIALS)) or optional("TARGET") == EMBEDDED else None


if __name__ == "__main__":
    run(main)
