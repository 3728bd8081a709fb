"""The tool in a process of its own whose imports are done: most of the time of a short command is spent on them.

A server, started once, has imported everything and forks a process for each command, which has a folder, environment,
streams and arguments of its own, and ends as the interpreter ends it. Signals, kills, terminals and what depends on
the start of the interpreter are proved with processes that start from nothing (`tests/processes`).
"""

from __future__ import annotations

import atexit
import functools
import gc
import importlib
import itertools
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

OF_THE_INTERPRETER = ("PYTHON", "LANG", "LC_", "TZ")
"""Variables that are read when an interpreter starts: a process that has started cannot be given them."""
_SERVERS = 2
"""Used in turn, so that a set has another order in one command than in the one before, as it has elsewhere."""


def run(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], *, given: str = "", timeout_s: float = 60
) -> subprocess.CompletedProcess[str]:
    """A command to its end, with `given` on stdin. Raises TimeoutError, and the command is gone then."""
    assert not [name for name in environment if name.startswith(OF_THE_INTERPRETER)]
    control, its_control = socket.socketpair()
    (from_out, out), (from_err, err) = os.pipe(), os.pipe()
    with tempfile.TemporaryFile() as stdin:
        stdin.write(given.encode())
        stdin.seek(0)
        with its_control:
            socket.send_fds(next(_servers()), [b"."], [stdin.fileno(), out, err, its_control.fileno()])
        os.close(out)
        os.close(err)
    with control, os.fdopen(from_out, "rb") as stdout, os.fdopen(from_err, "rb") as stderr:
        control.sendall(json.dumps([list(arguments), str(folder), {**inherited(), **environment}]).encode())
        control.shutdown(socket.SHUT_WR)
        control.settimeout(timeout_s)
        with control.makefile("r") as told, ThreadPoolExecutor(2) as readers:
            process_id = int(told.readline())
            texts = [readers.submit(stream.read) for stream in (stdout, stderr)]
            try:
                code = int(told.readline())
            except TimeoutError:
                os.kill(process_id, signal.SIGKILL)
                raise
        return subprocess.CompletedProcess(list(arguments), code, *(text.result().decode() for text in texts))


def inherited() -> dict[str, str]:
    """An environment with nothing of the developer's that could matter."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8"}


@functools.cache
def _servers() -> Iterator[socket.socket]:
    return itertools.cycle([_server() for _ in range(_SERVERS)])


def _server() -> socket.socket:
    """The way to a server, which ends when this process does."""
    ours, its = socket.socketpair()
    with its:
        subprocess.run(
            [sys.executable, "-P", __file__, str(its.fileno())],
            env=inherited(),
            stdin=subprocess.DEVNULL,
            pass_fds=[its.fileno()],
            check=True,
        )
    atexit.register(ours.close)
    return ours


def _import_everything() -> None:
    import provisioner  # noqa: PLC0415 - only the server pays for it

    for module in pkgutil.walk_packages(provisioner.__path__, "provisioner."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def _serve(requests: socket.socket) -> list[str]:
    """Returns in the process of a command only, with the arguments of that."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the tests, which end this process then
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who tell how a command ended
    while True:
        _, streams, _, _ = socket.recv_fds(requests, 1, 4)
        if not streams:
            sys.exit()
        if os.fork() == 0:
            requests.close()
            return _forked(streams)
        for stream in streams:
            os.close(stream)


def _forked(streams: list[int]) -> list[str]:
    """Forks the process of the command and returns in that; this one tells how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    *standard, control = streams
    process_id = os.fork()
    if process_id != 0:
        for stream in standard:
            os.close(stream)
        os.write(control, b"%d\n" % process_id)
        os.write(control, b"%d\n" % os.waitstatus_to_exitcode(os.waitpid(process_id, 0)[1]))
        os._exit(0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, stream in enumerate(standard):
        os.dup2(stream, number)
        os.close(stream)
    with os.fdopen(control, "rb") as request:
        arguments, folder, environment = json.load(request)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    return list(arguments)


if __name__ == "__main__":
    if os.fork() != 0:
        os._exit(0)  # a server is no child of the tests, some of which look for children that are left
    _import_everything()
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as channel:
        sys.argv[1:] = _serve(channel)
    from provisioner.cli import main

    main()
