"""Work with limits, in a child process that may be killed at any moment.

A template can be written to use up memory or to run for ever, and a parser can be made to crash. No check inside
the process stops all of that: an alarm's exception is swallowed by code that catches everything, and one
multiplication may take hours. So the work is done in a forked child. What it yields is sent at once, over a pipe
that holds it back while nobody reads, and the parent kills the child when it is silent for too long, has said too
much, or is no longer wanted.

Where there is no `fork` (Windows), the work is done in this process and without limits.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import select
import signal
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from provisioner.workers.child import be_the_child
from provisioner.workers.limits import LimitExceeded, Limits
from provisioner.workers.messages import ERROR, HEADER, ITEM, NO_MEMORY, rebuilt

T = TypeVar("T")

_CHUNK = 1024 * 1024


def run_limited(work: Callable[[], Iterator[T]], *, limits: Limits) -> Iterator[T]:
    """What `work` yields, each as soon as it is there.

    A result is on its way before the work goes on, so one that says what comes next tells who is to blame when
    the work is ended. Results are pickled. An exception of ours is raised here as itself; any other is a defect and
    raised as RuntimeError with its name and place, since its message may hold what was worked on.

    Raises LimitExceeded when a limit is reached or the child dies; its message is a finding's.
    """
    if not hasattr(os, "fork"):
        yield from work()
        return
    child = _Child.start(work, limits)
    try:
        yield from child.results()
    finally:
        child.end()


async def run_together(
    works: Sequence[Callable[[], Iterator[T]]], take: Callable[[int, T | LimitExceeded], None], *, limits: Limits
) -> None:
    """Gives `take` what each of `works` yields, with the number of the work; each runs in a child of its own.

    The results of one work come in its order. One that reaches a limit ends with the LimitExceeded, and the others
    go on; what else one raises is raised here, and ends them all.
    """
    if not hasattr(os, "fork"):
        for number, work in enumerate(works):
            for item in work():
                take(number, item)
                await asyncio.sleep(0)
        return
    children: list[_Child] = []
    tasks: list[asyncio.Future[None]] = []
    try:
        for number, work in enumerate(works):
            try:
                children.append(_Child.start(work, limits))
            except LimitExceeded as error:
                take(number, error)
                continue
            tasks.append(asyncio.ensure_future(_follow(number, children[-1], take)))
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for child in children:
            child.end()


async def _follow(number: int, child: _Child, take: Callable[[int, Any], None]) -> None:
    try:
        await child.hand_over(lambda item: take(number, item))
    except LimitExceeded as error:
        take(number, error)


async def _is_readable(pipe: int, seconds: float) -> bool:
    """Whether something can be read from a pipe within so many seconds."""
    loop = asyncio.get_running_loop()
    ready = loop.create_future()

    def wake() -> None:
        if not ready.done():
            ready.set_result(None)

    loop.add_reader(pipe, wake)
    try:
        async with asyncio.timeout(seconds):
            await ready
    except TimeoutError:
        return False
    finally:
        loop.remove_reader(pipe)
    return True


class _Child:
    """The child process as its parent sees it."""

    def __init__(self, process_id: int, pipe: int, limits: Limits) -> None:
        self._process_id: int | None = process_id
        self._pipe = pipe
        self._limits = limits
        self._received = bytearray()
        self._total = 0
        self.is_done = False
        self._poll = select.poll()
        self._poll.register(pipe, select.POLLIN)

    @classmethod
    def start(cls, work: Callable[[], Iterator[Any]], limits: Limits) -> _Child:
        """Forks. In the child it does not return."""
        reading, writing = _pipe()
        # until the child has its own handlers, no signal may run those of the parent in it
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # about threads, of which we have none
                process_id = os.fork()
            if process_id == 0:
                be_the_child(work, writing, limits, before)
        except OSError as error:
            os.close(reading)
            os.close(writing)
            msg = f"no process can be started to render the manifests: {error.strerror}"
            raise LimitExceeded(msg) from error
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(writing)
        return cls(process_id, reading, limits)

    def results(self) -> Iterator[Any]:
        """Everything up to the end, or raises why there is none."""
        while not self.is_done:
            if not self._has_more(self._limits.silence_s):
                raise self._silent()
            yield from self._receive()

    async def hand_over(self, take: Callable[[Any], None]) -> None:
        """Everything up to the end, while the loop's other work goes on; or raises why there is none."""
        while not self.is_done:
            # the loop may have been busy elsewhere: what is there by now came in time
            if not await _is_readable(self._pipe, self._limits.silence_s) and not self._has_more(0):
                raise self._silent()
            for item in self._receive():
                take(item)

    def _has_more(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while True:
            left = deadline - time.monotonic()
            if self._poll.poll(max(left, 0) * 1000):
                return True
            if left <= 0:
                return False

    def _receive(self) -> Iterator[Any]:
        """What has come in whole. Does not wait where `_has_more` said that there is something."""
        chunk = os.read(self._pipe, _CHUNK)
        if not chunk:
            raise self._died(self._reap())
        self._total += len(chunk)
        if self._total > self._limits.output_bytes:
            raise LimitExceeded("this makes more than any workspace needs; split it")
        received = self._received
        received += chunk
        at = 0
        while at + HEADER.size <= len(received) and not self.is_done:
            kind, size = HEADER.unpack_from(received, at)
            start, end = at + HEADER.size, at + HEADER.size + size
            if end > len(received):
                break
            if kind == ITEM:
                with memoryview(received) as view, view[start:end] as message:
                    item = pickle.loads(message)  # noqa: S301  # our own child wrote it
                yield item
            elif kind == ERROR:
                raise rebuilt(*pickle.loads(received[start:end]))  # noqa: S301
            elif kind == NO_MEMORY:
                raise self._no_memory()
            else:
                self.is_done = True
            at = end
        del received[:at]

    def end(self) -> None:
        """Kills the child if it still runs, and reaps it."""
        os.close(self._pipe)
        if self._process_id is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process_id, signal.SIGKILL)
            self._reap()

    def _silent(self) -> LimitExceeded:
        silence = f"nothing came for {self._limits.silence_s:g} seconds, so rendering was ended here"
        return LimitExceeded(f"{silence}; look for a loop or a computation that is too large")

    def _reap(self) -> int:
        """The child's status as `waitpid` gives it; 0 where somebody else has asked for it."""
        process_id, self._process_id = self._process_id, None
        if process_id is not None:
            with contextlib.suppress(ChildProcessError):
                return os.waitpid(process_id, 0)[1]
        return 0

    def _died(self, status: int) -> LimitExceeded:
        ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        if ended_by == signal.SIGXCPU:
            return LimitExceeded("this takes too much processor time; split the workspace")
        if ended_by == signal.SIGKILL:
            return LimitExceeded("this was ended by the system, most likely for lack of memory; make it smaller")
        if ended_by is not None:
            return LimitExceeded(f"this made a parser crash (signal {ended_by}); look for very deep nesting")
        return self._no_memory()

    def _no_memory(self) -> LimitExceeded:
        mebibytes = self._limits.memory_bytes // 1024**2
        return LimitExceeded(f"this needs more than {mebibytes:,} MiB of memory; make it smaller")


def _pipe() -> tuple[int, int]:
    """A pipe whose ends are no standard streams, even where those are closed."""
    import fcntl  # noqa: PLC0415  # there is none on Windows

    ends = os.pipe()
    moved = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 3) for end in ends)
    for end in ends:
        os.close(end)
    if hasattr(fcntl, "F_SETPIPE_SZ"):  # Linux
        with contextlib.suppress(OSError):
            fcntl.fcntl(moved[1], fcntl.F_SETPIPE_SZ, _CHUNK)
    return moved[0], moved[1]
