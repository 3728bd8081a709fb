"""The child's side of limited work: it sets limits to itself, works, tells what comes of it, and exits."""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from provisioner.workers.limits import Limits
from provisioner.workers.messages import END, ERROR, ITEM, NO_MEMORY, portable, send

_COLLECTED_AFTER = (100_000, 20, 50)
"""Work makes trees and drops them again; looking for circles in them every 700 objects took a third of its time."""
_GRACE_S = 6
"""Seconds of processor time after which a child ends itself when its parent is gone."""


def be_the_child(work: Callable[[], Iterator[Any]], pipe: int, limits: Limits, signals: Iterable[int]) -> NoReturn:
    """Works and exits; nothing of the parent's is flushed, closed or called on the way out."""
    try:
        _set_signals(signals)
        _set_limits(limits)
        gc.freeze()  # what the parent made is not ours to collect
        gc.set_threshold(*_COLLECTED_AFTER)
        for item in work():
            send(pipe, ITEM, pickle.dumps(item, pickle.HIGHEST_PROTOCOL))
            _allow_processor_time(limits)
        send(pipe, END)
    except MemoryError:
        send(pipe, NO_MEMORY)
    except BrokenPipeError:  # the parent is gone or has heard enough
        pass
    except BaseException as error:  # noqa: BLE001  # it is raised again in the parent
        send(pipe, ERROR, portable(error))
    finally:
        os._exit(0)


def _set_signals(before: Iterable[int]) -> None:
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGXCPU, signal.SIGALRM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    for number in (signal.SIGINT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)  # Ctrl-C reaches both; the parent decides
    signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _set_limits(limits: Limits) -> None:
    import resource  # noqa: PLC0415  # there is none on Windows

    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    if nothing != 0:
        os.close(nothing)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # no file is written here
    _allow_processor_time(limits)
    with contextlib.suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        allowed = pages * resource.getpagesize() + limits.memory_bytes
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        if most != resource.RLIM_INFINITY:
            allowed = min(allowed, most)
        resource.setrlimit(resource.RLIMIT_AS, (allowed, most))


def _allow_processor_time(limits: Limits) -> None:
    """Lets the child go on for as long as the parent would let it, so that it ends even when the parent is gone."""
    import resource  # noqa: PLC0415

    until = min(int(time.process_time() + limits.silence_s) + _GRACE_S, limits.processor_s)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    if most != resource.RLIM_INFINITY:
        until = min(until, most)
    resource.setrlimit(resource.RLIMIT_CPU, (until, most))
