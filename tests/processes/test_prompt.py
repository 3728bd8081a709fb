"""Ctrl-C at the question whether to apply."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

from tests.processes.support import manifests, service


def test_ctrl_c_at_the_question_ends_the_command_and_nothing_is_written(tmp_path: Path) -> None:
    with service() as place:
        folder = place.workspace(tmp_path)
        manifests(folder, 1)
        terminal, inside = pty.openpty()
        try:
            with subprocess.Popen(
                [sys.executable, "-m", "provisioner", "apply", "--no-color"],
                cwd=tmp_path,
                env={**os.environ, **place.environment},
                stdin=inside,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            ) as process:
                try:
                    assert process.stderr is not None
                    asked = ""
                    while "for yes:" not in asked:
                        letter = process.stderr.read(1)
                        assert letter, asked
                        asked += letter
                    process.send_signal(signal.SIGINT)
                    _, err = process.communicate(timeout=10)
                finally:
                    process.kill()
        finally:
            os.close(terminal)
            os.close(inside)
        assert process.returncode == 130
        assert "Traceback" not in err
        assert place.emulator.rooms() == ()
