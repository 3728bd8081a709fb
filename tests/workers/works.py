"""Work for a crew, in a module that its workers can import quickly."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from provisioner.diagnostics import Diagnostic, Span
from provisioner.errors import FindingsError

FOUND = Diagnostic.error("rule", "message", Span("rooms/a.yaml", 3, 4))


def count(to: int) -> Iterator[int]:
    """The numbers up to one."""
    yield from range(to)


def processes(_part: int) -> Iterator[tuple[int, int]]:
    """The process that works, and the one that started it."""
    yield os.getpid(), os.getppid()


def hang(first: str) -> Iterator[str]:
    """One item, and no other for a minute."""
    yield first
    time.sleep(60)


def complain(_part: int) -> Iterator[int]:
    """One item and an error of ours."""
    yield 1
    raise FindingsError((FOUND,))


def stumble(_part: int) -> Iterator[int]:
    """A defect."""
    empty: dict[str, int] = {}
    yield empty["hunter2"]


def die(_part: int) -> Iterator[int]:
    """One item, and the end of the process."""
    yield 1
    os._exit(3)
