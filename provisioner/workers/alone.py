"""One part of a work on a machine of a cluster, in a process of its own.

A worker of a cluster has threads, and of a process with threads no safe copy can be forked. So the worker starts this
one, which has none, and this one does the work in a child with limits.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

from provisioner.errors import ProvisionerError
from provisioner.workers.limited import run_limited
from provisioner.workers.limits import LimitExceeded, Limits
from provisioner.workers.messages import rebuilt


def do_alone(work: bytes, part: bytes, limits: Limits) -> bytes:
    """What came of a part, for `outcome`. Runs in a thread of the worker. Empty where the process died."""
    path = os.pathsep.join(folder for folder in sys.path if folder)
    done = subprocess.run(  # noqa: S603 - fixed words
        [sys.executable, "-P", "-c", f"from {__name__} import main; main()"],
        input=pickle.dumps(limits) + work + part,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
        check=False,
    )
    return done.stdout if done.returncode == 0 else b""


def outcome(given: bytes) -> Iterator[Any]:
    """The items that a part yielded, the last of them a LimitExceeded where it reached a limit.

    Raises what the part raised, after the items that came before.
    """
    items, error = pickle.loads(given)  # noqa: S301 - from the cluster that was given the work
    yield from items
    if error is not None:
        raise rebuilt(*error)


def main() -> None:
    """Limits, work and part come in on stdin, each pickled; what came of it goes out on stdout."""
    answer = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing else gets between
    limits, work, part = (pickle.load(sys.stdin.buffer) for _ in range(3))  # noqa: S301 - our own bytes
    items: list[Any] = []
    error: tuple[type[BaseException], tuple[Any, ...], dict[str, Any]] | None = None
    try:
        for item in run_limited(partial(work, part), limits=limits):
            items.append(item)  # noqa: PERF402 - what came before an error counts
    except LimitExceeded as limit:
        items.append(limit)
    except (ProvisionerError, RuntimeError) as raised:
        error = type(raised), raised.args, vars(raised)
    with answer:
        pickle.dump((items, error), answer, pickle.HIGHEST_PROTOCOL)
