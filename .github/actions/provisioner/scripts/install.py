"""Installs the tool as it stands in the action's own commit, with the packages that its lock names by hash.

Whoever pins the action by commit thereby pins the tool and all that it uses. Standard library only: it runs before
anything is installed. Variables: RUNNER_TEMP, GITHUB_ACTION_PATH, GITHUB_OUTPUT.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

from runner import StepError, required, run, set_output

_PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet")


def main() -> int:
    """Makes the virtual environment, once a job, and names its Python and the scripts as outputs."""
    action = Path(required("GITHUB_ACTION_PATH")).resolve()
    python = Path(required("RUNNER_TEMP")) / "provisioner-tool" / "bin" / "python"
    ready = python.parent.parent / ".ready"
    if not ready.exists():
        venv.create(python.parent.parent, with_pip=True, clear=True)
        _pip(python, "--require-hashes", "-r", str(action / "requirements.txt"))
        _pip(python, "--no-deps", "--no-build-isolation", str(action.parents[2]))
        ready.touch()
    set_output("python", str(python))
    set_output("scripts", str(action / "scripts"))
    return 0


def _pip(python: Path, *arguments: str) -> None:
    done = subprocess.run([str(python), *_PIP, *arguments], check=False, stdout=sys.stderr)  # noqa: S603 - our venv
    if done.returncode:
        raise StepError("The tool could not be installed; what pip says stands above.")


if __name__ == "__main__":
    run(main)
