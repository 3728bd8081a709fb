"""The tree of exceptions. An exception ends the command; what a phase can collect is a `Diagnostic` instead.

    ProvisionerError            exit 1: the input or the connection, and nothing was written
    ├── UsageError              exit 64: the command line
    ├── FindingsError           exit 1: carries the diagnostics that stopped the phase
    ├── WorkspaceError          exit 1: a folder, file or local state that cannot be used
    ├── PrivDataTooLongError    exit 1: a room's priv_data has no place for the marker
    ├── RefusedError            exit 4: a person must decide (stale plan, guard rail, duplicate room)
    ├── StoppedError            exit 130: Ctrl-C ended the command
    └── ServiceError            exit 1: what MetaStudio or the way to it answered
        (its branches: `provisioner.metastudio.errors`)

Messages are whole sentences: what is wrong, where, and what to do. None ever holds a secret, a header or a
request body.
"""

from __future__ import annotations

from typing import ClassVar

from provisioner.diagnostics import Diagnostic
from provisioner.exit_codes import ExitCode


class ProvisionerError(Exception):
    """The root: everything this program raises on purpose."""

    exit_code: ClassVar[ExitCode] = ExitCode.WRONG


class UsageError(ProvisionerError):
    """The command line cannot be understood or its parts contradict each other."""

    exit_code = ExitCode.USAGE


class FindingsError(ProvisionerError):
    """A phase ended with errors among its findings; nothing that depends on it was done."""

    def __init__(self, findings: tuple[Diagnostic, ...]) -> None:
        super().__init__(f"{len(findings)} finding(s)")
        self.findings = findings


class WorkspaceError(ProvisionerError):
    """A folder, a file or the local state is missing, unreadable, unwritable or damaged."""


class PrivDataTooLongError(ProvisionerError):
    """A room's `priv_data` would be longer than the field, or the marker in it than its share."""


class RefusedError(ProvisionerError):
    """The command is well formed and was not carried out: a person must decide first."""

    exit_code = ExitCode.REFUSED


class StoppedError(ProvisionerError):
    """Ctrl-C ended the command before it had anything to report; the message says what may have been written."""

    exit_code = ExitCode.INTERRUPTED


class ServiceError(ProvisionerError):
    """MetaStudio refused a request, or no usable answer came back."""
