"""docs/reference/exit-codes.md, from the table in the code."""

from __future__ import annotations

from provisioner.exit_codes import ExitCode
from tests.docs.markdown import table

HEAD = """\
# Exit codes

Every command ends with one of these. Where several would fit after an apply, an interruption comes first, then 5, 4, 3.
"""


def page() -> str:
    """The whole page."""
    rows = [(str(one.value), one.means, one.then) for one in ExitCode]
    return f"{HEAD}\n{table(('code', 'means', 'what to do'), rows)}\n"
