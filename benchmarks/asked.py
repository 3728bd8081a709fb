"""What a benchmark gets: a folder of its own, the size of the work, and a way to say what it is at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Asked:
    """`rooms` is another size than usual, or None; budgets are for the usual one. `folder` is there and empty;
    `shared` may hold what another benchmark of this run has prepared.
    """

    folder: Path
    shared: Path
    rooms: int | None
    say: Callable[[str], None]

    def size(self, usual: int) -> int:
        """How many rooms to do."""
        return self.rooms or usual

    def met(self, usual: int, is_met: bool) -> bool | None:
        """Whether the budget is met; None where it is for another size."""
        return is_met if self.size(usual) == usual else None
