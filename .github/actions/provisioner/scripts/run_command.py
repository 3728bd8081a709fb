"""One command of the tool as a step: with the job's identity or secrets where asked, and its exit code explained.

Variables: INPUT_ARGUMENTS (one argument a line), INPUT_ACCEPT (exit codes that are no failure, 0 unless said),
INPUT_SUMMARY (a report that the command writes, for the step's summary), INPUT_AUDIENCE (whom the identity token is
for; empty for none), INPUT_VARIABLES and INPUT_SECRETS (`NAME=value` lines for the command's environment).
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from identity import token_file
from runner import (
    annotate,
    assignments,
    environment_without_runner,
    mask,
    optional,
    provisioner,
    required,
    run,
    set_output,
    summarise,
    summarise_file,
)

MEANINGS = {
    1: "Something is wrong with the input or the connection; nothing was written.",
    2: "The plan has changes.",
    3: "Some actions were applied and some were not. The report says which and why. Once that is mended, run the job"
    " again: what was applied is not repeated.",
    4: "Refused: a person must decide. A plan is stale, a guard rail holds it back, or a room is foreign or there"
    " twice; the report says what and how to go on.",
    5: "The outcome of a write is unknown. The report names it and the next safe command; run that before anything"
    " else, and do not repeat the write by hand.",
    64: "The command line is wrong.",
    70: "This is a defect in the tool.",
    130: "Interrupted; what was in flight was finished or is in the report.",
    143: "Interrupted; what was in flight was finished or is in the report.",
}
"""What to do about an exit code that is not 0."""


def main() -> int:
    """Runs the command. Returns 0 for an exit code that is accepted, and the code otherwise."""
    secrets = assignments(optional("INPUT_SECRETS"))
    for value in secrets.values():
        mask(value)
    environment = environment_without_runner() | assignments(optional("INPUT_VARIABLES")) | secrets
    audience = optional("INPUT_AUDIENCE")
    with contextlib.ExitStack() as stack:
        if audience:
            environment |= stack.enter_context(token_file(audience))
        code = provisioner(arguments_of(required("INPUT_ARGUMENTS")), environment=environment)
    set_output("exit-code", str(code))
    if report := optional("INPUT_SUMMARY"):
        summarise_file(Path(report))
    if str(code) in (optional("INPUT_ACCEPT") or "0").split():
        return 0
    explain(code)
    return code


def arguments_of(text: str) -> list[str]:
    """An argument a line. An option whose value is empty, as that of an input that nobody gave, is left out."""
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if line and not (line.startswith("--") and line.endswith("="))]


def explain(code: int) -> None:
    """Says on the run's page and in its summary what an exit code asks of a person."""
    meaning = MEANINGS.get(code, "The command ended in a way that it should not.")
    annotate("error", f"Exit code {code}. {meaning}")
    summarise(f"\n**Exit code {code}.** {meaning}")


if __name__ == "__main__":
    run(main)
