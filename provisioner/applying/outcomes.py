"""What became of each action. Values, pure.

Nothing that was applied is ever called failed, and nothing that may have been applied is called either.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from provisioner.exit_codes import ExitCode
from provisioner.planning.actions import Action, Plan
from provisioner.rooms import JobId, RoomId


@dataclass(frozen=True, slots=True)
class Applied:
    """Done, and seen to be done by reading back. `note` tells what was found out on the way, if anything.

    `request_id` is the service's name for the write, None where the effect was found rather than made. `mismatch`
    names the places at which the room does not read as it was written. `job_state` is what a job that was waited for
    had come to.
    """

    action: Action
    room_id: RoomId
    request_id: str | None = None
    job_id: JobId | None = None
    note: str = ""
    mismatch: tuple[str, ...] = ()
    job_state: str | None = None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Nothing had to be done: somebody else did it meanwhile, or this run has been broadcast before."""

    action: Action
    room_id: RoomId | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """Not done, proven. `message` is a sentence with the reason and what to do. `job_id` is the job that was started
    and that the service broke off, in `job_state`.
    """

    action: Action
    message: str
    room_id: RoomId | None = None
    request_id: str | None = None
    job_id: JobId | None = None
    job_state: str | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may be done, or may still come to be. `next_command` is the next safe command."""

    action: Action
    message: str
    room_id: RoomId | None = None
    request_id: str | None = None
    next_command: str = "provisioner plan --refresh full"


@dataclass(frozen=True, slots=True)
class Skipped:
    """Not tried. `because` is a sentence; `refused` tells that a person must decide first."""

    action: Action
    because: str
    room_id: RoomId | None = None
    refused: bool = False


Outcome: TypeAlias = Applied | Unchanged | Failed | Unknown | Skipped


class Interruption(StrEnum):
    """What ended a run before its end."""

    SIGINT = "SIGINT"
    SIGTERM = "SIGTERM"


@dataclass(frozen=True, slots=True)
class Report:
    """What an apply did, in the order of the plan."""

    plan: Plan
    outcomes: tuple[Outcome, ...] = field(default=())
    interrupted: Interruption | None = None

    def count(self, kind: type[Outcome]) -> int:
        """How many outcomes are of a kind."""
        return sum(isinstance(outcome, kind) for outcome in self.outcomes)

    @property
    def exit_code(self) -> ExitCode:
        """As in the contract: the worst that has to be known comes first."""
        if self.interrupted is not None:
            return ExitCode.INTERRUPTED if self.interrupted is Interruption.SIGINT else ExitCode.TERMINATED
        if self.count(Unknown):
            return ExitCode.UNKNOWN
        if any(isinstance(outcome, Skipped) and outcome.refused for outcome in self.outcomes):
            return ExitCode.REFUSED
        undone = self.count(Failed) + self.count(Skipped)
        undone += sum(isinstance(outcome, Applied) and bool(outcome.mismatch) for outcome in self.outcomes)
        if undone:
            began = any(isinstance(outcome, Failed) and outcome.job_id for outcome in self.outcomes)
            return ExitCode.IN_PART if self.count(Applied) or began else ExitCode.WRONG
        return ExitCode.DONE
