"""Runs the command line and turns whatever ends it into a message and an exit code. No traceback reaches a user."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence

from provisioner import __version__
from provisioner.commands.terminal import Terminal, discard
from provisioner.errors import FindingsError, ProvisionerError
from provisioner.exit_codes import ExitCode


def run(arguments: Sequence[str]) -> int:
    """The exit code of a command line."""
    from provisioner.commands.command_line import build
    from provisioner.commands.parsing import is_usage_error, usage_text

    try:
        code = build()(list(arguments), prog_name="provisioner", standalone_mode=False)
        sys.stdout.flush()
    except FindingsError as error:
        return _findings(error)
    except ProvisionerError as error:
        _say(f"error: {error}")
        return error.exit_code
    except BrokenPipeError:
        discard(sys.stdout)  # end quietly, as other tools do
        return 0
    except Exception as error:  # noqa: BLE001 - the last line before the user
        if is_usage_error(error):
            _say(usage_text(error))
            return ExitCode.USAGE
        return _defect(error)
    return code if isinstance(code, int) else 0


def _findings(error: FindingsError) -> int:
    Terminal().findings(error.findings)
    return error.exit_code


def _defect(error: BaseException) -> int:
    """A short report: the kind of error and where, none of its words, since they may hold a secret."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [
        f"{frame.filename.rpartition('provisioner/')[2]}:{frame.lineno}"
        for frame in frames
        if "provisioner" in frame.filename
    ]
    where = " < ".join(reversed(ours[-4:]))
    _say(
        f"error: this is a defect in provisioner {__version__}: {type(error).__name__} at {where}.\n"
        "Please report it with this line and the command that you ran; no data of yours is in it."
    )
    if os.environ.get("PROVISIONER_DEBUG") == "1":
        for frame in frames:
            _say(f"  {frame.filename}:{frame.lineno} in {frame.name}")
    return ExitCode.DEFECT


def _say(text: str) -> None:
    try:
        sys.stderr.write(f"{text}\n")
    except (OSError, ValueError):
        return
