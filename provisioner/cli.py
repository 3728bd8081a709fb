"""argv → command → exit code. Nothing else parses arguments or exits."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from provisioner import __version__


def main(argv: Sequence[str] | None = None) -> None:
    """The console script: runs one command and exits with its code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments in (["--version"], ["-V"]):  # answered before anything is imported
        sys.stdout.write(f"provisioner {__version__}\n")
        sys.exit(0)
    from provisioner.commands.guarded import run

    sys.exit(run(arguments))
