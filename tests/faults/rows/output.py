"""Nobody reads the output any more."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.faults.row import Case, Row

ROOMS = "kind: Room\nkey: r{number}\nspec: {{room_name: Room {number}}}\n"
COMMANDS = (
    "plan",
    "plan --format json",
    "plan -o plan.json",
    "apply --auto-approve",
    "apply --auto-approve --format json",
    "apply --auto-approve --quiet",
    "apply plan.json",
    "validate",
    "render",
    "status",
)


def check(case: Case) -> list[str]:
    """The command ends by itself, without a traceback; what an apply began is finished: a plan is empty."""
    (command,) = case
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "rooms").mkdir()
        (root / "provisioner.yaml").write_text("workspace: shop\n", encoding="utf-8")
        for number in range(3):
            (root / "rooms" / f"r{number}.yaml").write_text(ROOMS.format(number=number), encoding="utf-8")
        if command == "apply plan.json":
            _run(root, "plan -o plan.json")
        reader, writer = os.pipe()
        os.close(reader)
        done = _run(root, command, stdout=writer)
        os.close(writer)
        wrong = []
        if "Traceback" in done.stderr or "defect" in done.stderr or done.returncode not in (0, 1, 141):
            wrong.append(f"{command}: exit {done.returncode}: {done.stderr[-200:]}")
        if command.startswith("apply"):
            left = json.loads(_run(root, "plan --format json").stdout)["summary"]
            if left["create"] not in (0, 3) or (done.returncode == 0 and left["create"]):
                wrong.append(f"{command}: exit {done.returncode}, and {left['create']} rooms are still to be created")
    return wrong


def _run(root: Path, command: str, *, stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "provisioner", *command.split(), "--workspace", str(root)],
        cwd=root,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )


def _cases() -> list[Case]:
    return [(command,) for command in COMMANDS]


ROWS = (Row("stdout closed", 10, _cases, check, 4),)
