"""docs/reference/exit-codes.md, from the table in the code."""

from __future__ import annotations

from provisioner.exit_codes import EXIT_CODES
from tests.docs.markdown import table

HEAD = """\
# Exit codes

Every command ends with one of these. Where several would fit after an apply, an interruption comes first, then 5, 4, 3.
"""


def page() -> str:
    """The whole page."""
    rows = [(str(one.code), one.means, one.then) for one in EXIT_CODES]
    return f"{HEAD}\n{table(('code', 'means', 'what to do'), rows)}\n"
