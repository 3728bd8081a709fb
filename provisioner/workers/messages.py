"""What a child process tells its parent, over a pipe: items, and at last an error or the end."""

from __future__ import annotations

import os
import pickle
import struct
import traceback
from typing import Any

from provisioner.errors import ProvisionerError

HEADER = struct.Struct("<cQ")
"""What follows, and how many bytes of it."""
ITEM, ERROR, NO_MEMORY, END = b"I", b"E", b"M", b"."


def send(pipe: int, kind: bytes, content: bytes = b"") -> None:
    message = memoryview(HEADER.pack(kind, len(content)) + content)
    while message:
        message = message[os.write(pipe, message) :]


def portable(error: BaseException) -> bytes:
    """An exception of ours so that `rebuilt` makes the same of it; of a defect only its name and place."""
    if isinstance(error, ProvisionerError):
        return pickle.dumps((type(error), error.args, vars(error)))
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return pickle.dumps((RuntimeError, (f"{type(error).__name__}{place}",), {}))


def rebuilt(kind: type[BaseException], args: tuple[Any, ...], state: dict[str, Any]) -> BaseException:
    """The exception with these attributes, made without its constructor."""
    error = kind.__new__(kind, *args)
    error.args = args
    vars(error).update(state)
    return error
