"""Reads the files of a workspace, which a stranger may have written: confined, bounded, UTF-8."""

from __future__ import annotations

import stat
from pathlib import Path

from provisioner.diagnostics import Diagnostic, Span
from provisioner.errors import FindingsError

MAX_FILE_BYTES = 16 * 1024 * 1024
"""Of one file of a workspace."""


def relative_name(root: Path, path: Path) -> str:
    """The file as findings name it: relative to the workspace, with forward slashes."""
    return path.relative_to(root).as_posix()


def confined(root: Path, path: Path) -> Path:
    """`path` with every symlink followed. Raises FindingsError where it leads out of the workspace."""
    name = relative_name(root, path) if path.is_relative_to(root) else path.name
    try:
        real = path.resolve()
    except (OSError, RuntimeError, ValueError) as error:  # a circle of symlinks, a NUL in the name
        raise _failed("file-unreadable", "the file's path cannot be followed", name) from error
    if not real.is_relative_to(root.resolve()):
        raise _failed("outside-workspace", "the file lies outside the workspace; copy it into it", name)
    return real


def read_text(root: Path, path: Path) -> str:
    """The text of a file in the workspace, without a byte order mark, with a line feed for every line end.

    Raises FindingsError for whatever stands in the way, at the place it stands.
    """
    name = relative_name(root, path)
    real = confined(root, path)
    try:
        state = real.stat()
        if not stat.S_ISREG(state.st_mode):
            raise _failed("file-unreadable", "this is not a regular file", name)
        if state.st_size > MAX_FILE_BYTES:
            limit = MAX_FILE_BYTES // 1024**2
            raise _failed("file-too-large", f"the file has more than {limit} MiB; split it", name)
        content = real.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _failed("file-unreadable", f"the file cannot be read: {reason}", name) from error
    return _decoded(content, name)


def _decoded(content: bytes, name: str) -> str:
    try:
        text = content.decode("utf-8-sig")
        bad = content.find(b"\0")  # UTF-8 in form, but no text has it: most likely UTF-16
    except UnicodeDecodeError as error:
        text, bad = "", error.start
    if bad >= 0:
        before = content[:bad]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        message = "the file is not UTF-8 text from here on; save it as UTF-8"
        raise FindingsError((Diagnostic.error("not-utf-8", message, Span(name, line, column)),))
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _failed(rule: str, message: str, name: str) -> FindingsError:
    return FindingsError((Diagnostic.error(rule, message, Span(name)),))
