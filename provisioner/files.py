"""Files that the tool writes: whole or not at all, and for their owner only."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from provisioner.errors import WorkspaceError

PRIVATE_FILE = 0o600
READABLE = 0o644
"""Of a source, which everybody reads who has the workspace."""
PRIVATE_FOLDER = 0o700
FOLDER = 0o777
"""As everybody makes folders: the umask takes away what the user does not want to give."""


def write_whole(path: Path, text: str, *, mode: int = PRIVATE_FILE) -> None:
    """Writes a file so that a crash leaves the old one or the new one, never half of one.

    The folder of a private file is made private too; another one is made as the user's umask says. Raises
    WorkspaceError with the path and the reason.
    """
    try:
        path.parent.mkdir(mode=PRIVATE_FOLDER if mode == PRIVATE_FILE else FOLDER, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode("utf-8", "backslashreplace"))
            stream.flush()
            os.fchmod(stream.fileno(), mode)
            os.fsync(stream.fileno())
        os.replace(temporary, path)  # noqa: PTH105 - beside mkstemp's text path
        _sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108 - beside mkstemp's text path
        raise _unwritable(path, error) from error


def write_over(path: Path, text: str) -> None:
    """Writes a file that is there, with the mode, the line ends and the byte order mark that it has, also through a
    symlink. Raises WorkspaceError.
    """
    try:
        written, mode = path.read_bytes(), path.stat().st_mode & 0o777
    except OSError as error:
        raise _unwritable(path, error) from error
    if b"\r\n" in written:
        text = text.replace("\n", "\r\n")
    if written.startswith(b"\xef\xbb\xbf"):
        text = f"\ufeff{text}"
    write_whole(path.resolve(), text, mode=mode)


@contextlib.contextmanager
def only_one(path: Path, *, on_wait: Callable[[], None]) -> Iterator[None]:
    """Holds a lock file, so that two applies of one workspace on one machine come one after the other.

    `on_wait` is called once when another holds it. The lock goes with the process that holds it. Raises
    WorkspaceError when the folder cannot be written.
    """
    try:
        path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        waited = False
        while not _locked(descriptor):
            if not waited:
                on_wait()
                waited = True
            time.sleep(0.1)
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks: other safeguards remain
    return True


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # some file systems cannot; the file itself is safe
    finally:
        os.close(descriptor)


def _unwritable(path: Path, error: OSError) -> WorkspaceError:
    return WorkspaceError(f"{path} cannot be written: {error.strerror or 'the file system refuses'}")
