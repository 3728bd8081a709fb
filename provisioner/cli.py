"""argv → command → exit code. Nothing else parses arguments or exits."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

from provisioner import __version__

_COLLECTED_AFTER = (50_000, 20, 50)
"""A command makes many objects that it keeps; looking through them for circles every 700 takes a tenth of its time."""


def main(argv: Sequence[str] | None = None) -> None:
    """The console script: runs one command and exits with its code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments in (["--version"], ["-V"]):  # answered before anything is imported
        sys.stdout.write(f"provisioner {__version__}\n")
        sys.exit(0)
    gc.set_threshold(*_COLLECTED_AFTER)
    from provisioner.commands.guarded import run

    sys.exit(run(arguments))
