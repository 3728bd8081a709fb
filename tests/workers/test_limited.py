"""Work in a child process: what comes back, and how each limit ends it."""

from __future__ import annotations

import errno
import itertools
import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from provisioner.diagnostics import Diagnostic, Span
from provisioner.errors import FindingsError, WorkspaceError
from provisioner.workers.limited import run_limited
from provisioner.workers.limits import LimitExceeded, Limits

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


def assert_no_child_is_left() -> None:
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_results_come_back_in_order_from_another_process() -> None:
    def work() -> Iterator[object]:
        yield os.getpid()
        yield {"a": [1, None, "直播"]}
        yield Diagnostic.error("rule", "message", Span("rooms/a.yaml", 3, 4))

    pid, data, finding = run_limited(work, limits=Limits())
    assert pid != os.getpid()
    assert data == {"a": [1, None, "直播"]}
    assert finding == Diagnostic.error("rule", "message", Span("rooms/a.yaml", 3, 4))
    assert_no_child_is_left()


def test_results_come_as_they_are_produced() -> None:
    def work() -> Iterator[float]:
        yield time.monotonic()
        time.sleep(0.3)
        yield time.monotonic()

    results = run_limited(work, limits=Limits())
    first = next(results)
    assert time.monotonic() - first < 0.25
    assert len(list(results)) == 1


def test_an_exception_of_ours_arrives_as_itself() -> None:
    findings = (Diagnostic.error("rule", "message", Span("rooms/a.yaml", 3, 4)),)

    def with_findings() -> Iterator[int]:
        yield 1
        raise FindingsError(findings)

    def with_message() -> Iterator[int]:
        raise WorkspaceError("the folder is gone")
        yield 1

    results = run_limited(with_findings, limits=Limits())
    assert next(results) == 1
    with pytest.raises(FindingsError) as caught:
        next(results)
    assert caught.value.findings == findings
    with pytest.raises(WorkspaceError, match="the folder is gone"):
        list(run_limited(with_message, limits=Limits()))
    assert_no_child_is_left()


def test_a_defect_of_ours_never_shows_what_it_was_about() -> None:
    def work() -> Iterator[int]:
        empty: dict[str, int] = {}
        yield empty["hunter2"]

    with pytest.raises(RuntimeError) as caught:
        list(run_limited(work, limits=Limits()))
    assert "hunter2" not in str(caught.value)
    assert "KeyError" in str(caught.value)
    assert "test_limited.py:" in str(caught.value)


def test_memory_is_bounded_on_top_of_what_is_in_use() -> None:
    def modest() -> Iterator[int]:
        yield len(bytearray(64 << 20))

    def greedy() -> Iterator[int]:
        yield sum(len(bytearray(64 << 20)) for _ in [list(range(10**9))])

    assert list(run_limited(modest, limits=Limits(memory_bytes=256 << 20))) == [64 << 20]
    with pytest.raises(LimitExceeded, match="memory"):
        list(run_limited(greedy, limits=Limits(memory_bytes=256 << 20)))


def test_silence_ends_the_work() -> None:
    def work() -> Iterator[int]:
        yield 1
        for _ in itertools.count():
            pass

    begin = time.monotonic()
    results = run_limited(work, limits=Limits(silence_s=0.3))
    assert next(results) == 1
    with pytest.raises(LimitExceeded, match=r"nothing came for 0\.3 seconds"):
        next(results)
    assert time.monotonic() - begin < 2
    assert_no_child_is_left()


def test_output_is_bounded() -> None:
    def work() -> Iterator[bytes]:
        while True:
            yield b"x" * 100_000

    with pytest.raises(LimitExceeded, match="makes more than"):
        list(run_limited(work, limits=Limits(output_bytes=10**6)))
    assert_no_child_is_left()


def test_a_child_that_the_system_kills_is_a_limit() -> None:
    def work() -> Iterator[int]:
        yield 1
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(LimitExceeded, match="ended by the system"):
        list(run_limited(work, limits=Limits()))
    assert_no_child_is_left()


def test_whoever_stops_listening_leaves_no_child_behind() -> None:
    results = run_limited(itertools.count, limits=Limits())
    assert next(results) == 0
    results.close()  # type: ignore[attr-defined]  # a generator
    assert_no_child_is_left()


def test_the_work_writes_no_files(tmp_path: Path) -> None:
    def work() -> Iterator[int]:
        try:
            (tmp_path / "file").write_text("x")
        except OSError as error:
            yield error.errno or -1

    assert list(run_limited(work, limits=Limits())) == [errno.EFBIG]


def test_the_work_reads_no_terminal() -> None:
    def work() -> Iterator[bytes]:
        yield os.read(0, 1)

    assert list(run_limited(work, limits=Limits())) == [b""]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_parent_leaves_no_child_behind(number: signal.Signals) -> None:
    """The child outlives Ctrl-C itself, which reaches both, and ends with its parent."""
    program = (
        "import os, signal, time\n"
        "from provisioner.workers.limited import run_limited\n"
        "from provisioner.workers.limits import Limits\n"
        "signal.signal(signal.SIGTERM, lambda *_: exit(143))\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's background job ignores it
        "def work():\n    yield os.getpid()\n    time.sleep(60)\n"
        "for child in run_limited(work, limits=Limits(silence_s=60)):\n    print(child, flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        os.kill(child, signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            parent.wait(0.3)
        parent.send_signal(number)
        assert parent.wait(5) in {143, -signal.SIGINT}
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_it_works_without_standard_streams() -> None:
    """File descriptors 0 and 1 may be the pipe's own."""
    program = (
        "import os\n"
        "from provisioner.workers.limited import run_limited\n"
        "from provisioner.workers.limits import Limits\n"
        "os.close(0); os.close(1)\n"
        "os.write(2, repr(list(run_limited(lambda: iter([1, 2]), limits=Limits()))).encode())\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, check=True)
    assert done.stderr == b"[1, 2]"


def test_forking_costs_little_and_warns_of_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        times = []
        for _ in range(5):
            begin = time.monotonic()
            assert list(run_limited(lambda: iter((1, 2)), limits=Limits())) == [1, 2]
            times.append(time.monotonic() - begin)
    assert min(times) < 0.1


def test_without_fork_the_work_runs_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    assert list(run_limited(lambda: iter([os.getpid()]), limits=Limits())) == [os.getpid()]
