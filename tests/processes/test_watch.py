"""`status --watch` on a screen and in a pipe, while the clock is moved from another process."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from provisioner.emulator import Fault, Operation
from tests.commands.support import ROOM, Folder, workspace
from tests.processes.support import manifests, service

COLUMNS, LINES = 44, 8
ENTER, LEAVE, SHOW_CURSOR = "\x1b[?1049h", "\x1b[?1049l", "\x1b[?25h"
HOME = "\x1b[H"
STYLE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """More rooms than fit on the screen, one of them on air for a script of two minutes."""
    names = [f"room-{number}" for number in range(9)]
    rooms = {
        name: ROOM.replace("key: spring", f"key: {name}").replace("Spring sale", "七鹤茶铺 · 周末茶会")
        for name in names
    }
    rooms["room-0"] = (
        rooms["room-0"].replace("Two for one.", "word " * 500)
        + "  play_policy: {repeat_count: 0}\nlive: {state: running, run: one}\n"
    )
    folder = workspace(tmp_path, **rooms)
    assert folder.run("apply", "--auto-approve").code == 0
    return folder


class Screen:
    """A watch at a terminal, and what it has written there."""

    def __init__(self, popen: subprocess.Popen[bytes], terminal: int) -> None:
        self.popen = popen
        self._terminal = terminal
        self._read = b""

    @property
    def written(self) -> str:
        return self._read.decode(errors="ignore")

    def read_until(self, word: str, *, after: int = 0) -> None:
        end = time.monotonic() + 20
        while word not in self.written[after:]:
            assert time.monotonic() < end, self.written
            if select.select([self._terminal], [], [], 1)[0]:
                self._read += os.read(self._terminal, 65536)

    def resize(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.popen.send_signal(signal.SIGWINCH)  # as the terminal of a session does by itself

    def end(self, number: signal.Signals) -> int:
        self.popen.send_signal(number)
        with contextlib.suppress(OSError):  # which is how a terminal says that its other end is closed
            while piece := os.read(self._terminal, 65536):
                self._read += piece
        return self.popen.wait(20)

    def frames(self) -> list[list[str]]:
        """What was drawn from the upper left corner on, line by line, without styles."""
        drawn = self.written.partition(ENTER)[2].partition(LEAVE)[0]
        return [STYLE.sub("", frame).split("\r\n") for frame in drawn.split(HOME)[1:] if frame.strip("\x1b[?25l")]


@contextlib.contextmanager
def watching(folder: Folder, **environment: str) -> Iterator[Screen]:
    terminal, inside = pty.openpty()
    fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    with subprocess.Popen(
        [sys.executable, "-m", "provisioner", "status", "--watch", "--interval", "2"],
        cwd=folder.path,
        env={**kept, "TERM": "xterm-256color", "LANG": "C.UTF-8", **environment},
        stdin=inside,
        stdout=inside,
        stderr=inside,
    ) as popen:
        os.close(inside)
        try:
            yield Screen(popen, terminal)
        finally:
            popen.kill()
            os.close(terminal)


def test_a_screen_is_drawn_over_in_place_and_given_back(folder: Folder) -> None:
    with watching(folder) as screen:
        screen.read_until("WAITING")
        assert folder.run("emulator", "advance", "6s").code == 0
        screen.read_until("PROCESSING")
        assert folder.run("emulator", "advance", "1h").code == 0
        screen.read_until("SUCCEED")
        screen.read_until(HOME, after=screen.written.index("SUCCEED"))
        frames = screen.frames()[:-1]  # the last one may not have been read to its end
        assert screen.end(signal.SIGINT) == 130
    assert {len(frame) for frame in frames} == {LINES}
    assert {cell_len(line) for frame in frames for line in frame} == {COLUMNS}, "every cell is drawn over"
    first = next(frame for frame in frames if frame[0].strip())
    assert any(line.startswith("and 5 rooms more") for line in first)
    assert "\x1b[2J" not in screen.written.partition(ENTER)[2]
    after = screen.written.partition(LEAVE)[2]
    assert SHOW_CURSOR in screen.written
    assert "SUCCEED" in after
    assert after.count("room-3") == 1
    assert "stopped; nothing was written" in after
    assert "Traceback" not in after


def test_a_screen_that_becomes_wider_is_drawn_anew_at_once_and_a_signal_gives_it_back(folder: Folder) -> None:
    with watching(folder, NO_COLOR="1") as screen:
        screen.read_until("Ctrl-C ends")
        so_far = len(screen.written)
        screen.resize(100, 24)
        screen.read_until("room id", after=so_far)
        assert screen.end(signal.SIGTERM) == 143
    assert LEAVE in screen.written
    assert not STYLE.findall(screen.written)


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_pipe_gets_a_line_for_each_change(folder: Folder, form: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "provisioner", "status", "--watch", "--interval", "2", "--format", form],
        cwd=folder.path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as popen:
        assert popen.stdout is not None
        try:
            lines = [popen.stdout.readline() for _ in range(9)]
            assert folder.run("emulator", "advance", "1h").code == 0
            lines.append(popen.stdout.readline())
            popen.send_signal(signal.SIGINT)
            rest, err = popen.communicate(timeout=20)
        finally:
            popen.kill()
    assert (popen.returncode, rest) == (130, "")
    assert "Traceback" not in err
    if form == "json":
        documents = [json.loads(line) for line in lines]
        assert [document["room"]["key"] for document in documents[:9]] == [f"room-{number}" for number in range(9)]
        last = documents[-1]
        assert (last["format_version"], last["workspace"], last["target"], last["gone"]) == (1, "shop", "local", False)
        assert (last["room"]["key"], last["room"]["job_state"]) == ("room-0", "SUCCEED")
    else:
        assert [line.split()[1:] for line in lines[1:9]] == [[f"room-{number}", "no", "job"] for number in range(1, 9)]
        assert lines[-1].split()[1:] == ["room-0", "SUCCEED"]


def test_a_look_that_fails_is_told_and_the_next_one_tried(tmp_path: Path) -> None:
    with service() as place:
        folder = place.workspace(tmp_path)
        manifests(folder, 1)
        place.emulator.faults.add(Fault(operation=Operation.LIST_ROOMS, skip=1, applied=False, status=403))
        with place.started(folder, "status", "--watch", "--interval", "2") as watch:
            assert watch.popen.stdout is not None
            assert "not created yet" in watch.popen.stdout.readline()
            assert watch.popen.stderr is not None
            assert watch.popen.stderr.readline().startswith("not read: ")
            assert place.run(folder, "apply", "--auto-approve").code == 0
            assert "no job" in watch.popen.stdout.readline()
            watch.send(signal.SIGTERM)
            assert watch.ended().code == 143


WINDOW = "live:\n  window: {from: 2199-11-20T19:30, until: 2199-11-20T22:00, timezone: Asia/Shanghai}\n"


def test_a_pipe_hears_of_manifests_that_change_and_of_those_that_cannot_be_read(tmp_path: Path) -> None:
    with service() as place:
        folder = place.workspace(tmp_path)
        folder.write("rooms/spring.yaml", ROOM)
        with place.started(folder, "status", "--watch", "--interval", "2") as watch:
            out, err = watch.popen.stdout, watch.popen.stderr
            assert out is not None
            assert err is not None
            assert "spring  not created yet" in out.readline()
            folder.write("rooms/spring.yaml", ROOM + "live: {window: 7}\n")
            told = err.readline()
            assert told.startswith("the manifests changed and have errors (provisioner validate)")
            folder.write("rooms/spring.yaml", ROOM + WINDOW)
            assert "next: starts 2199-11-20 19:30 Asia/Shanghai" in out.readline()
            folder.write("rooms/autumn.yaml", ROOM.replace("spring", "autumn").replace("Spring", "Autumn"))
            assert "autumn  not created yet" in out.readline()
            (folder.path / "rooms/autumn.yaml").unlink()
            assert "autumn  gone" in out.readline()
            watch.send(signal.SIGTERM)
            ended = watch.ended()
            assert (ended.code, ended.err.count("have errors")) == (143, 0)


def test_a_screen_shows_the_manifests_as_they_are_by_now(folder: Folder) -> None:
    manifest = folder.path / "rooms/room-1.yaml"
    before = manifest.read_text(encoding="utf-8")
    with watching(folder) as screen:
        screen.resize(120, 30)
        screen.read_until("room-8")
        folder.write("rooms/room-1.yaml", before + WINDOW)
        screen.read_until("next: room-1 starts 2199-11-20 19:30 Asia/Shanghai")
        so_far = len(screen.written)
        folder.write("rooms/room-1.yaml", before + "live: {window: 7}\n")
        screen.read_until("the manifests changed and have errors", after=so_far)
        screen.read_until("next: room-1 starts", after=so_far)
        so_far = len(screen.written)
        folder.write("rooms/room-1.yaml", before)
        screen.read_until("Ctrl-C ends", after=so_far)
        foot = screen.written.index("Ctrl-C ends", so_far)
        assert "next: room-1" not in screen.written[screen.written.rindex(HOME, 0, foot) : foot]
        assert screen.end(signal.SIGINT) == 130


def test_who_stops_reading_ends_the_watch(folder: Folder) -> None:
    command = f"{sys.executable} -m provisioner status --watch --interval 2 | head -n 1"
    with subprocess.Popen(["bash", "-o", "pipefail", "-c", command], cwd=folder.path, stdout=subprocess.PIPE) as popen:
        assert popen.stdout is not None
        assert b"room-0" in popen.stdout.readline()
        assert folder.run("emulator", "advance", "6s").code == 0
        assert popen.wait(20) == 0


def test_an_interval_that_is_too_short_and_what_is_sensitive_are_refused(folder: Folder) -> None:
    assert folder.run("status", "--watch", "--interval", "1").code == 64
    ran = folder.run("status", "--watch", "--show-sensitive")
    assert (ran.code, ran.out) == (64, "")
