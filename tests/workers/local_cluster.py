"""A cluster on this machine until stdin ends: `python -m tests.workers.local_cluster WORKERS`. Prints its address.

It is a process of its own, since Dask leaves helpers behind that live as long as the process that started them.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from distributed import LocalCluster

ROOT = Path(__file__).parents[2]


@contextmanager
def running(workers: int) -> Iterator[str]:
    """The address of a cluster with so many workers."""
    command = [sys.executable, "-m", __name__, str(workers)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()


def main(workers: int) -> None:
    with LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",  # None would be the usual port, which somebody may have
        silence_logs=logging.CRITICAL,
    ) as cluster:
        sys.stdout.write(f"{cluster.scheduler_address}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]))
