"""What a command took is told of its whole tree of processes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.measuring import FailedError, run


def test_a_command_that_is_measured_tells_what_it_took(tmp_path: Path) -> None:
    """Its own processor time and its child's, and the memory of both."""
    program = (
        "import os, time\n"
        "held = b'x' * 50_000_000\n"
        "if os.fork() == 0:\n"
        "    mine = b'y' * 50_000_000\n"
        "    end = time.process_time() + 0.5\n"
        "    while time.process_time() < end: pass\n"
        "    os._exit(0)\n"
        "os.wait()\n"
    )
    ran = run((sys.executable, "-c", program), tmp_path)
    assert ran.cpu_s >= 0.5
    assert ran.wall_s >= 0.5
    assert 100_000_000 < ran.peak_bytes < 150_000_000  # what is shared counts once


def test_a_command_that_ends_otherwise_is_not_measured(tmp_path: Path) -> None:
    with pytest.raises(FailedError, match="ended with 3 instead of 0:\nwhy"):
        run((sys.executable, "-c", "import sys; print('why', file=sys.stderr); sys.exit(3)"), tmp_path)
